"""What the hooks cost when nothing is changed: the trunk with every hook fed as identity, beside a trunk without hooks.

    python tests/bench/hooks.py [CHECKPOINT]        natively, as a table (Markdown)

ms are processor time of one thread, medians of alternating runs: other work on the machine counts little.
"""
from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from explainer.native import NativeEngine  # noqa: E402
from explainer import activations  # noqa: E402
from export import graph  # noqa: E402
from export.checkpoint import Checkpoint, load_checkpoint  # noqa: E402


def engine(checkpoint: Checkpoint, precision: str, hooks: bool) -> NativeEngine:
    """Without hooks the graph has none of their inputs, and no operator that would apply them."""
    both_graphs = graph.both_graphs

    def bare(config):  # the scores' own factor is always there
        return {name: hook for name, hook in activations.hooks(config).items() if name == "attn_scores.scale"}

    def without(*args):
        with patch.object(graph, "hooks", bare):
            return both_graphs(*args)

    with patch.object(graph, "both_graphs", both_graphs if hooks else without):
        built = graph.build_graphs(checkpoint, precision)
    made = NativeEngine(checkpoint.config, built.graphs["wasm"], bytearray(b"".join(built.weights)), threads=1)
    inputs = {value.name for value in made._sessions["trunk"].get_inputs()}
    made._identity = {name: value for name, value in made._identity.items() if name in inputs}
    return made


def measure(engines: list[NativeEngine], new: int, past: int, repeat: int) -> tuple[float, float]:
    """ms of a run of `new` positions behind `past`: with hooks fed as identity, and without hooks."""
    ids = np.arange(past + new) % engines[0].config.d_vocab
    caches = [asyncio.run(e.trunk(ids[:past], names=("resid_post",)))[1] if past else None for e in engines]
    times: list[list[float]] = [[], []]
    for n in range(repeat + 3):
        for at in ((0, 1), (1, 0))[n % 2]:
            run = engines[at].trunk(ids[past:], cache=caches[at], past_len=past, names=activations.TRUNK)
            began = time.thread_time()
            with suppress(StopIteration):  # by hand: an event loop would cost more than a token
                run.send(None)
            times[at].append((time.thread_time() - began) * 1000)
    return tuple(statistics.median(some[3:]) for some in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="?", default=str(ROOT / "export/checkpoints/storyteller"))
    parser.add_argument("--repeat", type=int, default=60)
    args = parser.parse_args()
    checkpoint = load_checkpoint(args.checkpoint)
    print("| precision | run | with hooks, ms | without, ms | ratio |\n|---|---|---|---|---|")
    for precision in ("fp32", "int8"):
        engines = [engine(checkpoint, precision, hooks) for hooks in (True, False)]
        for new, past in ((1, 32), (1, 128), (16, 0), (64, 0), (128, 0)):
            with_, without = measure(engines, new, past, args.repeat)
            print(f"| {precision} | {new} after {past} | {with_:.2f} | {without:.2f} | {with_ / without:.3f} |", flush=True)


if __name__ == "__main__":
    main()
