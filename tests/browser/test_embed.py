"""The page in another page's frame: options in the address, messages to the course page, two figures on one page."""
from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chromium import until
from tests.browser.conftest import LIVE_MS
from tests.browser.test_site import expected, open_live, type_prompt


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
    expect(page.locator("#head")).to_have_text("1")
    first.locator(".heads [role=radio]").nth(2).click()
    expect(page.locator("#head")).to_have_text("2")
    top = expected(site, site.models["default"], "Once upon a time")["logits"]["top"][0]["text"]
    expect(second.locator("[data-slot=logits] .candidate").first).to_contain_text(top.strip())
    # Each frame is as high as what is in it.
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
    watch.errors.clear()  # what could not be asked for


def test_a_theme_can_be_asked_for_and_nonsense_changes_nothing(watched, site):
    page, _ = watched
    open_live(page, f"{site.url}?theme=dark&show=nothing,such&compact=yes")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.locator("[data-slot=attention]")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    type_prompt(page, "as ever")
