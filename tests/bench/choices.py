"""Every choice in every part of the built site: ms from the choice until it is on the screen, and the longest task.

    python tests/bench/choices.py                       all parts, prompts of 16 and 64 tokens, as a table (Markdown)
    python tests/bench/choices.py --part attention --part mlp --tokens 64
    python tests/bench/choices.py --write               time per token and tasks while the model writes

The choices of a part are those that its view in Python reads: block, head and token are chosen with the overview at the top
of the window, the part's own with the part there. A choice shows in steps: the page draws what it knows at once (`first`),
Python answers with what it does not (`seen`: nothing changed in the window after that), and what is out of the window is
drawn later (`last`). Tasks of the page's thread below 50 ms are not reported by browsers, and shown as "-". `runs` counts runs
of the trunk: a choice needs none. Motion is reduced, so that no animation counts. Medians (and the worst) of --repeat.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import threading
from itertools import cycle
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(Path(__file__).parent)]

from bench import LIVE, TIMEOUT  # noqa: E402
from chromium import ARGS, installed, until  # noqa: E402
from explainer.export.serve import Server  # noqa: E402

from explainer.state.choices import PARTS  # noqa: E402
from explainer.views import VIEWS  # noqa: E402

HERE = Path(__file__).parent
WORDS = (
    "Once upon a time there was a little girl who lived with her mother in a house near the wood and every day she "
    "went out to pick flowers and to look for the birds that sang in the tall trees by the river and the old man "
)
# Besides the choices that Python reads: those that the page alone reads.
OWN = {
    "attention": ("key", "entry", "stage", "sink"),
    "embedding": ("entry",),
    "merges": ("merge",),
    "mlp": ("order",),
    "unembedding": ("entry",),
}
READS = {name: (*view.reads, *OWN.get(name, ())) for view in VIEWS for name in [view.__name__.lower()]}
ALWAYS = ("block", "head", "token")  # the overview shows them, whatever is open
VALUES = {
    "block": [1, 4, 2, 5],
    "head": [1, 6, 0, 5],
    "token": [3, 9, 5, 12],
    "key": [0, 2, 1, 3],
    "entry": [7, 40, 21, 3],
    "stage": ["scores", "values", "scaled", "softmax"],
    "sink": [True, False],
    "heads": ["0.1,2.3", "", "1.1,4.2", ""],
    "rows": ["1-4", "", "3-9", ""],
    "matrix": ["k", "v", "q"],
    "norm": ["ln2", "ln_final", "ln1"],
    "merge": [1, 0, -1],
    "neuron": [100, 5, 900, 33],
    "order": ["size", "place"],
    "find": ["king", "the", ""],
    "candidate": [300, 500, 700],
    "k": [20, 12],
    "point": ["mlp_post", "pattern", "q", "resid_pre"],
    "answer": [300, 400],
    "against": [500, 600],
    "measure": ["previous", "induction"],
    "shows": ["original", "difference", "changed"],
    "surprise": [True, False],
    "temperature": [0.7, 1.4, 0.8],
    "top_k": [20, 5, 40],
    "top_p": [0.8, 0.5, 1.0],
    "greedy": [True, False],
    "seed": [2, 3, 4],
    "listed": [64, 16],
}
FIGURES = ("first", "seen", "last", "task")  # of bench.painted in choices.js
# These change the model or the text, so they start a run instead of a redraw.
RUNS = {"edits", "mask", "other"}
# Counts runs in the worker's engine.
COUNT = """
self.benchRuns = { trunk: 0, unembed: 0 };
const benchRun = Engine.prototype.run;
Engine.prototype.run = function (graph, ...rest) { self.benchRuns[graph]++; return benchRun.call(this, graph, ...rest); };
"""


def prompt_of(page, tokens: int) -> None:
    """Types words until the text has `tokens` tokens, as nearly as words allow."""
    words, count = (WORDS * 4).split(), 0
    text = words[0]
    for n in range(max(2, tokens // 2), len(words)):
        text = " ".join(words[:n])
        count = page.evaluate("async (text) => (await bench.type(text)).tokens", text)
        if count >= tokens:
            break


def scroll_to(page, slot: str) -> None:
    page.evaluate("(slot) => document.querySelector(`[data-slot=${slot}]`).scrollIntoView()", slot)
    page.wait_for_timeout(400)  # until figures outside the window are drawn


def runs(page) -> int:
    model = next(worker for worker in page.workers if "/model/worker.js" in worker.url)
    return model.evaluate("self.benchRuns.trunk")


def measure(page, how: str, name: str, repeat: int) -> dict:
    """Measures `repeat` choices of `name` after one that is not counted."""
    values = cycle(VALUES[name])
    choose = lambda: page.evaluate(f"(set) => bench.{how}(set)", {name: next(values)})  # noqa: E731
    choose()
    before = runs(page)
    results = [choose() for _ in range(repeat)]
    return {
        "choice": name,
        "runs": runs(page) - before,
        "what": results[-1]["what"],
        **{key: [result[key] for result in results] for key in FIGURES},
    }


def open_part(page, name: str) -> dict:
    """Measures how long the reader waits for a part that is opened for the first time, then again."""
    result = []
    for _ in range(2):
        page.evaluate("(set) => bench.choose(set)", {"part": ""})
        before = runs(page)
        result.append(page.evaluate("(set) => bench.choose(set)", {"part": name}))
    return {
        "choice": "open, again",
        "runs": runs(page) - before,
        "what": result[-1]["what"],
        **{key: [result[1][key]] for key in FIGURES},
    }


def opened(browser, url: str):
    """Opens a live page whose runs are counted."""
    page = browser.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce", service_workers="block"
    ).new_page()
    page.set_default_timeout(TIMEOUT)
    for script in ("probe.js", "choices.js"):
        page.add_init_script((HERE / script).read_text())

    def counting(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + COUNT)

    page.route("**/ort.js", counting)
    page.goto(url)
    until(page, f"({LIVE}) > 0")
    return page


def visit(page, tokens: list[int], parts: list[str], repeat: int) -> list[dict]:
    results = []
    for length in tokens:
        prompt_of(page, length)
        count = page.evaluate("bench.shown.tokens.pieces.length")
        for part in parts:
            page.evaluate("(set) => bench.choose(set)", {"part": "" if part in ("overview", "sampling") else part, "token": -1})
            names = (
                [*ALWAYS, "surprise"]
                if part == "overview"
                else READS[part]
                if part == "sampling"
                else [*ALWAYS, *(name for name in READS[part] if name not in {*ALWAYS, *RUNS})]
            )

            def say(row: dict, part: str = part, count: int = count) -> None:
                results.append({"part": part, "tokens": count, **row})
                print(line(results[-1]), flush=True)

            if part not in ("overview", "sampling"):
                scroll_to(page, "tokens")
                say(open_part(page, part))
            for name in names:
                scroll_to(page, "tokens" if name in ALWAYS or part == "overview" else part)
                say(measure(page, "set" if part == "sampling" else "choose", name, repeat))
    return results


def write(page, parts: list[str]) -> list[dict]:
    """Measures while the model writes, with one part open after another, and then while a reader types."""
    results = []

    def say(part: str, what: str, tasks: list[float], **row) -> None:
        results.append({"part": part, "what": what, "tasks": tasks, **row})
        over = sorted((round(task) for task in tasks), reverse=True)
        print(
            f"| {part} | {what} | {row.get('ms', 0):.0f} ({row.get('run', 0):.0f}) | {len(over)} | {(over[:1] and over[0]) or '-'} |",
            flush=True,
        )

    print("| open | what | ms a token (of which the run) | tasks over 50 ms | longest |\n|---|---|---|---|---|")
    for part in parts:
        page.evaluate("(set) => bench.choose(set)", {"part": "" if part in ("overview", "sampling") else part, "token": -1})
        for length in (8, 32, 128, 192):
            prompt_of(page, length)
            row = page.evaluate("bench.write(20)")
            say(
                part,
                f"writes {row['tokens']} after {row['length'] - row['tokens']}",
                row["tasks"],
                ms=row["ms"],
                run=row["run"],
            )
        prompt_of(page, 32)
        before = len(page.evaluate("bench.tasks"))
        page.locator("[data-slot=prompt] textarea").press("End")
        page.locator("[data-slot=prompt] textarea").press_sequentially(" and then the fox said to him", delay=90)
        page.wait_for_timeout(600)
        say(part, "someone types, 11 letters a second", [task for _, task in page.evaluate("bench.tasks")[before:]])
    return results


def line(row: dict) -> str:
    def number(values):
        return f"{statistics.median(values):.0f} ({max(values):.0f})"

    task = max(row["task"])
    times = " | ".join(number(row[key]) for key in ("first", "seen", "last"))
    return f"| {row['part']} | {row['tokens']} | {row['choice']} | {times} | {f'{task:.0f}' if task else '-'} | {row['runs']} |"


HEADER = (
    "| part | tokens | choice | first, ms | seen, ms | last, ms | longest task, ms | runs |\n|---|---|---|---|---|---|---|---|"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--part", action="append", choices=("overview", "sampling", *PARTS))
    parser.add_argument("--tokens", type=int, action="append")
    parser.add_argument("--write", action="store_true", help="instead: time per token and tasks while the model writes")
    parser.add_argument("--repeat", type=int, default=4)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with sync_playwright() as playwright, Server(0, args.dist, False) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGS)
        page = opened(browser, f"http://localhost:{server.server_port}/")
        parts = args.part or ["overview", *PARTS, "sampling"]
        if args.write:
            results = write(page, parts)
        else:
            print(HEADER)
            results = visit(page, args.tokens or [16, 64], parts, args.repeat)
        browser.close()
        server.shutdown()
    if args.json:
        args.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
