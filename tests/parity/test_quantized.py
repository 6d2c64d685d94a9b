"""8-bit weights stay within the project's bounds of float32, with and without outliers, for all widths."""

from __future__ import annotations

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.graph import quantize
from explainer.export.graph.calibrate import SAMPLE, Sample, float32_engine, ids_of
from explainer.export.graph.precision import build_graphs
from explainer.export.graph.quantize import MAX_ERROR, Store, Wasm8
from explainer.export.reference import positions_from
from explainer.export.verify import MAX_KL, MIN_TOP1, measure_fidelity

from explainer.model.activations import BY_NAME
from tests.helpers.checkpoints import make_checkpoint
from tests.helpers.engines import engine_of, run, with_massive_residuals, with_outlier_channels, with_tensors

BACKENDS = ("wasm", "webgpu")


@pytest.fixture(scope="module")
def storyteller():
    return load_checkpoint("storyteller")


@pytest.fixture(scope="module")
def exact(storyteller):
    return float32_engine(storyteller)


def text_ids(checkpoint, count: int) -> np.ndarray:
    return ids_of(checkpoint.tokenizer_json, checkpoint.config.d_vocab, SAMPLE.read_text(encoding="utf-8"), count)[0]


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1, 30])
def test_int8_keeps_the_bounds_with_outlier_channels(storyteller, exact, factor):
    checkpoint = with_outlier_channels(storyteller, factor) if factor > 1 else storyteller
    ids = text_ids(checkpoint, 1024)
    if factor > 1:  # it is the same function, to float32's accuracy
        assert measure_fidelity(float32_engine(checkpoint), exact, ids[:128])["kl"] < 1e-6
    for backend, count in (("wasm", 1024), ("webgpu", 256)):  # the CPU is slow with WebGPU's graph
        fidelity = measure_fidelity(engine_of(checkpoint, "int8", backend), exact, ids[:count])
        assert fidelity["kl"] <= MAX_KL / 10 and fidelity["top1"] >= MIN_TOP1, (backend, fidelity)


@pytest.mark.slow
def test_one_part_of_eight_bits_would_not_do(storyteller, exact, monkeypatch):
    """The reason why activations are two parts of 8 bits: with one, outliers of 30 times the usual size break the bound."""
    checkpoint = with_outlier_channels(storyteller, 30)
    ids = text_ids(checkpoint, 256)
    two = measure_fidelity(engine_of(checkpoint, "int8"), exact, ids)
    real = Wasm8.product8

    def coarse_only(self, g, x, name):
        mul = g.Mul
        g.Mul = lambda a, b: mul(a, 0.0 if b == 1 / 254 else b)  # the finer part, added as nothing
        try:
            return real(self, g, x, name)
        finally:
            del g.Mul

    monkeypatch.setattr(Wasm8, "product8", coarse_only)
    one = measure_fidelity(engine_of(checkpoint, "int8"), exact, ids)
    assert one["top1"] < MIN_TOP1 <= two["top1"] and one["kl"] > 20 * two["kl"]


def test_int8_stands_massive_residuals(tmp_path):
    """Random weights have near-ties everywhere, so only the divergence is bounded."""
    made = load_checkpoint(str(make_checkpoint(tmp_path / "model", n_layer=4, n_head=4, d_model=128, n_ctx=128)))
    checkpoint = with_massive_residuals(made)
    ids = text_ids(checkpoint, 256)
    reference = float32_engine(checkpoint)
    assert np.abs(run(reference, ids[:64])[0]["resid_post"]).max() > 1000
    for backend in BACKENDS:
        assert measure_fidelity(engine_of(checkpoint, "int8", backend), reference, ids)["kl"] <= MAX_KL


