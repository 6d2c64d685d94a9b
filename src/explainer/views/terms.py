"""The terms of a dot product, which the reader sees on opening one number of a projection."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

LISTED = 24  # terms of a dot product that a reader can see one by one


class DotTerm(TypedDict):
    """Term `i` of a dot product: x * w = product."""

    i: int
    x: float
    w: float
    product: float


class DotProduct(TypedDict):
    """The terms of a dot product (explainer.views.terms.dot): those farthest from 0 first, and the sum of all others.

    bias: None where there is none.  count: number of all terms.
    """

    terms: list[DotTerm]
    rest: float
    bias: float | None
    result: float
    count: int


def dot(x: np.ndarray, w: np.ndarray, bias: float | None, result: float, top: int = LISTED) -> DotProduct:
    """Returns the terms of x . w + bias, both (n,): the `top` farthest from 0 first, and the sum of all others.

    result: the model's own number, shown as it is. The sum of the terms can differ from it by the rounding of the model's
    arithmetic, about 1e-4 of the largest terms where weights have 8 bits.
    """
    x, w = np.asarray(x, np.float64), np.asarray(w, np.float64)
    if x.shape != w.shape or x.ndim != 1:
        raise ValueError(f"a dot product needs two vectors of one length, not {x.shape} and {w.shape}")
    products = x * w
    order = np.argsort(-np.abs(products), kind="stable")
    return {
        "terms": [{"i": int(i), "x": float(x[i]), "w": float(w[i]), "product": float(products[i])} for i in order[:top]],
        "rest": float(products[order[top:]].sum()),
        "bias": None if bias is None else float(bias),
        "result": float(result),
        "count": len(x),
    }
