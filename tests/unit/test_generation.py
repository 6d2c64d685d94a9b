"""Continuing a text: step, run, stop, force, go back, branch; the window slides at the end of the context."""

from __future__ import annotations

import asyncio
import math

import numpy as np
import pytest

from explainer.app.app import App
from explainer.model.notices import notice
from explainer.model.sampling import Stages, log_softmax
from explainer.runtimes.native import NativeLibrary
from tests.helpers.apps import make_library

N_CTX = 24


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> NativeLibrary:
    return make_library(tmp_path_factory.mktemp("generation"), small={"n_ctx": N_CTX})


@pytest.fixture
async def app(library) -> App:
    app = App(library, prompt="the cat and", seed=3)
    await app.run()
    return app


def shown(app: App, slot: str) -> dict:
    found = next(view.shown for view in app.views if view.slot == slot)
    return found if slot != "story" else {**found, "nodes": nodes_of(found)}


def nodes_of(story) -> list[dict]:
    """Returns the story's columns as one dict per token, as site/views/story/index.js reads them."""
    columns = zip(story["ids"].astype(int), story["parents"].astype(int), story["probs"], story["how"].astype(int))
    return [
        {
            "id": id,
            "text": story["texts"][id],
            "parent": parent,
            "prob": prob,
            "kind": story["kinds"][how],
            "end": id == story["end"],
        }
        for id, parent, prob, how in columns
    ]


async def test_a_step_takes_what_the_sampling_view_announced(app):
    for changes in ({}, {"temperature": 0.7, "top_k": 9}, {"greedy": True}, {"greedy": False, "top_p": 0.5}):
        await app.set(**changes)
        announced = shown(app, "sampling")["drawn"]["id"]
        await app.do(step=1)
        assert app.trace.ids[-1] == announced
    story = shown(app, "story")
    assert [node["kind"] for node in story["nodes"]] == ["drawn", "drawn", "greedy", "drawn"]
    assert story["path"] == [0, 1, 2, 3] and not story["running"]


async def test_the_trace_after_generating_is_that_of_a_fresh_run(app):
    await app.do(run=6)
    ids = np.array(app.trace.ids)
    outputs, _ = await app.model.engine.trunk(ids, names=sorted(app.trace.names))
    for name, expected in outputs.items():
        np.testing.assert_allclose(app.trace[name], expected, atol=1e-4, rtol=1e-4, err_msg=name)


async def test_the_same_seed_writes_the_same_text_another_seed_another(library):
    async def text(seed: int) -> tuple[int, ...]:
        app = App(library, prompt="the cat and", seed=seed)
        await app.run()
        await app.do(run=8)
        return app.story.ids

    assert await text(1) == await text(1) != await text(2)


async def test_greedy_is_the_likeliest_at_every_step(app):
    await app.set(greedy=True)
    await app.do(run=5)
    for position in range(len(app.story.prompt) - 1, len(app.trace) - 1):
        await app.model.unembed(app.trace, [position])
        assert app.trace.ids[position + 1] == app.trace.rows[position]["logits"].argmax()


async def test_force_go_back_and_branch(app):
    prompt = app.trace.ids
    await app.do(force=65)
    await app.do(force=66)
    await app.do(goto=0)
    assert app.trace.ids == (*prompt, 65)
    await app.do(force=67)
    story = shown(app, "story")
    assert [(node["parent"], node["id"], node["kind"]) for node in story["nodes"]] == [
        (-1, 65, "forced"),
        (0, 66, "forced"),
        (0, 67, "forced"),
    ]
    assert story["current"] == 2 and app.trace.ids == (*prompt, 65, 67)
    await app.do(goto=1)
    assert app.trace.ids == (*prompt, 65, 66)
    await app.do(force=66)  # once more, from there
    await app.do(goto=0)
    await app.do(force=66)  # the same token at the same place is the same node
    assert shown(app, "story")["current"] == 1
    await app.do(goto=-1)
    assert app.trace.ids == prompt
    await app.do(forget=True)
    assert shown(app, "story")["nodes"] == []


