"""The residual stream: what every block finds, and how much attention and MLP write into it."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from explainer.views.arrays import float32, pooled_columns
from explainer.views.base import ALL_HEADS_UP_TO, Scene, View
from explainer.views.shown import HeadShown

# Numbers of a vector, and of the MLP's neurons, that a small picture holds at most.
STRIP, NEURONS = 16, 48


class ResidualShown(HeadShown):
    """Norms of the stream between blocks, of what attention and MLP write into it, and of it between the two; and of the chosen
    block and head the numbers on the way, every vector pooled to a few numbers (pooled_columns).

    patterns: those of the chosen block's heads; of the chosen head alone for a long text.  embed_strip: the stream before the
    first block.  q_strip, k_strip, v_strip, z_strip: of the chosen head; q_norm, k_norm, v_norm: the lengths.  mlp_strip:
    mlp_post.  mlp_active: so many of its numbers are above 0, of d_mlp.
    """

    d_model: int
    d_mlp: int
    resid_norm: Annotated[np.ndarray, "layer+1 pos"]
    attn_norm: Annotated[np.ndarray, "layer pos"]
    mid_norm: Annotated[np.ndarray, "layer pos"]
    mlp_norm: Annotated[np.ndarray, "layer pos"]
    patterns: Annotated[np.ndarray, "drawn pos key_pos"]
    embed_strip: Annotated[np.ndarray, "pos numbers"]
    q_strip: Annotated[np.ndarray, "pos head_numbers"]
    k_strip: Annotated[np.ndarray, "pos head_numbers"]
    v_strip: Annotated[np.ndarray, "pos head_numbers"]
    z_strip: Annotated[np.ndarray, "pos head_numbers"]
    q_norm: Annotated[np.ndarray, "pos"]
    k_norm: Annotated[np.ndarray, "pos"]
    v_norm: Annotated[np.ndarray, "pos"]
    mlp_strip: Annotated[np.ndarray, "pos neurons"]
    mlp_active: Annotated[np.ndarray, "pos"]


class Residual(View):
    """Norms per block and token; for the chosen block the attention weights of its heads, or of the chosen head alone where the
    text is long; and small pictures of the vectors on the way through the chosen block and head."""

    needs = ("resid_pre", "q", "k", "v", "pattern", "z", "attn_out", "resid_mid", "mlp_post", "mlp_out", "resid_post")
    compares = ("original", "difference")
    reads = ("block", "head")

    def show(self, scene: Scene) -> ResidualShown:
        trace, config, block, head = scene.trace, scene.model.config, scene.block, scene.head
        heads = slice(None) if len(trace) <= ALL_HEADS_UP_TO else slice(head, head + 1)
        lengths: Any = trace  # Any, because only arrays with one vector per position have `norms`
        norms = {name: lengths[name].norms() for name in ("resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post")}
        of_head = {name: float32(trace[name][block, head]) for name in ("q", "k", "v", "z")}
        strips = {name: float32(pooled_columns(vectors, STRIP)) for name, vectors in of_head.items()}
        length = {name: np.linalg.norm(vectors, axis=1) for name, vectors in of_head.items()}
        neurons = float32(trace["mlp_post"][block])
        return {
            **scene.chosen_head(),
            "d_model": config.d_model,
            "d_mlp": config.d_mlp,
            "resid_norm": float32(np.concatenate([norms["resid_pre"], norms["resid_post"][-1:]])),
            "attn_norm": float32(norms["attn_out"]),
            "mid_norm": float32(norms["resid_mid"]),
            "mlp_norm": float32(norms["mlp_out"]),
            "patterns": float32(trace["pattern"][block, heads]),
            "embed_strip": float32(pooled_columns(float32(trace["resid_pre"][0]), STRIP)),
            "q_strip": strips["q"],
            "k_strip": strips["k"],
            "v_strip": strips["v"],
            "z_strip": strips["z"],
            "q_norm": float32(length["q"]),
            "k_norm": float32(length["k"]),
            "v_norm": float32(length["v"]),
            "mlp_strip": float32(pooled_columns(neurons, NEURONS)),
            "mlp_active": float32((neurons > 0).sum(axis=1)),
        }
