"""Engines from checkpoints, and checkpoints with outliers like GPT-2's."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping

import numpy as np
from explainer.export.checkpoint.load import Checkpoint
from explainer.export.graph.precision import build_graphs

from explainer.model.activations import TRUNK, UNEMBED
from explainer.runtimes.native import NativeCache, NativeEngine


def engine_of(checkpoint: Checkpoint, precision: str = "fp32", backend: str = "wasm") -> NativeEngine:
    built = build_graphs(checkpoint, precision)
    return NativeEngine(checkpoint.config, built.graphs[backend], b"".join(built.weights))


def run(
    engine: NativeEngine,
    ids,
    cache: NativeCache | None = None,
    past_len: int = 0,
    hooks: Mapping[str, np.ndarray] | None = None,
) -> tuple[dict[str, np.ndarray], NativeCache]:
    """Returns every activation of both graphs, and the cache."""

    async def both():
        found, kept = await engine.trunk(np.asarray(ids), cache=cache, past_len=past_len, names=TRUNK, hooks=hooks)
        return found | await engine.unembed(found["resid_post"][-1], names=UNEMBED), kept

    return asyncio.run(both())


def with_tensors(checkpoint: Checkpoint, tensors: Mapping[str, np.ndarray]) -> Checkpoint:
    return dataclasses.replace(checkpoint, tensors={**checkpoint.tensors, **tensors})


def with_outlier_channels(checkpoint: Checkpoint, factor: float, count: int = 4, seed: int = 1) -> Checkpoint:
    """Returns the same function with a few channels `factor` times larger before every matrix but the last of each block.

    The matrix after a LayerNorm or after the values divides by the factor that these multiply by: no output changes, but
    rounding has the same outliers as in GPT-2.
    """
    rng = np.random.default_rng(seed)
    tensors = {name: np.array(tensor) for name, tensor in checkpoint.tensors.items()}
    width = checkpoint.config.d_model

    def factors() -> np.ndarray:
        chosen = np.ones(width, np.float32)
        chosen[rng.choice(width, count, replace=False)] = factor
        return chosen

    for i in range(checkpoint.config.n_layer):
        for norm, matrix in ((f"h.{i}.ln_1", f"h.{i}.attn.c_attn"), (f"h.{i}.ln_2", f"h.{i}.mlp.c_fc")):
            larger = factors()
            tensors[f"{norm}.weight"] *= larger
            tensors[f"{norm}.bias"] *= larger
            tensors[f"{matrix}.weight"] /= larger[:, None]
        larger = factors()
        tensors[f"h.{i}.attn.c_attn.weight"][:, 2 * width :] *= larger
        tensors[f"h.{i}.attn.c_attn.bias"][2 * width :] *= larger
        tensors[f"h.{i}.attn.c_proj.weight"] /= larger[:, None]
    return with_tensors(checkpoint, tensors)


def with_massive_residuals(checkpoint: Checkpoint, seed: int = 1) -> Checkpoint:
    """Returns another function: residual dimensions of tens to thousands (the first position's above all), LayerNorm weights
    spread over a decade, a few neurons with large values."""
    rng = np.random.default_rng(seed)
    c = checkpoint.config
    tensors = {name: np.array(tensor) for name, tensor in checkpoint.tensors.items()}
    dims = rng.choice(c.d_model, 3, replace=False)
    tensors["wpe.weight"][:, dims] += np.float32([8, -20, 5])
    tensors["wpe.weight"][0, dims] += np.float32([300, -3000, 100])
    for i in range(c.n_layer):
        for norm in ("ln_1", "ln_2"):
            tensors[f"h.{i}.{norm}.weight"] = np.exp(rng.normal(-0.5, 0.6, c.d_model)).astype(np.float32)
        loud = rng.choice(c.d_mlp, 6, replace=False)
        tensors[f"h.{i}.mlp.c_fc.weight"][:, loud] *= 8
        tensors[f"h.{i}.mlp.c_proj.weight"][loud] /= 8
        tensors[f"h.{i}.mlp.c_proj.weight"][:, dims] *= 20
    return with_tensors(checkpoint, tensors)
