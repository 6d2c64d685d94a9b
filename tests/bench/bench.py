"""Loads the built site in Chromium and measures what a reader feels: bytes, waits, ms per token, stutter, memory.

    python tests/bench/bench.py                                    every model of dist/ with room for 128 tokens, as a table (Markdown)
    python tests/bench/bench.py --model storyteller --json out.json
    python tests/bench/bench.py --random 124M                      also GPT-2 small's shape with random weights

Times are the best of --repeat runs, of one visit with an empty cache, everything on this machine. ms per token is the
app's own run: model, all activations to Python, logits over the whole vocabulary; "to picture" adds what Python and the
page need until every view has drawn it.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(Path(__file__).parent)]

from chromium import ARGS, installed, until  # noqa: E402
from explainer.export.serve import Handler, Server  # noqa: E402

PROBE = Path(__file__).with_name("probe.js").read_text()
# Put before the code of either worker: remembers every WebAssembly memory that is created. ONNX Runtime's is the shared one.
MEMORIES = """
const memories = new Set();
WebAssembly.Memory = class extends WebAssembly.Memory { constructor(wish) { super(wish); memories.add(this); } };
for (const name of ["instantiate", "instantiateStreaming"]) {
  const inner = WebAssembly[name];
  WebAssembly[name] = async (...args) => {
    const result = await inner(...args);
    const { memory } = (result.instance ?? result).exports;
    if (memory) memories.add(memory);
    return result;
  };
}
self.benchMemory = () => {
  const sizes = { python: 0, runtime: 0 };
  for (const { buffer } of memories) sizes[self.SharedArrayBuffer && buffer instanceof SharedArrayBuffer ? "runtime" : "python"] += buffer.byteLength;
  return sizes;
};
"""
# The app is live once its document is in the page and a view has connected: from then on typing has an effect.
LIVE = "performance.getEntriesByName('explainer-live').length && bench.connected"
TIMEOUT = 600_000
LENGTHS = (8, 32, 128)


class Counting(Handler):
    """Counts the bytes of all bodies on the wire, by folder of the site."""

    sent: dict[str, int] = {}

    def send(self, status, headers, data, body):
        if body:
            folder = self.path.split("?")[0].strip("/").partition("/")[0]
            folder = folder if folder in ("models", "ort", "pyodide", "vendor") else "page"
            self.sent[folder] = self.sent.get(folder, 0) + len(data)
        super().send(status, headers, data, body)


@contextmanager
def served(dist: Path, isolation: bool):
    Counting.sent = {}
    with Server(0, dist, isolation) as server:
        server.RequestHandlerClass = Counting
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def peak_memory(browser_pid_file: Path) -> int:
    """Returns the largest resident set (bytes) of any renderer process of the browser with this profile; 0 if not on Linux."""
    peak = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes()
            if b"--type=renderer" in command and str(browser_pid_file).encode() in command:
                high = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
                peak = max(peak, int(high.split()[1]) * 1024)
        except (OSError, StopIteration):
            continue
    return peak


def visit(playwright, url: str, model: str, backend: str | None, repeat: int) -> dict:
    """Measures one visit with an empty cache."""
    args = [*ARGS, "--enable-precise-memory-info", *(["--enable-unsafe-webgpu"] if backend == "webgpu" else [])]
    with tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=installed(), args=[*args, f"--crash-dumps-dir={profile}"]
        )
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.add_init_script(PROBE)
        for script in (
            "python/worker.js",
            "model/ort.js",
        ):  # a nested worker's own script cannot be intercepted, its imports can
            page.route(f"**/{script}", with_memories)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}?model={model}" + (f"&backend={backend}" if backend else ""))
        until(page, f"({LIVE}) > 0")
        live = page.evaluate(LIVE)
        first = page.evaluate("bench.firstPicture")
        tasks = page.evaluate("bench.tasks")
        sent = dict(Counting.sent)
        # 32 new tokens, each time another text; then one token after another behind them.
        texts = [" ".join(letter * 32) for letter in "abcdefghijklmnop"[: repeat + 1]]
        runs = [page.evaluate("(text) => bench.type(text)", text) for text in texts][1:]
        steps, text = [], texts[-1]
        for letter in "xyzxyzxyzxyz"[: max(3, repeat)]:
            text += f" {letter}"
            steps.append(page.evaluate("(text) => bench.type(text)", text))
        singles = [step for step in steps if step["tokens"] - step["reused"] == 1] or steps
        lengths = {str(length): generation(page, length, repeat) for length in LENGTHS}
        typing = [task for task in page.evaluate("bench.tasks") if task[0] > live]
        result = {
            "model": model,
            "backend": page.evaluate("bench.shown.prompt.backend"),
            "precision": page.evaluate("bench.shown.prompt.precision"),
            "megabytes": {**{folder: size / 1e6 for folder, size in sent.items()}, "all": sum(sent.values()) / 1e6},
            "first_picture_s": first and first / 1000,
            "live_s": live / 1000,
            "token_ms": min(step["ms"] for step in singles),
            "token_to_picture_ms": statistics.median(step["drawn"] for step in singles),
            "tokens_per_step": singles[0]["tokens"] - singles[0]["reused"],
            "prompt_ms": min(run["ms"] for run in runs),
            "prompt_to_picture_ms": statistics.median(run["drawn"] for run in runs),
            "prompt_tokens": runs[0]["tokens"],
            "generation_ms": lengths,
            "fidelity": page.evaluate("bench.shown.prompt.fidelity"),
            "longest_task_loading_ms": max((task[1] for task in tasks), default=0),
            "longest_task_typing_ms": max((task[1] for task in typing), default=0),
            "page_heap_mb": page.evaluate("performance.memory.usedJSHeapSize") / 1e6,
            "worker_memory_mb": worker_memory(page),
            "peak_process_mb": peak_memory(Path(profile)) / 1e6,
            "errors": errors,
        }
        context.close()
    return result


def generation(page, length: int, repeat: int) -> dict | None:
    """Measures one more token behind `length` tokens: {"step": ms with all of them reused, "recompute": ms without reuse}."""
    most = page.evaluate("bench.shown.prompt.n_ctx")
    if length + repeat > most:
        return None

    def typed(text: str) -> dict:
        return page.evaluate("(text) => bench.type(text)", text)

    # Depending on the vocabulary a letter, a letter and a space, or two letters are a token: use texts of the right length.
    styles = (lambda letter: " ".join(letter * length), lambda letter: letter * length, lambda letter: letter * 2 * length)
    style = next((style for style in styles if typed(style("z"))["tokens"] == length), styles[0])
    anew = {text: run for text in map(style, "aobcdef"[: repeat + 1]) if (run := typed(text))["tokens"] == length}
    if not anew:
        return None
    typed(style("z"))  # if only one text has the length, it is in the field already, and typing it again changes nothing
    typed(next(iter(anew)))
    steps = []
    for _ in range(4 * repeat + 1):
        page.wait_for_timeout(300)  # until the last picture is drawn: on two cores that would slow the run
        steps.append(page.evaluate("bench.step()"))
    steps = steps[1:]
    return {"step": min(step["ms"] for step in steps), "recompute": min(run["ms"] for run in anew.values()), "tokens": length}


def with_memories(route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=MEMORIES + answer.text())


def worker_memory(page) -> dict[str, float]:
    """Returns the sizes of the workers' WebAssembly memories in MB: Python's and ONNX Runtime's."""
    found = [
        worker.evaluate("self.benchMemory()") for worker in page.workers if re.search(r"/(model|python)/worker\.js", worker.url)
    ]
    return {name: sum(sizes[name] for sizes in found) / 1e6 for name in ("python", "runtime")}


