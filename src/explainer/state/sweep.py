"""Sweeps: one run of the model for each of many small changes, and what each does to the answer.

The answer is a logit difference at the end of the text: how much more the model likes one token than another. Every
run starts from the untouched model's trace, at the first position that the change can reach.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from explainer.model.edits import MASKS as mask_kinds
from explainer.model.edits import Change, Edit, Mask
from explainer.model.model import CHUNK, Model, Superseded
from explainer.model.sampling import log_softmax
from explainer.model.trace import Trace

# The kinds of sweeps, and the axes of their maps.
SWEEPS = {
    "zero": ("layer", "head"),  # a head writes nothing
    "mean": ("layer", "head"),  # a head writes what it writes on average
    "heads": ("layer", "head"),  # a head writes what it wrote on the other prompt
    "positions": ("layer", "pos"),  # a position's residual stream is the other prompt's, before each block
    "masks": ("mask", "size"),  # other masks; the answer is the loss over the text, in bits per token
}
MASKS = ("window", "sinks", "blocks")
SIZES = (2, 4, 8, 16, 32, 64)
SINKS = 4  # first tokens that a mask of sinks leaves in view


@dataclass
class Sweep:
    """values: differences from `base`, NaN where the run is still to come.  base: the untouched model's answer.

    of: the version of the untouched model's trace.  a, b: the two tokens.  seconds: time so far.
    """

    kind: str
    of: int
    a: int
    b: int
    values: np.ndarray
    base: float = 0.0
    sizes: tuple[int, ...] = ()
    runs: int = 0
    seconds: float = 0.0
    running: bool = True
    columns: list[str] = field(default_factory=list)

    @property
    def axes(self) -> tuple[str, str]:
        return SWEEPS[self.kind]


def sizes_for(length: int) -> tuple[int, ...]:
    """Returns the sizes of windows that hide some of a text of `length` tokens; at least one size."""
    return tuple(size for size in SIZES if size < length) or SIZES[:1]


def mask_of(kind: str, size: int) -> Mask:
    """Returns the mask that a sweep tries: a window, a window with the first tokens, or blocks with size / 2 pivots."""
    more = {"window": 0, "sinks": SINKS, "blocks": max(1, size // 2)}
    return Mask(kind, size, more[kind], 1)


# The mask that the reader gets on choosing a kind.
FIRST = {kind: str(mask_of(kind, 8)) if kind in MASKS else kind for kind in mask_kinds}


def masks(sizes: tuple[int, ...]) -> list[list[str]]:
    """Returns the masks that a sweep tries, as texts for State.mask: a row for each kind, a column for each size."""
    return [[str(mask_of(kind, size)) for size in sizes] for kind in MASKS]


def begin(kind: str, model: Model, plain: Trace, a: int, b: int) -> Sweep:
    """Returns an empty sweep. Raises KeyError for an unknown kind."""
    c = model.config
    sizes = sizes_for(len(plain))
    shape = {"layer": c.n_layer, "head": c.n_head, "pos": len(plain), "mask": len(MASKS), "size": len(sizes)}
    sweep = Sweep(kind, plain.version, a, b, np.full([shape[axis] for axis in SWEEPS[kind]], np.nan, np.float32))
    sweep.sizes = sizes if kind == "masks" else ()
    return sweep


async def sweep(
    job: Sweep, model: Model, plain: Trace, *, source: Trace | None = None, superseded: Callable[[], bool] = lambda: False
) -> None:
    """Fills `job.values`, row by row. `source` is the other prompt's trace, for patches; as long as `plain`.

    Raises Superseded when `superseded()` turns true; the values so far stay.
    """
    began = time.perf_counter()
    try:
        means = {"z": await model.weights.mean("z")} if job.kind == "mean" else {}
        if job.kind == "masks":
            job.base = await _loss(model, plain, None)
        else:
            logits = (await model.engine.unembed(plain["resid_post"][-1, -1:]))["logits"][0]
            job.base = float(logits[job.a] - logits[job.b])
        for row in range(job.values.shape[0]):
            ends = []
            for column, change in enumerate(_changes(job, row, means, source)):
                if job.kind == "masks":
                    job.values[row, column] = await _loss(model, plain, change) - job.base
                else:
                    ends.append((await run(model, plain, change))[-1])
                job.runs += 1
                job.seconds = time.perf_counter() - began
                await asyncio.sleep(0)  # let the reader's next choice in
                if superseded():
                    raise Superseded
            if ends:
                logits = (await model.engine.unembed(np.stack(ends)))["logits"]
                job.values[row] = logits[:, job.a] - logits[:, job.b] - job.base
    finally:
        job.running = False
        job.seconds = time.perf_counter() - began


def _changes(job: Sweep, row: int, means: dict, source: Trace | None) -> Iterator[Change]:
    for column in range(job.values.shape[1]):
        if job.kind == "masks":
            yield Change(mask=mask_of(MASKS[row], job.sizes[column]))
        elif job.kind == "positions":
            yield Change((Edit("resid_pre", (row, column), "patch"),), source=source)
        else:
            values: dict[str, float | str] = {"zero": 0.0, "mean": "mean", "heads": "patch"}
            yield Change((Edit("z", (row, column), values[job.kind]),), means=means, source=source)


async def run(model: Model, plain: Trace, change: Change | None) -> np.ndarray:
    """Returns the changed model's last residual vectors, (pos, d_model), from the change's first position on."""
    start = 0 if change is None else change.position
    cache, done, parts = plain.cache, start, []
    while done < len(plain):
        chunk = plain.ids[done : done + CHUNK]
        hooks = change.hooks(model.config, done, done + len(chunk)) if change else None
        out, cache = await model.engine.trunk(
            np.asarray(chunk, np.int64), cache=cache, past_len=done, names=("resid_post",), hooks=hooks
        )
        parts.append(out["resid_post"][-1])
        done += len(chunk)
    return np.concatenate(parts)


async def _loss(model: Model, plain: Trace, change: Change | None) -> float:
    """Returns bits per token: how surprising the model finds the next token, averaged over the text. 0 for a single token."""
    if len(plain) < 2:
        return 0.0
    resid = plain["resid_post"][-1] if change is None else await run(model, plain, change)
    total = 0.0
    for at in range(0, len(plain) - 1, CHUNK):
        rows = resid[at : min(at + CHUNK, len(plain) - 1)]
        logs = log_softmax((await model.engine.unembed(rows))["logits"])
        total -= sum(float(log[plain.ids[at + i + 1]]) for i, log in enumerate(logs))
    return total / (len(plain) - 1) / float(np.log(2))
