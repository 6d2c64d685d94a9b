"""Arrays as views show them."""

from __future__ import annotations

from typing import Any

import numpy as np


def pooled_columns(values: np.ndarray, most: int) -> np.ndarray:
    """(rows, n) -> (rows, m), m <= most: every column is the value farthest from 0 of the neighbours it stands for."""
    n = values.shape[1]
    if n <= most:
        return values
    starts = np.arange(most) * n // most
    high, low = np.maximum.reduceat(values, starts, axis=1), np.minimum.reduceat(values, starts, axis=1)
    return np.where(high >= -low, high, low)


def window_start(position: int, length: int, size: int) -> int:
    """Returns where a window of `size` positions around `position` begins, within a text of `length` tokens; 0 if all fit."""
    return min(max(0, position - size // 2), max(0, length - size))


def float32(array: Any) -> np.ndarray:
    """Returns a contiguous float32 copy that owns its numbers, so that a view's data cannot change after they are shown."""
    return np.array(array, np.float32, order="C")
