"""The parts `mlp` and `size`: their data are the trace's, or follow from it and the weights."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.package import write_model

from explainer.app.app import App
from explainer.model.manifest import bytes_on_the_wire
from explainer.model.sampling import highest, highest_of_rows
from explainer.runtimes.native import NativeLibrary
from explainer.views.mlp import STRONGEST, TOKENS, activation
from explainer.views.size import PUBLISHED, Shape
from tests.helpers.checkpoints import make_checkpoint

SHAPES = {"new": {}, "erf": {"activation_function": "gelu"}, "relu": {"activation_function": "relu", "tied": False}}


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("mlp")
    return {name: load_checkpoint(str(make_checkpoint(folder / name, n_ctx=40, **options))) for name, options in SHAPES.items()}


@pytest.fixture(scope="module")
def library(checkpoints, tmp_path_factory) -> NativeLibrary:
    folder = tmp_path_factory.mktemp("models")
    for name, checkpoint in checkpoints.items():
        write_model(checkpoint, folder / name, "fp32")
    write_model(checkpoints["new"], folder / "rounded", "int8")
    return NativeLibrary(folder, "new")


async def opened(library, part: str, **choices) -> tuple[App, dict]:
    app = App(library, prompt="the cat and the hat", part=part, **choices)
    await app.run()
    return app, next(view.shown for view in app.views if view.slot == part)


@pytest.mark.parametrize("model", ["new", "erf", "relu", "rounded"])
@pytest.mark.parametrize("token", [0, 3, -1])
async def test_the_neurons_are_the_traces_and_lie_on_the_curve(library, model, token):
    app, view = await opened(library, "mlp", model=model, block=1, token=token)
    for key, name in (
        ("pre", "mlp_pre"),
        ("post", "mlp_post"),
        ("mlp_out", "mlp_out"),
        ("resid_mid", "resid_mid"),
        ("resid_post", "resid_post"),
    ):
        np.testing.assert_array_equal(view[key], app.trace[name][1, token])
    np.testing.assert_allclose(activation(view["act_fn"], view["pre"].astype(float)), view["post"], atol=2e-6)
    np.testing.assert_allclose(np.interp(view["pre"], view["curve_x"], view["curve_y"]), view["post"], atol=5e-3)


def total(terms: dict) -> float:
    return sum(term["product"] for term in terms["terms"]) + terms["rest"] + (terms["bias"] or 0)


async def test_one_neuron_and_one_entry_open_as_dot_products(library, checkpoints):
    _, view = await opened(library, "mlp", block=1, token=2, neuron=5, entry=7)
    tensors, terms = checkpoints["new"].tensors, view["neuron_terms"]
    assert view["opened"]["neuron"] == view["neuron"] == 5
    assert terms["result"] == view["pre"][5] == pytest.approx(view["opened"]["pre"])
    for term in terms["terms"]:
        assert term["w"] == pytest.approx(tensors["h.1.mlp.c_fc.weight"][term["i"], 5])
    assert total(terms) == pytest.approx(terms["result"], abs=1e-5)
    terms = view["entry_terms"]
    assert terms["result"] == view["mlp_out"][7] and terms["count"] == view["d_mlp"]
    for term in terms["terms"]:
        assert term["x"] == view["post"][term["i"]]
        assert term["w"] == pytest.approx(tensors["h.1.mlp.c_proj.weight"][term["i"], 7])
    assert total(terms) == pytest.approx(terms["result"], abs=1e-5)


@pytest.mark.parametrize("model", ["new", "relu"])
async def test_what_a_neuron_writes_is_its_share_of_the_logits(library, checkpoints, model):
    """Subtracting the neuron's vector from the last residual stream, with the norm's scale fixed, changes the logits by it."""
    app, view = await opened(library, "mlp", model=model, block=1, token=2)
    tensors = checkpoints[model].tensors
    sizes = np.abs(view["post"]) * np.linalg.norm(tensors["h.1.mlp.c_proj.weight"], axis=1)
    np.testing.assert_allclose(view["written"], sizes, rtol=1e-5)
    assert [row["neuron"] for row in view["strongest"]] == list(np.argsort(-sizes, kind="stable")[:STRONGEST])
    assert view["opened"] == view["strongest"][0]
    head = tensors["wte.weight" if model == "new" else "lm_head.weight"]
    stream, row = app.trace["resid_post"][-1, 2].astype(float), app.trace.rows[2]

    def logits(vector):
        normal = (vector - vector.mean()) / row["ln_final_scale"][0]
        return (normal * tensors["ln_f.weight"] + tensors["ln_f.bias"]) @ head.T

    np.testing.assert_allclose(logits(stream), row["logits"], atol=1e-4)
    first = view["strongest"][0]
    wrote = view["post"][first["neuron"]] * tensors["h.1.mlp.c_proj.weight"][first["neuron"]]
    share = logits(stream) - logits(stream - wrote)
    assert [t["id"] for t in first["up"]] == list(np.argsort(-share)[:TOKENS])
    assert [t["id"] for t in first["down"]] == list(np.argsort(share)[:TOKENS])
    assert [t["effect"] for t in first["up"]] == pytest.approx(sorted(share)[::-1][:TOKENS], abs=1e-5)


async def test_choices_beyond_the_model_are_clamped(library):
    app, view = await opened(library, "mlp", block=99, token=99, neuron=10**6, entry=10**6)
    assert (view["block"], view["opened"]["neuron"], view["entry"]) == (1, view["d_mlp"] - 1, view["d_model"] - 1)
    await app.set(prompt="t")
    assert next(v.shown for v in app.views if v.slot == "mlp")["token"] == 0


async def test_another_block_brings_its_own_weights(library, checkpoints):
    app, _ = await opened(library, "mlp", block=0, token=1, neuron=3)
    await app.set(block=1)
    view = next(v.shown for v in app.views if v.slot == "mlp")
    size = abs(view["post"][3]) * np.linalg.norm(checkpoints["new"].tensors["h.1.mlp.c_proj.weight"][3])
    assert view["written"][3] == pytest.approx(size, rel=1e-5)


def test_the_highest_are_those_of_a_sort_ties_by_the_lower_id():
    rng = np.random.default_rng(0)
    for n, k in ((3, 5), (40, 12), (5000, 12)):
        values = rng.integers(0, 60, n).astype(float)
        np.testing.assert_array_equal(highest(values, k), np.lexsort((np.arange(n), -values))[:k])


@pytest.mark.parametrize("model", ["new", "relu"])
async def test_parameters_are_the_checkpoints(library, checkpoints, model):
    app, view = await opened(library, "size", model=model)
    counts = {"embed": "wte", "pos_embed": "wpe", "attention": ".attn.", "mlp": ".mlp.", "norms": "ln_", "head": "lm_head"}
    for part in view["parts"]:
        found = sum(t.size for name, t in checkpoints[model].tensors.items() if counts[part["part"]] in name)
        assert part["count"] == found, part
        assert computed(part["formula"], view["shape"]) == found, part
    own = view["models"][0]
    assert own["own"] and own["parameters"] == sum(t.size for t in checkpoints[model].tensors.values())
    again = 0 if model == "relu" else checkpoints[model].tensors["wte.weight"].size
    assert own["untied"] == own["parameters"] + again
    files, manifest = view["files"], app.model.manifest
    assert files["weights"] == manifest.weights["bytes"]
    assert files["weights"] + files["graphs"] + files["tokenizer"] == bytes_on_the_wire(manifest)


async def test_work_is_what_its_formula_says(library):
    _, view = await opened(library, "size")
    for part in view["work"]:
        for run in ("prompt", "step"):
            assert computed(part["formula"], view["shape"] | view[run]) == part[run]
    assert sum(part["prompt"] for part in view["work"]) == view["models"][0]["prompt"]
    assert sum(part["step"] for part in view["work"]) == view["models"][0]["step"]


async def test_one_token_more_is_what_it_adds_to_the_longer_text(library):
    """The new token attends to every token before it and itself. All its work is part of the longer text's count."""
    app, view = await opened(library, "size")
    await app.do(step=1)
    longer = next(view.shown for view in app.views if view.slot == "size")
    T = view["prompt"]["T"]
    assert view["step"] == {"T": T + 1, "n": 1}
    assert longer["prompt"] == {"T": T + 1, "n": T + 1}
    for one, next_one in zip(view["work"], longer["work"]):
        assert one["step"] == next_one["prompt"] // (1 if one["part"] == "head" else T + 1), one["part"]


