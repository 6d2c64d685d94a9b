"""Later visits begin with a snapshot of Python's memory; where it cannot be used, they start Python and work as well."""

from __future__ import annotations

import pytest

from tests.browser.chromium import until
from tests.helpers.page import LIVE_MS, expected, open_live, token_ids, type_prompt

TEXT = "the king and the queen and the king"
KEPT = """async () => {
    const name = (await caches.keys()).find((each) => each.startsWith("explainer-python"));
    return name ? (await (await caches.open(name)).keys()).map((request) => request.url) : [];
}"""
# Damages a word of the snapshot, as a disk, another version of Pyodide or an extension may; `right` corrects the checksum.
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
    """Visits the page until everything is kept. Returns how Python began: "restored" or "started"."""
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
    """Asserts that the figures follow another text and another model."""
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
        [0, True],  # no snapshot for Pyodide
        [4, True],  # a snapshot of another build of Pyodide
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
    page.evaluate(BEGUN)  # the state that an interrupted visit leaves
    assert visit(page, site.url) == "started"
    assert visit(page, site.url) == "restored"
