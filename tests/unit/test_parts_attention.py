"""The parts `attention` and `heads`: their data are the trace's, or follow from it."""

from __future__ import annotations

import numpy as np
import pytest

from explainer.app.app import App
from explainer.runtimes.native import NativeLibrary
from explainer.views.attention import pooled
from explainer.views.heads import compared, overlap, picks, span
from tests.helpers.apps import make_library, shown


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> NativeLibrary:
    return make_library(tmp_path_factory.mktemp("attention"), small={"seed": 3, "n_ctx": 40})


async def opened(library, part: str, **choices) -> tuple[App, dict]:
    app = App(library, part=part, **{"prompt": "the cat and the hat", **choices})
    await app.run()
    return app, shown(app)[part]


async def test_every_stage_of_attention_follows_from_what_is_shown(library):
    app, view = await opened(library, "attention", block=1, head=1)
    for name in ("q", "k", "v", "attn_scores", "pattern", "z"):
        np.testing.assert_array_equal(view[name], app.trace[name][1, 1])
        assert view[name].dtype == np.float32
    T = len(app.trace)
    scores = view["q"].astype(np.float64) @ view["k"].T * view["attn_scale"]
    np.testing.assert_allclose(view["attn_scores"], scores, atol=1e-5)
    masked = np.where(np.tril(np.ones((T, T), bool)), scores, -np.inf)
    weights = np.exp(masked - masked.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(view["pattern"], weights, atol=1e-6)
    np.testing.assert_allclose(view["z"], weights @ view["v"], atol=1e-5)
    np.testing.assert_array_equal(view["thumbs"], app.trace["pattern"][1])


async def test_the_opened_cell_is_the_readers_or_lies_within_the_text(library):
    app, view = await opened(library, "attention", key=2, entry=3, stage="scaled", sink=True, token=4)
    assert (view["key"], view["entry"], view["stage"], view["sink"], view["token"]) == (2, 3, "scaled", True, 4)
    # These choices change no number: the page alone draws them, and Python repeats them in the next data.
    await app.set(key=99, entry=10**6)
    assert shown(app)["attention"] is view
    await app.set(block=1)
    view = shown(app)["attention"]
    assert view["key"] == len(app.trace) - 1 and view["entry"] == app.model.config.d_head - 1
    await app.set(key=-1, stage="no such")
    await app.set(block=0)
    view = shown(app)["attention"]
    assert view["key"] == -1 and view["stage"] == "scaled" and app.state.stage == "scaled"


async def test_one_token_can_only_look_at_itself(library):
    app, view = await opened(library, "attention", prompt="a", token=0, key=3)
    assert len(app.trace) == 1 and view["key"] == 0
    np.testing.assert_array_equal(view["pattern"], [[1]])
    np.testing.assert_array_equal(view["z"], view["v"])
    _, view = await opened(library, "heads", prompt="a", rows="0-4")
    assert view["compared"] == 0 and (view["alike"] == 1).all()
    np.testing.assert_array_equal(view["average"], [[1]])
    assert view["span"] == [0, 0]


async def test_the_atlas_shows_every_head_and_what_it_has_in_common_with_the_chosen_one(library):
    app, view = await opened(library, "heads", block=1, head=0)
    patterns = app.trace["pattern"]
    np.testing.assert_array_equal(view["thumbs"], patterns)
    found = np.zeros(patterns.shape[:2])
    for layer, head in np.ndindex(found.shape):
        shares = [sum(min(a, b) for a, b in zip(*rows)) for rows in zip(patterns[layer, head], patterns[1, 0])]
        found[layer, head] = np.mean(shares[1:])
    np.testing.assert_allclose(view["alike"], found, atol=1e-6)
    assert view["alike"][1, 0] == pytest.approx(1) and view["compared"] == len(app.trace) - 1
    assert view["picked"] == [] and view["span"] == [len(app.trace) - 1] * 2
    np.testing.assert_array_equal(view["average"], patterns[1, 0])
    np.testing.assert_allclose(view["row"], patterns[1, 0, -1])


async def test_an_average_is_that_of_the_picked_heads_and_rows(library):
    app, view = await opened(library, "heads", heads="0.1,1.0,9.0,0.1", rows="4-2")
    patterns = app.trace["pattern"]
    assert view["picked"] == [[0, 1], [1, 0]] and view["span"] == [2, 4]
    average = (patterns[0, 1] + patterns[1, 0]) / 2
    np.testing.assert_allclose(view["average"], average, atol=1e-7)
    np.testing.assert_allclose(view["row"], average[2:5].mean(axis=0), atol=1e-7)
    assert view["row"].sum() == pytest.approx(1, abs=1e-6)


async def test_strange_choices_of_heads_and_rows_are_refused(library):
    app, _ = await opened(library, "heads")
    for changes in (
        {"heads": "1"},
        {"heads": "1.1,"},
        {"heads": "-1.0"},
        {"heads": "1.1\n"},
        {"rows": "3"},
        {"rows": "a-b"},
        {"sink": "yes"},
        {"key": -2},
        {"stage": 1},
    ):
        changed, refused = app.state.choose(changes)
        assert not changed and refused == list(changes), changes


def test_likeness_is_a_share_of_attention():
    same = np.tril(np.ones((4, 4))) / np.arange(1, 5)[:, None]
    first, diagonal = np.eye(4)[[0, 0, 0, 0]], np.eye(4)
    alike = overlap(np.stack([[same, first], [diagonal, same]]), 0, 0, compared(4))
    mean = np.mean([1 / 2, 1 / 3, 1 / 4])
    np.testing.assert_allclose(alike, [[1, mean], [mean, 1]])
    assert overlap(np.stack([[first, diagonal]]), 0, 0, compared(4))[0, 1] == 0


def test_of_a_long_text_evenly_many_queries_are_compared():
    assert list(compared(1)) == [] and list(compared(3)) == [1, 2]
    many = compared(1000)
    assert len(many) == 128 and many[0] == 1 and many[-1] == 999 and set(np.diff(many)) <= {7, 8}


def test_small_pictures_keep_the_largest_weight():
    matrix = np.arange(25, dtype=np.float32).reshape(5, 5)
    np.testing.assert_array_equal(pooled(matrix, 5), matrix)
    np.testing.assert_array_equal(pooled(matrix, 2), [[12, 14], [22, 24]])


def test_picks_and_spans():
    assert picks("", 3, 3) == [] and picks("2.2,3.0,2.2,0.3", 3, 3) == [(2, 2)]
    assert span("", 5) is None and span("7-1", 5) == (1, 4) and span("9-9", 5) == (4, 4)
