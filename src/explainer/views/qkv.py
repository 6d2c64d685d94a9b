"""Queries, keys and values of one head, and the slice of the big matrix that one of them comes from."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from explainer.state.choices import MATRICES
from explainer.views.arrays import float32, window_start
from explainer.views.base import Scene, View
from explainer.views.shown import TextShown
from explainer.views.terms import DotProduct, dot

# The most rows that are sent: of a longer text those around the chosen token.
ROWS = 128


class QkvShown(TextShown):
    """q, k, v: of the tokens from `first` on.  x, w, bias: they make the opened vector of the chosen token, x @ w.T + bias.
    start: where the columns of w begin in the matrix of all heads' queries, keys and values.  terms: the opened entry as a
    dot product.
    """

    first: int
    block: int
    head: int
    n_head: int
    d_model: int
    d_head: int
    matrix: Annotated[str, MATRICES]
    entry: int
    q: Annotated[np.ndarray, "rows d_head"]
    k: Annotated[np.ndarray, "rows d_head"]
    v: Annotated[np.ndarray, "rows d_head"]
    x: Annotated[np.ndarray, "d_model"]
    w: Annotated[np.ndarray, "d_head d_model"]
    bias: Annotated[np.ndarray, "d_head"]
    start: int
    terms: DotProduct


class Qkv(View):
    """q, k and v of every token, (T, d_head) each; the opened one of the three as ln1 @ its columns of W + its bias."""

    needs = ("ln1", *MATRICES)
    reads = ("block", "head", "token", "matrix", "entry")
    part = True
    compares = ("original", "difference")
    has_own_difference = True

    async def show(self, scene: Scene) -> QkvShown:
        config, trace, weights = scene.model.config, scene.trace, scene.model.weights
        block, head, token, matrix = scene.block, scene.head, scene.token, scene.state.matrix
        entry = min(scene.state.entry, config.d_head - 1)
        first = window_start(token, len(trace), ROWS)
        labels = scene.labels
        # The matrix holds all heads' queries, then all keys, then all values.
        start = MATRICES.index(matrix) * config.d_model + head * config.d_head
        stop = start + config.d_head
        w = await weights.columns(f"h.{block}.attn.c_attn.weight", start, stop)
        bias = (await weights.vector(f"h.{block}.attn.c_attn.bias"))[start:stop]
        x = trace["ln1"][block, token]
        return {
            "labels": labels,
            "token": token,
            "first": first,
            "block": block,
            "head": head,
            "n_head": config.n_head,
            "d_model": config.d_model,
            "d_head": config.d_head,
            "matrix": matrix,
            "entry": entry,
            **{name: float32(trace[name][block, head, first : first + ROWS]) for name in MATRICES},
            "x": float32(x),
            "w": float32(w.T),  # (d_head, d_model): what makes one entry lies in one row
            "bias": float32(bias),
            "start": start,  # the slice is columns start .. start + d_head - 1
            "terms": dot(x, w[:, entry], bias[entry], trace[matrix][block, head, token, entry]),
        }

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        at = scene.block, scene.head, scene.token
        return {"ln1": scene.trace["ln1"][scene.block, scene.token], **{name: scene.trace[name][at] for name in MATRICES}}
