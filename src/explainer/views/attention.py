"""Which tokens a head looks at: one head, from its queries and keys to the weighted sum of its values."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from explainer.model.edits import Mask
from explainer.model.trace import Difference
from explainer.state.choices import STAGES
from explainer.views.arrays import float32
from explainer.views.base import Scene, View
from explainer.views.shown import HeadShown

# The most cells per side of the small pictures of a block's heads.
THUMB = 64


class AttentionOfHead(HeadShown):
    """One head of one block. key: the opened cell's key, -1 for the strongest."""

    key: int


class AttentionShown(AttentionOfHead):
    """visible: 1 where a query may look at a key, None for GPT-2's own mask.  thumbs: the block's patterns, pooled."""

    d_head: int
    attn_scale: float
    entry: int
    stage: Annotated[str, STAGES]
    sink: bool
    visible: Annotated[np.ndarray, "pos key_pos"] | None
    q: Annotated[np.ndarray, "pos d_head"]
    k: Annotated[np.ndarray, "pos d_head"]
    v: Annotated[np.ndarray, "pos d_head"]
    attn_scores: Annotated[np.ndarray, "pos key_pos"]
    pattern: Annotated[np.ndarray, "pos key_pos"]
    z: Annotated[np.ndarray, "pos d_head"]
    thumbs: Annotated[np.ndarray, "head side side"]


class AttentionDifference(AttentionOfHead):
    """difference: the changed model's attention weights less the untouched model's.  untouched: the untouched model's."""

    difference: Annotated[np.ndarray, "pos key_pos"]
    untouched: Annotated[np.ndarray, "pos key_pos"]


class Attention(View):
    """One head of one block: its queries, keys and values, the scores, the weights and their sum z.

    The page computes all stages between from these: q . k is the score divided by its scale; the mask hides later keys or,
    where the reader chose another mask, keys where `visible` (T, T) is 0. The difference has the weights alone. The matrices
    are (T, T), a row for each query; q, k, v and z are (T, d_head).
    """

    needs = ("q", "k", "v", "attn_scores", "pattern", "z")
    part = True
    compares = ("original", "difference")
    reads = ("block", "head")

    def show(self, scene: Scene) -> AttentionShown | AttentionDifference:
        config, trace, state, block, head = scene.model.config, scene.trace, scene.state, scene.block, scene.head
        if isinstance(trace, Difference):  # only the weights: differences of q, k and scores do not make differences of weights
            return {
                **scene.chosen_head(),
                "key": min(state.key, len(trace) - 1),
                "difference": float32(trace["pattern"][block, head]),
                "untouched": float32(scene.plain["pattern"][block, head]),
            }
        numbers = {name: float32(trace[name][block, head]) for name in self.needs}
        visible = None
        if scene.plain is not None and trace is not scene.plain:
            mask = Mask.parse(state.mask)
            visible = None if mask.kind == "causal" else mask.visible(0, len(trace))
            # A mask and a row written by hand add to the scores; the figure shows the scores without that, q . k.
            numbers["attn_scores"] = numbers["q"] @ numbers["k"].T * np.float32(config.attn_scale[block])
        shown: Any = {
            **scene.chosen_head(),
            "d_head": config.d_head,
            "attn_scale": config.attn_scale[block],
            "key": min(state.key, len(trace) - 1),
            "entry": min(state.entry, config.d_head - 1),
            "stage": state.stage,
            "sink": state.sink,
            "visible": None if visible is None else float32(visible),
            **numbers,
            "thumbs": np.stack([pooled(trace["pattern"][block, each], THUMB) for each in range(config.n_head)]),
        }
        return shown


def pooled(matrices: np.ndarray, side: int) -> np.ndarray:
    """Shrinks (..., T, T) to (..., n, n), n <= side: every cell is the number farthest from 0 of those that it stands for."""
    step = -(-matrices.shape[-1] // side)
    if step == 1:
        return float32(matrices)
    starts = np.arange(0, matrices.shape[-1], step)

    def cells(of: np.ufunc) -> np.ndarray:
        # Whole rows first, without reduceat, which would go through them cell by cell.
        rows = np.stack([of.reduce(matrices[..., start : start + step, :], axis=-2) for start in starts], axis=-2)
        return of.reduceat(rows, starts, axis=-1)

    high, low = cells(np.maximum), cells(np.minimum)
    return float32(np.where(high >= -low, high, low))
