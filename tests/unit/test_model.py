"""From ids to a Trace: for every order of edits the numbers are those of a fresh run."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.package import write_model
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.model.activations import TRUNK
from explainer.model.model import CHUNK, Model, Superseded
from explainer.model.trace import LOGITS, Trace
from explainer.runtimes.native import NativeLibrary
from tests.helpers.checkpoints import make_checkpoint


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    folder = tmp_path_factory.mktemp("model")
    make_checkpoint(folder / "checkpoint", n_layer=2, n_head=2, d_model=16, n_ctx=2 * CHUNK + 6)
    write_model(load_checkpoint(str(folder / "checkpoint")), folder / "out", "fp32")
    return asyncio.run(NativeLibrary(folder).load("out"))


class Counting:
    """An engine that counts the positions it computed."""

    def __init__(self, engine):
        self.engine, self.config, self.backend, self.positions, self.runs = engine, engine.config, engine.backend, 0, 0

    async def trunk(self, ids, **options):
        self.positions += len(ids)
        self.runs += 1
        return await self.engine.trunk(ids, **options)

    async def unembed(self, *args, **options):
        return await self.engine.unembed(*args, **options)


@pytest.fixture
def counted(model) -> Model:
    return Model(model.manifest, Counting(model.engine), model.tokenizer, model.weights)


def fresh(model: Model, ids: tuple[int, ...]) -> dict[str, np.ndarray]:
    outputs, _ = asyncio.run(model.engine.trunk(np.array(ids), names=TRUNK))
    return outputs


def assert_same(trace: Trace, outputs: dict[str, np.ndarray]) -> None:
    assert trace.names == set(outputs) == set(TRUNK)
    for name, expected in outputs.items():
        found = trace[name]
        assert found.shape == expected.shape, name
        np.testing.assert_allclose(found, expected, atol=1e-4, rtol=1e-4, err_msg=name)


edits = st.lists(st.tuples(st.integers(0, 40), st.lists(st.integers(0, 99), max_size=40)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(edits)
def test_any_sequence_of_edits_equals_a_fresh_run(model, edits):
    trace, ids = None, (1,)
    for keep, more in edits:
        ids = (ids[:keep] + tuple(more) or (1,))[: model.config.n_ctx]
        trace, reused = asyncio.run(model.trace(ids, (), previous=trace))
        assert trace.ids == ids and reused <= len(ids)
    assert_same(trace, fresh(model, ids))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(edits)
def test_whatever_is_written_later_a_trace_says_what_it_said(model, edits):
    made: list[tuple[Trace, dict[str, np.ndarray]]] = []
    ids = (1,)
    for keep, more in edits:
        # From any of the traces, so that several extend the same one, also from its middle.
        previous = made[keep % len(made)][0] if made else None
        ids = ((previous.ids if previous else ids)[: max(1, keep)] + tuple(more[:5]))[: model.config.n_ctx]
        trace, _ = asyncio.run(model.trace(ids, (), previous=previous))
        made.append((trace, {name: np.array(trace[name]) for name in TRUNK}))
    for trace, said in made:
        assert_same(trace, fresh(model, trace.ids))
        for name in TRUNK:
            np.testing.assert_array_equal(trace[name], said[name], err_msg=name)
            with pytest.raises(ValueError, match="read-only"):
                np.asarray(trace[name])[...] = 0


async def test_logits_are_kept_of_the_last_positions_only(counted):
    trace, ids = None, (5,)
    for step in range(LOGITS + 20):
        trace, _ = await counted.trace(ids, (), previous=trace)
        await counted.unembed(trace, {len(trace) - 1})
        if len(ids) < counted.config.n_ctx:
            ids = (*ids, step % counted.config.d_vocab)
    assert len(trace.rows) <= LOGITS + 1 and len(trace) - 1 in trace.rows


async def test_one_more_token_costs_one_position(counted):
    first, reused = await counted.trace((5, 6, 7), ())
    assert (counted.engine.positions, reused) == (3, 0)
    _, reused = await counted.trace((5, 6, 7, 8), (), previous=first)
    assert (counted.engine.positions, reused) == (4, 3)
    await counted.trace((5, 6), (), previous=first)
    assert counted.engine.positions == 4
    again, _ = await counted.trace((5, 6, 7), (), previous=first)
    assert again is first


async def test_a_branch_leaves_the_trunk_of_the_tree_as_it_was(model):
    first, _ = await model.trace((5, 6, 7, 8), ())
    before = {name: np.array(first[name]) for name in TRUNK}
    await model.trace((5, 6, 9, 9, 9), (), previous=first)
    for name in TRUNK:
        np.testing.assert_array_equal(first[name], before[name])


async def test_a_newer_run_stops_an_older_one(counted):
    ids = tuple(range(2 * CHUNK + 5))
    with pytest.raises(Superseded):
        await counted.trace(ids, (), superseded=lambda: True)
    assert counted.engine.positions == CHUNK


async def test_a_missing_activation_is_fetched_by_one_run(counted):
    outputs, cache = await counted.engine.trunk(np.array([1, 2, 3]), names=["resid_post"])
    trace = Trace().extended((1, 2, 3), outputs, cache)
    runs = counted.engine.runs
    await counted.fetch(trace, ["pattern", "resid_post"])
    await counted.fetch(trace, ["pattern"])
    assert counted.engine.runs == runs + 1
    assert trace["pattern"].shape == (2, 2, 3, 3)
    with pytest.raises(KeyError):
        trace["z"]


async def test_logits_follow_the_chosen_positions(model):
    trace, _ = await model.trace((3, 1, 4, 1, 5), ())
    await model.unembed(trace, [4, 1])
    out = await model.engine.unembed(trace["resid_post"][-1])
    for position in (1, 4):
        np.testing.assert_allclose(trace.rows[position]["logits"], out["logits"][position], atol=1e-5)
    assert set(trace.prefix(3).rows) == {1}


def test_long_prompts_fetch_only_what_is_needed(model):
    assert model.names_to_keep(8, ()) == TRUNK
    names = model.names_to_keep(10**5, ("attn_scores", "resid_post"))
    assert names == ("q", "k", "attn_scores", "resid_post")


def test_prompts_are_made_ready(model):
    assert model.prepare("").notice == "empty" and model.prepare("").ids == (model.config.bos_token_id,)
    long = model.prepare("ab " * 5000)
    assert long.notice == "cut" and len(long.ids) == model.config.n_ctx and long.dropped > 0
    assert model.prepare("ab").notice is None
    assert model.prepare("\ud800 half a pair").ids  # a browser may send it, and UTF-8 cannot encode it


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_pieces_are_the_text(model, text):
    prompt = model.prepare(text)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    assert b"".join(model.piece(id).bytes for id in prompt.ids) == whole
