"""What computes: the one interface between the app and a runtime.

Two implementations: `explainer.runtimes.native` (onnxruntime, CPython) and `explainer.runtimes.web` (onnxruntime-web, the reader's browser).
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

        ids: (pos,) int64. cache: one that this engine gave, see Cache; `past_len` says how many leading positions of `cache` count as already computed.
        `names` are the activations to bring back, axes as in `explainer.model.activations`; others are computed, not copied.
        `hooks` maps graph inputs ("z.scale", "attn_scores.add", "causal") to arrays; what is missing is the identity.
        Returns the activations and the cache of all past_len + len(ids) positions.
        """

    async def unembed(
        self, resid: np.ndarray, *, names: Sequence[str] = ("logits",), apply_ln: bool = True
    ) -> dict[str, np.ndarray]:
        """Residual vectors (row, d_model) -> "logits" (row, d_vocab), "ln_final", ...

        With `apply_ln` False the rows meet the unembedding as they are (nearest tokens of an embedding, say).
        """
