"""The parts embedding, layernorm, qkv and output: their data are the trace's, and the numbers that it is computed from."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.package import write_model

from explainer.app.app import App
from explainer.model.activations import ACTIVATIONS
from explainer.runtimes.native import NativeLibrary
from explainer.views.arrays import window_start
from explainer.views.output import farthest
from explainer.views.terms import dot
from tests.helpers.checkpoints import make_checkpoint

D, HEADS, D_HEAD = 16, 2, 8


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("parts")
    found = {}
    for name, tied in (("tied", True), ("untied", False)):
        found[name] = load_checkpoint(str(make_checkpoint(folder / name, tied=tied, n_ctx=40)))
        write_model(found[name], folder / "models" / name, "fp32")
    return {"folder": folder / "models", **found}


@pytest.fixture
async def app(checkpoints) -> App:
    app = App(NativeLibrary(checkpoints["folder"]), prompt="the cat and the hat", model="tied")
    await app.run()
    return app


async def opened(app: App, part: str, **choices) -> dict:
    await app.set(part=part, **choices)
    return next(view for view in app.views if view.slot == part).shown


def test_a_dot_product_is_its_terms():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 100))
    taken = dot(x, w, 0.5, 9.0, top=7)
    products = [term["product"] for term in taken["terms"]]
    assert len(products) == 7 and taken["count"] == 100 and taken["result"] == 9.0 and taken["bias"] == 0.5
    assert np.abs(products).tolist() == sorted(np.abs(x * w), reverse=True)[:7]
    assert all(t["x"] == x[t["i"]] and t["w"] == w[t["i"]] for t in taken["terms"])
    assert sum(products) + taken["rest"] == pytest.approx(x @ w)
    few = dot(x[:3], w[:3], None, 0.0)
    assert len(few["terms"]) == 3 and few["rest"] == 0 and few["bias"] is None
    with pytest.raises(ValueError, match="one length"):
        dot(x, w[:-1], 0.0, 0.0)


def total(terms: dict) -> float:
    return sum(term["product"] for term in terms["terms"]) + terms["rest"] + (terms["bias"] or 0)


@pytest.mark.parametrize("matrix", ["q", "k", "v"])
async def test_an_entry_of_a_head_is_the_dot_product_that_is_shown(app, checkpoints, matrix):
    shown = await opened(app, "qkv", block=1, head=1, token=2, matrix=matrix, entry=5)
    trace, tensors = app.trace, checkpoints["tied"].tensors
    for name in "qkv":
        np.testing.assert_array_equal(shown[name], trace[name][1, 1])
    start = "qkv".index(matrix) * D + 1 * D_HEAD
    assert shown["start"] == start
    np.testing.assert_array_equal(shown["w"], tensors["h.1.attn.c_attn.weight"][:, start : start + D_HEAD].T)
    np.testing.assert_array_equal(shown["bias"], tensors["h.1.attn.c_attn.bias"][start : start + D_HEAD])
    np.testing.assert_array_equal(shown["x"], trace["ln1"][1, 2])
    np.testing.assert_allclose(shown["w"] @ shown["x"] + shown["bias"], shown[matrix][2], atol=1e-5)
    assert shown["terms"]["result"] == shown[matrix][2, 5]
    assert total(shown["terms"]) == pytest.approx(shown["terms"]["result"], abs=1e-5)


@pytest.mark.parametrize("norm, reads", [("ln1", "resid_pre"), ("ln2", "resid_mid"), ("ln_final", "resid_post")])
async def test_a_norm_step_by_step(app, checkpoints, norm, reads):
    shown = await opened(app, "layernorm", block=0, token=3, norm=norm)
    trace, tensors = app.trace, checkpoints["tied"].tensors
    x = trace[reads][-1 if norm == "ln_final" else 0, 3].astype(np.float64)
    name = {"ln1": "h.0.ln_1", "ln2": "h.0.ln_2", "ln_final": "ln_f"}[norm]
    np.testing.assert_array_equal(shown["weight"], tensors[f"{name}.weight"])
    np.testing.assert_array_equal(shown["bias"], tensors[f"{name}.bias"])
    assert shown["mean"] == pytest.approx(x.mean(), abs=1e-6)
    assert shown["variance"] == pytest.approx(x.var(), rel=1e-5)
    assert shown["scale"] == pytest.approx(np.sqrt(x.var() + shown["eps"]), rel=1e-5) and shown["eps"] == 1e-3
    np.testing.assert_allclose(shown["centred"], x - x.mean(), atol=1e-5)
    np.testing.assert_allclose(shown["normal"], (x - x.mean()) / np.sqrt(x.var() + 1e-3), atol=1e-5)
    np.testing.assert_allclose(shown["scaled"] + shown["bias"], shown["result"], atol=1e-5)
    model = trace.rows[3]["ln_final"] if norm == "ln_final" else trace[norm][0, 3]
    np.testing.assert_array_equal(shown["result"], model)
    assert shown["off"] is False
    assert shown["block"] == (None if norm == "ln_final" else 0) and shown["reads"] == reads


async def test_an_embedding_is_two_rows_added(app, checkpoints):
    tensors = checkpoints["tied"].tensors
    shown = await opened(app, "embedding", token=3)
    id = app.trace.ids[3]
    np.testing.assert_array_equal(shown["embed"], tensors["wte.weight"][id])
    np.testing.assert_array_equal(shown["pos_embed"], tensors["wpe.weight"][3])
    np.testing.assert_allclose(shown["total"], tensors["wte.weight"][id] + tensors["wpe.weight"][3], atol=1e-6)
    unit = tensors["wte.weight"] / np.linalg.norm(tensors["wte.weight"], axis=1, keepdims=True)
    near = unit @ unit[id]
    best = np.argsort(-near)[:12]
    assert [entry["id"] for entry in shown["nearest"]] == best.tolist() and best[0] == id
    np.testing.assert_allclose([entry["cosine"] for entry in shown["nearest"]], near[best], atol=1e-5)
    wpe = tensors["wpe.weight"][: len(app.trace)]
    wpe = wpe / np.linalg.norm(wpe, axis=1, keepdims=True)
    np.testing.assert_allclose(shown["positions"], wpe @ wpe[3], atol=1e-5)


async def test_without_tying_the_nearest_are_those_of_the_unembedding(app, checkpoints):
    await app.set(model="untied")
    shown = await opened(app, "embedding", token=1)
    wte, head = (checkpoints["untied"].tensors[f"{name}.weight"] for name in ("wte", "lm_head"))
    row = wte[app.trace.ids[1]]
    near = head @ row / np.linalg.norm(head, axis=1) / np.linalg.norm(row)
    assert shown["tied"] is False
    assert [entry["id"] for entry in shown["nearest"]] == np.argsort(-near)[:12].tolist()


async def test_what_the_heads_write_adds_up_to_the_output(app, checkpoints):
    shown = await opened(app, "output", block=1, token=2, entry=11)
    trace, tensors = app.trace, checkpoints["tied"].tensors
    w, bias = (tensors[f"h.1.attn.c_proj.{kind}"] for kind in ("weight", "bias"))
    z = trace["z"][1, :, 2]
    alone = [z[head] @ w[head * D_HEAD : (head + 1) * D_HEAD] for head in range(HEADS)] + [bias]
    np.testing.assert_array_equal(shown["z"], z.reshape(-1))
    np.testing.assert_array_equal(shown["attn_out"], trace["attn_out"][1, 2])
    np.testing.assert_allclose(sum(alone), shown["attn_out"], atol=1e-5)
    np.testing.assert_allclose(shown["written"], np.linalg.norm(alone, axis=1), rtol=1e-5)
    out = shown["attn_out"]
    np.testing.assert_allclose(shown["shares"], [one @ out / (out @ out) for one in alone], atol=1e-5)
    assert shown["shares"].sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(shown["at_entry"], [one[11] for one in alone], atol=1e-6)
    np.testing.assert_array_equal(shown["column"], w[:, 11])
    np.testing.assert_array_equal(shown["bias"], bias)
    np.testing.assert_array_equal(shown["w"], w.T)
    np.testing.assert_array_equal(shown["resid_mid"], trace["resid_mid"][1, 2])
    np.testing.assert_allclose(shown["resid_pre"] + out, shown["resid_mid"], atol=1e-5)
    assert shown["norms"]["resid_mid"] == pytest.approx(np.linalg.norm(trace["resid_mid"][1, 2]))
    assert shown["terms"]["result"] == out[11] and total(shown["terms"]) == pytest.approx(out[11], abs=1e-5)
    other = await opened(app, "output", block=0)
    np.testing.assert_array_equal(other["w"], tensors["h.0.attn.c_proj.weight"].T)


def test_a_smaller_picture_keeps_what_is_farthest_from_0():
    matrix = np.zeros((5, 7), np.float32)
    matrix[4, 6], matrix[0, 1], matrix[0, 0], matrix[3, 3] = -3, 2, -1, 5
    small = farthest(matrix, 2, 4)
    np.testing.assert_array_equal(small, [[2, 0], [5, 0], [0, -3]])
    np.testing.assert_array_equal(farthest(matrix, 1, 1), matrix)


@pytest.mark.parametrize("part", ["embedding", "layernorm", "qkv", "output"])
async def test_choices_beyond_the_model_mean_its_last_and_one_token_is_enough(app, part):
    shown = await opened(app, part, prompt="", block=99, head=99, token=50, entry=9999)
    assert len(app.trace) == 1 and shown["token"] == 0 and len(shown["labels"]) == 1
    assert shown["entry"] == (D_HEAD if part == "qkv" else D) - 1
    assert shown.get("block", 1) == 1 and shown.get("head", 1) == 1
    for value in shown.values():
        assert not isinstance(value, np.ndarray) or (np.isfinite(value).all() and value.dtype == np.float32)


@pytest.mark.parametrize(
    "position, length, size, start",
    [(0, 10, 4, 0), (1, 10, 4, 0), (5, 10, 4, 3), (9, 10, 4, 6), (9, 10, 10, 0), (2, 3, 4, 0), (7, 10, 3, 6), (0, 1, 1, 0)],
)
def test_a_window_is_around_its_position_and_within_the_text(position, length, size, start):
    assert window_start(position, length, size) == start


async def test_of_a_long_text_the_rows_around_the_token_are_shown(app, monkeypatch):
    monkeypatch.setattr("explainer.views.qkv.ROWS", 4)
    shown = await opened(app, "qkv", token=4)
    first = shown["first"]
    assert len(shown["q"]) == 4 and first <= 4 < first + 4
    np.testing.assert_array_equal(shown["k"], app.trace["k"][shown["block"], shown["head"], first : first + 4])


async def test_what_the_reader_changed_is_shown_and_never_taken_for_arithmetic(app, checkpoints):
    untouched = await opened(app, "embedding", token=3)
    shown = await opened(app, "embedding", edits="embed.3=0")
    assert not shown["embed"].any() and [near["cosine"] for near in shown["nearest"]] == [0] * 12
    np.testing.assert_array_equal(shown["total"], shown["pos_embed"])
    again = await opened(app, "embedding", edits="")
    assert again["nearest"] == untouched["nearest"]

    shown = await opened(app, "layernorm", edits="ln1.0=0", norm="ln1", block=0)
    assert shown["off"] is True and (shown["mean"], shown["scale"]) == (0, 1)
    np.testing.assert_allclose(shown["x"] * shown["weight"] + shown["bias"], shown["result"], atol=1e-5)
    assert (await opened(app, "layernorm", norm="ln2"))["off"] is False

    shown = await opened(app, "qkv", edits="q.1.1=0", block=1, head=1, matrix="q")
    assert shown["terms"]["result"] == 0 and abs(total(shown["terms"])) > 1e-3

    shown = await opened(app, "output", edits="attn_out.1=0", block=1)
    assert not shown["attn_out"].any() and shown["shares"].sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_array_equal(shown["resid_mid"], shown["resid_pre"])


def test_every_activation_is_explained_in_words_before_any_formula():
    for activation in ACTIVATIONS:
        assert not re.match(r"\w+( [.+] |\()", activation.meaning), activation
