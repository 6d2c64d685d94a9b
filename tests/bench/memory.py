"""Does memory grow by more than the trace holds? The built site writes 1,000 tokens; what Python's memory has in use is
compared with the bytes of the arrays that the trace keeps.

    python tests/bench/memory.py                        the default model, as far as its context goes
    python tests/bench/memory.py --random 124M          GPT-2 small's shape with random weights, 1,000 tokens

MB at every 100 tokens: in use (of Python's allocator), the trace, what else there is, and the WebAssembly memories of Python
and ONNX Runtime, which grow in steps and never shrink.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(Path(__file__).parent)]

from bench import LIVE, PROBE, TIMEOUT, with_memories, with_random, worker_memory  # noqa: E402
from chromium import ARGS, installed, until  # noqa: E402
from explainer.export.serve import Server  # noqa: E402

STEP = 100
ASK = """
def ask():
    import ctypes, gc, json
    from explainer.model.trace import Trace
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in names]
    info = ctypes.CDLL(None).mallinfo
    info.restype = Info
    trace = max((each for each in gc.get_objects() if isinstance(each, Trace)), key=len)
    kept = {id(block.array): block.array.nbytes for each in trace._arrays.values() for block in each._blocks}
    rows = {id(array): array.nbytes for row in trace.rows.values() for array in row.values()}
    return json.dumps({"tokens": len(trace), "used": info().uordblks, "trace": sum(kept.values()) + sum(rows.values())})
ask()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--random", metavar="SIZE", help="a model of this size with random weights (124M)")
    parser.add_argument("--tokens", type=int, default=1000)
    args = parser.parse_args()
    site = with_random(args.dist, args.random, "int8") if args.random else args.dist
    model = f"random-{args.random.lower()}" if args.random else json.loads((site / "models/index.json").read_text())["default"]
    with sync_playwright() as playwright, Server(0, site, True) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGS)
        page = browser.new_context(service_workers="block").new_page()
        page.set_default_timeout(TIMEOUT)
        page.add_init_script(PROBE)
        for script in ("python/worker.js", "model/ort.js"):
            page.route(f"**/{script}", with_memories)
        page.route(
            "**/python.js",
            lambda route: route.fulfill(
                content_type="text/javascript",
                body=(site / "workers/python/python.js")
                .read_text()
                .replace("lendBacktrace(pyodide);", "self.bench = pyodide; lendBacktrace(pyodide);"),
            ),
        )
        page.goto(f"http://localhost:{server.server_port}/?model={model}")
        until(page, f"({LIVE}) > 0")
        worker = next(worker for worker in page.workers if worker.url.endswith("/python/worker.js"))
        page.evaluate("(text) => bench.type(text)", "a b c d")
        page.evaluate("(run) => bench.views.prompt.send({ do: { run } })", args.tokens)
        print("| tokens | in use, MB | the trace | all else | Python's memory | ONNX Runtime's |\n|---|---|---|---|---|---|")
        first = last = None
        while True:
            shown = page.evaluate("[bench.shown.tokens.pieces.length, bench.shown.story.running]")
            if last is None or shown[0] >= last["tokens"] + STEP or not shown[1]:
                last = json.loads(worker.evaluate("(code) => self.bench.runPython(code)", ASK))
                first = first or last
                sizes = worker_memory(page)
                numbers = [
                    last["used"] / 1e6,
                    last["trace"] / 1e6,
                    (last["used"] - last["trace"]) / 1e6,
                    sizes["python"],
                    sizes["runtime"],
                ]
                print(f"| {last['tokens']} | " + " | ".join(f"{number:.0f}" for number in numbers) + " |", flush=True)
            if not shown[1] and last["tokens"] > first["tokens"]:
                break
            page.wait_for_timeout(300)
        grown = {name: last[name] - first[name] for name in ("used", "trace")}
        print(f"\nin use has grown by {grown['used'] / grown['trace']:.2f} of what the trace has grown by")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
