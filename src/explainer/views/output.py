"""The output of a block's heads: their z side by side, projected and added to the residual stream."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np

from explainer.views.arrays import float32
from explainer.views.base import Scene, View
from explainer.views.shown import TextShown
from explainer.views.terms import DotProduct, dot

# The most rows (outputs) and columns (inputs) of the picture of the projection.
ROWS, COLUMNS = 128, 512


class OutputNorms(TypedDict):
    """Lengths of the four vectors."""

    z: float
    attn_out: float
    resid_pre: float
    resid_mid: float


class OutputShown(TextShown):
    """z of all heads side by side, and how attn_out and resid_mid come from it.

    written, shares, at_entry: for every head and, last, for the bias: the length of what it writes, its share of attn_out (all
    add up to 1), its number at the opened entry.  w: a picture of W_O: each cell is the number farthest from 0 of `pooled`
    cells, down and across.  column: the column of W_O for the opened entry; terms: that entry as a dot product.
    """

    block: int
    head: int
    n_head: int
    d_head: int
    entry: int
    z: Annotated[np.ndarray, "d_model"]
    attn_out: Annotated[np.ndarray, "d_model"]
    resid_pre: Annotated[np.ndarray, "d_model"]
    resid_mid: Annotated[np.ndarray, "d_model"]
    norms: OutputNorms
    written: Annotated[np.ndarray, "head+1"]
    shares: Annotated[np.ndarray, "head+1"]
    at_entry: Annotated[np.ndarray, "head+1"]
    column: Annotated[np.ndarray, "d_model"]
    bias: Annotated[np.ndarray, "d_model"]
    w: Annotated[np.ndarray, "outputs inputs"]
    pooled: list[int]
    terms: DotProduct


class Output(View):
    """z of all heads (d_model,) @ W_O + b_O = attn_out; resid_pre + attn_out = resid_mid, for the chosen token."""

    needs = ("z", "attn_out", "resid_pre", "resid_mid")
    reads = ("block", "head", "token", "entry")
    part = True
    compares = ("original", "difference")
    has_own_difference = True

    async def show(self, scene: Scene) -> OutputShown:
        config, trace, weights = scene.model.config, scene.trace, scene.model.weights
        block, head, token, labels = scene.block, scene.head, scene.token, scene.labels
        entry = min(scene.state.entry, config.d_model - 1)
        z = trace["z"][block, :, token]  # (head, d_head)
        before, out, after = (trace[name][block, token] for name in ("resid_pre", "attn_out", "resid_mid"))
        name = f"h.{block}.attn.c_proj"
        step = -(-config.d_model // ROWS), -(-config.d_model // COLUMNS)  # outputs and inputs per cell of the picture

        async def matrix() -> tuple[np.ndarray, np.ndarray]:
            """Returns W_O (inputs, outputs), and the picture of it."""
            w = await weights.columns(f"{name}.weight", 0, config.d_model)
            return w, farthest(w.T, *step)

        w, drawn = await weights.cached(f"{name}.drawn", matrix)
        bias = await weights.vector(f"{name}.bias")
        by_head = np.einsum("hd,hdo->ho", z, w.reshape(*z.shape, -1))  # what each head alone writes
        written = np.concatenate([by_head, bias[None]])
        total = written.sum(axis=0)  # attn_out, unless the reader has changed that
        return {
            "labels": labels,
            "token": token,
            "block": block,
            "head": head,
            "n_head": config.n_head,
            "d_head": config.d_head,
            "entry": entry,
            "z": float32(z.reshape(-1)),
            "attn_out": float32(out),
            "resid_pre": float32(before),
            "resid_mid": float32(after),
            "norms": {"z": norm(z), "attn_out": norm(out), "resid_pre": norm(before), "resid_mid": norm(after)},
            "written": float32(np.linalg.norm(written, axis=1)),
            "shares": float32(written @ total / (float(total @ total) or 1)),
            "at_entry": float32(written[:, entry]),
            "column": float32(w[:, entry]),
            "bias": float32(bias),
            "w": drawn,  # (outputs, inputs), pooled
            "pooled": list(step),
            "terms": dot(z.reshape(-1), w[:, entry], bias[entry], out[entry]),
        }

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        trace, block, token = scene.trace, scene.block, scene.token
        return {
            "z": trace["z"][block, :, token].reshape(-1),
            **{name: trace[name][block, token] for name in ("resid_pre", "attn_out", "resid_mid")},
        }


def farthest(matrix: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Shrinks a matrix: every cell is the number farthest from 0 of rows x columns of its numbers."""

    def pooled(ufunc: np.ufunc, values: np.ndarray, step: int) -> np.ndarray:
        """Reduces every `step` rows to one; the last step may be shorter."""
        whole = len(values) // step * step
        parts = [ufunc.reduce(values[:whole].reshape(-1, step, values.shape[1]), axis=1)]
        return np.concatenate([*parts, ufunc.reduce(values[whole:], axis=0)[None]] if whole < len(values) else parts)

    low, high = (pooled(ufunc, pooled(ufunc, matrix, rows).T, columns).T for ufunc in (np.minimum, np.maximum))
    return float32(np.where(-low > high, low, high))


def norm(vector: np.ndarray) -> float:
    return float(np.linalg.norm(vector))