@pytest.mark.parametrize("action", [{"force": 65}, {"step": 1}])
@pytest.mark.parametrize("choices", [{"top_k": 1}, {"temperature": 0.3}, {"greedy": True}])
async def test_a_tokens_probability_is_the_models_own_however_it_was_chosen(app, choices, action):
    await app.set(**choices)
    probs = np.exp(log_softmax(app.trace.rows[len(app.trace) - 1]["logits"]))
    await app.do(**action)
    (node,) = shown(app, "story")["nodes"]
    assert node["prob"] == pytest.approx(probs[node["id"]])


async def test_generated_ids_are_never_tokenized_again(app):
    # "t", "h" and "e" stay three tokens here; typed together they would be other tokens.
    for piece in ("t", "h", "e"):
        await app.do(force=app.model.tokenizer.encode(piece)[0])
    assert [p["made"] for p in shown(app, "tokens")["pieces"]][-3:] == [True] * 3
    assert len(app.trace) == len(app.story.prompt) + 3


async def test_end_of_text_is_shown_and_ends_a_run(app, monkeypatch):
    end = app.model.config.bos_token_id
    picks = iter([65, end, 66])
    monkeypatch.setattr(Stages, "pick", lambda self, draw: next(picks))
    monkeypatch.setattr("explainer.views.sampling.Sampling.show", lambda self, scene: {})
    await app.do(run=10)
    nodes = shown(app, "story")["nodes"]
    assert [node["id"] for node in nodes] == [65, end] and nodes[-1]["end"] and not nodes[0]["end"]


async def test_a_run_is_stopped_and_goes_no_further(app):
    task = asyncio.ensure_future(app.do(run=1000))
    while len(app.story.nodes) < 3:
        await asyncio.sleep(0.01)
    assert shown(app, "story")["running"]
    await app.do(stop=True)
    await task
    made = len(app.story.nodes)
    assert 3 <= made < 1000 and not shown(app, "story")["running"]
    assert len(app.trace) == min(N_CTX, len(app.story.ids))


async def test_a_new_text_ends_a_run_and_its_story(app):
    task = asyncio.ensure_future(app.do(run=1000))
    while len(app.story.nodes) < 2:
        await asyncio.sleep(0.01)
    await app.set(prompt="another text")
    await task
    assert app.model.tokenizer.decode(list(app.trace.ids)) == "another text"
    assert app.story.nodes == [] and shown(app, "story")["nodes"] == [] and not shown(app, "story")["running"]


async def test_at_the_end_of_the_context_the_window_slides(app):
    await app.do(run=N_CTX)
    while len(app.story.ids) <= N_CTX + 2:  # an early <|endoftext|> ends a run, not the test
        await app.do(step=1)
    assert app.trace.ids == app.story.ids[-N_CTX:]
    assert shown(app, "story")["dropped"] == len(app.story.ids) - N_CTX > 0
    outputs, _ = await app.model.engine.trunk(np.array(app.trace.ids), names=["resid_post"])
    np.testing.assert_allclose(app.trace["resid_post"], outputs["resid_post"], atol=1e-4)


async def test_surprise_is_the_probability_each_token_came_with(app):
    assert all(p["prob"] is None for p in shown(app, "tokens")["pieces"])
    await app.set(surprise=True)
    pieces = shown(app, "tokens")["pieces"]
    assert pieces[0]["prob"] is None
    await app.model.unembed(app.trace, range(len(app.trace)))
    for position in range(len(app.trace) - 1):
        logs = log_softmax(app.trace.rows[position]["logits"])
        assert math.log(pieces[position + 1]["prob"]) == pytest.approx(logs[app.trace.ids[position + 1]], abs=1e-5)


@pytest.mark.parametrize(
    "actions",
    [
        {"step": 0},
        {"step": -1},
        {"step": "1"},
        {"run": None},
        {"force": -1},
        {"force": 10**9},
        {"force": 1.5},
        {"goto": 7},
        {"goto": -2},
        {"goto": "x"},
        {"forget": False},
        {"<b>": 1},
    ],
)
async def test_an_action_that_makes_no_sense_is_refused(app, actions):
    ids = app.trace.ids
    await app.do(**actions)
    assert app.trace.ids == ids and app.story.nodes == []
    assert shown(app, "prompt")["notice"][0]["say"] == "refused"


