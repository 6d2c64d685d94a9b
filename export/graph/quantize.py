"""Weights in 8 or 4 bits: how they are rounded, and how each backend computes with them.

int8: every matrix is stored once, as uint8 [columns, rows] around 128 with one scale per output column.
      Both backends read the same bytes: wasm as the right side of an integer product, WebGPU as 8-bit MatMulNBits.
int4: blocks of 32 weights with a scale each, for WebGPU; the embedding, the most used and most delicate tensor, has
      8 bits. onnxruntime's CPU kernel for MatMulNBits is slow.

The rounding error in each matrix's output is measured on a sample of text (explainer.export.graph.calibrate) before the rounding
is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from explainer.export.graph.builder import Graph
from explainer.export.graph.calibrate import Sample
from explainer.export.graph.trunk import Dense
from onnx import TensorProto

if TYPE_CHECKING:
    from explainer.export.checkpoint.load import Checkpoint

# The largest accepted rounding error in a matrix's output, relative to the output's spread. Trained weights without
# outliers have 0.004 to 0.01.
MAX_ERROR = 0.012
# onnxruntime's product on wasm reorders the weights at every run, which for one row is most of its work. In panels of PANEL
# columns it reads a large matrix straight through, which takes a quarter less time. A matrix of fewer than PANELS_FROM bytes
# fits into the processor's cache anyway.
PANEL = 32
PANELS_FROM = 2**20
# Numbers of input channels, in the order in which they are tried, whose error is corrected in float32 to stay below MAX_ERROR.
CHANNELS = (4, 8, 16)


def quantized_forms(checkpoint: Checkpoint, precision: str, sample: Sample) -> tuple[dict[str, Dense], dict[str, Any]]:
    """Returns {backend: the form of the weights in its graphs}, and notes for the manifest (filled while graphs are built).

    Raises ValueError for an unknown precision.
    """
    if precision not in ("int8", "int4"):
        raise ValueError(f"precision {precision!r} is not one of fp32, int8, int4")
    store = Store(checkpoint, sample)
    if precision == "int4":
        form = WebGpu4(checkpoint, store)
        return {"wasm": form, "webgpu": form}, store.notes
    return {"wasm": Wasm8(checkpoint, store), "webgpu": WebGpu8(checkpoint, store)}, store.notes


def round8(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rounds weight [columns, rows] to uint8 of that shape and scale [columns]: weight = (uint8 - 128) * scale, nearly."""
    scale = np.maximum(weight.max(axis=1), -weight.min(axis=1)) / np.float32(127)
    scale[scale == 0] = 1
    values = np.empty(weight.shape, np.uint8)
    for at in range(0, len(weight), 4096):  # GPT-2's embedding is large enough for its temporaries to matter
        rows = slice(at, at + 4096)
        values[rows] = np.rint(weight[rows] / scale[rows, None]) + 128
    return values, scale


