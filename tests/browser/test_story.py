"""The story of a built site: a tree of continuations made, rewound and compared, by mouse and by keyboard alone."""
from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.chromium import until
from tests.browser.test_site import expected, open_live

PROMPT = "The king had three"


@pytest.fixture(scope="module")
def live(chromium, site):
    """One visit for all tests of this module: each begins with the prompt alone."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    watch = Watch(page, "http://127.0.0.1:")
    open_live(page, f"{site.url}?prompt={PROMPT.replace(' ', '+')}&part=&seed=7")
    yield page
    context.close()
    assert watch.foreign == [] and watch.errors == []


@pytest.fixture
def page(live) -> Page:
    forget = live.locator("[data-slot=story] .plays").get_by_role("button", name="Clear")
    if forget.is_visible():
        forget.click()
        expect(pieces(live)).to_have_count(1)
    return live


def pieces(page: Page):
    return page.locator(".tree .piece")


def story(page: Page) -> list[str]:
    """The tokens of the current path after the prompt."""
    return page.locator(".tree .piece.on:not(.is-prompt)").all_text_contents()


def count(page: Page, n: int) -> None:
    """Waits for n generated tokens on the path that leads to the current one."""
    until(page, "n => document.querySelectorAll('.tree .piece.on:not(.is-prompt)').length === n", n)


def reads(page: Page, texts: list[str]) -> None:
    """Waits until the current path's generated tokens are these."""
    script = "t => JSON.stringify([...document.querySelectorAll('.tree .piece.on:not(.is-prompt)')].map(e => e.textContent)) === JSON.stringify(t)"
    until(page, script, texts)


def step(page: Page) -> None:
    before = len(story(page))
    page.locator("#plays").get_by_role("button", name="Step").click()
    count(page, before + 1)


def test_a_tree_by_mouse(page, site):
    announced = page.locator("[data-slot=sampling] .draw.is-drawn .token").first.text_content()
    step(page)
    assert story(page) == [announced], "a step takes the token that the sampling view announces"
    step(page)
    first = story(page)
    # Back to the prompt, and another candidate: a second branch beside the first.
    pieces(page).first.click()
    count(page, 0)
    others = page.locator("[data-slot=sampling] .draw:not(.is-drawn) .take")
    forced = others.nth(1).locator(".token").text_content()
    others.nth(1).click()
    count(page, 1)
    assert story(page) == [forced]
    step(page)
    assert page.locator(".tree .branch-foot:visible").count() == 2, "both continuations have their length and surprise"
    assert pieces(page).count() == 1 + 2 + 2
    # And to the end of the first one again.
    page.locator(".tree .piece[data-node='1']").click()
    reads(page, first)
    # What the page says it was drawn with is what CPython finds.
    views = expected(site, site.models["default"], PROMPT, seed=7)
    assert views["sampling"]["drawn"]["text"] == first[0]


def test_the_same_tree_by_keyboard_alone(page):
    step_button = page.locator("#plays").get_by_role("button", name="Step")
    step_button.focus()
    page.keyboard.press("Enter")
    count(page, 1)
    page.keyboard.press("Enter")
    count(page, 2)
    first = story(page)
    # Into the tree, to the prompt, and there.
    page.locator(".tree [tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    count(page, 0)
    candidate = page.locator("[data-slot=sampling] .draw:not(.is-drawn) .take").nth(2)
    candidate.focus()
    page.keyboard.press("Enter")
    count(page, 1)
    second = story(page)
    assert second != first[:1]
    # The branch beside this one, by the arrow keys.
    page.locator(".tree [tabindex='0']").focus()
    for key in ("ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.textContent")
        if focused != second[0]:
            break
    assert focused == first[0]
    page.keyboard.press("Enter")
    reads(page, first[:1])
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    reads(page, first)
    page.keyboard.press("b")
    reads(page, first[:1])


def test_a_run_can_be_stopped(page):
    run = page.locator("#plays").get_by_role("button", name="Run")
    run.click()
    until(page, "document.querySelectorAll('.tree .piece.on:not(.is-prompt)').length >= 3")
    page.locator("#plays").get_by_role("button", name="Stop").click()
    expect(run).to_be_visible()
    page.wait_for_timeout(300)  # the token that was being written
    made = len(story(page))
    page.wait_for_timeout(700)
    assert 3 <= made == len(story(page)) < 60


def test_while_it_writes_only_what_is_near_the_screen_is_drawn_and_then_the_rest(page):
    page.evaluate("""() => {
        window.drawn = 0;
        const look = new MutationObserver(() => drawn++);
        look.observe(document.querySelector("[data-slot=sampling]"), { subtree: true, childList: true, characterData: true });
    }""")
    seen = {}
    for where, height in (("near", 900), ("far", 240)):
        page.set_viewport_size({"width": 1440, "height": height})
        page.wait_for_timeout(400)
        page.evaluate("drawn = 0")
        before = len(story(page))
        page.locator("#plays").get_by_role("button", name="Run").click()
        until(page, "n => document.querySelectorAll('.tree .piece.on:not(.is-prompt)').length >= n", before + 25)
        seen[where] = page.evaluate("drawn")
        page.locator("#plays").get_by_role("button", name="Stop").click()
        page.wait_for_timeout(900)
    assert seen["near"] > 2 * seen["far"]
    places = page.evaluate("[document.querySelector('[data-slot=sampling] .head-small').textContent, document.querySelectorAll('.token-option').length]")
    assert str(places[1] + 1) in places[0], "the draw is that of the next token"
    page.set_viewport_size({"width": 1440, "height": 900})


def test_greedy_says_the_same_every_time(page):
    greedy = page.locator("[data-slot=sampling]").get_by_label("greedy")
    greedy.check()
    texts = []
    for _ in range(2):
        for _ in range(3):
            step(page)
        texts.append(story(page))
        pieces(page).first.click()
        count(page, 0)
    greedy.uncheck()
    assert texts[0] == texts[1]
    assert pieces(page).count() == 4, "the same token at the same place is the same node"
