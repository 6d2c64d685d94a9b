"""The Trace: every activation of one prompt, by name."""
from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from explainer.activations import BY_NAME

_versions = count(1)


class Trace:
    """What the model computed for `ids`: `trace["resid_pre"]` is (n_layer, T, d_model), and so on for the trunk's names.

    Positions are computed in segments (a prompt, then one token after another), and are put together when read.
    A Trace is never changed in what it says: `prefix` and `extended` make new ones that share the old one's arrays.

    ids: (T,) token ids.  cache: the engine's keys and values, at least T positions long.
    rows: {position: {"logits": (d_vocab,), "ln_final": (d_model,), ...}} for the positions that were unembedded.
    followed: {position: natural logarithm of the probability given to the token that follows it}, where asked for.
    version: differs between any two traces, so that equal versions mean equal numbers.
    """

    def __init__(self, ids: tuple[int, ...] = (), segments: Mapping[str, list[np.ndarray]] | None = None,
                 cache: Any = None, rows: Mapping[int, dict[str, np.ndarray]] | None = None,
                 attn_scale: tuple[float, ...] = (), followed: Mapping[int, float] | None = None):
        self.ids = tuple(ids)
        self.cache = cache
        self.rows = dict(rows or {})
        self.followed = dict(followed or {})
        self.attn_scale = attn_scale
        self.version = next(_versions)
        self._segments = {name: list(parts) for name, parts in (segments or {}).items()}

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def names(self) -> frozenset[str]:
        """The activations that can be read for every position."""
        return frozenset(self._segments)

    def __getitem__(self, name: str) -> np.ndarray:
        """The activation over all positions, axes as in `explainer.activations`. KeyError when it was not fetched."""
        parts = self._segments[name]
        axes = BY_NAME[name].axes
        if len(parts) > 1:
            if "key_pos" in axes:
                parts = [self._widened(name, part, start) for part, start in zip(parts, self._starts(name))]
            self._segments[name] = parts = [np.concatenate(parts, axis=axes.index("pos"))]
        return parts[0]

    def _starts(self, name: str) -> list[int]:
        lengths = [part.shape[BY_NAME[name].axes.index("pos")] for part in self._segments[name]]
        return [sum(lengths[:i]) for i in range(len(lengths))]

    def _widened(self, name: str, part: np.ndarray, start: int) -> np.ndarray:
        """Rows computed when fewer keys existed, (..., rows, keys), as a run over the whole prompt gives them.

        Masked weights are 0. Scores before the mask reach ahead too: they are q . k of activations the trace holds.
        """
        missing = len(self) - part.shape[-1]
        if not missing:
            return part
        if name == "pattern":
            ahead = np.zeros((*part.shape[:-1], missing), part.dtype)
        else:
            q, k = self["q"], self["k"]
            scale = np.asarray(self.attn_scale, np.float32)[:, None, None, None]
            rows = slice(start, start + part.shape[-2])
            ahead = q[:, :, rows] @ k[:, :, part.shape[-1]:].swapaxes(-1, -2) * scale
        return np.concatenate([part, ahead], axis=-1)

    def prefix(self, length: int) -> Trace:
        """The first `length` positions. Attention looks back only, so their numbers are the same."""
        segments: dict[str, list[np.ndarray]] = {}
        for name, parts in self._segments.items():
            axes = BY_NAME[name].axes
            kept = []
            for part, start in zip(parts, self._starts(name)):
                take = min(part.shape[axes.index("pos")], length - start)
                if take > 0:
                    cut = {"pos": slice(take), "key_pos": slice(length)}
                    kept.append(part[tuple(cut.get(axis, slice(None)) for axis in axes)])
            segments[name] = kept
        rows = {position: row for position, row in self.rows.items() if position < length}
        followed = {position: logp for position, logp in self.followed.items() if position + 1 < length}
        return Trace(self.ids[:length], segments, self.cache, rows, self.attn_scale, followed)

    def extended(self, ids: tuple[int, ...], outputs: Mapping[str, np.ndarray], cache: Any) -> Trace:
        """This trace and the positions after it. Only names that both parts have can be read afterwards."""
        names = outputs.keys() if not self.ids else outputs.keys() & self._segments.keys()
        segments = {name: [*self._segments.get(name, ()), outputs[name]] for name in names}
        return Trace(self.ids + tuple(ids), segments, cache, self.rows, self.attn_scale, self.followed)

    def add(self, outputs: Mapping[str, np.ndarray]) -> None:
        """More activations of the same positions: nothing already said changes, so this is still the same trace."""
        for name, array in outputs.items():
            self._segments[name] = [array]

    @property
    def nbytes(self) -> int:
        return sum(part.nbytes for parts in self._segments.values() for part in parts)


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
