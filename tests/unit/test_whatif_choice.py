"""The draw of the next token, and the surprise at the text's tokens, in the changed model beside the untouched one."""

from __future__ import annotations

import numpy as np
import pytest

from explainer.app.app import App
from explainer.model.sampling import log_softmax
from explainer.runtimes.native import NativeLibrary
from tests.helpers.apps import make_library, shown


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> NativeLibrary:
    return make_library(tmp_path_factory.mktemp("choice"), one={"n_ctx": 60, "n_layer": 3})


@pytest.fixture
async def app(library) -> App:
    app = App(library, prompt="the cat and the hat")
    await app.run()
    return app


def last(trace) -> np.ndarray:
    return trace.rows[len(trace) - 1]["logits"]


def drawn_by_hand(logits, state, position) -> tuple[np.ndarray, int]:
    """Returns each token's share of the draw, and the drawn token, computed token by token from the likeliest down."""
    logits = logits.astype(np.float64)
    order = sorted(range(len(logits)), key=lambda id: (-logits[id], id))
    share = np.zeros(len(logits))
    if state.greedy or state.temperature == 0:
        share[order[0]] = 1
        return share, order[0]
    powers = np.exp((logits - logits.max()) / state.temperature)
    allowed = order[: state.top_k or None]
    total, before = sum(powers[id] for id in allowed), 0
    for id in allowed:
        if before >= state.top_p:
            break
        share[id] = powers[id]
        before += powers[id] / total
    share /= share.sum()
    draw, upto = state.sampling.draw(position), 0
    for id in order:
        upto += share[id]
        if draw < upto:
            return share, id


def runs_of(app: App) -> list[str]:
    """Returns a list that records the graphs that are run from now on."""
    runs = []
    for name in ("trunk", "unembed"):
        run = getattr(app.model.engine, name)

        def counted(*args, run=run, name=name, **options):
            runs.append(name)
            return run(*args, **options)

        setattr(app.model.engine, name, counted)
    return runs


KNOBS = [
    {},
    {"temperature": 0.5},
    {"top_k": 9},
    {"top_p": 0.6},
    {"temperature": 1.7, "top_k": 40, "top_p": 0.9, "seed": 5},
    {"greedy": True},
    {"temperature": 0},
]


async def test_the_difference_of_the_draw(app):
    await app.set(token=1, edits="z.1.0=0;mlp_out.2=0", shows="difference")
    runs = runs_of(app)
    entered = left = 0
    for knobs in KNOBS:
        await app.set(**{"temperature": 1, "top_k": 0, "top_p": 1, "greedy": False, "seed": 1, **knobs})
        view = shown(app)["sampling"]
        (p, was), (q, now) = (drawn_by_hand(last(trace), app.state, len(trace)) for trace in (app.plain, app.trace))
        assert (
            view["shows"] == "difference"
            and view["drawn"] == [was, now]
            and view["draw"] == app.state.sampling.draw(len(app.trace))
        )
        assert view["left"] == [(p > 0).sum(), (q > 0).sum()]
        among = {"stays": (p > 0) & (q > 0), "enters": (p == 0) & (q > 0), "leaves": (p > 0) & (q == 0)}
        for how, mask in among.items():
            group = view["groups"][how]
            assert group["n"] == mask.sum()
            unlisted = mask.copy()
            unlisted[[row["id"] for row in view["changes"]]] = False
            assert group["rest"] == [pytest.approx(share[unlisted].sum(), rel=1e-9, abs=0) for share in (p, q)]
        assert view["moved"] == pytest.approx(np.abs(q - p).sum() / 2)
        assert view["moved"] > 1e-3 or (was == now and app.state.sampling.takes_likeliest)
        for row in view["changes"]:
            id = row["id"]
            assert (row["before"], row["after"], row["by"]) == pytest.approx((p[id], q[id], q[id] - p[id]), abs=1e-12)
            assert among[row["how"]][id]
            for side, (trace, share) in enumerate(((app.plain, p), (app.trace, q))):
                ahead = last(trace) > last(trace)[id]
                assert row["spans"][side] == pytest.approx([share[ahead].sum(), share[ahead].sum() + share[id]], abs=1e-12)
        listed = [row["id"] for row in view["changes"]]
        by = np.abs(q - p)[listed]
        assert (by[:-1] >= by[1:]).all() and len(set(listed)) == len(listed) and {was, now} <= set(listed)
        assert by[0] == np.abs(q - p).max()
        entered, left = entered + among["enters"].sum(), left + among["leaves"].sum()
    assert entered and left, "the change lets tokens in and puts some out"
    assert runs == []
    await app.set(prompt="the hat")
    assert set(runs) == {"trunk", "unembed"}


