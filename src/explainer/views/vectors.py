"""The vector of a token at any named activation of the model."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np

from explainer.model.activations import ACTIVATIONS, BY_NAME, TRUNK
from explainer.views.arrays import float32, window_start
from explainer.views.base import Scene, View
from explainer.views.shown import TextShown

POINTS = [
    {"name": a.name, "axes": list(a.axes), "meaning": a.meaning}
    for a in ACTIVATIONS
    if a.graph == "trunk" and a.axes[-1] != "1"
]
# The most numbers that are sent: of a longer text the rows around the chosen token.
MAX_NUMBERS = 2**19


class Point(TypedDict):
    """A named activation, its axes and a line of meaning (explainer.model.activations)."""

    name: Annotated[str, TRUNK]
    axes: list[str]
    meaning: str


class VectorsShown(TextShown):
    """values: rows of the tokens from `first` on.  mean, std, norms: of every token.  block, head: None where `point` has none."""

    point: Annotated[str, TRUNK]
    points: list[Point]
    act_fn: str
    axes: list[str]
    block: int | None
    head: int | None
    first: int
    values: Annotated[np.ndarray, "rows n"]
    mean: Annotated[np.ndarray, "pos"]
    std: Annotated[np.ndarray, "pos"]
    norms: Annotated[np.ndarray, "pos"]


class Vectors(View):
    """One named activation, a row for every token: of the chosen block and, where it has heads, the chosen head.

    It reads the activation that `point` names; the app makes sure that the trace has it.
    """

    part = True
    compares = ("original", "difference")
    reads = ("point", "block", "head", "token")

    def show(self, scene: Scene) -> VectorsShown:
        point, axes = scene.state.point, BY_NAME[scene.state.point].axes
        index = {"layer": scene.block, "head": scene.head}
        values = scene.trace[point][tuple(index.get(axis, slice(None)) for axis in axes)]
        rows = max(1, MAX_NUMBERS // values.shape[1])
        first = window_start(scene.token, len(values), rows)
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
