"""From logits to one token: temperature, top-k, top-p, renormalised, drawn. Over the whole vocabulary, in float64.

The same numbers as Hugging Face's TemperatureLogitsWarper, TopKLogitsWarper and TopPLogitsWarper, in that order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np

COLDEST = 1e-6  # a lower temperature counts as 0: logits divided by it would overflow


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
        """Returns the random number, 0 <= x < 1, for the token at `position`. A seed gives the same on every machine, always."""
        return Random(f"{self.seed} {position}").random()


class Stages:
    """Every stage between logits (d_vocab,) and the token, each an array over the whole vocabulary.

    order: ids from the highest logit to the lowest, ties by the lower id.
    scaled: logits / temperature.  p0, p1: softmax of logits and of scaled.  by_k, by_p: True where a token is left
    after top-k, and after both top-k and top-p.  p: probabilities of the tokens left, adding up to 1.
    """

    def __init__(self, logits: np.ndarray, sampling: Sampling, order: np.ndarray | None = None):
        """order: that of earlier Stages of these logits: sorting a large vocabulary takes longer than everything else here."""
        self.logits = np.asarray(logits, np.float64)
        self.sampling = sampling
        self.order = np.argsort(-self.logits, kind="stable") if order is None else order
        # Below COLDEST the likeliest token is taken, and the logits are not divided.
        self.scaled = self.logits / (sampling.temperature if sampling.temperature >= COLDEST else 1.0)
        self.p0, self.p1 = softmax(self.logits), softmax(self.scaled)
        k = sampling.top_k
        if 0 < k < len(self.order):
            # Tokens that are as likely as the k-th are kept too.
            self.by_k = self.scaled >= self.scaled[self.order[k - 1]]
        else:
            self.by_k = np.ones(len(self.order), bool)
        self.by_p = self.by_k.copy()
        if sampling.top_p < 1:
            inside = np.where(self.by_k, self.p1, 0)[self.order]
            inside /= inside.sum()
            before = np.cumsum(inside) - inside  # the probability of all likelier tokens together
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
        """The probability with which each token is taken: p, or 1 for the likeliest where nothing is drawn."""
        return (np.arange(len(self.p)) == self.order[0]).astype(float) if self.sampling.takes_likeliest else self.p

    @property
    def left(self) -> np.ndarray:
        """True where a token can be taken."""
        return self.chances > 0 if self.sampling.takes_likeliest else self.by_p

    def pick(self, draw: float) -> int:
        """Returns the token that `draw` points at; the likeliest where nothing is drawn."""
        if self.sampling.takes_likeliest:
            return int(self.order[0])
        index = int(np.searchsorted(self.upto, draw * self.upto[-1], side="right"))
        return int(self.order[min(index, int(self.by_p.sum()) - 1)])


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Turns logits (..., d_vocab) into natural logarithms of probabilities, in float64 so that small ones do not vanish."""
    logits = np.asarray(logits, np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def highest(values: np.ndarray, k: int) -> np.ndarray:
    """Returns the ids of the `k` highest of (n,) values, highest first; of equal values the lower id comes first, as in argmax."""
    if len(values) <= 4 * k:
        return np.argsort(-values, kind="stable")[:k]
    least = np.partition(values, -k)[-k]  # all values that reach it are sorted below, so that ties at the border go by id
    candidates = np.flatnonzero(values >= least)
    return candidates[np.argsort(-values[candidates], kind="stable")][:k]


def highest_of_rows(values: np.ndarray, k: int) -> np.ndarray:
    """Applies `highest` to every row, (row, n) -> (row, k). It makes k passes over all rows, so k should be small."""
    left, rows = values.copy(), np.arange(len(values))
    ids = np.empty((len(values), min(k, values.shape[1])), np.int64)
    for column in range(ids.shape[1]):
        ids[:, column] = left.argmax(axis=1)
        left[rows, ids[:, column]] = -np.inf
    return ids


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(log_softmax(logits))