async def test_the_draw_follows_what_the_figures_show(app):
    await app.set(seed=3, top_p=0.8)
    untouched = shown(app)["sampling"]
    assert untouched["shows"] is None
    await app.set(edits="z.1.0=0;mlp_out.2=0")
    changed = shown(app)["sampling"]
    assert changed["shows"] == "changed" and changed["rows"][0]["logit"] == pytest.approx(last(app.trace).max())
    await app.set(shows="original")
    original = shown(app)["sampling"]
    assert original["shows"] == "original" and original["rows"] == untouched["rows"] != changed["rows"]
    assert original["drawn"] == untouched["drawn"]
    await app.set(shows="difference")
    assert shown(app)["sampling"]["drawn"] == [original["drawn"]["id"], changed["drawn"]["id"]]
    # Whichever model is shown, the text goes on with the changed one.
    await app.set(shows="original")
    await app.do(step=1)
    assert app.trace.ids[-1] == changed["drawn"]["id"] != original["drawn"]["id"]


async def test_the_difference_of_surprise(app):
    await app.set(surprise=True, edits="embed.1=0.5", shows="difference")
    pieces = shown(app)["tokens"]["pieces"]
    logs = {}
    for name in ("plain", "trace"):
        ids, trace = app.trace.ids, getattr(app, name)
        logits = (await app.model.engine.unembed(trace["resid_post"][-1]))["logits"]
        logs[name] = [float(log_softmax(logits)[i, ids[i + 1]]) for i in range(len(ids) - 1)]
    assert shown(app)["tokens"]["shows"] == "difference" and pieces[0]["prob"] is None and "bits" not in pieces[0]
    for piece, before, after in zip(pieces[1:], logs["plain"], logs["trace"], strict=True):
        assert (piece["before"], piece["prob"]) == (pytest.approx(np.exp(before)), pytest.approx(np.exp(after)))
        assert piece["bits"] == pytest.approx((after - before) / np.log(2), abs=1e-6)
    # Token 1 keeps its probability; later tokens do not.
    assert pieces[1]["bits"] == 0 and all(piece["bits"] != 0 for piece in pieces[2:])
    for shows, name in (("changed", "trace"), ("original", "plain")):
        await app.set(shows=shows)
        pieces = shown(app)["tokens"]["pieces"]
        assert [piece["prob"] for piece in pieces[1:]] == pytest.approx(np.exp(logs[name]).tolist())
        assert all("bits" not in piece for piece in pieces)
    await app.set(surprise=False, shows="difference")
    assert all(piece["prob"] is None and "bits" not in piece for piece in shown(app)["tokens"]["pieces"])


@pytest.mark.parametrize("knobs", KNOBS)
async def test_identical_runs_draw_alike_and_surprise_alike(app, knobs):
    await app.set(surprise=True, edits="z.1.0=1;mlp_out.2=1", shows="difference", **knobs)
    assert app.plain is not None and app.plain is not app.trace
    view = shown(app)["sampling"]
    assert view["moved"] == 0 and view["drawn"][0] == view["drawn"][1] and view["left"][0] == view["left"][1]
    assert view["groups"]["enters"]["n"] == view["groups"]["leaves"]["n"] == 0
    assert all(
        row["by"] == 0 and row["before"] == row["after"] and row["spans"][0] == row["spans"][1] for row in view["changes"]
    )
    logits = last(app.plain)
    likeliest = [logits[row["id"]] for row in view["changes"]]
    assert likeliest == sorted(likeliest, reverse=True) and likeliest[0] == logits.max(), (
        "of equal changes the likelier token first"
    )
    assert [piece["bits"] for piece in shown(app)["tokens"]["pieces"][1:]] == [0] * (len(app.trace) - 1)
