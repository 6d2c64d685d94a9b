"""The vector under a token at any named point of the model."""

from __future__ import annotations

import numpy as np

from explainer.model.activations import ACTIVATIONS, BY_NAME
from explainer.views.base import Scene, View, float32

POINTS = [
    {"name": a.name, "axes": list(a.axes), "meaning": a.meaning}
    for a in ACTIVATIONS
    if a.graph == "trunk" and a.axes[-1] != "1"
]
# Numbers sent at most; of a longer prompt the rows around the chosen token are shown.
MOST = 2**19


class Vectors(View):
    """One named activation, a row for every token: of the chosen block and, where it has heads, the chosen head.

    Reads whatever `point` names; the app sees to it that this is in the trace.
    """

    part = True
    compares = ("original", "difference")
    reads = ("point", "block", "head", "token")

    def show(self, scene: Scene) -> dict:
        point, axes = scene.state.point, BY_NAME[scene.state.point].axes
        index = {"layer": scene.block, "head": scene.head}
        values = scene.trace[point][tuple(index.get(axis, slice(None)) for axis in axes)]
        rows = max(1, MOST // values.shape[1])
        first = int(np.clip(scene.token - rows // 2, 0, max(0, len(values) - rows)))
        return {
            "point": point,
            "points": POINTS,
            "act_fn": scene.model.config.act_fn,
            "axes": list(axes),
            "labels": scene.labels,
            "token": scene.token,
            "block": scene.block if "layer" in axes else None,
            "head": scene.head if "head" in axes else None,
            "first": first,
            "values": float32(values[first : first + rows]),
            "mean": float32(values.mean(axis=1)),
            "std": float32(values.std(axis=1)),
            "norms": float32(np.linalg.norm(values, axis=1)),
        }
