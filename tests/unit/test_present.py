"""present_k and present_v of WebGPU's graph: they are the trace's keys and values, and the next run takes them."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.package import write_model

from explainer.model.model import CHUNK, Model
from explainer.runtimes.native import NativeEngine, load_native, native_weights
from tests.helpers.checkpoints import make_checkpoint

LENGTH = 2 * CHUNK + 6
RUNS = {  # the number of tokens in each run
    "one token": [1],
    "a prompt": [7],
    "all at once": [LENGTH],
    "one by one": [1] * 12,
    "steps behind a prompt": [9, 1, 1, 1],
    "a prompt behind a step": [1, 30],
    "chunks": [CHUNK, CHUNK, 6],
}


@pytest.fixture(scope="module", params=["fp32", "int8", "int4"])
def model(request, tmp_path_factory) -> Model:
    folder = tmp_path_factory.mktemp("present")
    make_checkpoint(folder / "checkpoint", n_layer=3, d_model=64, n_ctx=LENGTH)
    write_model(load_checkpoint(str(folder / "checkpoint")), folder / "out", request.param)
    manifest, engine, tokenizer = load_native(folder / "out", "webgpu")
    return Model(manifest, engine, tokenizer, native_weights(manifest, folder / "out"))


def some_ids(model: Model, count: int, seed: int = 0) -> tuple[int, ...]:
    return tuple(np.random.default_rng(seed).integers(model.config.d_vocab, size=count).tolist())


def traced(model: Model, ids: tuple[int, ...]) -> dict[str, np.ndarray]:
    trace, _ = asyncio.run(model.trace(ids, ["k", "v"]))
    return {name: trace[name] for name in ("k", "v")}


def ran(engine: NativeEngine, ids: tuple[int, ...], past: dict[str, np.ndarray], length: int) -> dict[str, np.ndarray]:
    """Runs the trunk behind the first `length` positions of `past`, like GpuCache in site/workers/model/kv_cache.js."""
    names = ["k", "v", "present_k", "present_v"]
    feeds = {
        "input_ids": np.array(ids, np.int64),
        "past_len": np.array([length], np.int64),
        "past_k": past["k"],
        "past_v": past["v"],
    }
    return dict(zip(names, engine._sessions["trunk"].run(names, engine._identity | feeds)))


@pytest.mark.parametrize("runs", RUNS.values(), ids=RUNS)
def test_what_is_kept_is_the_trace(model, runs):
    ids, engine = some_ids(model, sum(runs)), model.engine
    trace = traced(model, ids)
    past, length = {"k": engine._no_past, "v": engine._no_past}, 0
    for count in runs:
        out = ran(engine, ids[length : length + count], past, length)
        for name in past:
            # The old rows are passed on unchanged, followed by the new ones as the run returned them.
            np.testing.assert_array_equal(out[f"present_{name}"], np.concatenate([past[name], out[name]], axis=2))
            np.testing.assert_allclose(out[f"present_{name}"], trace[name][:, :, : length + count], atol=1e-4, rtol=0)
        past, length = {name: out[f"present_{name}"] for name in past}, length + count
    assert past["k"].shape == (model.config.n_layer, model.config.n_head, len(ids), model.config.d_head)
    assert np.abs(past["k"] - past["v"]).max() > 0.1, "one taken for the other would be seen"


@pytest.mark.parametrize("length", [0, 1, 5, 19])
def test_a_branch_takes_only_what_it_shares(model, length):
    """A longer cache counts only up to past_len: later positions of the old text are not passed on."""
    ids = some_ids(model, 20)
    other = (*ids[:length], *some_ids(model, 6, seed=1))
    old = ran(model.engine, ids, {"k": model.engine._no_past, "v": model.engine._no_past}, 0)
    kept = {name: old[f"present_{name}"] for name in ("k", "v")}
    out, trace = ran(model.engine, other[length:], kept, length), traced(model, other)
    for name in kept:
        np.testing.assert_array_equal(out[f"present_{name}"][:, :, :length], kept[name][:, :, :length])
        np.testing.assert_allclose(out[f"present_{name}"], trace[name], atol=1e-4, rtol=0)
