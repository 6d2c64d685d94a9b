"""The residual stream: what every block finds, and how much attention and MLP write into it."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from explainer.views.arrays import float32
from explainer.views.base import ALL_HEADS_UP_TO, Scene, View
from explainer.views.shown import TextShown


class ResidualShown(TextShown):
    """Norms of the stream between blocks, of what attention and MLP write into it, and of it between the two.

    patterns: those of the chosen block's heads; of the chosen head alone for a long text.  resid_strip: the stream before that
    block.
    """

    block: int
    head: int
    n_layer: int
    n_head: int
    resid_norm: Annotated[np.ndarray, "layer+1 pos"]
    attn_norm: Annotated[np.ndarray, "layer pos"]
    mid_norm: Annotated[np.ndarray, "layer pos"]
    mlp_norm: Annotated[np.ndarray, "layer pos"]
    patterns: Annotated[np.ndarray, "drawn pos key_pos"]
    resid_strip: Annotated[np.ndarray, "pos d_model"]


class Residual(View):
    """Norms per block and token; for the chosen block the vectors themselves and the attention weights of its heads, or of
    the chosen head alone where the text is long."""

    needs = ("resid_pre", "pattern", "attn_out", "resid_mid", "mlp_out", "resid_post")
    compares = ("original", "difference")
    reads = ("block", "head")

    def show(self, scene: Scene) -> ResidualShown:
        trace = scene.trace
        heads = slice(None) if len(trace) <= ALL_HEADS_UP_TO else slice(scene.head, scene.head + 1)
        lengths: Any = trace  # Any, because only arrays with one vector per position have `norms`
        norms = {name: lengths[name].norms() for name in ("resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post")}
        return {
            "labels": scene.labels,
            "token": scene.token,
            "block": scene.block,
            "head": scene.head,
            "n_layer": scene.model.config.n_layer,
            "n_head": scene.model.config.n_head,
            "resid_norm": float32(np.concatenate([norms["resid_pre"], norms["resid_post"][-1:]])),
            "attn_norm": float32(norms["attn_out"]),
            "mid_norm": float32(norms["resid_mid"]),
            "mlp_norm": float32(norms["mlp_out"]),
            "patterns": float32(trace["pattern"][scene.block, heads]),
            "resid_strip": float32(trace["resid_pre"][scene.block]),
        }
