"""Arrays as views show them."""

from __future__ import annotations

from typing import Any

import numpy as np


def float32(array: Any) -> np.ndarray:
    """A contiguous float32 copy that owns its numbers: what is on the screen must not change under it."""
    return np.array(array, np.float32, order="C")
