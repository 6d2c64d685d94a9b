"""The tour, the presentation, the passage of a step, and the switch between plain words and the field's names."""

from __future__ import annotations

import re

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


# The headings of the overview that are partly under the veil and partly in the light.
CUT_BY_THE_LIGHT = """() => {
    const veil = document.querySelector(".veil");
    const box = veil.getBoundingClientRect();
    const zoom = veil.currentCSSZoom;
    const corners = getComputedStyle(veil).clipPath.match(/-?[0-9.]+px -?[0-9.]+px/g).map((at) => at.split(" ").map(parseFloat));
    const shape = new Path2D("M" + corners.map((at) => at.join(" ")).join("L") + "Z");
    const context = document.createElement("canvas").getContext("2d");
    const names = [...document.querySelectorAll(".tokens-name .opener, .stream-name .opener, .head-title .opener, .block > span")];
    return names.filter((name) => {
        const { left, right, top, bottom } = name.getBoundingClientRect();
        if (right - left < 2) return false;
        const places = [0.03, 0.25, 0.5, 0.75, 0.97].flatMap((x) => [0.1, 0.9].map((y) => [left + x * (right - left), top + y * (bottom - top)]));
        const dark = places.filter(([x, y]) =>
            context.isPointInPath(shape, (x - box.left) / zoom, (y - box.top) / zoom, "evenodd"));
        return dark.length > 0 && dark.length < places.length;
    }).map((name) => name.textContent);
}"""


def cut_by_the_light(page: Page) -> list[str]:
    until(page, "document.querySelector('.veil').getAnimations().length === 0")
    return page.evaluate(CUT_BY_THE_LIGHT)


def test_the_tour_lights_each_step_then_opens_a_part_and_ends_where_it_began(live):
    live.locator("#tour").click()
    card = live.get_by_role("region", name="Tour")
    for at, step in enumerate(STEPS):
        expect(card).to_contain_text(f"{at + 1} of 8")
        until(live, "(step) => document.querySelector(`[data-step=${step}]`).classList.contains('is-lit')", step)
        assert lit(live) == [step]
        # Neither the figure nor what is said about the step is under the card.
        box = live.locator(f"[data-step={step}]").bounding_box()
        assert box["y"] + box["height"] <= card.bounding_box()["y"]
        assert cut_by_the_light(live) == []
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
    live.route(re.compile(r"/tour(-\w+)?\.js$"), lambda route: held.append(route))
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
    return page.evaluate("document.documentElement.scrollHeight - innerHeight - scrollY >= 8")


# What of a slide reaches beyond the window, is cut, or cannot be read.
UNFIT = """() => {
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    const named = (element) => `${element.localName}.${element.className}: ${element.textContent.slice(0, 40)}`;
    const wide = shown("main *").filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width && (left < -1 || right > innerWidth + 1) && !element.closest(".veil, .unseen, math");
    });
    const cut = shown(".note .formulas").filter((formulas) => {
        const box = formulas.getBoundingClientRect();
        return [...formulas.querySelectorAll("math > *")].some((row) => {
            const { right, bottom } = row.getBoundingClientRect();
            return right > box.right + 1 || bottom > box.bottom + 1;
        });
    });
    const short = shown(".speaks-one .token, .stage-figure .head-small").filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1);
    return [...wide, ...cut, ...short].map(named);
}"""


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
        assert page.evaluate(UNFIT) == []
        headings = page.locator("main h2:visible").all_inner_texts()
        assert headings and len(set(headings)) == len(headings), "a heading stands there once"
        if at < 5:
            assert cut_by_the_light(page) == []
            assert not scrollable(page), "the overview is whole in the window"
        if at == count - 1:
            break
        while True:  # a figure that is higher than the window is shown piece by piece
            before = [card.locator(".tour-place").inner_text(), page.evaluate("scrollY")]
            page.keyboard.press("PageDown")
            until(
                page,
                "(before) => document.querySelector('.tour-place').textContent !== before[0] || scrollY > before[1]",
                before,
            )
            if card.locator(".tour-place").inner_text() != before[0]:
                break
    part = page.evaluate("document.documentElement.dataset.band === 'closer'")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.locator("main > .band:visible").count() == 3
    if part:  # the last slide is a part: its head is in sight, below the bar of the parts' names
        until(
            page,
            """() => {
            const head = document.querySelector(".part:not([hidden]) .part-head").getBoundingClientRect();
            return head.top >= document.querySelector(".part-bar").getBoundingClientRect().bottom - 1 && head.bottom < innerHeight / 2;
        }""",
        )