@pytest.mark.parametrize(
    "choices",
    [
        {"top_k": 0},
        {"top_k": 10**9},
        {"top_p": 0},
        {"top_p": 1},
        {"temperature": 0},
        {"temperature": 10},
        {"temperature": 1e-310},
        {"temperature": 1e-7},
        {"temperature": 1e-6},
    ],
)
async def test_extreme_sampling_still_draws(app, choices):
    await app.set(**choices)
    assert shown(app, "prompt")["notice"] == []
    view = shown(app, "sampling")
    more = [row["more"] for row in view["rows"] if row["more"]]
    assert sum(row["p"] for row in view["rows"]) + sum(others["p"] for others in more) == pytest.approx(1)
    kept = [row for row in view["rows"] if row["kept"] == "kept"]
    assert len(kept) + sum(others["n"] for others in more) == (1 if view["likeliest"] else view["n_p"])
    numbers = [value for row in [*view["rows"], view] for value in row.values() if isinstance(value, float)]
    assert np.isfinite(numbers).all()
    await app.do(step=1)
    assert len(app.story.nodes) == 1


def last_logits(app: App) -> np.ndarray:
    return app.trace.rows[len(app.trace) - 1]["logits"]


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"top_k": 150},
        {"top_p": 0.95},
        {"top_k": 200, "top_p": 0.9},
        {"top_k": 3},
        {"greedy": True},
        {"listed": 100, "top_k": 150},
        {"listed": 512},
    ],
)
async def test_some_that_are_left_are_listed_and_the_first_that_each_cut_took(app, choices):
    drawn_far = False
    for seed in range(12):
        await app.set(**choices, seed=seed)
        view, lines = shown(app, "sampling"), choices.get("listed", 16)
        stages = Stages(last_logits(app), app.state.sampling)
        rows = view["rows"]
        ids, ranks = [row["id"] for row in rows], [row["rank"] for row in rows]
        assert ids == stages.order[ranks].tolist() and ranks == sorted(ranks) and view["drawn"]["id"] in ids
        drawn_far |= ids.index(view["drawn"]["id"]) != ranks[ids.index(view["drawn"]["id"])]
        # The rows and the lines that say "so many more" fill the room.
        assert len(rows) + sum(row["more"] is not None for row in rows) == min(lines, view["n_vocab"])
        cuts = {"k": ~stages.by_k, "p": stages.by_k & ~stages.by_p} if "greedy" not in choices else {"no": ~stages.left}
        for how, cut in cuts.items():
            listed = [row["id"] for row in rows if row["kept"] == how]
            assert listed == [id for id in stages.order if cut[id]][: len(listed)] and len(listed) >= min(2, cut.sum())
        # The sums of unlisted candidates are exact.
        for row, following in zip(rows, [*ranks[1:], view["n_vocab"]]):
            between = [id for id in stages.order[row["rank"] + 1 : following] if stages.left[id]]
            assert (row["more"] or {"n": 0})["n"] == len(between)
            if between:
                assert row["more"]["p"] == pytest.approx(math.fsum(stages.chances[between]), rel=1e-12, abs=0)
    assert drawn_far or "greedy" in choices or view["n_p"] <= lines


async def test_what_is_not_listed_is_no_rounding(app):
    """1 - the sum of the listed probabilities would be 2e-16 or 0 here."""
    await app.set(temperature=0.02, top_k=0)
    rows = shown(app, "sampling")["rows"]
    assert 0 < rows[-1]["more"]["p"] < 1e-17 < 0.5 < rows[0]["p"]


async def test_surprise_says_what_the_model_now_sees(app):
    await app.set(surprise=True)
    assert shown(app, "tokens")["dropped"] == 0
    while len(app.story.ids) < N_CTX + 3:
        await app.do(step=1)
    assert shown(app, "tokens")["dropped"] == 3


async def test_before_there_is_a_model_nothing_can_be_written(library):
    app = App(library)
    await app.do(step=1)
    assert shown(app, "prompt")["notice"] == [notice("unready")]
