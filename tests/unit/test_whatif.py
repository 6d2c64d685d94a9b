"""The changed model beside the untouched one: the app's traces, the views' data, sweeps and roles."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from explainer.app.app import App
from explainer.model.edits import Mask, edits_text, parse
from explainer.model.notices import notice
from explainer.model.sampling import log_softmax
from explainer.runtimes.native import NativeLibrary
from explainer.state.roles import roles
from explainer.views.attention import pooled
from tests.helpers.apps import make_library, shown

TEXT, OTHER = "the cat and the hat", "the hat and the cat"


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> NativeLibrary:
    shape = {"n_ctx": 60, "n_layer": 3}
    return make_library(tmp_path_factory.mktemp("whatif"), one=shape, two={**shape, "seed": 1})


@pytest.fixture
async def app(library) -> App:
    app = App(library, prompt=TEXT, part="whatif")
    await app.run()
    return app


def last(app: App, trace) -> np.ndarray:
    return trace.rows[len(trace) - 1]["logits"]


@pytest.mark.parametrize(
    "text, kept",
    [
        ("z.1.0=0", "z.1.0=0"),
        ("z.1.0=0;z.1.0=mean", "z.1.0=mean"),
        ("mlp_out.2=0.5;ln2.1=0", "mlp_out.2=0.5;ln2.1=0"),
        ("pattern.0.1.2=1,1,2", "pattern.0.1.2=0.25,0.25,0.5"),
        ("z.9.0=0", ""),
        ("z.1.0=3", ""),
        ("z.1.0=-1", ""),
        ("z.1.0=nan", ""),
        ("pattern.0.1.1=1,1,2", ""),
        ("pattern.0.1.2=0,0", ""),
        ("ln1.0=0.5", ""),
        ("logits.1=0", ""),
        ("<b>=1", ""),
        ("z.1.0=1e999", ""),
        ("attn_scores.0.0.0=0", ""),
        (";;", ""),
        ("mlp_post.1=0", ""),
    ],
)
def test_edits_are_read_from_text_and_nothing_else(app, text, kept):
    edits, left_out = parse(text, app.model.config)
    assert edits_text(edits) == kept
    assert bool(left_out) == (kept == "" and text != ";;")
    assert parse(edits_text(edits), app.model.config) == (edits, ())


@pytest.mark.parametrize("mask", ["", "window", "window:0", "window:x", "sinks:3", "blocks:3:1", "full:1", "causal\n"])
def test_what_is_no_mask_is_refused(mask):
    with pytest.raises(ValueError):
        Mask.parse(mask)


async def test_the_untouched_model_stays_beside_the_changed_one(app):
    untouched = app.trace
    assert app.plain is None and shown(app)["whatif"]["kl"] == 0 and shown(app)["residual"]["shows"] is None
    await app.set(edits="z.1.0=0")
    assert app.plain is untouched and app.trace.version != untouched.version
    assert np.abs(app.trace["z"][1, 0]).max() == 0 and np.abs(untouched["z"][1, 0]).max() > 0
    p, q = log_softmax(last(app, app.plain)), log_softmax(last(app, app.trace))
    view = shown(app)["whatif"]
    assert view["changed"] and view["kl"] == pytest.approx((np.exp(p) * (p - q)).sum()) and view["kl"] > 1e-6
    assert view["factors"][1, 0] == 0 and view["factors"].sum() == view["factors"].size - 1
    for row in view["top"]:
        assert row["before"] == pytest.approx(np.exp(p[row["id"]])) and row["after"] == pytest.approx(np.exp(q[row["id"]]))
    assert view["loss"]["before"] != view["loss"]["after"]
    await app.set(edits="")
    assert app.plain is None and app.trace.version == untouched.version
    np.testing.assert_array_equal(last(app, app.trace), last(app, untouched))


async def test_figures_show_original_changed_or_difference(app):
    await app.set(edits="mlp_out.0=0")
    changed = shown(app)["residual"]
    assert changed["shows"] == "changed" and changed["mlp_norm"][0].max() == 0
    await app.set(shows="original")
    original = shown(app)["residual"]
    np.testing.assert_allclose(original["mlp_norm"], np.linalg.norm(app.plain["mlp_out"], axis=-1), rtol=1e-6)
    await app.set(shows="difference")
    view = shown(app)["residual"]
    assert view["shows"] == "difference"
    np.testing.assert_allclose(
        view["mlp_norm"], np.linalg.norm(app.trace["mlp_out"] - app.plain["mlp_out"], axis=-1), atol=1e-6
    )
    # All views have the same number of the run, so that a part can tell whether it belongs to the newest one.
    assert len({view["run"] for view in shown(app).values() if "run" in view}) == 1


async def test_the_difference_of_identical_runs_is_exactly_zero(app):
    await app.set(edits="z.1.0=1;mlp_out.2=1", shows="difference")
    view = shown(app)["residual"]
    assert view["shows"] == "difference" and app.plain is not app.trace
    assert view["resid_norm"].max() == 0 == view["attn_norm"].max() and shown(app)["whatif"]["kl"] == 0


async def test_a_changed_model_grows_its_text_without_starting_again(app):
    await app.set(edits="z.0.1=0;embed.2=mean")
    await app.set(seed=3, greedy=True)
    await app.do(step=1)
    await app.do(step=1)
    trace, plain = app.trace, app.plain
    assert len(trace) == len(plain) == len(app.story.ids)
    fresh = App(app.library, prompt="", edits="z.0.1=0;embed.2=mean")
    await fresh.run()
    again, _ = await app.model.trace(trace.ids, ["resid_post"], change=app.change)
    np.testing.assert_allclose(again["resid_post"], trace["resid_post"], atol=1e-4)


async def test_a_mask_that_looks_ahead_reuses_nothing(app):
    await app.set(mask="full")
    await app.do(step=1)
    assert np.asarray(app.trace["pattern"]).min() > 0
    again, _ = await app.model.trace(app.trace.ids, ["resid_post"], change=app.change)
    np.testing.assert_allclose(again["resid_post"], app.trace["resid_post"], atol=1e-5)
    assert shown(app)["whatif"]["scores"]["now"] == len(app.trace) ** 2


async def test_patches_need_a_prompt_of_the_same_length(app):
    await app.set(edits="resid_pre.1.2=patch")
    assert app.plain is None and shown(app)["prompt"]["left_out"] == [notice("noOther")]
    await app.set(other="far too long a text for this one")
    assert app.plain is None and shown(app)["prompt"]["left_out"][0]["say"] == "unlike"
    await app.set(other=OTHER)
    source, _ = await app.model.trace(app.model.prepare(OTHER).ids, ["resid_pre"])
    if len(source) == len(app.trace):
        np.testing.assert_array_equal(app.trace["resid_pre"][1, 2], source["resid_pre"][1, 2])
        assert shown(app)["prompt"]["left_out"] == []
    else:
        pytest.fail("the two prompts should be of one length")


async def test_edits_of_another_model_go_with_it(app):
    await app.set(edits="z.1.0=0")
    await app.set(model="two")
    assert app.state.edits == "" and app.plain is None and app.change is None


@pytest.mark.parametrize("kind", ["zero", "mean", "heads", "positions"])
async def test_a_sweep_is_the_same_edits_one_by_one(app, kind):
    await app.set(other=OTHER, part="maps")
    await app.do(sweep=kind)
    view = shown(app)["maps"]["sweep"]
    job = app.sweep
    assert not view["running"] and view["done"].all() and view["runs"] == view["values"].size
    assert view["base"] == pytest.approx(shown(app)["maps"]["difference"], abs=1e-5)
    base = last(app, app.trace)
    name, value = {"zero": ("z", "0"), "mean": ("z", "mean"), "heads": ("z", "patch"), "positions": ("resid_pre", "patch")}[
        kind
    ]
    for at in ((0, 1), (2, 0), (1, 1)):
        await app.set(edits=f"{name}.{at[0]}.{at[1]}={value}")
        logits = last(app, app.trace)
        expected = (logits[job.a] - logits[job.b]) - (base[job.a] - base[job.b])
        assert view["values"][at] == pytest.approx(expected, abs=2e-4)


async def test_masks_are_swept_by_their_loss(app):
    await app.set(part="maps")
    await app.do(sweep="masks")
    view = shown(app)["maps"]["sweep"]
    await app.set(part="whatif", mask=f"window:{view['sizes'][0]}")
    loss = shown(app)["whatif"]["loss"]
    assert view["values"][0, 0] == pytest.approx(loss["after"] - loss["before"], abs=1e-4)


async def test_a_sweep_can_be_stopped_and_gives_way_to_a_new_text(app):
    await app.set(part="maps")
    task = asyncio.ensure_future(app.do(sweep="zero"))
    while app.sweep is None or not app.sweep.runs:
        await asyncio.sleep(0)
    await app.do(stop=True)
    await task
    assert not app.sweep.running and app.sweep.runs < app.sweep.values.size
    assert not shown(app)["maps"]["sweep"]["running"]
    await app.set(prompt="something else")
    assert shown(app)["maps"]["sweep"]["stale"]


async def test_strange_sweeps_are_refused(app):
    for kind in ("no such", 3, None):
        await app.do(sweep=kind)
        assert shown(app)["prompt"]["notice"] == [notice("refused", names=["sweep"])]
    with pytest.raises(ValueError):
        await app.do(sweep="positions")  # there is no other prompt
    assert shown(app)["prompt"]["notice"] == [notice("noOther")]


def test_roles_of_heads_made_by_hand():
    ids = (5, 6, 7, 5, 6)
    T = len(ids)
    pattern = np.zeros((1, 5, T, T))
    rows = np.arange(T)
    pattern[0, 0, rows, np.maximum(rows - 1, 0)] = 1
    pattern[0, 1] = np.eye(T)
    pattern[0, 1, 3:, 3:] = 0
    pattern[0, 1, 3, 0] = pattern[0, 1, 4, 1] = 1
    pattern[0, 2, :, 0] = 1
    pattern[0, 2, 3] = np.eye(T)[1]
    pattern[0, 2, 4] = np.eye(T)[2]
    pattern[0, 3, :, 0] = 1
    pattern[0, 4] = np.tri(T) / np.arange(1, T + 1)[:, None]
    found = roles(pattern, ids)
    assert [found[name][0].argmax() for name in ("previous", "same", "induction", "sink", "spread")] == [0, 1, 2, 3, 4]
    for head, name in enumerate(("previous", "same", "induction", "sink", "spread")):
        assert found[name][0, head] == pytest.approx(1)
    assert found["previous"][0, 4] == pytest.approx(np.mean([1 / 2, 1 / 3, 1 / 4, 1 / 5]))
    one = roles(np.ones((1, 1, 1, 1)), (3,))
    assert all(score is None for score in one.values())
    assert roles(pattern[..., :3, :3], (1, 2, 3))["induction"] is None


async def test_the_bar_says_what_is_changed(app):
    assert shown(app)["prompt"] | {"edits": "", "mask": "causal", "shows": "changed", "other": ""} == shown(app)["prompt"]
    await app.set(edits="z.1.0=0", mask="window:3", shows="original", other=OTHER)
    bar = shown(app)["prompt"]
    assert (bar["edits"], bar["mask"], bar["shows"], bar["other"]) == ("z.1.0=0", "window:3", "original", OTHER)
    assert bar["changed"]
    await app.set(model="two")
    assert shown(app)["prompt"]["edits"] == "" == shown(app)["prompt"]["other"]


async def test_two_prompts_are_compared_without_a_change(app):
    assert shown(app)["whatif"]["compared"] is None
    for other in (OTHER, "far too long a text for this one"):
        await app.set(other=other)
        view = shown(app)["whatif"]
        ids = app.model.prepare(other).ids
        there, _ = await app.model.trace(ids, ["resid_post"])
        await app.model.unembed(there, {len(ids) - 1})
        p, q = log_softmax(last(app, app.trace)), log_softmax(last(app, there))
        assert view["compared"] == "prompts" and view["places"] == [len(app.trace) - 1, len(ids) - 1]
        assert view["kl"] == pytest.approx((np.exp(p) * (p - q)).sum(), rel=1e-4)
        for row in view["top"]:
            assert row["before"] == pytest.approx(np.exp(p[row["id"]]), rel=1e-4)
            assert row["after"] == pytest.approx(np.exp(q[row["id"]]), rel=1e-4)
    await app.set(other=OTHER, token=2)
    assert shown(app)["whatif"]["places"] == [2, 2]
    await app.set(edits="z.1.0=0")
    assert shown(app)["whatif"]["compared"] == "change"


async def test_a_row_of_attention_is_shown_before_and_after(app):
    await app.set(token=2, block=1, head=0, edits="pattern.1.0.2=1,1,2")
    view = shown(app)["whatif"]
    np.testing.assert_allclose(view["row_now"][:3], [0.25, 0.25, 0.5], atol=1e-6)
    np.testing.assert_array_equal(view["row"], app.plain["pattern"][1, 0, 2])
    assert view["row"].sum() == pytest.approx(1, abs=1e-5) and np.abs(view["row"] - view["row_now"]).max() > 1e-3


async def test_what_cannot_be_switched_off_to_a_mean_is_said(app):
    tensors = app.model.weights._tensors
    mean = tensors.pop("mean.z")
    try:
        with pytest.raises(ValueError):
            await app.set(edits="z.1.0=mean")
        assert shown(app)["prompt"]["notice"] == [notice("noMeans")]
    finally:
        tensors["mean.z"] = mean


async def test_the_two_tokens_of_a_sweep_can_be_searched_for(app):
    await app.set(part="maps", find="c")
    view = shown(app)["maps"]
    assert view["find"] == "c" and view["found"]
    logits = last(app, app.trace)
    id = view["found"][0]["id"]
    assert "c" in view["found"][0]["text"].lower()
    await app.set(answer=id, against=view["top"][0]["id"])
    view = shown(app)["maps"]
    assert view["answer"]["id"] == id
    assert view["difference"] == pytest.approx(float(logits[id] - logits[view["against"]["id"]]))


PARTS_WITH_NUMBERS = ("embedding", "layernorm", "qkv", "attention", "heads", "output", "mlp", "unembedding", "vectors")


@pytest.mark.parametrize("part", PARTS_WITH_NUMBERS)
async def test_every_part_shows_the_original_when_asked(app, part):
    def numbers() -> dict:
        skipped = ("shows", "run", "version")
        return {name: value for name, value in shown(app)[part].items() if name not in skipped}

    def same(a: dict, b: dict) -> bool:
        return all(np.array_equal(a[name], b[name]) if isinstance(a[name], np.ndarray) else a[name] == b[name] for name in a)

    await app.set(part=part, block=1, head=1)
    untouched = numbers()
    assert shown(app)[part]["shows"] is None
    # Every token's vector loses a hundredth, which changes everything computed after it.
    await app.set(edits=";".join(f"embed.{i}=0.99" for i in range(len(app.trace))))
    assert shown(app)[part]["shows"] == "changed" and not same(untouched, numbers())
    await app.set(shows="original")
    assert shown(app)[part]["shows"] == "original" and same(untouched, numbers())
    await app.set(shows="difference")
    assert shown(app)[part]["shows"] == "difference"


@pytest.mark.parametrize("mask", ["window:2", "sinks:2:1", "blocks:2:1:3", "full"])
async def test_attention_shows_the_mask_that_was_chosen(app, mask):
    await app.set(part="attention", mask=mask, block=1, head=0)
    view = shown(app)["attention"]
    visible = Mask.parse(mask).visible(0, len(app.trace))
    np.testing.assert_array_equal(view["visible"], visible)
    scores = view["q"] @ view["k"].T * view["attn_scale"]
    np.testing.assert_allclose(view["attn_scores"], scores, atol=1e-4)
    powers = np.where(visible, np.exp(scores), 0)
    np.testing.assert_allclose(view["pattern"], powers / powers.sum(1, keepdims=True), atol=1e-5)
    await app.set(shows="original")
    assert shown(app)["attention"]["visible"] is None


async def test_attention_vectors_and_heads_show_differences(app):
    await app.set(part="attention", block=2, head=1, point="z", edits="z.1.0=0", shows="difference")
    view = shown(app)["attention"]
    assert view["shows"] == "difference" and "attn_scores" not in view
    np.testing.assert_array_equal(view["difference"], app.trace["pattern"][2, 1] - app.plain["pattern"][2, 1])
    np.testing.assert_array_equal(view["untouched"], app.plain["pattern"][2, 1])
    assert np.abs(view["difference"]).max() > 0
    await app.set(part="vectors")
    view = shown(app)["vectors"]
    assert view["shows"] == "difference"
    np.testing.assert_array_equal(view["values"], app.trace["z"][2, 1] - app.plain["z"][2, 1])
    await app.set(part="heads", heads="2.0,2.1")
    view, patterns = shown(app)["heads"], app.trace["pattern"] - app.plain["pattern"]
    assert view["shows"] == "difference" and view["difference"]
    np.testing.assert_array_equal(view["thumbs"], patterns)
    np.testing.assert_allclose(view["average"], patterns[2, :2].mean(0), atol=1e-7)
    np.testing.assert_allclose(view["alike"], np.abs(patterns[:, :, 1:]).sum(-1).mean(-1) / 2, atol=1e-6)
    assert view["alike"][:2].max() == 0 < view["alike"][2].min(), "nothing moves before what was changed"


async def test_the_roles_show_what_a_change_moves(app):
    await app.set(part="maps", edits="z.1.0=0", shows="difference")
    was, now = (roles(trace["pattern"], trace.ids) for trace in (app.plain, app.trace))
    view = shown(app)["maps"]
    assert view["shows"] == "difference" and view["roles"].keys() == was.keys()
    for name, by in view["roles"].items():
        np.testing.assert_allclose(by, now[name] - was[name], atol=1e-6)
        assert np.abs(by[:2]).max() == 0 < np.abs(by[2]).max(), "nothing moves before what was changed"
    await app.set(edits="z.1.0=1")
    assert not any(by.any() for by in shown(app)["maps"]["roles"].values()), "the same model has exactly the same roles"


MOVED = {  # part -> the vectors whose difference it shows
    "embedding": ["embed", "pos_embed", "resid_pre"],
    "layernorm": ["resid_mid", "ln2_mean", "ln2_scale", "ln2"],
    "qkv": ["ln1", "q", "k", "v"],
    "output": ["z", "resid_pre", "attn_out", "resid_mid"],
    "mlp": ["ln2", "mlp_pre", "mlp_post", "resid_mid", "mlp_out", "resid_post"],
    "unembedding": ["resid_post", "ln_final"],
}


@pytest.mark.parametrize("part", MOVED)
async def test_parts_show_the_difference_of_their_vectors(app, part):
    block, head, token = 1, 1, 2
    await app.set(part=part, block=block, head=head, token=token, norm="ln2", shows="difference", edits="embed.1=0.5")
    view = shown(app)[part]
    assert view["shows"] == "difference"
    assert [each["name"] for each in view["difference"]] == MOVED[part]

    def of(trace, name):
        if name == "ln_final":
            return trace.rows[token][name]
        at = {"embed": (), "pos_embed": (), "q": (block, head), "k": (block, head), "v": (block, head)}.get(name, (block,))
        if part == "embedding" and name == "resid_pre":
            at = (0,)
        elif part == "unembedding":
            at = (-1,)
        return trace["z"][block, :, token].reshape(-1) if name == "z" else trace[name][(*at, token)]

    for each in view["difference"]:
        was, now = of(app.plain, each["name"]), of(app.trace, each["name"])
        np.testing.assert_array_equal(each["was"], was)
        np.testing.assert_array_equal(each["by"], now - was)
    moved = [each["name"] for each in view["difference"] if np.abs(each["by"]).max() > 0]
    # The token's own vectors are untouched; attention brings it changed vectors from token 1.
    assert moved == ([] if part == "embedding" else MOVED[part])


async def test_the_difference_of_what_comes_next(app):
    await app.set(token=3, shows="difference", edits="embed.1=0.5", k=5)
    view = shown(app)["logits"]
    before, after = (np.exp(log_softmax(trace.rows[3]["logits"])) for trace in (app.plain, app.trace))
    by = np.abs(after - before)
    assert view["shows"] == "difference" and [row["id"] for row in view["moved"]] == np.argsort(-by, kind="stable")[:5].tolist()
    for row in view["moved"]:
        assert (row["before"], row["after"]) == (pytest.approx(before[row["id"]]), pytest.approx(after[row["id"]]))
    assert view["kl"] == pytest.approx(float((before * np.log(before / after)).sum()), abs=1e-6) and view["kl"] > 0
    await app.set(edits="z.1.0=1")
    view = shown(app)["logits"]
    assert view["kl"] == 0 and all(row["before"] == row["after"] for row in view["moved"])
    assert [row["id"] for row in view["moved"]] == np.argsort(-before, kind="stable")[:5].tolist()


def test_small_pictures_of_differences_keep_what_is_farthest_from_0():
    np.testing.assert_array_equal(pooled(np.float32([[[0, -3, 1], [1, 2, 0], [0, 0, -1]]]), 2), [[[-3, 1], [0, -1]]])
