"""Who looks at whom: the scores and the pattern of one head, and the patterns of its neighbours."""
from __future__ import annotations

import numpy as np

from explainer.views.base import ALL_HEADS_UP_TO, Scene, View, float32

# Beyond it their thumbnails do, this many cells a side at most.
THUMB = 64


class Attention(View):
    """One head of one block: scores before the mask, weights after the softmax."""

    needs = ("attn_scores", "pattern")
    part = True
    reads = ("block", "head", "token")

    def show(self, scene: Scene) -> dict:
        config, trace, block, head = scene.model.config, scene.trace, scene.block, scene.head
        scores, pattern = trace["attn_scores"][block], trace["pattern"][block]
        few = len(trace) <= ALL_HEADS_UP_TO
        return {
            "labels": scene.labels,
            "token": scene.token,
            "block": block,
            "head": head,
            "n_layer": config.n_layer,
            "n_head": config.n_head,
            "d_head": config.d_head,
            "attn_scale": config.attn_scale[block],
            "pattern": float32(pattern[head]),
            "attn_scores": float32(scores[head]),
            "all_patterns": float32(pattern) if few else None,
            "all_scores": float32(scores) if few else None,
            "thumbs": None if few else pooled(pattern, THUMB),
        }


def pooled(matrices: np.ndarray, side: int) -> np.ndarray:
    """(..., T, T) -> (..., n, n), n <= side: every cell is the largest of the block of cells it stands for."""
    step = -(-matrices.shape[-1] // side)
    starts = np.arange(0, matrices.shape[-1], step)
    return float32(np.maximum.reduceat(np.maximum.reduceat(matrices, starts, axis=-1), starts, axis=-2))
