"""Activations that come in parts, a prompt's and then one token after another: each kept once, and read like one array."""
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from operator import index as whole_number
from typing import Any, Protocol

import numpy as np

# Positions that are kept in one array where they come one by one: few arrays, and little room for what may never come.
BLOCK = 32


class Parted(ABC):
    """Reads like an array, to be read only: but only what is asked for is put together.

    To be indexed by whole numbers, slices and lists, for one axis after another. Without any it is the whole array, as it
    is for every function of numpy.
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

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self[()].astype(dtype or self.dtype, copy=False)

    def __sub__(self, other: Parted) -> Apart:
        return Apart(self, other)


class Apart(Parted):
    """One such array taken from another, where it is read."""

    def __init__(self, one: Parted, other: Parted):
        self._one, self._other = one, other
        self.shape, self.dtype = one.shape, one.dtype

    def __getitem__(self, index: Any) -> np.ndarray:
        return self._one[index] - self._other[index]


class Kept(Protocol):
    """What the runs gave of one activation. Any number of traces show the first so many positions of it."""

    def first(self, length: int) -> Parted:
        """The first `length` positions."""

    def followed_by(self, part: np.ndarray, length: int) -> Kept:
        """The first `length` positions, then those of `part`."""


def kept(axes: tuple[str, ...], part: np.ndarray) -> Kept:
    """axes: as in `explainer.activations`; `part`: of the first positions."""
    if "key_pos" in axes:
        return _KeptSquares(((0, part),))
    axis = axes.index("pos")
    return _KeptRows(axis, (_Block(0, part, part.shape[axis]),))


class _Block:
    """The positions from `begin` on, `used` of them so far, with room for more in `array`.

    What a trace shows of it is never written again: only what ends where the written positions end is written behind
    them, and any other, a branch, has a block of its own.
    """

    def __init__(self, begin: int, array: np.ndarray, used: int):
        self.begin, self.array, self.used = begin, array, used


class _KeptRows:
    """An activation with a vector, or a number, for every position."""

    def __init__(self, axis: int, blocks: tuple[_Block, ...]):
        self._axis, self._blocks = axis, blocks

    def first(self, length: int) -> Rows:
        return Rows(self._axis, [(block.begin, block.array) for block in self._blocks if block.begin < length], length)

    def followed_by(self, part: np.ndarray, length: int) -> _KeptRows:
        blocks = tuple(block for block in self._blocks if block.begin < length)
        last, n = blocks[-1], part.shape[self._axis]
        free = last.array.shape[self._axis] - last.used
        if last.begin + last.used != length or n > free:
            array = part
            if n < BLOCK:
                array = np.zeros([BLOCK if axis == self._axis else size for axis, size in enumerate(part.shape)], part.dtype)
            last = _Block(length, array, 0)
            blocks += (last,)
        if last.array is not part:
            last.array[(*[slice(None)] * self._axis, slice(last.used, last.used + n))] = part
        last.used += n
        return _KeptRows(self._axis, blocks)


class Rows(Parted):
    """So many positions, on the axis of that number."""

    def __init__(self, axis: int, blocks: list[tuple[int, np.ndarray]], length: int):
        """blocks: where each begins, and its array, of which what the next one has as well does not count."""
        self._axis, self._blocks = axis, blocks
        self._ends = [*(begin for begin, _ in blocks[1:]), length]
        first = blocks[0][1]
        self.shape = (*first.shape[:axis], length, *first.shape[axis + 1:])
        self.dtype = first.dtype

    def __getitem__(self, index: Any) -> np.ndarray:
        index = index if isinstance(index, tuple) else (index,)
        before, after = index[:self._axis], index[self._axis:]
        if after and np.ndim(after[0]) == 0 and not isinstance(after[0], slice):
            position = range(self.shape[self._axis])[whole_number(after[0])]
            begin, array = next(block for block in reversed(self._blocks) if block[0] <= position)
            return _read_only(array[(*before, position - begin, *after[1:])])
        before += (slice(None),) * (self._axis - len(before))
        parts = [array[(*before, slice(end - begin))] for (begin, array), end in zip(self._blocks, self._ends)]
        axis = sum(not isinstance(each, (int, np.integer)) for each in before)
        together = parts[0] if len(parts) == 1 else np.concatenate(parts, axis)
        return _read_only(together[(*[slice(None)] * axis, *after)])


class _KeptSquares:
    """An activation with a row of keys for every query: as the runs gave it, (layer, head, some queries, keys so far) each.

    So a growing text copies nothing, and the keys that a query never saw take no room.
    """

    def __init__(self, parts: tuple[tuple[int, np.ndarray], ...]):
        self._parts = parts  # (first query, array)

    def first(self, length: int, later: Callable[[tuple], np.ndarray] | None = None) -> Squares:
        return Squares(self._parts, length, later)

    def followed_by(self, part: np.ndarray, length: int) -> _KeptSquares:
        parts = self._parts
        if parts[-1][0] + parts[-1][1].shape[2] > length:  # a branch: what follows goes, and its keys
            parts = tuple((at, array[:, :, :length - at, :length]) for at, array in parts if at < length)
        return _KeptSquares((*parts, (length, part)))


class Squares(Parted):
    """Scores or weights of every query for every key, (layer, head, T, T)."""

    def __init__(self, parts: tuple[tuple[int, np.ndarray], ...], length: int,
                 later: Callable[[tuple], np.ndarray] | None = None):
        """later(layers and heads) gives the numbers for keys that a query's run had not come to, where not 0."""
        self._parts, self._length, self._later = parts, length, later
        first = parts[0][1]
        self.shape, self.dtype = (*first.shape[:2], length, length), first.dtype

    def __getitem__(self, index: Any) -> np.ndarray:
        index = index if isinstance(index, tuple) else (index,)
        of, rest, T = index[:2], index[2:], self._length
        shown = [(at, array[of][..., :T - at, :T]) for at, array in self._parts if at < T]
        square = np.zeros((*shown[0][1].shape[:-2], T, T), self.dtype)
        for at, rows in shown:
            square[..., at:at + rows.shape[-2], :rows.shape[-1]] = rows
        if self._later is not None:
            known = np.concatenate([np.full(rows.shape[-2], rows.shape[-1]) for _, rows in shown])
            missing = np.arange(T) >= known[:, None]
            if missing.any():
                np.copyto(square, self._later(of), where=missing)
        return _read_only(square[(*[slice(None)] * (square.ndim - 2), *rest)])


def _read_only(found: np.ndarray | np.generic) -> np.ndarray | np.generic:
    if isinstance(found, np.ndarray):
        found.flags.writeable = False
    return found
