"""The residual stream: what every block finds, and how much attention and MLP write into it."""
from __future__ import annotations

import numpy as np

from explainer.views.base import Scene, View, float32


class Residual(View):
    """Norms per block and token; the vectors themselves for the chosen block."""

    needs = ("resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post")
    reads = ("block", "token")

    def show(self, scene: Scene) -> dict:
        trace = scene.trace
        resid = np.concatenate([trace["resid_pre"], trace["resid_post"][-1:]])
        return {
            "labels": scene.labels,
            "token": scene.token,
            "block": scene.block,
            "n_layer": scene.model.config.n_layer,
            "resid_norm": float32(np.linalg.norm(resid, axis=-1)),
            "attn_norm": float32(np.linalg.norm(trace["attn_out"], axis=-1)),
            "mid_norm": float32(np.linalg.norm(trace["resid_mid"], axis=-1)),
            "mlp_norm": float32(np.linalg.norm(trace["mlp_out"], axis=-1)),
            "resid_strip": float32(trace["resid_pre"][scene.block]),
        }
