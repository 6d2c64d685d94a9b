"""The page in another page's frame: options in the address, messages to the course page, two figures on one page."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from explainer.export.serve import Handler, listen
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import ARGS, installed, until
from tests.helpers.page import LIVE_MS, cores, expected, open_live, settled, type_prompt


def frames(page, url: str):
    page.goto(url)
    until(page, "document.querySelectorAll('iframe[data-ready]').length === 2", timeout=2 * LIVE_MS)
    return [page.frame_locator("iframe").nth(i) for i in range(2)]


def test_a_course_page_has_two_live_figures_and_works_offline(watched, site):
    page, watch = watched
    first, second = frames(page, f"{site.url}examples/course.html")
    expect(first.locator("[data-slot=attention]")).to_be_visible()
    expect(first.locator("[data-slot=logits]")).to_be_hidden()
    expect(second.locator("[data-slot=logits]")).to_be_visible()
    expect(second.locator("[data-slot=attention]")).to_be_hidden()
    expect(first.locator("h1")).to_be_hidden()
    expect(first.get_by_label("Text for the model")).to_have_value("The king saw the queen and the king")
    expect(page.locator("#head")).to_have_text("2")
    first.locator(".heads [role=radio]").nth(2).click()
    expect(page.locator("#head")).to_have_text("3")
    top = expected(site, site.models["default"], "Once upon a time")["logits"]["top"][0]["text"]
    expect(second.locator("[data-slot=logits] .candidate").first).to_contain_text(top.strip())
    # Each frame is as high as its content.
    for i in range(2):
        inside = page.frames[i + 1].evaluate("document.body.getBoundingClientRect().height")
        assert abs(page.locator("iframe").nth(i).bounding_box()["height"] - inside) <= 5
    for frame in page.frames[1:]:
        until(frame, "'kept' in document.documentElement.dataset", timeout=LIVE_MS)
    page.goto("about:blank")
    page.context.set_offline(True)
    frames(page, f"{site.url}examples/course.html")
    assert all(frame.evaluate("crossOriginIsolated") for frame in page.frames[1:])
    page.context.set_offline(False)
    watch.errors.clear()  # failed requests


def test_a_theme_can_be_asked_for_and_nonsense_changes_nothing(watched, site):
    page, _ = watched
    open_live(page, f"{site.url}?theme=dark&show=nothing,such&compact=yes")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.locator("[data-slot=attention]")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    type_prompt(page, "as ever")


def test_controls_can_be_locked(watched, site):
    page, _ = watched
    open_live(page, f"{site.url}?model=sorter&lang=xx&lock=prompt,model,head,sampling,story&head=1")
    field = page.get_by_label("Text for the model")
    assert page.evaluate("document.documentElement.lang") == "en", "a language that is not there falls back"
    expect(field).to_have_attribute("readonly", "")
    expect(page.get_by_label("Model", exact=True)).to_be_disabled()
    expect(page.get_by_label("Examples")).to_be_disabled()
    expect(page.locator(".knobs")).to_have_attribute("inert", "")
    settled(page, 400)  # the address is written 300 ms after the last change
    before = page.url
    page.locator(".heads [role=radio]").first.click()
    page.keyboard.press("n")  # the story's key for a step
    page.evaluate("""() => { const field = document.querySelector("#prompt-text"); field.value = "bad:";
        field.dispatchEvent(new Event("input")); }""")  # getting round the lock has no effect either
    until(page, "document.querySelector('[data-slot=prompt]').ariaBusy === 'true'")  # it was sent, and refused
    assert page.url == before
    expect(page.locator(".heads [role=radio]").nth(1)).to_have_attribute("aria-checked", "true")
    expect(page.locator(".token-option")).to_have_count(7)  # the example's tokens: nothing was typed or generated
    page.locator(".token-option").nth(2).click(position={"x": 3, "y": 3})  # a choice that is not locked can be made
    until(page, "location.hash.includes('token=2')")


class Counting(Handler):
    """Counts files that are sent whole; when the network is `cut`, it answers for the course page alone."""

    def answer(self, body) -> None:
        if self.path == "/foreign.html":
            self.send(200, {"Content-Type": "text/html"}, COURSE.format(port=self.server.server_port).encode(), body)
        elif self.server.cut:
            self.close_connection = True
        else:
            super().answer(body)

    def send(self, status, headers, data, body) -> None:
        if int(status) == 200 and body:
            self.server.sent[self.path] += 1
        super().send(status, headers, data, body)


COURSE = """<!doctype html><title>A course page of another site</title>
<iframe src="http://localhost:{port}/?compact=1&amp;show=attention&amp;model=sorter"></iframe>
<iframe src="http://localhost:{port}/?compact=1&amp;show=tokens,logits&amp;model=sorter"></iframe>
<script>addEventListener("message", (event) => {{
  const frame = [...document.querySelectorAll("iframe")].find((one) => one.contentWindow === event.source);
  if (event.data.type === "ready") frame.dataset.ready = "";
}});</script>"""


def test_frames_of_another_site_share_the_download_are_isolated_and_work_offline(site):
    """In a browser of its own, because Playwright's default switches off the storage partitioning of such frames."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(foreign_frames, site).result()


def foreign_frames(site) -> None:
    with sync_playwright() as playwright, listen(site.folder, 0, isolation=False) as server:
        server.RequestHandlerClass, server.sent, server.cut = Counting, Counter(), False
        Thread(target=server.serve_forever, daemon=True).start()
        # The last --disable-features counts: this one replaces Playwright's, which disables that partitioning.
        browser = playwright.chromium.launch(executable_path=installed(), args=[*ARGS, "--disable-features=Translate"])
        page = browser.new_page()
        cores(page, 2)
        course = f"http://127.0.0.1:{server.server_port}/foreign.html"  # for a browser another site than localhost
        frames(page, course)
        big = {path: count for path, count in server.sent.items() if re.search(r"weights-|\.bin$|asm\.wasm$|ort-wasm", path)}
        assert len(big) >= 6 and set(big.values()) == {1}, "fetched once for both"
        for frame in page.frames[1:]:
            assert frame.evaluate("crossOriginIsolated") is False
            until(frame, "'kept' in document.documentElement.dataset", timeout=LIVE_MS)
        page.goto("about:blank")
        server.cut = True
        first, second = frames(page, course)
        assert [frame.evaluate("crossOriginIsolated") for frame in page.frames[1:]] == [True, True]
        expect(first.locator("[data-slot=attention]")).to_be_visible()
        expect(second.locator("[data-slot=logits] .candidate").first).to_be_visible()
        browser.close()
        server.shutdown()
