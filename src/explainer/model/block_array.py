"""Activations that are computed in parts, the prompt and then token by token: each part is stored once, all read as one array."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from operator import index as whole_number
from typing import Any

import numpy as np

# Positions per array where they come one by one: enough for few arrays, not so many that much room stays unused.
BLOCK = 32


class BlockArray(ABC):
    """A read-only array in parts; reading puts together only the numbers that the index asks for.

    The index has integers, slices and lists, one for each axis in order. With an empty index, and for numpy's functions,
    it is the whole array.
    """

    shape: tuple[int, ...]
    dtype: np.dtype

    @abstractmethod
    def __getitem__(self, index: Any) -> np.ndarray: ...

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[at] for at in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self[()].astype(dtype or self.dtype, copy=False)

    def __sub__(self, other: BlockArray) -> ArrayDifference:
        return ArrayDifference(self, other)


class ArrayDifference(BlockArray):
    """The difference of two such arrays, computed as it is read."""

    def __init__(self, one: BlockArray, other: BlockArray):
        self._one, self._other = one, other
        self.shape, self.dtype = one.shape, one.dtype

    def __getitem__(self, index: Any) -> np.ndarray:
        return self._one[index] - self._other[index]

    def norms(self) -> np.ndarray:
        """Returns the length of every vector, (..., T)."""
        return np.stack([np.linalg.norm(layer, axis=-1) for layer in self])


class StoredActivation:
    """All computed positions of one activation. Several traces can share it; each shows its first positions."""

    def __init__(self, axes: tuple[str, ...], blocks: tuple[_Block, ...]):
        """axes: as in `explainer.model.activations`."""
        self._axes, self._blocks = axes, blocks

    @classmethod
    def of(cls, axes: tuple[str, ...], part: np.ndarray) -> StoredActivation:
        """part: the activation at the first positions, any number of them."""
        return cls(axes, (_Block.of(axes.index("pos"), 0, part),))

    def first(self, length: int, scores_of_later_keys: Callable[[tuple], np.ndarray] | None = None) -> Rows | ScoreRows:
        """Returns the first `length` positions. scores_of_later_keys: for an activation with keys, see `ScoreRows`."""
        blocks = [block for block in self._blocks if block.begin < length]
        if "key_pos" in self._axes:
            return ScoreRows(blocks, length, scores_of_later_keys)
        return Rows(self._axes.index("pos"), blocks, length)

    def followed_by(self, part: np.ndarray, length: int) -> StoredActivation:
        """Returns the first `length` positions followed by those of `part`."""
        axis = self._axes.index("pos")
        n, blocks = part.shape[axis], tuple(block for block in self._blocks if block.begin < length)
        last = blocks[-1]
        if last.begin + last.used == length and last.used + n <= last.array.shape[axis]:
            last.write(axis, part)
            return StoredActivation(self._axes, blocks)
        if n >= BLOCK:
            return StoredActivation(self._axes, (*blocks, _Block.of(axis, length, part)))
        sizes = {"pos": BLOCK, "key_pos": length + BLOCK}
        room = [sizes.get(name, size) for name, size in zip(self._axes, part.shape)]
        block = _Block(length, np.zeros(room, part.dtype), np.zeros(BLOCK, int), 0)
        block.write(axis, part)
        return StoredActivation(self._axes, (*blocks, block))


class _Block:
    """The positions from `begin` on: `used` of them are written, and `array` has room for more.

    Written positions never change. A trace that ends at the last written position appends behind it; any other trace, a
    branch, gets a block of its own. For activations with keys, `keys` says how many keys the run of each position saw; the
    numbers for later keys are 0.
    """

    def __init__(self, begin: int, array: np.ndarray, keys: np.ndarray, used: int):
        self.begin, self.array, self.keys, self.used = begin, array, keys, used
        self.norms: np.ndarray | None = None  # of the first positions, see Rows.norms

    @classmethod
    def of(cls, axis: int, begin: int, part: np.ndarray) -> _Block:
        n = part.shape[axis]
        return cls(begin, part, np.full(n, part.shape[-1]), n)

    def write(self, axis: int, part: np.ndarray) -> None:
        now = slice(self.used, self.used + part.shape[axis])
        self.array[(*[slice(None)] * axis, now)][..., : part.shape[-1]] = part
        self.keys[now] = part.shape[-1]
        self.used = now.stop


class _OfBlocks(BlockArray):
    """Reads the first `length` positions from blocks: from each block the positions before the next block begins."""

    def __init__(self, blocks: list[_Block], length: int):
        self._parts = [
            (block, end - block.begin) for block, end in zip(blocks, [*(block.begin for block in blocks[1:]), length])
        ]
        self.dtype = blocks[0].array.dtype


class Rows(_OfBlocks):
    """A vector, or a number, for every position; `axis` is the axis of positions."""

    def __init__(self, axis: int, blocks: list[_Block], length: int):
        super().__init__(blocks, length)
        self._axis = axis
        shape = blocks[0].array.shape
        self.shape = (*shape[:axis], length, *shape[axis + 1 :])

    def __getitem__(self, index: Any) -> np.ndarray:
        index = index if isinstance(index, tuple) else (index,)
        before, after = index[: self._axis], index[self._axis :]
        if after and not isinstance(after[0], slice) and np.ndim(after[0]) == 0:
            position = range(self.shape[self._axis])[whole_number(after[0])]
            block = next(block for block, _ in reversed(self._parts) if block.begin <= position)
            return _read_only(block.array[(*before, position - block.begin, *after[1:])])
        before += (slice(None),) * (self._axis - len(before))
        parts = [block.array[(*before, slice(n))] for block, n in self._parts]
        axis = sum(not isinstance(each, (int, np.integer)) for each in before)
        return _read_only(_together(parts, axis)[(*[slice(None)] * axis, *after)])

    def norms(self) -> np.ndarray:
        """Returns the length of every vector, (..., T). Each position is computed once, however much the text grows."""
        parts = []
        for block, n in self._parts:
            norms = block.norms
            known = 0 if norms is None else norms.shape[-1]
            if norms is None or known < n:
                more = np.linalg.norm(block.array[(*[slice(None)] * self._axis, slice(known, n))], axis=-1)
                norms = block.norms = more if norms is None else np.concatenate([norms, more], axis=-1)
            parts.append(norms[..., :n])
        return _read_only(_together(parts, -1))


class ScoreRows(_OfBlocks):
    """Scores or weights of every query for every key, (layer, head, T, T)."""

    def __init__(self, blocks: list[_Block], length: int, scores_of_later_keys: Callable[[tuple], np.ndarray] | None = None):
        """scores_of_later_keys(index of layers and heads) returns the numbers for keys after a query's run; without it they
        are 0."""
        super().__init__(blocks, length)
        self._scores_of_later_keys = scores_of_later_keys
        self.shape = (*blocks[0].array.shape[:2], length, length)

    def __getitem__(self, index: Any) -> np.ndarray:
        index = index if isinstance(index, tuple) else (index,)
        of, rest, T = index[:2], index[2:], self.shape[-1]
        first = self._parts[0][0].array[of]
        square = np.zeros((*first.shape[:-2], T, T), self.dtype)
        for block, n in self._parts:
            # A branch shares a block that was run with another text: keys beyond the shared positions are not its own.
            rows = block.array[of][..., :n, : block.begin + n]
            square[..., block.begin : block.begin + n, : rows.shape[-1]] = rows
        if self._scores_of_later_keys is not None:
            known = np.concatenate([np.minimum(block.keys[:n], block.begin + n) for block, n in self._parts])
            missing = np.arange(T) >= known[:, None]
            if missing.any():
                np.copyto(square, self._scores_of_later_keys(of), where=missing)
        return _read_only(square[(*[slice(None)] * (square.ndim - 2), *rest)])


def _together(parts: list[np.ndarray], axis: int) -> np.ndarray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis)


def _read_only(found: Any) -> Any:
    if isinstance(found, np.ndarray):
        found.flags.writeable = False
    return found
