"""The roles of a head on a prompt, measured from its attention weights alone. A role is never shown without its score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

# Role: its score, which is the mean over the queries that could show it.
ROLES = {
    "previous": "weight on the token just before",
    "same": "weight on earlier occurrences of the same token",
    "induction": "weight on what followed the same token earlier",
    "sink": "weight on the first token",
    "spread": "entropy of the weights, as a share of the most there could be",
}


def roles(pattern: Iterable[np.ndarray], ids: tuple[int, ...]) -> dict[str, np.ndarray | None]:
    """Returns {role: score (layer, head) from 0 to 1}; None for a role that no token could show.

    pattern: (layer, head, T, T), read layer by layer.
    """
    T = len(ids)
    tokens = np.array(ids)
    earlier = np.tril(tokens[:, None] == tokens[None], -1)  # [query, key]
    after = np.zeros_like(earlier)
    after[:, 1:] = earlier[:, :-1]  # the key before this one was the query's own token
    after &= np.tri(T, dtype=bool, k=0)
    before, first = np.eye(T, k=-1, dtype=bool), np.zeros((T, T), bool)
    first[1:, 0] = True
    scores = {
        "previous": lambda layer: _mean(layer, before),
        "same": lambda layer: _mean(layer, earlier),
        "induction": lambda layer: _mean(layer, after),
        "sink": lambda layer: _mean(layer, first),
        "spread": _spread,
    }
    by_layer: list[dict[str, Any]] = [{role: score(layer) for role, score in scores.items()} for layer in pattern]
    return {role: None if by_layer[0][role] is None else np.stack([each[role] for each in by_layer]) for role in scores}


def _mean(pattern: np.ndarray, where: np.ndarray) -> np.ndarray | None:
    """Returns the weight on the keys in `where`, averaged over the queries that have such a key."""
    queries = where.any(1)
    if not queries.any():
        return None
    return np.where(where, pattern, 0).sum(-1)[..., queries].mean(-1)


def _spread(pattern: np.ndarray) -> np.ndarray | None:
    T = pattern.shape[-1]
    if T < 2:
        return None
    entropy = -np.where(pattern > 0, pattern * np.log(np.maximum(pattern, 1e-30)), 0).sum(-1)
    return (entropy[..., 1:] / np.log(np.arange(2, T + 1))).mean(-1)