def test_one_token_more_than_the_context_holds_costs_a_whole_run():
    shape = Shape(2, 2, 6, 24, 8, 11)
    assert shape.work(shape.one_more(7)) == shape.multiply_adds(8, 7)
    assert shape.work(shape.one_more(8)) == shape.multiply_adds(8)


def computed(formula: str, values: dict) -> int:
    """Computes a formula as it is shown, such as "L × (4 D² + 4 D)", with these values of its letters."""
    return eval(re.sub(r"(?<=[\w²]) (?=[A-Z])", " * ", formula).replace("×", "*").replace("²", "**2"), dict(values))


def test_the_published_models_have_their_published_sizes():
    sizes = [Shape(L, H, D, 4 * D, 1024, 50257).parameters for L, H, D in PUBLISHED.values()]
    assert sizes == [124_439_808, 354_823_168, 774_030_080, 1_557_611_200]


def test_multiply_adds_by_counting_the_products():
    """The model is small enough to list every matrix product of the graph: rows x inner x columns."""
    L, H, D, F, V, T = 2, 2, 6, 24, 11, 5
    for past in (0, T - 1):
        new, head = T - past, D // H
        counted = {
            "projections": L * (new * D * 3 * D + new * D * D),
            "attention": L * H * (new * head * T + new * T * head),
            "mlp": L * (new * D * F + new * F * D),
            "head": D * V,
        }
        assert Shape(L, H, D, F, 32, V).multiply_adds(T, past) == counted


def test_the_highest_of_rows_are_the_highest_of_each():
    rng = np.random.default_rng(1)
    for rows, n, k in ((9, 500, 3), (2, 2, 3), (1, 40, 5)):
        values = rng.integers(-9, 9, (rows, n)).astype(np.float32)  # with ties
        np.testing.assert_array_equal(highest_of_rows(values, k), [highest(row, k) for row in values])
