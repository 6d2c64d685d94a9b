"""From logits to one token: temperature, top-k, top-p, renormalised, drawn. Over the whole vocabulary, in float64.

The same numbers as Hugging Face's TemperatureLogitsWarper, TopKLogitsWarper and TopPLogitsWarper, in that order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np

COLDEST = 1e-6  # below it a temperature is taken as its limit, 0: logits divided by it would overflow


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen.

    temperature: below COLDEST the likeliest token is taken, as with `greedy`.  top_k: tokens kept, 0 for all.
    top_p: the fewest likeliest tokens whose probabilities reach this are kept, 1 for all; the likeliest always stays.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    greedy: bool = False
    seed: int = 0

    @property
    def takes_likeliest(self) -> bool:
        return self.greedy or self.temperature < COLDEST

    def draw(self, position: int) -> float:
        """The random number, 0 <= x < 1, of this seed for the token at `position`: the same on every machine, for ever."""
        return Random(f"{self.seed} {position}").random()


class Stages:
    """Every stage between logits (d_vocab,) and the token, each an array over the whole vocabulary.

    order: ids from the highest logit to the lowest, ties by the lower id.
    scaled: logits / temperature.  p0, p1: softmax of logits and of scaled.  by_k, by_p: True where a token is left
    after top-k, after top-p as well.  p: probabilities of what is left, adding up to 1.
    """

    def __init__(self, logits: np.ndarray, sampling: Sampling, order: np.ndarray | None = None):
        """order: as in earlier stages of the same logits; to sort a large vocabulary takes longer than all else here."""
        self.logits = np.asarray(logits, np.float64)
        self.sampling = sampling
        self.order = np.argsort(-self.logits, kind="stable") if order is None else order
        # Of the limit in which only the likeliest is left there is nothing to be divided by.
        self.scaled = self.logits / (sampling.temperature if sampling.temperature >= COLDEST else 1.0)
        self.p0, self.p1 = softmax(self.logits), softmax(self.scaled)
        k = sampling.top_k
        if 0 < k < len(self.order):
            # Tokens as likely as the k-th stay with it.
            self.by_k = self.scaled >= self.scaled[self.order[k - 1]]
        else:
            self.by_k = np.ones(len(self.order), bool)
        self.by_p = self.by_k.copy()
        if sampling.top_p < 1:
            inside = np.where(self.by_k, self.p1, 0)[self.order]
            inside /= inside.sum()
            before = np.cumsum(inside) - inside  # what the likelier tokens have together
            self.by_p[self.order[before >= sampling.top_p]] = False
            self.by_p[self.order[0]] = True
        left = np.where(self.by_p, self.p1, 0)
        self.p = left / left.sum()

    @cached_property
    def upto(self) -> np.ndarray:
        """Cumulative p in the order of `order`: the bar that the random number points into."""
        return np.cumsum(self.p[self.order])

    @property
    def chances(self) -> np.ndarray:
        """The probability with which each token is taken: p, or all of it the likeliest's where no chance is involved."""
        return (np.arange(len(self.p)) == self.order[0]).astype(float) if self.sampling.takes_likeliest else self.p

    @property
    def left(self) -> np.ndarray:
        """True where a token can be taken."""
        return self.chances > 0 if self.sampling.takes_likeliest else self.by_p

    def pick(self, draw: float) -> int:
        """The token that `draw` points at; the likeliest where no chance is involved."""
        if self.sampling.takes_likeliest:
            return int(self.order[0])
        index = int(np.searchsorted(self.upto, draw * self.upto[-1], side="right"))
        return int(self.order[min(index, int(self.by_p.sum()) - 1)])


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """(..., d_vocab) logits -> natural logarithms of probabilities, in float64: small ones must not vanish."""
    logits = np.asarray(logits, np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def highest(values: np.ndarray, k: int) -> np.ndarray:
    """Ids of the `k` highest of (n,) values, from the highest down; ties fall to the lower id, as in argmax."""
    if len(values) <= 4 * k:
        return np.argsort(-values, kind="stable")[:k]
    least = np.partition(values, -k)[-k]  # all that reach it, in the order of ids: ties at the border stay in order
    candidates = np.flatnonzero(values >= least)
    return candidates[np.argsort(-values[candidates], kind="stable")][:k]


def highest_of_rows(values: np.ndarray, k: int) -> np.ndarray:
    """`highest` of every row, (row, n) -> (row, k), for a k of a few: as many passes over all rows at once."""
    left, rows = values.copy(), np.arange(len(values))
    ids = np.empty((len(values), min(k, values.shape[1])), np.int64)
    for column in range(ids.shape[1]):
        ids[:, column] = left.argmax(axis=1)
        left[rows, ids[:, column]] = -np.inf
    return ids


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(log_softmax(logits))
