"""Helpers of browser tests: they open the page, type, wait for it, read it, and watch its requests and errors."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, expect

from explainer.app.app import App
from explainer.runtimes.native import NativeLibrary
from tests.browser.chromium import until

LIVE_MS = 120_000
PROMPT = "The fox had a golden tail, and the fox"
BLOCK, HEAD = 4, 5
ADDRESS = f"?prompt={PROMPT.replace(' ', '+')}&part=&block={BLOCK}&head={HEAD}"


class Watch:
    """The requests of a page to other origins, and its errors."""

    def __init__(self, page: Page, allowed: str):
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

        def route(route) -> None:
            if route.request.url.startswith((allowed, "blob:", "data:")):
                route.continue_()
            else:
                self.foreign.append(route.request.url)
                route.abort()

        page.context.route("**/*", route)


def cores(page: Page, count: int) -> None:
    """Makes the page believe that this machine has so many cores."""
    page.add_init_script(f"Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', {{ get: () => {count} }})")


def open_live(page: Page, url: str) -> None:
    page.goto(url)
    until_live(page)


def until_live(page: Page) -> None:
    until(page, "performance.getEntriesByName('explainer-live').length > 0", timeout=LIVE_MS)
    expect(page.locator(".prompt-about")).to_contain_text(" ms", timeout=LIVE_MS)


QUIET = """(quiet) => {
    const look = (window.quietSince ??= (() => {
        const look = { at: performance.now(), resting: () => false };
        new MutationObserver(() => (look.at = performance.now())).observe(document.body,
            { subtree: true, childList: true, characterData: true, attributes: true });
        const script = document.querySelector('script[src*="page/page.js"]').src;
        import(new URL("../lib/scheduler.js", script)).then(({ resting }) => (look.resting = resting));
        return look;
    })());
    if (!look.resting() || document.querySelector("[aria-busy=true], .slot.stale:not([hidden]), .part.waiting")
        || document.getAnimations().some(({ playState }) => playState === "running")) look.at = performance.now();
    return performance.now() - look.at > quiet;
}"""


def settled(page: Page, quiet: int = 300) -> None:
    """Waits until nothing is computed, drawn, moved or sent any more: until the page has not changed for `quiet` ms (figures
    outside the window are drawn 250 ms after the rest). A closed part may stay pale: it is drawn when it is opened."""
    until(page, QUIET, quiet)


def drawn(page: Page) -> None:
    """Waits until the page has drawn what it knows without Python: for two frames, and for draws requested until then."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    until(page, QUIET, -1)


def type_prompt(page: Page, text: str) -> None:
    """Types as a reader does, Enter at the end, and waits until the figures are this text's."""
    field = page.get_by_label("Text for the model")
    field.fill(text)
    field.press("Enter")
    until(page, "document.querySelector('[data-slot=prompt]').getAttribute('aria-busy') === 'false'", timeout=60_000)
    settled(page)


def token_ids(page: Page) -> list[int]:
    return [int(text) for text in page.locator(".token-option .token-id").all_text_contents()]


def table(page: Page, note: str) -> list[list[str]]:
    """Returns the rows of a figure's table twin."""
    twin = page.locator(f"#note-{note} details.twin")
    if twin.get_attribute("open") is None:
        twin.locator("summary").click()
    expect(twin.locator("tbody tr").first).to_be_attached()
    return twin.evaluate("""(twin) => [...twin.querySelectorAll("tbody tr")]
        .map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent))""")


def value(text: str) -> float:
    """Reads a number as the page prints it."""
    text = text.replace("\u202f", "").replace("\u2009", "").replace("\u00a0", " ").replace("−", "-")
    if rest := re.fullmatch(r"1-([0-9.]+e-\d+)", text.replace(" ", "")):  # too near 1 for percents
        return 1 - float(rest[1])
    number = float(re.match(r"[<> ]*([-+0-9.e]+)", text.replace(" ", ""))[1])
    return number / 100 if "%" in text else number


def expected(site, model: str, prompt: str, **choices) -> dict:
    app = App(NativeLibrary(site.folder / "models", model), prompt=prompt, **choices)
    with ThreadPoolExecutor(1) as thread:  # Playwright's own event loop runs in this one
        thread.submit(asyncio.run, app.run()).result()
    return {view.slot: view.shown for view in app.views}


def open_kept(page, url: str) -> None:
    """Visits the page until the site is kept on this machine."""
    open_live(page, url)
    until(page, "'kept' in document.documentElement.dataset", timeout=LIVE_MS)


def press_tool(page, name: str) -> None:
    """Presses a button of the menu beside the title."""
    if page.locator("#more").is_visible() and not page.locator("#more-tools.open").count():
        page.locator("#more").click()
    page.locator(f"#{name}").click()


def visit(chromium, site, height: int = 900, address: str = ADDRESS, **options):
    """Visits the page once, for the tests of a module; no request may leave the site, and no error may occur."""
    context = chromium.new_context(viewport={"width": 1440, "height": height}, **options)
    page = context.new_page()
    watch = Watch(page, "http://127.0.0.1:")
    open_live(page, site.url + address)
    yield page
    context.close()
    assert watch.foreign == [] and watch.errors == []


def open_part(page: Page, name: str) -> None:
    button = page.locator(f".part-bar [aria-controls=part-{name}]")
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    expect(page.locator(f"#part-{name}")).to_be_visible()
    until(page, f"document.querySelector('#part-{name} h2') && !document.querySelector('#part-{name}.waiting')")
    expect(page.locator(f"#note-{name} .says")).not_to_be_empty()
