"""All heads of all blocks at a glance: the pattern of each, which are alike, and the average of several."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from explainer.model.block_array import BlockArray
from explainer.model.trace import Difference, Trace
from explainer.views.arrays import float32
from explainer.views.attention import pooled
from explainer.views.base import Scene, View
from explainer.views.shown import HeadShown

# The most cells of all thumbnails together, and per side of the average's picture.
MAX_CELLS, MAX_SIDE = 2**18, 256
# The most queries that are compared: of a longer text they are evenly spaced and include the last one.
MAX_QUERIES = 128


class HeadsShown(HeadShown):
    """thumbs: every head's pattern, pooled.  difference: whether all of them are differences.  compared: number of queries.
    heads, rows: the reader's choices as text; picked, span: the same as numbers, limited to this model and text.
    """

    thumbs: Annotated[np.ndarray, "layer head side side"]
    difference: bool
    alike: Annotated[np.ndarray, "layer head"]
    compared: int
    heads: str
    picked: list[list[int]]
    rows: str
    span: list[int]
    average: Annotated[np.ndarray, "average average"]
    row: Annotated[np.ndarray, "pos"]


class Heads(View):
    """The patterns of every head; how much each has in common with the chosen one; the average of the picked ones.

    alike: (n_layer, n_head), 0..1, see `overlap`, over `compared` queries (none for a single token: it can only look
    at itself). In a difference all patterns are differences, and `alike` is instead the share of its weight that each head
    gives to other keys than before, see `moved_weight`.
    average: (T, T) or a smaller picture of it, the mean pattern over `picked` (the chosen head where none
    is picked).  row: (T,) the mean of the average's rows `span`, [first, last] (the chosen token's where none are chosen).
    """

    needs = ("pattern",)
    part = True
    compares = ("original", "difference")
    reads = ("block", "head", "token", "heads", "rows")

    def __init__(self) -> None:
        super().__init__()
        self._thumbs: tuple = (None, None)  # (version of the trace, its thumbnails)
        self._alike: tuple = (None, None)  # ((version, block, head), alike)

    def show(self, scene: Scene) -> HeadsShown:
        trace, config, block, head = scene.trace, scene.model.config, scene.block, scene.head
        side = int(np.clip(math.isqrt(MAX_CELLS // (config.n_layer * config.n_head)), 8, 64))
        queries = compared(len(trace))
        picked = picks(scene.state.heads, config.n_layer, config.n_head)
        first, last = span(scene.state.rows, len(trace)) or (scene.token, scene.token)
        average = mean_pattern(trace, picked or [(block, head)])
        if self._thumbs[0] != trace.version:
            self._thumbs = trace.version, np.stack([pooled(pattern, side) for pattern in trace["pattern"]])
        if self._alike[0] != (trace.version, block, head):
            self._alike = (
                (trace.version, block, head),
                (
                    moved_weight(trace["pattern"], queries)
                    if isinstance(trace, Difference)
                    else overlap(trace["pattern"], block, head, queries)
                ),
            )
        return {
            **scene.chosen_head(),
            "thumbs": self._thumbs[1],
            "difference": isinstance(trace, Difference),
            "alike": self._alike[1],
            "compared": len(queries),
            "heads": scene.state.heads,
            "picked": [list(pick) for pick in picked],
            "rows": scene.state.rows,
            "span": [first, last],
            "average": pooled(average, MAX_SIDE),
            "row": float32(average[first : last + 1].mean(axis=0)),
        }


def compared(length: int) -> np.ndarray:
    """Returns the positions of the queries that distinguish heads: all but the first, which can only look at itself."""
    return np.unique(np.linspace(1, length - 1, min(length - 1, MAX_QUERIES)).round().astype(int))


def overlap(patterns: np.ndarray | BlockArray, block: int, head: int, queries: np.ndarray) -> np.ndarray:
    """Returns the share of their weight that the chosen head and each head give to the same keys, averaged over `queries`.

    overlap(a, b) = mean_i sum_j min(a_ij, b_ij): 1 for equal patterns, 0 for two that never look at the same token.
    patterns: (n_layer, n_head, T, T).  Returns (n_layer, n_head); all 1 without queries.
    """
    if not len(queries):
        return np.ones(patterns.shape[:2], np.float32)
    chosen = patterns[block, head, queries]
    return np.stack(
        [[np.minimum(other[queries], chosen).sum(axis=-1, dtype=np.float64).mean() for other in layer] for layer in patterns]
    ).astype(np.float32)


def moved_weight(differences: np.ndarray | BlockArray, queries: np.ndarray) -> np.ndarray:
    """Returns the share of its weight that each head gives to other keys than before, averaged over `queries`.

    moved_weight = mean_i sum_j |d_ij| / 2: 0 where nothing changed, 1 where no key has weight both before and after.
    differences: (n_layer, n_head, T, T).  Returns (n_layer, n_head); all 0 without queries.
    """
    if not len(queries):
        return np.zeros(differences.shape[:2], np.float32)
    return float32([np.abs(layer[:, queries]).sum(axis=-1, dtype=np.float64).mean(axis=-1) / 2 for layer in differences])


def mean_pattern(trace: Trace | Difference, heads: list[tuple[int, int]]) -> np.ndarray:
    """Returns the mean of these heads' patterns, (T, T)."""
    return np.mean([trace["pattern"][block, head] for block, head in heads], axis=0)


def picks(text: str, n_layer: int, n_head: int) -> list[tuple[int, int]]:
    """Reads State.heads, such as "3.2,0.1", as [(block, head)], each once, without those that this model lacks."""
    found = [(int(block), int(head)) for block, head in (item.split(".") for item in text.split(",") if item)]
    return [pick for pick in dict.fromkeys(found) if pick[0] < n_layer and pick[1] < n_head]


def span(text: str, length: int) -> tuple[int, int] | None:
    """Reads State.rows, such as "2-5", as the first and the last row, both within a text of `length` tokens; None for ""."""
    if not text:
        return None
    first, last = sorted(min(int(end), length - 1) for end in text.split("-"))
    return first, last
