"""The tour, the presentation, the passage of a step, and the switch between plain words and the field's names."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import until
from tests.helpers.page import ADDRESS, cores, open_live, press_tool, settled

STEPS = ("pieces", "numbers", "attention", "mlp", "next")


@pytest.fixture
def live(watched, site) -> Page:
    page, _ = watched
    open_live(page, site.url + ADDRESS)
    settled(page)
    return page


def lit(page: Page) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('.steps .is-lit')].map((step) => step.dataset.step)")


def test_the_tour_lights_each_step_then_opens_a_part_and_ends_where_it_began(live):
    live.locator("#tour").click()
    card = live.get_by_role("region", name="Tour")
    for at, step in enumerate(STEPS):
        expect(card).to_contain_text(f"{at + 1} of 8")
        until(live, "(step) => document.querySelector(`[data-step=${step}]`).classList.contains('is-lit')", step)
        assert lit(live) == [step]
        # The step itself is not under the card.
        assert live.locator(f"[data-step={step}]").bounding_box()["y"] < card.bounding_box()["y"]
        live.keyboard.press("ArrowRight")
    expect(live.locator("#plays .main")).to_have_class("main is-pointed")
    assert lit(live) == []
    card.get_by_role("button", name="Next").click()
    expect(live.locator("#part-attention")).to_be_visible()
    card.get_by_role("button", name="Next").click()
    card.get_by_role("button", name="Done").click()
    expect(card).to_be_hidden()
    expect(live.locator("#tour")).to_be_focused()


def test_escape_ends_the_tour_and_leaves_the_part_open(live):
    live.locator("#tour").click()
    card = live.get_by_role("region", name="Tour")
    expect(card).to_be_visible()
    live.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(live.locator(".veil")).to_be_hidden()


def test_escape_takes_the_tour_back_while_it_is_loaded(live):
    held = []
    live.route("**/page/tour.js", lambda route: held.append(route))
    live.locator("#tour").click()
    while not held:
        live.evaluate("0")  # Playwright calls the route's handler while it waits for an answer
    live.keyboard.press("Escape")
    held[0].continue_()
    live.wait_for_function("() => document.querySelector('section.tour') !== null")
    expect(live.locator("section.tour")).to_be_hidden()


def test_arrow_keys_in_a_field_or_a_figure_do_not_turn_the_page(live):
    live.locator("#tour").click()
    card = live.get_by_role("region", name="Tour")
    expect(card).to_be_visible()
    live.locator("#prompt-text").focus()
    live.keyboard.press("ArrowRight")
    live.locator(".token-list [tabindex='0']").focus()
    live.keyboard.press("ArrowRight")
    expect(card).to_contain_text("1 of 8")
    live.keyboard.press("PageDown")  # what a remote control sends
    expect(card).to_contain_text("2 of 8")


def scrollable(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollHeight - innerHeight - scrollY >= 24")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=str)
def test_a_presentation_shows_one_figure_at_a_time_and_all_text_large(watched, site, size):
    page, _ = watched
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_live(page, f"{site.url}{ADDRESS}&present=1")
    card = page.get_by_role("region", name="Presentation")
    count = int(card.locator(".tour-place").inner_text().split(" of ")[1])
    assert count > 20
    for at in range(count if size == (1280, 720) else 6):  # the narrower window has every slide
        settled(page)
        expect(card).to_contain_text(f"{at + 1} of {count}")
        assert page.locator("main > .band:visible").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.evaluate(
            """() => {
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const small = new Set();
            while (texts.nextNode()) {
                const { parentElement: element, data } = texts.currentNode;
                if (!data.trim() || !element.checkVisibility({ visibilityProperty: true }) || element.closest("math")) continue;
                const size = parseFloat(getComputedStyle(element).fontSize) * element.currentCSSZoom;
                if (size < 17.9) small.add(`${element.className || element.localName} ${size}: ${data}`);
            }
            return [...small];
        }"""
        )
        assert small == []
        if at < 5:
            assert not scrollable(page), "the overview is whole in the window"
        while scrollable(page):  # a figure that is higher than the window is shown piece by piece
            before = page.evaluate("scrollY")
            page.keyboard.press("PageDown")
            until(page, "(before) => scrollY > before", before)
        page.keyboard.press("PageDown")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.locator("main > .band:visible").count() == 3


def test_what_is_pointed_at_in_a_presentation_is_what_lies_under_the_pointer(watched, site):
    page, _ = watched
    page.set_viewport_size({"width": 1280, "height": 720})
    open_live(page, f"{site.url}{ADDRESS}&present=1")
    expect(page.get_by_role("region", name="Presentation")).to_be_visible()
    settled(page)
    row = page.locator(".token-option").nth(2).bounding_box()
    body = page.locator(".stream-body").bounding_box()
    page.mouse.click(body["x"] + body["width"] / 2, row["y"] + row["height"] / 2)
    expect(page.locator(".token-option").nth(2)).to_have_attribute("aria-selected", "true")


PASSAGES = """() => {
    window.passages = 0;
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (...how) {
        const moving = animate.apply(this, how);
        if (this.classList.contains("veil")) {
            window.passages += 1;
            moving.playbackRate = 0.01; // a passage does not end by itself while the test looks at it
        }
        return moving;
    };
}"""


def test_the_light_passes_once_for_each_next_word_and_a_key_skips_it(live):
    live.evaluate(PASSAGES)
    live.locator("#plays .main").click()
    until(live, "window.passages === 1")
    until(live, "document.querySelector('.veil').getAnimations().length === 1")
    live.keyboard.press("Shift")
    expect(live.locator(".veil")).to_be_hidden()
    settled(live)
    assert live.evaluate("window.passages") == 1
    live.locator("#prompt-text").fill("Once there was")  # typing passes nothing
    settled(live)
    assert live.evaluate("window.passages") == 1


def test_nothing_passes_where_the_reader_asks_for_calm(live):
    live.emulate_media(reduced_motion="reduce")
    live.evaluate(PASSAGES)
    live.locator("#plays .main").click()
    expect(live.locator("#made")).not_to_be_empty()
    settled(live)
    assert live.evaluate("window.passages") == 0


def test_expert_names_are_a_choice_that_a_link_keeps(watched, site):
    page, _ = watched
    open_live(page, site.url + ADDRESS)
    names = page.locator(".part-bar")
    expect(names.get_by_role("button", name="Neurons")).to_be_visible()
    expect(page.locator("#note-residual .formulas")).to_be_hidden()
    switch = page.locator("#expert")
    expect(switch).to_have_attribute("aria-pressed", "false")
    press_tool(page, "expert")
    expect(names.get_by_role("button", name="MLP")).to_be_visible()
    expect(names.get_by_role("button", name="Neurons")).to_have_count(0)
    expect(page.locator("#note-residual .formulas")).to_be_visible()
    until(page, "location.hash.includes('expert=true')")
    page.reload()
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(names.get_by_role("button", name="MLP")).to_be_visible()


def test_on_a_phone_the_tools_lie_in_a_menu(chromium, site):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    cores(page, 2)
    page.goto(site.url)
    more = page.locator("#more")
    about = page.locator("#about")
    expect(about).to_be_hidden()
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    about.click()
    expect(page.locator("dialog.about")).to_be_visible()
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    context.close()


def test_on_a_phone_the_tour_brings_each_step_into_sight(chromium, site):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    cores(page, 2)
    open_live(page, site.url)
    page.locator("#tour").click()
    places = ("[data-slot=tokens]", ".at-embed", ".at-attention", ".at-mlp", "[data-slot=logits]")
    for place in places:
        settled(page)
        box, card = page.locator(place).bounding_box(), page.get_by_role("region", name="Tour").bounding_box()
        assert box["y"] + 1 >= 0 and box["y"] + min(box["height"], 24) <= card["y"]
        page.get_by_role("region", name="Tour").get_by_role("button", name="Next").click()
    context.close()


def test_the_end_of_a_text_that_grows_is_in_sight(live):
    live.get_by_label("Text for the model").fill("The fox ran over the hill and into the wood. " * 12)
    live.locator("#prompt-text").blur()
    settled(live)
    live.locator("#plays .main").click()
    expect(live.locator("#made")).not_to_be_empty()
    settled(live)
    box = live.locator(".prompt-box").evaluate(
        "({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - clientHeight - scrollTop"
    )
    field = live.locator("#prompt-text").evaluate(
        "({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - clientHeight - scrollTop"
    )
    assert abs(box) <= 2 and abs(field) <= 2


def test_about_begins_at_its_title(live):
    live.locator("#more").click()
    live.locator("#about").click()
    expect(live.locator("#about-title")).to_be_focused()
    assert live.evaluate("document.querySelector('dialog.about').scrollTop") == 0
