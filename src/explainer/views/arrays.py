"""Arrays as views show them."""

from __future__ import annotations

from typing import Any

import numpy as np


def float32(array: Any) -> np.ndarray:
    """Returns a contiguous float32 copy that owns its numbers, so that a view's data cannot change after they are shown."""
    return np.array(array, np.float32, order="C")
