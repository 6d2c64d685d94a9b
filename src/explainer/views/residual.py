"""The residual stream: what every block finds, and how much attention and MLP write into it."""
from __future__ import annotations

import numpy as np

from explainer.views.base import ALL_HEADS_UP_TO, Scene, View, float32


class Residual(View):
    """Norms per block and token; for the chosen block the vectors themselves and the attention weights of its heads,
    of the chosen head alone where the prompt is long."""

    needs = ("resid_pre", "pattern", "attn_out", "resid_mid", "mlp_out", "resid_post")
    compares = ("original", "difference")
    reads = ("block", "head")

    def show(self, scene: Scene) -> dict:
        trace = scene.trace
        heads = slice(None) if len(trace) <= ALL_HEADS_UP_TO else slice(scene.head, scene.head + 1)
        resid = np.concatenate([trace["resid_pre"], trace["resid_post"][-1:]])
        return {
            "labels": scene.labels,
            "token": scene.token,
            "block": scene.block,
            "head": scene.head,
            "n_layer": scene.model.config.n_layer,
            "n_head": scene.model.config.n_head,
            "resid_norm": float32(np.linalg.norm(resid, axis=-1)),
            "attn_norm": float32(np.linalg.norm(trace["attn_out"], axis=-1)),
            "mid_norm": float32(np.linalg.norm(trace["resid_mid"], axis=-1)),
            "mlp_norm": float32(np.linalg.norm(trace["mlp_out"], axis=-1)),
            "patterns": float32(trace["pattern"][scene.block, heads]),
            "resid_strip": float32(trace["resid_pre"][scene.block]),
        }