def table(results: list[dict]) -> str:
    """Returns the results as a Markdown table, one column for each."""

    def number(value, digits=0):
        return "-" if value is None else f"{value:,.{digits}f}".replace(",", " ")

    rows = [
        ("", lambda r: f"{r['model']}, {r['precision']}, {r['backend']}"),
        (
            "on the wire, MB (model / all)",
            lambda r: f"{number(r['megabytes'].get('models', 0), 1)} / {number(r['megabytes']['all'], 1)}",
        ),
        ("first picture, s", lambda r: number(r["first_picture_s"], 2)),
        ("live, s", lambda r: number(r["live_s"], 1)),
        (
            "one token after a prompt, ms (to picture)",
            lambda r: f"{number(r['token_ms'])} ({number(r['token_to_picture_ms'])})",
        ),
        ("a prompt of 32 tokens, ms (to picture)", lambda r: f"{number(r['prompt_ms'])} ({number(r['prompt_to_picture_ms'])})"),
        (
            "one token at length 8 / 32 / 128, ms",
            lambda r: " / ".join(number(v and v["step"]) for v in r["generation_ms"].values()),
        ),
        (
            "the same by full recompute, ms",
            lambda r: " / ".join(number(v and v["recompute"]) for v in r["generation_ms"].values()),
        ),
        (
            "mean KL from fp32, nats; same first choice",
            lambda r: (r["fidelity"] and f"{r['fidelity']['kl']:.1e}; {r['fidelity']['top1']:.1%}") or "-",
        ),
        (
            "longest task of the page, ms (loading / typing)",
            lambda r: f"{number(r['longest_task_loading_ms'])} / {number(r['longest_task_typing_ms'])}",
        ),
        (
            "memory, MB: page / Python / ONNX Runtime",
            lambda r: " / ".join(
                number(v)
                for v in (r["page_heap_mb"], r["worker_memory_mb"].get("python"), r["worker_memory_mb"].get("runtime"))
            ),
        ),
        ("peak of the whole process, MB", lambda r: number(r["peak_process_mb"])),
    ]
    lines = ["| " + " | ".join([name, *(value(r) for r in results)]) + " |" for name, value in rows]
    return "\n".join([lines[0], "|---" * (len(results) + 1) + "|", *lines[1:]])


