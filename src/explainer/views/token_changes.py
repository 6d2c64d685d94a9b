"""The effects of a change: vectors of the untouched and the changed model, and the next tokens of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, TypedDict

import numpy as np

from explainer.model.model import Model
from explainer.model.sampling import highest, log_softmax
from explainer.views.arrays import float32
from explainer.views.shown import TokenText

if TYPE_CHECKING:
    from explainer.views.base import Scene

LISTED = 12  # tokens in the list of before and after


class MovedVector(TypedDict):
    """One activation of both models. was: the untouched model's.  by: what the change adds to it."""

    name: str
    was: Annotated[np.ndarray, "n"]
    by: Annotated[np.ndarray, "n"]


class TokenChange(TokenText):
    """A token's probability before and after the change. logit_change: the change of its probability's logarithm."""

    before: float
    after: float
    logit_change: float


class TokenChanges(TypedDict):
    """moved: the tokens that change most.  kl: how far the changed model is from the untouched one, in nats."""

    moved: list[TokenChange]
    kl: float


def vector_changes(was: Mapping[str, np.ndarray], now: Mapping[str, np.ndarray]) -> list[MovedVector]:
    """Returns the change of each vector; `was` and `now` have the same names, in the order of computation."""
    return [{"name": name, "was": float32(vector), "by": float32(now[name] - vector)} for name, vector in was.items()]


def before_and_after(model: Model, before: np.ndarray, after: np.ndarray) -> list[TokenChange]:
    """Returns the likeliest tokens of either, with their probabilities in both, sorted by the higher of the two.

    before, after: (d_vocab,) logarithms of probabilities.
    """
    ids = {*np.argsort(-before, kind="stable")[:LISTED].tolist(), *np.argsort(-after, kind="stable")[:LISTED].tolist()}
    rows = _rows(model, before, after, ids)
    return sorted(rows, key=lambda row: -max(row["before"], row["after"]))[:LISTED]


def token_changes(scene: Scene, count: int) -> TokenChanges:
    """Returns the tokens whose probability after the chosen one changes most (the likeliest tokens where nothing changes), and
    how far apart the two models are there.

    kl: sum of p log(p / q) over the whole vocabulary, p the untouched model's and q the changed one's, in nats.
    """
    before, after = (log_softmax(trace.rows[scene.token]["logits"]) for trace in (scene.plain, scene.trace))
    p, q = np.exp(before), np.exp(after)
    by = np.abs(q - p)
    most = highest(by if by.any() else p, count)
    return {"moved": _rows(scene.model, before, after, most.tolist()), "kl": float((p * (before - after)).sum())}


def _rows(model: Model, before: np.ndarray, after: np.ndarray, ids) -> list[TokenChange]:
    return [
        {
            "id": id,
            "text": model.piece(id).text,
            "before": float(np.exp(before[id])),
            "after": float(np.exp(after[id])),
            "logit_change": float(after[id] - before[id]),
        }
        for id in ids
    ]
