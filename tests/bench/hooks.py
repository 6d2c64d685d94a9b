"""What the hooks cost when nothing is changed: the trunk with every hook fed as identity, beside a trunk without hooks.

    python tests/bench/hooks.py [CHECKPOINT]            as in the browser: onnxruntime-web's wasm build in Node, one thread
    python tests/bench/hooks.py [CHECKPOINT] --native   onnxruntime, processor time of one thread
    python tests/bench/hooks.py [CHECKPOINT] --page     what a token takes in the page: the ms that stand under the text

Prints a table (Markdown); ms are medians of alternating runs with all activations brought back. A run of the model is the
trunk and, in the browser's runtime, the scores of the next token (unembed).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(Path(__file__).parent)]

from explainer.export import package  # noqa: E402
from explainer.export.build import npm  # noqa: E402
from explainer.export.build.site import SITE, cache_folder  # noqa: E402
from explainer.export.checkpoint.load import Checkpoint, load_checkpoint  # noqa: E402
from explainer.export.graph import precision as precisions  # noqa: E402
from explainer.export.graph import trunk as graph  # noqa: E402

from explainer.model import activations  # noqa: E402
from explainer.runtimes.native import NativeEngine  # noqa: E402

RUNS = ((1, 32), (1, 128), (16, 0), (64, 0), (128, 0))  # (new positions, positions before them)


def bare(config):
    """Returns the one hook that the model itself needs: the scores' factor."""
    return {name: hook for name, hook in activations.hooks(config).items() if name == "attn_scores.scale"}


def built(checkpoint: Checkpoint, precision: str, hooks: bool) -> precisions.BuiltModel:
    """Builds a model. Without hooks its graph has neither their inputs nor the operators that apply them."""
    both_graphs = graph.both_graphs

    def without(*args):
        with patch.object(graph, "hooks", bare):
            return both_graphs(*args)

    with patch.object(precisions, "both_graphs", both_graphs if hooks else without):
        return precisions.build_graphs(checkpoint, precision)


def engine(checkpoint: Checkpoint, precision: str, hooks: bool) -> NativeEngine:
    model = built(checkpoint, precision, hooks)
    made = NativeEngine(checkpoint.config, model.graphs["wasm"], bytearray(b"".join(model.weights)), threads=1)
    inputs = {value.name for value in made._sessions["trunk"].get_inputs()}
    made._identity = {name: value for name, value in made._identity.items() if name in inputs}
    return made


def measure(engines: list[NativeEngine], new: int, past: int, repeat: int) -> tuple[float, float]:
    """Returns the ms of a run of `new` positions behind `past`: with hooks fed as identity, and without hooks."""
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


def native(checkpoint: Checkpoint, precision: str, repeat: int) -> dict[str, tuple[float, float]]:
    engines = [engine(checkpoint, precision, hooks) for hooks in (True, False)]
    return {f"{new}/{past}": measure(engines, new, past, repeat) for new, past in RUNS}


def web(checkpoint: Checkpoint, precision: str, repeat: int) -> dict[str, tuple[float, float]]:
    known = activations.hooks(checkpoint.config)
    feeds = {name: hook.identity_array(activations.full_axes(checkpoint.config)) for name, hook in known.items()} | {
        "causal": np.ones(1)
    }
    with TemporaryDirectory() as name:
        folder = Path(name)
        for side, hooks in (("with", True), ("without", False)):
            model = built(checkpoint, precision, hooks)
            (folder / f"{side}.onnx").write_bytes(model.graphs["wasm"]["trunk"])
            (folder / "unembed.onnx").write_bytes(model.graphs["wasm"]["unembed"])
        (folder / "weights.bin").write_bytes(b"".join(model.weights))
        (folder / "case.json").write_text(
            json.dumps(
                {
                    "config": checkpoint.config.to_json(),
                    "runs": RUNS,
                    "feeds": {name: [array.reshape(-1).tolist(), list(array.shape)] for name, array in feeds.items()},
                }
            )
        )
        dist = npm.install(SITE, cache_folder()) / "onnxruntime-web/dist"
        done = subprocess.run(
            ["node", Path(__file__).with_suffix(".mjs"), folder, dist, str(repeat)], check=True, capture_output=True, text=True
        )
    return json.loads(done.stdout)


def page(checkpoint: str, precision: str, repeat: int) -> None:
    """Measures two pages of the built site, one with a model whose graphs have no hooks, that write a token in turn."""
    from bench import LIVE, PROBE, TIMEOUT, served
    from chromium import ARGS, installed, until
    from explainer.export.build.site import build
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as name:
        models = []
        for side in ("with", "without"):
            copy = Path(name) / side
            shutil.copytree(checkpoint, copy)
            made, known = (
                built(load_checkpoint(str(copy)), precision, side == "with"),
                bare if side == "without" else activations.hooks,
            )
            with patch.object(precisions, "build_graphs", lambda *args, made=made: made), patch.object(package, "hooks", known):
                models.append(package.write_model(load_checkpoint(str(copy)), Path(name) / "models" / side, precision))
        build(Path(name) / "site", models)
        with sync_playwright() as playwright, served(Path(name) / "site", isolation=True) as url:
            browser = playwright.chromium.launch(executable_path=installed(), args=ARGS)
            pages = []
            for side in ("with", "without"):
                one = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
                one.set_default_timeout(TIMEOUT)
                one.add_init_script(PROBE)
                one.goto(f"{url}?model={side}&part=&prompt=Once+upon+a+time&greedy=1")
                until(one, f"({LIVE}) > 0", timeout=TIMEOUT)
                pages.append(one)
            times: list[list[float]] = [[], []]
            for n in range(repeat + 3):
                for at in ((0, 1), (1, 0))[n % 2]:
                    pages[at].bring_to_front()
                    pages[at].wait_for_timeout(300)  # until the last picture is drawn
                    times[at].append(pages[at].evaluate("bench.step()")["ms"])
            browser.close()
    with_, without = (statistics.median(some[3:]) for some in times)
    print("| precision | run | with hooks, ms | without, ms | ratio |\n|---|---|---|---|---|")
    print(f"| {precision} | a token in the page | {with_:.2f} | {without:.2f} | {with_ / without:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="?", default=str(ROOT / "export/checkpoints/storyteller"))
    parser.add_argument("--native", action="store_true")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--repeat", type=int, default=60)
    args = parser.parse_args()
    if args.page:
        return page(args.checkpoint, "int8", args.repeat)
    checkpoint = load_checkpoint(args.checkpoint)
    print(
        "| precision | run | trunk with hooks, ms | without, ms | ratio | unembed, ms | ratio of a run |\n|---"
        + "|---" * 6
        + "|"
    )
    for precision in ("fp32", "int8"):
        for run, (with_, without, *unembed) in (native if args.native else web)(checkpoint, precision, args.repeat).items():
            new, past = run.split("/")
            rest = [f"{unembed[0]:.2f}", f"{(with_ + unembed[0]) / (without + unembed[0]):.3f}"] if unembed else ["-", "-"]
            cells = [precision, f"{new} after {past}", f"{with_:.2f}", f"{without:.2f}", f"{with_ / without:.3f}", *rest]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