def with_random(dist: Path, size: str, precision: str) -> Path:
    """Builds a site beside `dist` that also holds a model of that size with random weights."""
    from explainer.export.build.site import build
    from explainer.export.checkpoint.load import load_checkpoint
    from explainer.export.package import write_model
    from random_checkpoint import write_gpt2

    work = dist.parent / f"{dist.name}-bench"
    model = work / "models" / f"random-{size.lower()}"
    if not (model / "manifest.json").exists():
        with tempfile.TemporaryDirectory(dir=dist.parent) as folder:
            checkpoint = write_gpt2(Path(folder) / f"random-{size.lower()}", size)
            model.parent.mkdir(parents=True, exist_ok=True)
            write_model(load_checkpoint(str(checkpoint)), model, precision)
    build(work / "site", [model])
    return work / "site"


def long_enough(manifest: Path) -> bool:
    """Returns whether the model's context has room for the measurements; the sorter's has not."""
    return json.loads(manifest.read_text())["config"]["n_ctx"] >= 2 * max(LENGTHS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--model", action="append", help="a model of the site; may be given several times (default: all)")
    parser.add_argument("--random", choices=("124M", "355M"), help="build a site with random weights of that shape as well")
    parser.add_argument("--precision", choices=("fp32", "int8", "int4"), default="int8", help="of --random")
    parser.add_argument("--backend", choices=("wasm", "webgpu"))
    parser.add_argument("--no-isolation", action="store_true", help="as on a host without headers: one thread")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    dist = with_random(args.dist.resolve(), args.random, args.precision) if args.random else args.dist
    index = json.loads((dist / "models/index.json").read_text())
    names = args.model or [entry["name"] for entry in index["models"] if long_enough(dist / "models" / entry["manifest"])]
    results = []
    with sync_playwright() as playwright:
        for name in names:
            with served(dist, not args.no_isolation) as url:
                results.append(visit(playwright, url, name, args.backend, args.repeat))
    print(table(results))
    for result in results:
        for error in result["errors"]:
            print(f"{result['model']}: the page reported {error}", file=sys.stderr)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