def round4(blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rounds blocks [..., size] to values 0..15 of that shape and scale [...]: blocks = (values - 8) * scale, nearly."""
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)
    best, error = None, None
    # The largest weight becomes -8, the longer end of -8..7. A little clipping often costs less than a coarser grid.
    for clip in np.linspace(0.8, 1.0, 9, dtype=np.float32):
        scale = largest * (clip / np.float32(-8))
        scale[scale == 0] = 1
        values = np.clip(np.rint(blocks / scale), -8, 7)
        squares = np.square(values * scale - blocks).sum(-1, keepdims=True)
        if best is None:
            best, error = scale, squares
        else:
            best, error = np.where(squares < error, scale, best), np.minimum(squares, error)
    return (np.clip(np.rint(blocks / best), -8, 7) + 8).astype(np.uint8), best[..., 0]


def block_size(rows: int, limit: int) -> int | None:
    """Returns the largest power of two from 16 to `limit` that divides `rows`, as MatMulNBits requires, or None."""
    return next((size for size in (256, 128, 64, 32, 16) if size <= limit and rows % size == 0), None)


@dataclass
class Rounded:
    """A matrix in 8 bits: values uint8 [columns, rows], scale [columns].

    channels [n], lost [n, columns]: input channels for which x[:, channels] @ lost is added to the product, as if they had not
    been rounded. GPT-2 has a few channels whose activations are tens of times larger than the rest.
    """

    values: np.ndarray
    scale: np.ndarray
    channels: np.ndarray | None = None
    lost: np.ndarray | None = None


class Store:
    """The matrices in 8 bits, each rounded once and kept for all graphs; and those that stay float32."""

    def __init__(self, checkpoint: Checkpoint, sample: Sample) -> None:
        self.tensors = checkpoint.tensors
        self.inputs = sample.input_rows()
        self.rounded: dict[str, Rounded | None] = {}
        self.notes: dict[str, Any] = {}

    def eight(self, name: str) -> Rounded | None:
        """Returns a matrix in 8 bits, or None when it stays float32 because its error in 8 bits is too large."""
        if name not in self.rounded:
            weight = np.asarray(self.tensors[name], np.float32)
            if name not in ("wte.weight", "lm_head.weight"):
                weight = np.ascontiguousarray(weight.T)  # Conv1D keeps [rows, columns]
            self.rounded[name] = self._accept(name, weight, Rounded(*round8(weight)))
        return self.rounded[name]

    def _accept(self, name: str, weight: np.ndarray, rounded: Rounded) -> Rounded | None:
        if name not in self.inputs:  # an untied wte only serves look-ups
            return rounded
        by_channel = channel_errors(self.inputs[name], weight, rounded)
        worst_first = np.argsort(-by_channel)
        for count in (0, *CHANNELS):
            error = float(by_channel[worst_first[count:]].sum()) ** 0.5
            if error <= MAX_ERROR:
                if count:
                    rounded.channels = np.sort(worst_first[:count])
                    of = rounded.channels
                    restored = (rounded.values[:, of].astype(np.float32) - 128) * rounded.scale[:, None]
                    rounded.lost = np.ascontiguousarray((weight[:, of] - restored).T)
                    self._note("float32_channels", name, by_channel, channels=count, bytes=rounded.lost.nbytes)
                return rounded
        self._note("float32_matrices", name, by_channel, bytes=weight.nbytes - weight.size)
        return None

    def _note(self, what: str, name: str, by_channel: np.ndarray, bytes: int, **more: int) -> None:
        error = round(float(by_channel.sum()) ** 0.5, 4)
        self.notes.setdefault(what, {})[name] = {"error_in_8_bits": error, "extra_bytes": bytes, **more}


def channel_errors(x: np.ndarray, weight: np.ndarray, rounded: Rounded) -> np.ndarray:
    """Returns what each input channel adds to the squared rounding error of x @ weight.T, relative to the product's spread.

    x (row, rows), weight (columns, rows) -> (rows,). Errors of different channels are independent, so they add up.
    The spread is over columns, because softmax and LayerNorm ignore what all columns have in common.
    """
    lost = np.zeros(weight.shape[1])
    shared, squares = 0.0, 0.0
    for at in range(0, len(weight), 4096):
        part = slice(at, at + 4096)
        restored = (rounded.values[part].astype(np.float32) - 128) * rounded.scale[part, None]
        lost += np.square(restored - weight[part]).sum(0)
        y = x @ weight[part].T
        shared += y.sum(1, dtype=np.float64)
        squares += np.square(y, dtype=np.float64).sum()
    spread = squares / len(x) / len(weight) - np.square(shared / len(weight)).mean()
    return np.square(x, dtype=np.float64).mean(0) * lost / len(weight) / max(spread, 1e-30)


class Quantized(Dense):
    """The base of the 8-bit forms: the bytes, and float32 for matrices that the store keeps in float32."""

    def __init__(self, checkpoint: Checkpoint, store: Store) -> None:
        super().__init__(checkpoint)
        self.store = store

    def linear(self, g: Graph, x: str, name: str) -> str:
        if self.store.eight(f"{name}.weight") is None:
            return super().linear(g, x, name)
        return g.Add(self.product(g, x, f"{name}.weight"), self.tensor(g, f"{name}.bias"))

    def unembed(self, g: Graph, x: str, name: str) -> str:
        if self.store.eight(name) is None:
            return super().unembed(g, x, name)
        return g.Squeeze(self.product(g, g.Unsqueeze(x, [0]), name), [0])

    def rows(self, g: Graph, name: str, ids: str) -> str:
        if self.store.eight(name) is None:
            return super().rows(g, name, ids)
        values, scale = self.stored_matrix(g, name)
        centred = g.Sub(g.Cast(g.Gather(values, ids), to=TensorProto.FLOAT), 128.0)
        return g.Mul(centred, g.Unsqueeze(g.Gather(scale, ids), [1]))

    def product(self, g: Graph, x: str, name: str) -> str:
        """Multiplies x (1, pos, rows) with a matrix: (1, pos, columns)"""
        rounded = self.store.eight(name)
        y = self.product8(g, x, name)
        if rounded.channels is None:
            return y
        lost = g.weight(f"{name}.lost", rounded.lost.shape, np.float32, lambda: rounded.lost)
        self.tell_channels(g, name, rounded.channels)
        return g.Add(y, g.MatMul(g.Gather(x, rounded.channels, axis=2), lost))

    def product8(self, g: Graph, x: str, name: str) -> str:
        """Returns the product with the rounded matrix."""
        raise NotImplementedError

    @staticmethod
    def tell_channels(g: Graph, name: str, channels: np.ndarray) -> None:
        """Places the channels' numbers in the blob for readers of the weights; the graph has them as a constant."""
        g.blob.place(f"{name}.channels", channels.shape, np.int32, lambda: channels.astype(np.int32))

    def norms(self, name: str) -> np.ndarray:
        rounded = self.store.eight(name)
        if rounded is None:
            return super().norms(name)
        norms = np.empty(len(rounded.values), np.float32)
        for at in range(0, len(norms), 4096):
            part = slice(at, at + 4096)
            restored = (rounded.values[part].astype(np.float32) - 128) * rounded.scale[part, None]
            if rounded.channels is not None:
                restored[:, rounded.channels] += rounded.lost[:, part].T
            norms[part] = np.linalg.norm(restored, axis=1)
        return norms

    def stored_matrix(self, g: Graph, name: str, block: int | None = None) -> tuple[str, str]:
        """Returns the matrix [columns, rows], or in blocks [columns, rows / block, block], and its scales [columns]."""
        rounded = self.store.eight(name)
        columns, rows = rounded.values.shape
        shape, view = ((columns, rows // block, block), "#blocks") if block else ((columns, rows), "")
        return g.weight(f"{name}.u8", shape, np.uint8, lambda: rounded.values, view), self.scale(g, name)

    def scale(self, g: Graph, name: str) -> str:
        scale = self.store.eight(name).scale
        return g.weight(f"{name}.scale", scale.shape, np.float32, lambda: scale)


class Wasm8(Quantized):
    """Integer products. Each row of x is rounded to 8 bits, and the remainder is rounded to 8 bits again.

    Both parts go through one MatMulInteger as twice the rows, so the weights are read once. Together they carry
    about 16 bits: outliers among GPT-2's activations then cost nothing, only the weights' own rounding is left.
    Rows are rounded one by one, so that a position's numbers do not depend on the other positions of the run.
    """

    def product8(self, g: Graph, x: str, name: str) -> str:
        rounded = self.store.eight(name)
        columns, rows = rounded.values.shape
        step = g.Div(g.Max(g.ReduceMax(g.Abs(x), [-1]), 1e-30), 127.0)
        steps = g.Div(x, step)
        coarse = g.Round(steps)
        fine = g.Round(g.Mul(g.Sub(steps, coarse), 254.0))  # the remainder, at most half a step, in 127 finer steps
        both = g.Cast(g.Add(g.Concat(coarse, fine, axis=1), 128.0), to=TensorProto.UINT8)  # (1, 2 * pos, rows)

        def sums(view: str, first: int, shape: tuple[int, ...]) -> str:
            """Multiplies with the columns from `first` on, in the shape (columns, rows) or (panel, columns, rows)."""
            values = g.weight(f"{name}.u8", (columns, rows), np.uint8, lambda: rounded.values, view, first, shape)
            values = g.Transpose(values, perm=[1, 0] if len(shape) == 2 else [0, 2, 1])
            zero = np.uint8(128)
            found = g.Cast(g.MatMulInteger(both, values, zero, zero), to=TensorProto.FLOAT)
            coarse, fine = g.Split(found, axis=1, outputs=2)
            return g.Add(coarse, g.Mul(fine, 1 / 254))

        panels = columns // PANEL if columns * rows >= PANELS_FROM else 0
        parts = []
        if panels:  # (panel, pos, PANEL) -> (1, pos, panel * PANEL)
            y = g.Transpose(sums("#panels", 0, (panels, PANEL, rows)), perm=[1, 0, 2])
            parts.append(g.Reshape(y, [1, -1, panels * PANEL]))
        rest = columns - panels * PANEL
        if rest:
            parts.append(sums("#rest" if panels else "", panels * PANEL, (rest, rows)))
        y = parts[0] if len(parts) == 1 else g.Concat(*parts, axis=2)
        return g.Mul(g.Mul(y, step), self.scale(g, name))


class WebGpu8(Quantized):
    """8-bit MatMulNBits on the same bytes: float32 activations, weights restored inside the product."""

    def product8(self, g: Graph, x: str, name: str) -> str:
        columns, rows = self.store.eight(name).values.shape
        block = block_size(rows, 256)
        values, scale = self.stored_matrix(g, name, block)
        if block is None:  # onnxruntime restores the matrix when it loads the graph
            restored = g.Mul(g.Sub(g.Cast(values, to=TensorProto.FLOAT), 128.0), g.Unsqueeze(scale, [1]))
            return g.MatMul(x, g.Transpose(restored, perm=[1, 0]))
        scales = g.Expand(g.Unsqueeze(scale, [1]), [columns, rows // block])
        return g.MatMulNBits(x, values, scales, K=rows, N=columns, bits=8, block_size=block)

    def rows(self, g: Graph, name: str, ids: str) -> str:
        if self.store.eight(name) is None:
            return super().rows(g, name, ids)
        columns, rows = self.store.eight(name).values.shape
        block = block_size(rows, 256)
        if block is None:
            return super().rows(g, name, ids)
        # In blocks, like the product: one tensor on the GPU serves both.
        values, scale = self.stored_matrix(g, name, block)
        scales = g.Expand(g.Unsqueeze(scale, [1, 2]), [columns, rows // block, 1])
        found = g.GatherBlockQuantized(values, ids, scales, gather_axis=0, quantize_axis=2, bits=8, block_size=block)
        return g.Reshape(found, [-1, rows])


class WebGpu4(WebGpu8):
    """4-bit MatMulNBits in blocks of 32. The embedding, and widths that no block divides, stay 8-bit.

    The input channels that the 8-bit form corrects in float32 are corrected here too.
    """

    def product(self, g: Graph, x: str, name: str) -> str:
        eight = self.store.eight(name)
        columns, rows = eight.values.shape
        block = block_size(rows, 32)
        if block is None or name in ("wte.weight", "lm_head.weight"):
            return super().product(g, x, name)
        weight = np.ascontiguousarray(np.asarray(self.tensors[name], np.float32).T)
        values, scale = round4(weight.reshape(columns, rows // block, block))
        packed = values[..., 0::2] | values[..., 1::2] << 4
        y = g.MatMulNBits(
            x,
            g.weight(f"{name}.u4", packed.shape, np.uint8, lambda: packed),
            g.weight(f"{name}.scale4", scale.shape, np.float32, lambda: scale),
            K=rows,
            N=columns,
            bits=4,
            block_size=block,
        )
        if eight.channels is None:
            return y
        restored = ((values.astype(np.float32) - 8) * scale[..., None]).reshape(columns, rows)
        lost = np.ascontiguousarray((weight - restored)[:, eight.channels].T)
        kept = g.weight(f"{name}.lost4", lost.shape, np.float32, lambda: lost)
        self.tell_channels(g, name, eight.channels)
        return g.Add(y, g.MatMul(g.Gather(x, eight.channels, axis=2), kept))
