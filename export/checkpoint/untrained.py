"""An untrained GPT-2: random weights as GPT-2's training began with, the same on every machine."""

from __future__ import annotations

import math
import zlib

import numpy as np
from explainer.export.checkpoint.tensors import expected_shapes

from explainer.model.manifest import ModelConfig


def initial_tensors(config: ModelConfig, seed: int) -> dict[str, np.ndarray]:
    """Returns {canonical name: float32 array}, initialised as in GPT-2.

    Weights are normal with standard deviation 0.02; those that write to the residual stream (`c_proj`) are divided
    by sqrt(2 n_layer), one for each write, so that the stream does not grow with depth. Biases 0, LayerNorm weights 1.
    """
    tensors = {}
    for name, shape in expected_shapes(config).items():
        if name.endswith(".bias"):
            tensors[name] = np.zeros(shape, np.float32)
        elif len(shape) == 1:
            tensors[name] = np.ones(shape, np.float32)
        else:
            std = 0.02 / math.sqrt(2 * config.n_layer) if name.endswith("c_proj.weight") else 0.02
            # A generator for each tensor, so that a tensor depends on nothing but the seed, its name and its shape.
            rng = np.random.default_rng((seed, zlib.crc32(name.encode())))
            tensors[name] = rng.standard_normal(shape, np.float32) * np.float32(std)
    return tensors
