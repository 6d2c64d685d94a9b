"""The Trace: every activation of one prompt, by name."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import numpy as np

from explainer.activations import BY_NAME

_versions = count(1)

# Positions kept free behind a growing text: few copies while it grows, little memory for what may never come.
ROOM = 64
# Logits of so many positions are kept: a whole vocabulary each. Those of any other are a short run away.
LOGITS = 64


class _Rows:
    """One activation, position after position, in an array with room for more.

    Any number of traces show the first so many positions. What one of them shows is never written again: only the trace
    that ends where the written rows end may write behind them; for any other, a branch, what it shows is copied first.
    """

    def __init__(self, axes: tuple[str, ...], array: np.ndarray):
        self.axes = axes
        self.array = array
        self.used = array.shape[axes.index("pos")]

    def at(self, positions: slice) -> np.ndarray:
        return self.array[tuple(positions if axis == "pos" else slice(None) for axis in self.axes)]

    def first(self, length: int) -> np.ndarray:
        shown = self.at(slice(length))
        shown.flags.writeable = False
        return shown

    def followed_by(self, part: np.ndarray, length: int, room: int) -> _Rows:
        """The first `length` positions and those of `part`."""
        total = length + part.shape[self.axes.index("pos")]
        rows = self
        if length != self.used or total > self.array.shape[self.axes.index("pos")]:
            free = max(room, total + max(ROOM, total // 2))
            rows = _Rows(self.axes, np.zeros([free if axis == "pos" else n for axis, n in zip(self.axes, part.shape)], part.dtype))
            rows.at(slice(length))[...] = self.first(length)
        rows.at(slice(length, total))[...] = part
        rows.used = total
        return rows


class _Parts:
    """An activation with a row of keys for every query: as the runs gave it, (layer, head, some queries, keys so far) each.

    So a growing text copies nothing, and the keys that a query never saw take no room.
    """

    def __init__(self, parts: tuple[tuple[int, np.ndarray], ...]):
        self.parts = parts  # (first query, array)

    def followed_by(self, part: np.ndarray, length: int, room: int) -> _Parts:
        kept = self.parts
        if kept[-1][0] + kept[-1][1].shape[2] > length:  # a branch: what follows goes, and its keys
            kept = tuple((at, array[:, :, :length - at, :length]) for at, array in kept if at < length)
        return _Parts((*kept, (length, part)))


class Squares:
    """Scores or weights of every query for every key, read like an array (layer, head, T, T): but only the layers and
    heads asked for are put together from their parts."""

    ndim = 4

    def __init__(self, parts: _Parts, length: int, later: Callable[[tuple], np.ndarray] | None = None):
        """later(layers and heads) gives the numbers for keys that a query's run had not come to, where not 0."""
        self._parts, self._length, self._later = parts.parts, length, later
        first = self._parts[0][1]
        self.shape, self.dtype = (*first.shape[:2], length, length), first.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[layer] for layer in range(len(self)))

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
        square.flags.writeable = False
        return square[(*[slice(None)] * (square.ndim - 2), *rest)]

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self[()].astype(dtype or self.dtype, copy=False)

    def __sub__(self, other: Squares) -> SquaresApart:
        return SquaresApart(self, other)


class SquaresApart(Squares):
    """One such thing taken from another, layer by layer."""

    def __init__(self, one: Squares, other: Squares):
        self._one, self._other = one, other
        self.shape, self.dtype = one.shape, one.dtype

    def __getitem__(self, index: Any) -> np.ndarray:
        return self._one[index] - self._other[index]


