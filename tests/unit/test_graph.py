"""The graphs as files: their declarations, the places of their bytes, and refused arguments."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np
import onnx
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.graph.builder import ALIGNMENT, Blob, Graph
from explainer.export.graph.precision import build_graphs
from explainer.export.graph.quantize import block_size, round4, round8
from explainer.export.package import write_model

from explainer.model.activations import ACTIVATIONS, TRUNK, UNEMBED, full_axes, hooks
from explainer.runtimes.native import load_native
from tests.helpers.checkpoints import make_checkpoint

PRECISIONS = ("fp32", "int8", "int4")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = make_checkpoint(tmp_path_factory.mktemp("graph") / "model", d_model=64, d_vocab=400)
    return load_checkpoint(str(folder))


@pytest.fixture(scope="module", params=PRECISIONS)
def built(request, checkpoint):
    return build_graphs(checkpoint, request.param)


def parsed(built):
    return {
        (backend, name): onnx.load_from_string(graph)
        for backend, graphs in built.graphs.items()
        for name, graph in graphs.items()
    }


def shape(value) -> list:
    return [dim.dim_value or dim.dim_param for dim in value.type.tensor_type.shape.dim]


def external(tensor) -> dict[str, str]:
    return {entry.key: entry.value for entry in tensor.external_data}


def test_inputs_and_outputs_are_the_table(built, checkpoint):
    c = checkpoint.config
    sizes = {
        "layer": c.n_layer,
        "head": c.n_head,
        "d_model": c.d_model,
        "d_head": c.d_head,
        "d_mlp": c.d_mlp,
        "d_vocab": c.d_vocab,
        "1": 1,
    }
    graphs = parsed(built)
    assert set(graphs) == {(b, g) for b in ("wasm", "webgpu") for g in ("trunk", "unembed")}
    for (backend, name), model in graphs.items():
        outputs = {output.name: shape(output) for output in model.graph.output}
        for a in (a for a in ACTIVATIONS if a.graph == name):
            assert outputs.pop(a.name) == [sizes.get(axis, axis) for axis in a.axes]
        inputs = {value.name: shape(value) for value in model.graph.input}
        if name == "trunk":
            assert set(outputs) == ({"present_k", "present_v"} if backend == "webgpu" else set())
            known = hooks(c)
            assert set(inputs) == {"input_ids", "past_k", "past_v", "past_len", "causal", *known}
            for name, hook in known.items():
                assert [d if isinstance(d, int) else 1 for d in inputs[name]] == list(hook.shape(full_axes(c)))
        else:
            assert not outputs and set(inputs) == {"resid", "apply_ln"}


def test_graphs_are_valid_onnx(built, tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"".join(built.weights))
    for (backend, name), model in parsed(built).items():
        path = tmp_path / f"{backend}-{name}.onnx"
        path.write_bytes(built.graphs[backend][name])
        onnx.checker.check_model(str(path))
        assert {node.domain for node in model.graph.node} <= {"", "com.microsoft"}


def test_every_weight_is_in_the_blob_once(built, checkpoint):
    blob = b"".join(built.weights)
    assert len(blob) == built.weights.nbytes == len(b"".join(built.weights))
    assert blob == b"".join(built.weights), "a blob can be written again"
    places: dict[int, int] = {}
    for model in parsed(built).values():
        for tensor in model.graph.initializer:
            if tensor.data_location != onnx.TensorProto.EXTERNAL:
                assert np.prod(tensor.dims) <= max(16, checkpoint.config.n_layer), "only small constants are inline"
                continue
            info = external(tensor)
            start, length = int(info["offset"]), int(info["length"])
            assert info["location"] == "weights.bin" and start % ALIGNMENT == 0 and start + length <= len(blob)
            itemsize = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)).itemsize
            assert length == itemsize * np.prod(tensor.dims)
            assert places.setdefault(start, length) == length
    ends = sorted(places.items())
    assert all(a + n <= b for (a, n), (b, _) in pairwise(ends)), "tensors overlap"


def test_the_tied_embedding_is_stored_once(checkpoint):
    c = checkpoint.config
    plain = build_graphs(checkpoint, "fp32")
    assert plain.graphs["wasm"]["unembed"] == plain.graphs["webgpu"]["unembed"]
    parameters = sum(t.size for t in checkpoint.tensors.values()) + c.d_vocab  # and the norms of the embedding
    assert 4 * parameters <= plain.weights.nbytes < 4 * parameters + ALIGNMENT * (1 + len(checkpoint.tensors))
    eight = build_graphs(checkpoint, "int8").weights.nbytes
    matrices = parameters - c.n_ctx * c.d_model
    assert eight < 1.15 * (matrices + 4 * c.n_ctx * c.d_model)


def test_blob_reports_an_array_that_is_not_as_announced():
    blob = Blob()
    blob.place("x", (3,), np.float32, lambda: np.zeros(4, np.float32))
    with pytest.raises(ValueError, match="x: 16 bytes, 12 expected"):
        list(blob)


def test_builder_names_and_constants():
    g = Graph("g", Blob())
    x = g.input("x", ["n"])
    a, b = g.Split(x, axis=0, outputs=2)
    g.Add(g.Add(a, 1.0), g.Add(b, 1.0), output="y")
    g.output("y", ["m"])
    assert len(g.initializers) == 1
    model = onnx.load_from_string(g.to_bytes())
    onnx.checker.check_model(model)
    with pytest.raises(AttributeError):
        _ = g.no_such_thing


def test_rounding():
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((5, 32)).astype(np.float32)
    values, scale = round8(weight)
    assert np.abs((values.astype(np.float32) - 128) * scale[:, None] - weight).max() <= scale.max() / 2 * 1.001
    four, scale4 = round4(weight)
    assert four.max() <= 15 and scale4.shape == (5,)
    assert np.sqrt(np.square((four.astype(np.float32) - 8) * scale4[:, None] - weight).mean()) < 0.13
    zeros = np.zeros((2, 16), np.float32)
    assert ((round4(zeros)[0] - 8) * round4(zeros)[1][:, None] == 0).all()
    assert [block_size(rows, 256) for rows in (768, 3072, 48, 50, 24)] == [256, 256, 16, None, None]


def test_an_unknown_precision_is_refused(checkpoint):
    with pytest.raises(ValueError, match="fp16"):
        build_graphs(checkpoint, "fp16")


@pytest.fixture
def model_dir(tmp_path, checkpoint):
    write_model(checkpoint, tmp_path / "exported", "int8")
    return tmp_path / "exported"


def test_engine_refuses_what_the_graph_cannot_do(model_dir, checkpoint):
    _, engine, _ = load_native(model_dir)
    n_ctx, d_vocab = checkpoint.config.n_ctx, checkpoint.config.d_vocab

    def trunk(ids, **more):
        return asyncio.run(engine.trunk(np.array(ids, np.int64), **{"names": ["embed"], **more}))

    _, cache = trunk([1, 2, 3])
    for wrong, message in [
        (lambda: trunk([]), "0 tokens"),
        (lambda: trunk([0] * (n_ctx + 1)), f"1 to {n_ctx}"),
        (lambda: trunk([d_vocab]), f"0..{d_vocab - 1}"),
        (lambda: trunk([-1]), "token ids"),
        (lambda: trunk([1], past_len=1), "the cache holds 0"),
        (lambda: trunk([1], cache=cache, past_len=4), "holds 3"),
        (lambda: trunk([1], names=["logits"]), "logits"),
        (lambda: trunk([1], hooks={"z.scal": np.ones(1)}), "z.scal"),
        (lambda: asyncio.run(engine.unembed(np.zeros((1, 64)), names=["embed"])), "embed"),
    ]:
        with pytest.raises(ValueError, match=message):
            wrong()


def test_loading_checks_every_file(model_dir):
    manifest, engine, tokenizer = load_native(model_dir)
    assert tokenizer.decode(tokenizer.encode("the cat")) == "the cat"
    found, cache = asyncio.run(engine.trunk(np.array(tokenizer.encode("the cat")), names=TRUNK))
    assert cache.length == found["embed"].shape[0]
    assert set(asyncio.run(engine.unembed(found["resid_post"][-1], names=UNEMBED))) == set(UNEMBED)
    part = model_dir / manifest.weights["parts"][0]["path"]
    whole = part.read_bytes()
    for damaged in (whole[:-1], whole + b"\0", whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]):
        part.write_bytes(damaged)
        with pytest.raises(ValueError, match="damaged"):
            load_native(model_dir)
    part.unlink()
    with pytest.raises(ValueError, match="missing"):
        load_native(model_dir)
    with pytest.raises(ValueError, match="no manifest.json"):
        load_native(model_dir.parent)
