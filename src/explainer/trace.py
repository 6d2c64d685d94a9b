"""The Trace: every activation of one prompt, by name."""
from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from explainer.activations import BY_NAME

_versions = count(1)

# Positions kept free behind a growing text: few copies while it grows, little memory for what may never come.
ROOM = 64


class _Rows:
    """One activation, position after position, in an array with room for more.

    Any number of traces show the first so many. What one of them shows is never written again: only the trace that
    ends where the written rows end may write behind them; for any other, a branch, what it shows is copied first.
    """

    def __init__(self, axes: tuple[str, ...], array: np.ndarray):
        self.axes = axes
        self.array = array
        self.used = array.shape[axes.index("pos")]
        self.ahead = self.used  # so many keys are there for all positions, later keys than their own included

    def at(self, **slices: slice) -> np.ndarray:
        return self.array[tuple(slices.get(axis, slice(None)) for axis in self.axes)]

    def first(self, length: int) -> np.ndarray:
        """The first `length` positions, and as many keys."""
        shown = self.at(pos=slice(length), key_pos=slice(length))
        shown.flags.writeable = False
        return shown

    def followed_by(self, part: np.ndarray, length: int, room: int) -> _Rows:
        """The first `length` positions and those of `part`, computed when there were no later keys."""
        at = self.axes.index("pos")
        total = length + part.shape[at]
        rows = self
        if length != self.used or total > self.array.shape[at]:
            free = max(room, total + min(total, ROOM))
            rows = _Rows(self.axes, np.zeros(
                [free if axis in ("pos", "key_pos") else n for axis, n in zip(self.axes, part.shape)], part.dtype))
            rows.at(pos=slice(length), key_pos=slice(length))[...] = self.first(length)
            rows.ahead = min(self.ahead, length)
        rows.at(pos=slice(length, total), key_pos=slice(total))[...] = part
        rows.used = total
        return rows


class Trace:
    """What the model computed for `ids`: `trace["resid_pre"]` is (n_layer, T, d_model), and so on for the trunk's names.

    Positions are computed in parts (a prompt, then one token after another), each written once behind the others.
    A Trace is never changed in what it says: `prefix` and `extended` make new ones that share the old one's arrays.

    ids: (T,) token ids.  cache: the engine's keys and values, at least T positions long.
    rows: {position: {"logits": (d_vocab,), "ln_final": (d_model,), ...}} for the positions that were unembedded.
    followed: {position: natural logarithm of the probability given to the token that follows it}, where asked for.
    version: differs between any two traces, so that equal versions mean equal numbers.
    """

    def __init__(self, ids: tuple[int, ...] = (), arrays: Mapping[str, _Rows] | None = None,
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

    def __getitem__(self, name: str) -> np.ndarray:
        """The activation over all positions, axes as in `explainer.activations`, to be read only.

        KeyError when it was not fetched.
        """
        rows = self._arrays[name]
        if name == "attn_scores" and rows.ahead < len(self):
            self._look_ahead(rows)
        return rows.first(len(self))

    def _look_ahead(self, rows: _Rows) -> None:
        """Scores before the mask reach ahead, as a run over the whole prompt gives them: q . k of what is here."""
        keys = slice(rows.ahead, len(self))
        scale = np.asarray(self.attn_scale, np.float32)[:, None, None, None]
        scores = self["q"] @ self["k"][:, :, keys].swapaxes(-1, -2) * scale
        later = np.arange(len(self))[:, None] < np.arange(keys.start, keys.stop)
        np.copyto(rows.at(pos=slice(len(self)), key_pos=keys), scores, where=later)
        rows.ahead = len(self)

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
            arrays = {name: _Rows(BY_NAME[name].axes, part) for name, part in outputs.items()}
        else:
            names = outputs.keys() & self._arrays.keys()
            if not {"q", "k"} <= names:
                names -= {"attn_scores"}
            arrays = {name: self._arrays[name].followed_by(outputs[name], length, room) for name in names}
        return Trace(self.ids + tuple(ids), arrays, cache, self.rows, self.attn_scale, self.followed)

    def add(self, outputs: Mapping[str, np.ndarray]) -> None:
        """More activations of the same positions: nothing already said changes, so this is still the same trace."""
        for name, array in outputs.items():
            self._arrays[name] = _Rows(BY_NAME[name].axes, array)


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