class Trace:
    """What the model computed for `ids`: `trace["resid_pre"]` is (n_layer, T, d_model), and so on for the trunk's names.

    Positions are computed in parts (a prompt, then one token after another), each kept once behind the others.
    A Trace is never changed in what it says: `prefix` and `extended` make new ones that share the old one's arrays.

    ids: (T,) token ids.  cache: the engine's keys and values, at least T positions long.
    rows: {position: {"logits": (d_vocab,), "ln_final": (d_model,), ...}} for the positions that were unembedded.
    followed: {position: natural logarithm of the probability given to the token that follows it}, where asked for.
    version: differs between any two traces, so that equal versions mean equal numbers.
    """

    def __init__(self, ids: tuple[int, ...] = (), arrays: Mapping[str, _Rows | _Parts] | None = None,
                 cache: Any = None, rows: Mapping[int, dict[str, np.ndarray]] | None = None,
                 attn_scale: tuple[float, ...] = (), followed: Mapping[int, float] | None = None):
        self.ids = tuple(ids)
        self.cache = cache
        self.rows = dict(rows or {})
        self.followed = dict(followed or {})
        self.attn_scale = attn_scale
        self.version = next(_versions)
        self._arrays = dict(arrays or {})

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def names(self) -> frozenset[str]:
        """The activations that can be read for every position."""
        return frozenset(self._arrays)

    def __getitem__(self, name: str) -> np.ndarray | Squares:
        """The activation over all positions, axes as in `explainer.activations`, to be read only.

        KeyError when it was not fetched.
        """
        rows = self._arrays[name]
        if not isinstance(rows, _Parts):
            return rows.first(len(self))
        return Squares(rows, len(self), self._scores_of if name == "attn_scores" else None)

    def _scores_of(self, index: tuple) -> np.ndarray:
        """Scores before the mask reach ahead, as a run over the whole prompt gives them: q . k of what is here."""
        q, k = self["q"], self["k"]
        scale = np.broadcast_to(np.reshape(np.float32(self.attn_scale), (-1, 1, 1, 1)), (*q.shape[:2], 1, 1))
        return q[index] @ k[index].swapaxes(-1, -2) * scale[index]

    def prefix(self, length: int) -> Trace:
        """The first `length` positions. Attention looks back only, so their numbers are the same."""
        rows = {position: row for position, row in self.rows.items() if position < length}
        followed = {position: logp for position, logp in self.followed.items() if position + 1 < length}
        return Trace(self.ids[:length], self._arrays, self.cache, rows, self.attn_scale, followed)

    def extended(self, ids: tuple[int, ...], outputs: Mapping[str, np.ndarray], cache: Any, room: int = 0) -> Trace:
        """This trace and the positions after it. Only names that both parts have can be read afterwards.

        room: how many positions there will be in the end, where that is known.
        """
        length = len(self)
        if not length:
            arrays = {name: _held(name, part) for name, part in outputs.items()}
        else:
            names = outputs.keys() & self._arrays.keys()
            if not {"q", "k"} <= names:
                names -= {"attn_scores"}
            arrays = {name: self._arrays[name].followed_by(outputs[name], length, room) for name in names}
        rows = dict(list(self.rows.items())[-LOGITS:])  # the last that were asked for
        return Trace(self.ids + tuple(ids), arrays, cache, rows, self.attn_scale, self.followed)

    def add(self, outputs: Mapping[str, np.ndarray]) -> None:
        """More activations of the same positions: nothing already said changes, so this is still the same trace."""
        for name, array in outputs.items():
            self._arrays[name] = _held(name, array)


def _held(name: str, array: np.ndarray) -> _Rows | _Parts:
    axes = BY_NAME[name].axes
    return _Parts(((0, array),)) if "key_pos" in axes else _Rows(axes, array)


class Difference:
    """Two traces of the same ids, one taken from the other: reads like a Trace, of the activations alone."""

    def __init__(self, trace: Trace, minus: Trace):
        self.ids = trace.ids
        self.version = next(_versions)
        self._trace, self._minus = trace, minus

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def names(self) -> frozenset[str]:
        return self._trace.names & self._minus.names

    def __getitem__(self, name: str) -> np.ndarray:
        return self._trace[name] - self._minus[name]
