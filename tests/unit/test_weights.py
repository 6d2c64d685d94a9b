"""Weights that are read from an exported model are those that the graphs compute with."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from explainer.export import package
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.graph.quantize import CHANNELS
from explainer.export.package import write_model

from explainer.model import weights as module
from explainer.runtimes.native import NativeLibrary
from tests.helpers.checkpoints import make_checkpoint
from tests.helpers.engines import with_outlier_channels

PRECISIONS = ("fp32", "int8", "int4")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("weights")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "PART_BYTES", 10_007)  # tensors lie across the borders of parts
        for precision in PRECISIONS:
            source = make_checkpoint(folder / "checkpoints" / precision, d_model=64, n_head=4)
            write_model(load_checkpoint(str(source)), folder / "models" / precision, precision)
    library = NativeLibrary(folder / "models")
    return {name: asyncio.run(library.load(name)) for name in PRECISIONS}


@pytest.mark.parametrize("at_once", (True, False))
@pytest.mark.parametrize("precision", PRECISIONS)
async def test_an_activation_is_its_input_times_the_columns_that_are_read(models, precision, at_once, monkeypatch):
    """This holds for rounded weights too, and for blobs that are read whole or in parts."""
    model = models[precision]
    monkeypatch.setattr(module, "WHOLE_BYTES", module.WHOLE_BYTES if at_once else 0)
    c, names = model.config, ["ln1", "q", "k", "v", "ln2", "mlp_pre", "mlp_post", "mlp_out"]
    out, _ = await model.engine.trunk(np.array([3, 1, 4, 1, 5]), names=names)
    read = module.Weights(model.manifest.tensors, model.weights._read)
    for head in range(c.n_head):
        for part, name in enumerate("qkv"):
            start = part * c.d_model + head * c.d_head
            matrix = await read.columns("h.1.attn.c_attn.weight", start, start + c.d_head)
            bias = (await read.vector("h.1.attn.c_attn.bias"))[start : start + c.d_head]
            np.testing.assert_allclose(out["ln1"][1] @ matrix + bias, out[name][1, head], atol=2e-4)
    matrix = await read.columns("h.0.mlp.c_fc.weight", 5, 6)
    bias = (await read.vector("h.0.mlp.c_fc.bias"))[5]
    np.testing.assert_allclose(out["ln2"][0] @ matrix[:, 0] + bias, out["mlp_pre"][0, :, 5], atol=2e-4)
    written = np.zeros(c.d_model)
    for neuron in range(c.d_mlp):
        written += out["mlp_post"][0, 2, neuron] * await read.row("h.0.mlp.c_proj.weight", neuron)
    np.testing.assert_allclose(written + await read.vector("h.0.mlp.c_proj.bias"), out["mlp_out"][0, 2], atol=2e-4)


@pytest.mark.parametrize("precision", PRECISIONS)
async def test_the_unembedding_and_its_norms(models, precision):
    model = models[precision]
    x = np.random.default_rng(0).normal(size=(1, model.config.d_model)).astype(np.float32)
    logits = (await model.engine.unembed(x, apply_ln=False))["logits"][0]
    columns = await model.weights.columns("wte.weight", 0, model.config.d_vocab)
    np.testing.assert_allclose(x[0] @ columns, logits, atol=2e-4)
    np.testing.assert_allclose(await model.weights.embedding_norms(), np.linalg.norm(columns, axis=0), rtol=1e-5)


def test_inputs_that_are_kept_exact_are_exact(tmp_path):
    """The rounding error of GPT-2's outlier channels is corrected, and the weights that are read include that."""
    source = with_outlier_channels(load_checkpoint(str(make_checkpoint(tmp_path / "c", d_model=64))), 50)
    write_model(source, tmp_path / "m", "int8")
    model = asyncio.run(NativeLibrary(tmp_path).load("m"))
    name = next(key for key in model.manifest.tensors if key.endswith(".lost")).removesuffix(".lost")
    columns = asyncio.run(model.weights.columns(name, 3, 9))
    error = np.abs(columns - source.tensors[name][:, 3:9]).max(axis=1)
    assert (error < 1e-6).sum() in CHANNELS and error.max() > 1e-4


async def test_positions_rows_and_what_does_not_exist(models):
    model = models["fp32"]
    out, _ = await model.engine.trunk(np.array([3, 1, 4]), names=["pos_embed"])
    np.testing.assert_array_equal(await model.weights.position(2), out["pos_embed"][2])
    with pytest.raises(KeyError):
        await model.weights.vector("h.9.ln_1.weight")
    with pytest.raises(IndexError):
        await model.weights.position(model.config.n_ctx)


async def test_what_is_read_is_kept_up_to_a_limit(monkeypatch):
    calls = []

    async def bytes_of(offset, nbytes):
        calls.append((offset, nbytes))
        return bytes(nbytes)

    tensors = {"a": [0, [4], "float32"], "b": [64, [4], "float32"]}
    monkeypatch.setattr(module, "WHOLE_BYTES", 79)
    weights = module.Weights(tensors, bytes_of)
    await weights.vector("a")
    await weights.vector("a")
    assert calls == [(0, 16)]
    monkeypatch.setattr(module, "KEEP_BYTES", 16)
    await weights.vector("b")
    await weights.vector("a")
    assert calls == [(0, 16), (64, 16), (0, 16)]
    calls.clear()
    monkeypatch.setattr(module, "WHOLE_BYTES", 80)
    weights = module.Weights(tensors, bytes_of)
    for name in "aba":
        await weights.vector(name)
    assert calls == [(0, 80)], "a small blob is read once"
