"""The engine: the one interface between the app and a runtime.

It has two implementations: `explainer.runtimes.native` (onnxruntime, CPython) and `explainer.runtimes.web` (onnxruntime-web,
the reader's browser).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from explainer.model.manifest import ModelConfig


class Cache(Protocol):
    """Keys and values of the positions computed so far. Opaque, never changed, usable any number of times."""

    @property
    def length(self) -> int: ...


class Engine(Protocol):
    """Runs a model's two graphs. Arrays are float32 unless said otherwise."""

    config: ModelConfig
    backend: str  # for the reader: "wasm, 1 thread", "webgpu", "onnxruntime, cpu"

    async def trunk(
        self,
        ids: np.ndarray,
        *,
        cache: Any = None,
        past_len: int = 0,
        names: Sequence[str],
        hooks: Mapping[str, np.ndarray] | None = None,
    ) -> tuple[dict[str, np.ndarray], Cache]:
        """Computes the positions past_len .. past_len + len(ids).

        ids: (pos,) int64.  cache: a Cache that this engine returned; its first `past_len` positions count as computed.
        names: the activations to return, axes as in `explainer.model.activations`; others are computed, not copied.
        hooks: {graph input ("z.scale", "attn_scores.add", "causal"): array}; a missing input means its identity.
        Returns the activations and the cache of all past_len + len(ids) positions.
        """

    async def unembed(
        self, resid: np.ndarray, *, names: Sequence[str] = ("logits",), apply_ln: bool = True
    ) -> dict[str, np.ndarray]:
        """Computes "logits" (row, d_vocab), "ln_final" ... from residual vectors (row, d_model).

        With `apply_ln` False the final LayerNorm is skipped, as for the nearest tokens of an embedding.
        """
