"""The baseline: an interpolated n-gram model with modified Kneser-Ney smoothing (Chen & Goodman 1999), in numpy.

An n-gram w_1..w_n is one integer in base `vocab`, so that its context is `key // vocab` and its suffix
`key % vocab**(n-1)`: counting is sorting.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Order:
    """The n-grams of one order. Keys are sorted; a probability is a count less its discount, divided by its context's count."""

    keys: np.ndarray  # (n_grams,) int64
    probability: np.ndarray  # (n_grams,) the discounted share, before the lower order is added
    contexts: np.ndarray  # (n_contexts,) int64, sorted
    backoff: np.ndarray  # (n_contexts,) the share left to the lower order


def longest_order(vocab: int) -> int:
    """Returns the order of the longest n-gram whose key fits an int64: 5 at 4,096 tokens."""
    return int(63 / math.log2(vocab))


def ngram_keys(ids: np.ndarray, n: int, vocab: int) -> np.ndarray:
    """Returns the n-gram that ends at each position from n - 1 on, (len(ids) - n + 1,) int64."""
    keys = np.zeros(len(ids) - n + 1, np.int64)
    for i in range(n):
        keys = keys * vocab + ids[i : len(ids) - n + 1 + i]
    return keys


def discounts(counts: np.ndarray) -> np.ndarray:
    """Returns the discounts of the counts 0, 1, 2, 3 or more, (4,): Chen and Goodman's estimate from the counts of counts.

    From a count of 1 on they are at least a tenth, so that a text too small for the estimate leaves something to unseen words.
    """
    n = [max(1, int((counts == c).sum())) for c in range(1, 5)]
    y = n[0] / (n[0] + 2 * n[1])
    off = [0, 1 - 2 * y * n[1] / n[0], 2 - 3 * y * n[2] / n[1], 3 - 4 * y * n[3] / n[2]]
    return np.clip(off, [0, 0.1, 0.1, 0.1], [0, 1, 2, 3])


class KneserNey:
    """The n-gram model, fitted on `ids` (n_tokens,) int64, every one below `vocab`."""

    def __init__(self, ids: np.ndarray, vocab: int, order: int):
        if not 1 <= order <= longest_order(vocab):
            raise ValueError(f"order {order} is not within 1..{longest_order(vocab)} at {vocab} tokens")
        self.vocab, self.orders = vocab, []
        keys, counts = np.unique(ngram_keys(ids, order, vocab), return_counts=True)
        for n in range(order, 0, -1):
            self.orders.insert(0, self.smooth(keys, counts))
            # Below the longest order an n-gram counts once for each different token before it.
            keys, counts = np.unique(keys % vocab ** (n - 1), return_counts=True)

    def smooth(self, keys: np.ndarray, counts: np.ndarray) -> Order:
        off = discounts(counts)[np.minimum(counts, 3)]
        contexts, first = np.unique(keys // self.vocab, return_index=True)
        totals = np.add.reduceat(counts, first)
        sizes = np.diff(np.append(first, len(keys)))
        return Order(keys, (counts - off) / np.repeat(totals, sizes), contexts, np.add.reduceat(off, first) / totals)

    def probabilities(self, ids: np.ndarray) -> np.ndarray:
        """Returns p(ids[i] | ids[:i]) for every i from 1 on, (len(ids) - 1,)."""
        p = np.full(len(ids), 1 / self.vocab)
        for n, order in enumerate(self.orders, start=1):
            keys = ngram_keys(ids, n, self.vocab)
            known, share = look_up(order.keys, order.probability, keys)
            seen, rest = look_up(order.contexts, order.backoff, keys // self.vocab)
            p[n - 1 :] = np.where(seen, np.where(known, share, 0) + rest * p[n - 1 :], p[n - 1 :])
        return p[1:]


def look_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Looks up `wanted` in sorted keys: (found (n,) bool, value (n,), arbitrary where not found)."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return keys[at] == wanted, values[at]


def baselines(train_ids: np.ndarray, valid_ids: np.ndarray, n_bytes: int, vocab: int) -> dict[int, float]:
    """Returns {order: bits per byte of the held-out text}, for orders 3 to 5 as far as keys fit."""
    scale = len(valid_ids) / n_bytes  # tokens per byte
    return {
        order: float(-np.log2(KneserNey(train_ids, vocab, order).probabilities(valid_ids)).mean() * scale)
        for order in range(3, min(5, longest_order(vocab)) + 1)
    }
