"""The Trace: every activation of one prompt, by name."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from explainer.model.activations import BY_NAME
from explainer.model.block_array import BlockArray, StoredActivation

_versions = count(1)

# Number of positions whose logits are kept: each is a whole vocabulary. A short run computes those of any other position.
LOGITS = 64


class Trace:
    """All that the model computed for `ids`: `trace["resid_pre"]` is (n_layer, T, d_model), and so on for the trunk's names.

    Positions are computed in parts (a prompt, then one token after another), and each part is stored once.
    The numbers of a Trace never change: `prefix` and `extended` make new ones that share the old one's arrays.

    ids: (T,) token ids.  cache: the engine's keys and values, at least T positions long.
    rows: {position: {"logits": (d_vocab,), "ln_final": (d_model,), ...}} for the positions that were unembedded.
    followed: {position: natural logarithm of the probability given to the token that follows it}, filled by
    Model.fill_next_token_probs.
    version: differs between any two traces, so that equal versions mean equal numbers.
    """

    def __init__(
        self,
        ids: tuple[int, ...] = (),
        arrays: Mapping[str, StoredActivation] | None = None,
        cache: Any = None,
        rows: Mapping[int, dict[str, np.ndarray]] | None = None,
        attn_scale: tuple[float, ...] = (),
        followed: Mapping[int, float] | None = None,
    ):
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

    def __getitem__(self, name: str) -> BlockArray:
        """Returns the activation over all positions, read-only; axes as in `explainer.model.activations`.

        Raises KeyError when it was not fetched.
        """
        return self._arrays[name].first(len(self), self._scores_of if name == "attn_scores" else None)

    def _scores_of(self, index: tuple) -> np.ndarray:
        """Computes the scores before the mask, also for later keys, as a run over the whole prompt gives them: from q . k."""
        q, k = self["q"], self["k"]
        scale = np.broadcast_to(np.reshape(np.asarray(self.attn_scale, np.float32), (-1, 1, 1, 1)), (*q.shape[:2], 1, 1))
        return q[index] @ k[index].swapaxes(-1, -2) * scale[index]

    def prefix(self, length: int) -> Trace:
        """Returns the trace of the first `length` positions. Attention looks back only, so their numbers are the same."""
        rows = {position: row for position, row in self.rows.items() if position < length}
        followed = {position: logp for position, logp in self.followed.items() if position + 1 < length}
        return Trace(self.ids[:length], self._arrays, self.cache, rows, self.attn_scale, followed)

    def extended(self, ids: tuple[int, ...], outputs: Mapping[str, np.ndarray], cache: Any) -> Trace:
        """Returns this trace followed by new positions. Only names that both parts have can be read afterwards."""
        length = len(self)
        if not length:
            arrays = {name: StoredActivation.of(BY_NAME[name].axes, part) for name, part in outputs.items()}
        else:
            names = outputs.keys() & self._arrays.keys()
            if not {"q", "k"} <= names:
                names -= {"attn_scores"}
            arrays = {name: self._arrays[name].followed_by(outputs[name], length) for name in names}
        rows = dict(list(self.rows.items())[-LOGITS:])  # those that were computed last
        return Trace(self.ids + tuple(ids), arrays, cache, rows, self.attn_scale, self.followed)

    def add(self, outputs: Mapping[str, np.ndarray]) -> None:
        """Adds activations of the same positions. No number changes, so the trace keeps its version."""
        for name, array in outputs.items():
            self._arrays[name] = StoredActivation.of(BY_NAME[name].axes, array)


class Difference:
    """The difference of two traces of the same ids, `trace` less `minus`. It reads like a Trace, but has activations alone."""

    def __init__(self, trace: Trace, minus: Trace):
        self.ids = trace.ids
        self.version = next(_versions)
        self._trace, self._minus = trace, minus

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def names(self) -> frozenset[str]:
        return self._trace.names & self._minus.names

    def __getitem__(self, name: str) -> BlockArray:
        return self._trace[name] - self._minus[name]