@pytest.mark.parametrize("precision", ["int8", "int4"])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "shape",
    [dict(d_model=48, n_head=3), dict(d_model=50, tied=False, d_vocab=301), dict(d_model=64, n_inner=24), dict(n_layer=1)],
    ids=str,
)
def test_any_width_works(tmp_path, shape, precision, backend):
    checkpoint = load_checkpoint(str(make_checkpoint(tmp_path / "model", **shape)))
    ids = np.random.default_rng(0).integers(checkpoint.config.d_vocab, size=12)
    exact, _ = run(engine_of(checkpoint), ids)
    engine = engine_of(checkpoint, precision, backend)
    ours, cache = run(engine, ids)
    off = (ours["logits"] - exact["logits"]).std() / exact["logits"].std()
    assert off < (0.05 if precision == "int8" else 0.5)
    rest, _ = run(engine, ids[7:], cache, 7)
    for name, array in rest.items():
        np.testing.assert_allclose(array, positions_from(BY_NAME[name].axes, ours[name], 7), atol=2e-3, err_msg=name)


def test_panels_change_no_bit(tmp_path, monkeypatch):
    """Large matrices are multiplied in panels; no width here is a multiple of a panel."""
    checkpoint = load_checkpoint(str(make_checkpoint(tmp_path / "model", d_model=50, d_vocab=301)))
    ids = np.random.default_rng(0).integers(checkpoint.config.d_vocab, size=12)
    found = []
    for panels_from in (10**9, 1):
        monkeypatch.setattr(quantize, "PANELS_FROM", panels_from)
        engine = engine_of(checkpoint, "int8")
        whole, cache = run(engine, ids)
        found.append([*whole.values(), *run(engine, ids[11:], cache, 11)[0].values()])
    for flat, panels in zip(*found, strict=True):
        np.testing.assert_array_equal(panels, flat)


def test_a_few_loud_inputs_are_kept_in_float32(tmp_path):
    made = load_checkpoint(str(make_checkpoint(tmp_path / "model", d_model=64)))
    built = build_graphs(with_outlier_channels(made, 50), "int8")
    noted = built.notes["float32_channels"]["h.0.mlp.c_fc.weight"]
    assert noted["error_in_8_bits"] > MAX_ERROR and noted["extra_bytes"] == 4 * 256 * noted["channels"]
    assert "float32_matrices" not in built.notes


def test_a_matrix_whose_scale_serves_none_of_its_inputs_is_kept_in_float32(tmp_path):
    """Half of the inputs are always 0 and have weights 20 times the others': they set the scale, the others get the error."""
    made = load_checkpoint(str(make_checkpoint(tmp_path / "model", d_model=64)))
    name = "h.1.mlp.c_fc.weight"
    changed = {n: np.array(made.tensors[n]) for n in (name, "h.1.ln_2.weight", "h.1.ln_2.bias")}
    changed[name][:32] *= 20
    changed["h.1.ln_2.weight"][:32] = changed["h.1.ln_2.bias"][:32] = 0
    checkpoint = with_tensors(made, changed)
    noted = build_graphs(checkpoint, "int8").notes["float32_matrices"]
    assert list(noted) == [name] and noted[name]["error_in_8_bits"] > MAX_ERROR
    assert noted[name]["extra_bytes"] == 3 * 64 * 256
    exact = run(engine_of(checkpoint), np.arange(12))[0]["logits"]
    for backend in BACKENDS:
        ours = run(engine_of(checkpoint, "int8", backend), np.arange(12))[0]["logits"]
        assert (ours - exact).std() < 0.05 * exact.std()


def test_rounding_of_a_matrix_of_zeros(tmp_path):
    made = load_checkpoint(str(make_checkpoint(tmp_path / "model")))
    name = "h.0.attn.c_proj.weight"
    checkpoint = with_tensors(made, {name: np.zeros_like(made.tensors[name])})
    store = Store(checkpoint, Sample(checkpoint))
    assert (store.eight(name).values == 128).all()
    assert np.isfinite(run(engine_of(checkpoint, "int8"), np.arange(5))[0]["logits"]).all()