def turn_to(page: Page, slide: str) -> None:
    """Turns the pages of a presentation, at most 99 times, until a slide is shown."""
    for _ in range(99):
        if page.evaluate("document.documentElement.dataset.slide") == slide:
            return
        page.keyboard.press("PageDown")
        settled(page)
    raise AssertionError(f"there is no slide {slide}")


def test_a_stage_of_attention_is_one_matrix_beside_what_happens_in_it(watched, site):
    page, _ = watched
    page.set_viewport_size({"width": 1280, "height": 720})
    open_live(page, f"{site.url}{ADDRESS}&present=1")
    for stage in ("scores", "scaled", "masked", "softmax"):
        turn_to(page, f"stage-{stage}")
        settled(page)
        until(page, "document.querySelector('.cell-opened math') !== null")
        bar = page.get_by_role("region", name="Presentation").bounding_box()["y"]
        matrix = page.locator(".stage-figure:visible")
        assert matrix.count() == 1
        for place in (matrix, page.locator(".slide-says"), page.locator(".cell-opened .formulas")):
            box = place.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= bar
    # A stage chosen in the figure turns to its slide.
    page.mouse.move(640, 400)
    page.mouse.move(640, 410)
    page.locator(".stages [data-stage=scaled]").click()
    until(page, "document.documentElement.dataset.slide === 'stage-scaled'")


def test_a_resting_pointer_marks_nothing_on_a_slide_that_a_key_has_turned_to(watched, site):
    page, _ = watched
    page.set_viewport_size({"width": 1280, "height": 720})
    open_live(page, f"{site.url}{ADDRESS}&present=1")
    settled(page)
    first = page.locator(".token-option").first
    box = first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    expect(first).to_have_class("token-option near")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".near")).to_have_count(0)
    page.mouse.move(box["x"] + 30, box["y"] + 8, steps=4)
    expect(first).to_have_class("token-option near")


def test_leaving_a_presentation_at_the_overview_returns_to_the_top(watched, site):
    page, _ = watched
    page.set_viewport_size({"width": 1280, "height": 720})
    open_live(page, f"{site.url}{ADDRESS}&present=1")
    settled(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    until(page, "scrollY === 0")
    settled(page)
    assert page.evaluate("scrollY") == 0
    expect(page.locator("h1")).to_be_in_viewport()


def test_a_long_text_leaves_the_overview_whole_in_a_presentation(watched, site):
    page, _ = watched
    page.set_viewport_size({"width": 1280, "height": 720})
    open_live(page, f"{site.url}{ADDRESS}&present=1")
    page.get_by_label("Text for the model").fill("The fox ran over the hill and into the wood. " * 12)
    page.locator("#prompt-text").blur()
    settled(page)
    page.locator("#plays .main").click()
    expect(page.locator("#made")).not_to_be_empty()
    settled(page)
    assert not scrollable(page)
    left = page.locator(".prompt-box").evaluate("(box) => box.scrollHeight - box.clientHeight - box.scrollTop")
    assert left <= 2, "the end of the text is in sight"


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
    for step, place in zip(STEPS, places, strict=True):
        settled(page)
        box, card = page.locator(place).bounding_box(), page.get_by_role("region", name="Tour").bounding_box()
        said = page.locator(f"[data-step={step}]").bounding_box()
        assert box["y"] + 1 >= 0 and box["y"] + min(box["height"], 24) <= said["y"]
        assert said["y"] + said["height"] <= card["y"], "what is said about the step stands over the card"
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
