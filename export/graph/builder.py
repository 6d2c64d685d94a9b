"""Two tools for writing the graphs: a Graph whose operators are called like functions, and a Blob of weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

LOCATION = "weights.bin"
OPSET = 18
# Every tensor starts at a multiple of this: enough for any SIMD load, with little padding for GPT-2's many small biases.
ALIGNMENT = 64
# onnxruntime's own operators; the others are ONNX'.
CONTRIB = {"FastGelu", "Gelu", "MatMulNBits", "GatherBlockQuantized"}


@dataclass(frozen=True)
class _Entry:
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype
    make: Callable[[], np.ndarray]

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


class Blob:
    """weights.bin under construction. A key is stored once, however many graphs refer to it.

    Iteration makes the bytes, one tensor at a time, so that the blob as a whole is never in memory.
    """

    def __init__(self) -> None:
        self.entries: dict[str, _Entry] = {}
        self.nbytes = 0

    def place(self, key: str, shape: Sequence[int], dtype: type, make: Callable[[], np.ndarray]) -> _Entry:
        """Reserves room for the array that `make` will return (at most once per iteration)."""
        if key not in self.entries:
            offset = -(-self.nbytes // ALIGNMENT) * ALIGNMENT
            self.entries[key] = entry = _Entry(offset, tuple(map(int, shape)), np.dtype(dtype), make)
            self.nbytes = offset + entry.nbytes
        return self.entries[key]

    @property
    def table(self) -> dict[str, list[Any]]:
        """Where each tensor lies, for explainer.model.weights: {key: [offset, shape, dtype]}."""
        return {key: [entry.offset, list(entry.shape), entry.dtype.name] for key, entry in self.entries.items()}

    def __iter__(self) -> Iterator[memoryview]:
        """Yields chunks of any size, in order; together they are `nbytes` long."""
        position = 0
        for key, entry in self.entries.items():
            if entry.offset > position:
                yield memoryview(bytes(entry.offset - position))
            data = np.ascontiguousarray(entry.make())
            if data.nbytes != entry.nbytes:
                raise ValueError(f"{key}: {data.nbytes} bytes, {entry.nbytes} expected")
            yield memoryview(data.reshape(-1).view(np.uint8))
            position = entry.offset + entry.nbytes


class Graph:
    """An ONNX graph under construction. A value is represented by its name.

    Any operator is a method: `y = g.MatMul(x, w)`, `a, b = g.Split(x, axis=0, outputs=2)`. Attributes are keyword
    arguments; `output="name"` names the result. numpy arrays and numbers among the inputs become inline constants.
    """

    def __init__(self, name: str, blob: Blob) -> None:
        self.name = name
        self.blob = blob
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.initializers: dict[str, TensorProto] = {}

    def input(self, name: str, axes: Sequence[str | int], dtype: int = TensorProto.FLOAT) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, dtype, list(axes)))
        return name

    def output(self, name: str, axes: Sequence[str | int], dtype: int = TensorProto.FLOAT) -> None:
        """Declares the value `name`, made with `output=name`, as an output of the graph."""
        self.outputs.append(helper.make_tensor_value_info(name, dtype, list(axes)))

    def const(self, value: Any) -> str:
        """Adds a small constant, stored in the graph. Python floats become float32, ints int64."""
        array = np.asarray(value)
        array = array.astype({"f": np.float32, "i": np.int64}.get(array.dtype.kind, array.dtype))
        key = f"const_{array.dtype}_{'x'.join(map(str, array.shape))}_{array.tobytes().hex()}"
        if key not in self.initializers:
            self.initializers[key] = onnx.numpy_helper.from_array(array, key)
        return key

    def weight(
        self,
        key: str,
        shape: Sequence[int],
        dtype: type,
        make: Callable[[], np.ndarray],
        view: str = "",
        first: int = 0,
        as_: Sequence[int] | None = None,
    ) -> str:
        """Adds a tensor that the blob keeps under `key`: the whole, or the part from its row `first` on in the shape `as_`.

        `view` distinguishes several tensors of the same bytes.
        """
        name = key + view
        if name not in self.initializers:
            entry = self.blob.place(key, shape, dtype, make)
            as_ = shape if as_ is None else as_
            tensor = TensorProto(
                name=name,
                dims=as_,
                data_location=TensorProto.EXTERNAL,
                data_type=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)),
            )
            at = {
                "offset": entry.offset + first * (entry.nbytes // shape[0]),
                "length": int(np.prod(as_)) * entry.dtype.itemsize,
            }
            for k, v in {"location": LOCATION, **at}.items():
                tensor.external_data.add(key=k, value=str(v))
            self.initializers[name] = tensor
        return name

    def __getattr__(self, operator: str) -> Callable[..., Any]:
        if not operator[0].isupper():
            raise AttributeError(operator)

        def add(*inputs: Any, outputs: int = 1, output: str | None = None, **attributes: Any) -> Any:
            inputs = [x if isinstance(x, str) else self.const(x) for x in inputs]
            base = output or f"{operator}_{len(self.nodes)}"
            names = [base] if outputs == 1 else [f"{base}_{i}" for i in range(outputs)]
            domain = "com.microsoft" if operator in CONTRIB else ""
            if operator == "Split":
                attributes["num_outputs"] = outputs
            self.nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
            # A Split into one part still gives a list, because its callers ask for a number of parts.
            return names if outputs > 1 or operator == "Split" else names[0]

        return add

    def to_bytes(self, metadata: Mapping[str, str] = {}) -> bytes:
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, list(self.initializers.values()))
        opsets = [helper.make_opsetid("", OPSET)]
        if any(node.domain for node in self.nodes):
            opsets.append(helper.make_opsetid("com.microsoft", 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="explainer")
        helper.set_model_props(model, dict(metadata))
        return model.SerializeToString()
