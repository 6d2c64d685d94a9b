"""A LayerNorm step by step: a vector less its mean, divided by its spread, scaled and shifted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np

from explainer.state.choices import NORMS
from explainer.views.arrays import float32
from explainer.views.base import Scene, VectorsDifference, View
from explainer.views.shown import TextShown

# By name of the norm: the activation that it reads, and the prefix of its weight and bias.
READS = {"ln1": "resid_pre", "ln2": "resid_mid", "ln_final": "resid_post"}
WEIGHTS = {"ln1": "h.{}.ln_1", "ln2": "h.{}.ln_2", "ln_final": "ln_f"}


class LayerNormShown(TextShown):
    """x, centred, normal, scaled and result are the vector after each step.  reads: the name of x.  off: the reader has
    switched the norm off.  block: None for the final one.
    """

    block: int | None
    norm: Annotated[str, NORMS]
    reads: Annotated[str, tuple(READS.values())]
    entry: int
    eps: float
    mean: float
    variance: float
    off: bool
    scale: float
    x: Annotated[np.ndarray, "d_model"]
    centred: Annotated[np.ndarray, "d_model"]
    normal: Annotated[np.ndarray, "d_model"]
    weight: Annotated[np.ndarray, "d_model"]
    scaled: Annotated[np.ndarray, "d_model"]
    bias: Annotated[np.ndarray, "d_model"]
    result: Annotated[np.ndarray, "d_model"]


class LayerNormDifference(VectorsDifference):
    """norm: the norm that the vectors belong to."""

    norm: Annotated[str, NORMS]


class LayerNorm(View):
    """One of a block's two norms, or the final one, for the chosen token; every vector is (d_model,)."""

    needs = ("resid_pre", "ln1_mean", "ln1_scale", "ln1", "resid_mid", "ln2_mean", "ln2_scale", "ln2", "resid_post")
    reads = ("block", "token", "norm", "entry")
    part = True
    compares = ("original", "difference")
    has_own_difference = True

    async def show(self, scene: Scene) -> LayerNormShown:
        config, weights = scene.model.config, scene.model.weights
        block, token, norm, labels = scene.block, scene.token, scene.state.norm, scene.labels
        entry = min(scene.state.entry, config.d_model - 1)
        x, of = self._norm(scene)
        mean, scale = float(of[f"{norm}_mean"][0]), float(of[f"{norm}_scale"][0])
        name = WEIGHTS[norm].format(block)
        weight, bias = await weights.vector(f"{name}.weight"), await weights.vector(f"{name}.bias")
        variance = float(x.var(dtype=np.float64))
        own = x.mean(dtype=np.float64), (variance + config.eps) ** 0.5
        centred = x - np.float32(mean)
        normal = centred / np.float32(scale)
        return {
            "labels": labels,
            "token": token,
            "block": None if norm == "ln_final" else block,
            "norm": norm,
            "reads": READS[norm],
            "entry": entry,
            "eps": config.eps,
            "mean": mean,
            "variance": variance,
            # The reader may have switched a norm off: then mean and scale are not the vector's own.
            "off": bool(np.abs(np.subtract(own, (mean, scale))).max() > 1e-3 * own[1]),
            "scale": scale,
            "x": float32(x),
            "centred": float32(centred),
            "normal": float32(normal),
            "weight": float32(weight),
            "scaled": float32(normal * weight),
            "bias": float32(bias),
            "result": float32(of[norm]),
        }

    def _norm(self, scene: Scene) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
        """Returns the vector that the norm reads, and the activations that it computes, by name."""
        trace, norm, token = scene.trace, scene.state.norm, scene.token
        if norm == "ln_final":
            return trace["resid_post"][-1, token], trace.rows[token]
        return trace[READS[norm]][scene.block, token], {name: trace[name][scene.block, token] for name in self.needs}

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        norm = scene.state.norm
        x, of = self._norm(scene)
        return {READS[norm]: x, **{name: of[name] for name in (f"{norm}_mean", f"{norm}_scale", norm)}}

    def difference(self, scene: Scene) -> LayerNormDifference:
        return {**super().difference(scene), "norm": scene.state.norm}
