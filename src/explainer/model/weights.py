"""Reads a model's weights, a slice at a time, so that a view can show where a number comes from.

The graphs compute with the weights but do not return them. The manifest says where each tensor lies in the blob of weights;
a slice is read from there and, where it is stored in 8 or 4 bits, restored to the float32 numbers that the graphs compute
with.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import numpy as np

from explainer.model.notices import NotPossible

# Bytes that are kept: of tensors as they are stored, and of arrays that views computed from them.
KEEP_BYTES = 32 * 2**20
COMPUTED_BYTES = 16 * 2**20
# A blob up to this size is read as a whole, once: a view asks for up to seven tensors, one after another, and in the browser
# each answer comes from another worker and takes 5 to 10 ms.
WHOLE_BYTES = 16 * 2**20

Read = Callable[[int, int], Awaitable[Any]]


class Weights:
    """Tensors by the names of a Hugging Face GPT-2 checkpoint, `transformer.` left out: "h.0.attn.c_attn.weight".

    A matrix is read as it is used: y = x @ matrix + bias, so a column belongs to an output and a row to an input. The
    (un)embedding counts as (d_model, d_vocab): column i is the vector of token i.

    tensors: the manifest's table {key: [offset, shape, dtype]}.  read(offset, nbytes): those bytes of the blob.
    """

    def __init__(self, tensors: Mapping[str, Sequence[Any]], read: Read):
        self._tensors = tensors
        self._read = read
        self._size = max((offset + _bytes(shape, dtype) for offset, shape, dtype, *_ in tensors.values()), default=0)
        self._whole: Any = None
        self._kept: OrderedDict[tuple[str, int, int], np.ndarray] = OrderedDict()
        self._computed: OrderedDict[str, tuple[np.ndarray, ...]] = OrderedDict()

    async def cached(self, what: str, make: Callable[[], Awaitable[tuple[np.ndarray, ...]]]) -> tuple[np.ndarray, ...]:
        """Returns the arrays that `make` computes from the weights. They are kept by the name `what` while they fit into
        COMPUTED_BYTES, because readers go from block to block and back."""
        if what not in self._computed:
            self._computed[what] = await make()
            size = lambda: sum(array.nbytes for arrays in self._computed.values() for array in arrays)  # noqa: E731
            while size() > COMPUTED_BYTES and len(self._computed) > 1:
                self._computed.popitem(last=False)
        self._computed.move_to_end(what)
        return self._computed[what]

    async def vector(self, name: str) -> np.ndarray:
        """Returns a bias or a LayerNorm's weight, (n,) float32. Raises KeyError for a name that the model lacks."""
        return await self._rows(name)

    async def position(self, index: int) -> np.ndarray:
        """Returns row `index` of the position matrix, (d_model,)."""
        return (await self._rows("wpe.weight", index, index + 1))[0]

    async def embedding_norms(self) -> np.ndarray:
        """Returns the length of every token's vector in the unembedding, (d_vocab,)."""
        return await self._rows("unembed.norm")

    async def mean(self, name: str) -> np.ndarray:
        """Returns an activation ("embed", "z", "attn_out" or "mlp_out") averaged over positions of a sample text, at export;
        axes as in explainer.model.activations without `pos`. Raises NotPossible where the export has none."""
        if f"mean.{name}" not in self._tensors:
            raise NotPossible("noMeans")
        return await self._rows(f"mean.{name}")

    async def columns(self, name: str, start: int, stop: int) -> np.ndarray:
        """Returns columns start .. stop - 1 of a matrix, (inputs, stop - start) float32."""
        if f"{name}.u4" in self._tensors:
            return (await self._four_bits(name, start, stop)).T
        if f"{name}.u8" in self._tensors:
            values = (await self._rows(f"{name}.u8", start, stop)).reshape(stop - start, -1)
            scale = (await self._rows(f"{name}.scale"))[start:stop]
            whole = values.astype(np.float32)  # in place from here on: it is large
            whole -= 128
            whole *= scale[:, None]
            return (await self._with_exact_channels(name, ".lost", whole, start, stop)).T
        if name in ("wte.weight", "lm_head.weight"):  # stored with a row per token; the blocks' matrices have a row per input
            return (await self._rows(name, start, stop)).T
        return (await self._rows(name))[:, start:stop]

    async def row(self, name: str, index: int) -> np.ndarray:
        """Returns row `index` of a matrix: what one input writes into every output, (outputs,) float32."""
        if name in self._tensors and name not in ("wte.weight", "lm_head.weight"):
            return (await self._rows(name, index, index + 1))[0]
        stored = next(key for key in (f"{name}.u4", f"{name}.u8", name) if key in self._tensors)
        return (await self.columns(name, 0, self._tensors[stored][1][0]))[index]

    async def _four_bits(self, name: str, start: int, stop: int) -> np.ndarray:
        """Returns columns of a matrix that is stored in blocks of 4-bit numbers, two in a byte, with a scale for each block."""
        packed = await self._rows(f"{name}.u4", start, stop)  # (columns, blocks, block / 2)
        scale = await self._rows(f"{name}.scale4", start, stop)  # (columns, blocks)
        values = np.stack([packed & 15, packed >> 4], axis=-1).reshape(*packed.shape[:2], -1).astype(np.float32)
        whole = ((values - 8) * scale[..., None]).reshape(len(packed), -1)
        return await self._with_exact_channels(name, ".lost4", whole, start, stop)

    async def _with_exact_channels(self, name: str, kind: str, whole: np.ndarray, start: int, stop: int) -> np.ndarray:
        """Adds what rounding took away, for the few inputs (channels) that are kept exact."""
        if name + kind in self._tensors:
            lost = await self._rows(name + kind)  # (channels, all columns)
            whole[:, await self._rows(f"{name}.channels")] += lost[:, start:stop].T
        return whole

    async def _rows(self, key: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        """Returns rows start .. stop - 1 of a tensor as it is stored, as a view that must not be written to."""
        offset, shape, dtype = self._tensors[key][:3]
        stop = shape[0] if stop is None else stop
        if not 0 <= start <= stop <= shape[0]:
            raise IndexError(f"{key} has rows 0 to {shape[0]}, not {start} to {stop}")
        at = (key, start, stop)
        if at not in self._kept:
            size = _bytes(shape[1:], dtype)
            data = await self._bytes_of(offset + start * size, (stop - start) * size)
            self._kept[at] = np.frombuffer(data, dtype).reshape(stop - start, *shape[1:])
            while sum(array.nbytes for array in self._kept.values()) > KEEP_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
        self._kept.move_to_end(at)
        return self._kept[at]

    async def _bytes_of(self, offset: int, nbytes: int) -> Any:
        if self._size > WHOLE_BYTES:
            return await self._read(offset, nbytes)
        if self._whole is None:
            self._whole = memoryview(await self._read(0, self._size)).cast("B")
        return self._whole[offset : offset + nbytes]


def _bytes(shape: Sequence[int], dtype: str) -> int:
    return int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
