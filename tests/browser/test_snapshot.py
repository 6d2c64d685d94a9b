"""Later visits begin with a copy of Python's memory; where that cannot be, they start Python and are as right."""

from __future__ import annotations

import pytest

from tests.browser.chromium import until
from tests.helpers.page import LIVE_MS, expected, open_live, token_ids, type_prompt

TEXT = "the king and the queen and the king"
KEPT = """async () => {
    const name = (await caches.keys()).find((each) => each.startsWith("explainer-python"));
    return name ? (await (await caches.open(name)).keys()).map((request) => request.url) : [];
}"""
# What a disk, another version of Pyodide or a clever extension may make of it. The word after the header's begins the memory.
CHANGE = """async ([at, right]) => {
    const name = (await caches.keys()).find((each) => each.startsWith("explainer-python"));
    const cache = await caches.open(name);
    const [request] = await cache.keys();
    const response = await cache.match(request);
    const memory = await response.arrayBuffer();
    const words = new Int32Array(memory);
    words[at < 0 ? words.length + at : at] ^= 0x5a5a5a5a;
    let sum = 0;
    for (const word of words) sum = (Math.imul(sum, 31) + word) | 0;
    const headers = { "x-checksum": right ? String(sum) : response.headers.get("x-checksum") };
    await cache.put(request, new Response(memory, { headers }));
}"""


def visit(page, url: str) -> str:
    """A visit until all is kept: how Python came to be, "restored" or "started"."""
    page.goto("about:blank")
    open_live(page, url)
    until(page, "'kept' in document.documentElement.dataset", timeout=LIVE_MS)
    until(page, f"({KEPT})().then((urls) => urls.length === 1)", timeout=LIVE_MS)
    worker = next(worker for worker in page.workers if "/python/worker.js" in worker.url)
    marks = worker.evaluate("performance.getEntriesByType('mark').map((mark) => mark.name)")
    (how,) = {"python-restored", "python-started"} & set(marks)
    return how.removeprefix("python-")


BEGUN = """async () => {
    const name = (await caches.keys()).find((each) => each.startsWith("explainer-python"));
    const address = new URL("python-snapshot-tries", location.href).href;
    await (await caches.open(name)).put(address, new Response("5"));
}"""


def answers(page, site) -> None:
    """The figures are those of another text, and of another model."""
    for model in (site.models["default"], "sorter"):
        text = TEXT if model != "sorter" else "cabbed:"
        open_live(page, f"{site.url}?model={model}")
        type_prompt(page, text)
        assert token_ids(page) == [p["id"] for p in expected(site, model, text)["tokens"]["pieces"]]


def test_later_visits_restore_the_memory_of_the_first_and_answer_alike(watched, site):
    page, _ = watched
    assert visit(page, site.url) == "started"
    kept = page.evaluate(KEPT)
    assert visit(page, site.url) == "restored"
    answers(page, site)
    assert visit(page, site.url) == "restored"
    assert page.evaluate(KEPT) == kept, "one, and none made anew"


@pytest.mark.parametrize(
    "change",
    [
        [-20000, False],  # damaged
        [0, True],  # not what Pyodide takes for a snapshot
        [4, True],  # of another build of Pyodide
    ],
)
def test_one_that_cannot_be_used_is_replaced_and_nobody_notices(watched, site, change):
    page, _ = watched
    assert visit(page, site.url) == "started"
    page.evaluate(CHANGE, change)
    assert visit(page, site.url) == "started"
    type_prompt(page, TEXT)
    assert token_ids(page) == [p["id"] for p in expected(site, site.models["default"], TEXT)["tokens"]["pieces"]]
    assert visit(page, site.url) == "restored"


def test_one_of_other_files_or_another_browser_is_not_used(watched, site):
    page, _ = watched
    assert visit(page, site.url) == "started"
    (kept,) = page.evaluate(KEPT)
    page.evaluate(
        """async (url) => {
        const name = (await caches.keys()).find((each) => each.startsWith("explainer-python"));
        const cache = await caches.open(name);
        await cache.put(`${url.split("?")[0]}?0123`, await cache.match(url));
        await cache.delete(url);
    }""",
        kept,
    )
    assert visit(page, site.url) == "started"
    assert page.evaluate(KEPT) == [kept], "the one that is of no use is gone"


def test_one_with_which_no_visit_gets_to_the_end_is_given_up(watched, site):
    page, _ = watched
    assert visit(page, site.url) == "started"
    assert visit(page, site.url) == "restored"
    page.evaluate(BEGUN)  # as visits leave it that never end
    assert visit(page, site.url) == "started"
    assert visit(page, site.url) == "restored"
