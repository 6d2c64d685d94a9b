"""The first screen of a built site: what a newcomer sees without a scroll, at any size, and the way from it to the parts and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import until
from tests.helpers.page import open_live, settled, type_prompt, value, visit

SIZES = [(1920, 1080), (1440, 900), (1280, 720), (1024, 768), (390, 844)]
# What lies whole in the window and above the bar of parts.
IN_SIGHT = """(selectors) => {
  const bar = document.querySelector(".part-bar").getBoundingClientRect();
  const inside = (box) => box.height > 0 && box.top >= 0 && box.left >= 0 && box.right <= innerWidth && box.bottom <= bar.top + 1;
  const lost = selectors.filter((selector) => !inside(document.querySelector(selector).getBoundingClientRect()));
  return bar.top > 0 && bar.bottom <= innerHeight ? lost : ["the bar of parts", ...lost];
}"""

IS_IN_WINDOW = """(() => {
  const { top, bottom } = [...document.querySelectorAll("[data-slot=residual] .opener")].find((name) => name.textContent === "Attention")
    .getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
})()"""


@pytest.fixture(scope="module")
def live(chromium, site):
    yield from visit(chromium, site, reduced_motion="reduce")


def sized(page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    settled(page)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_figure_steps_next_word_and_parts_are_on_the_first_screen(live, width, height):
    type_prompt(live, "Once upon a time there was a")
    sized(live, width, height)
    wanted = ["h1", ".prompt-row", "#plays button.main", ".candidates li:nth-child(4)"]
    if width >= 840:
        wanted += ["[data-slot=residual] canvas", ".token-option:last-child", *(f".steps li:nth-child({n})" for n in (1, 3, 5))]
    until(live, f"(wanted) => ({IN_SIGHT})(wanted).length === 0", wanted)
    assert live.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if width >= 840:
        box = live.locator(".stage").bounding_box()
        assert box["width"] * box["height"] > 0.45 * width * height, "the figure is the hero"


@pytest.mark.parametrize("compact", [False, True])
def test_the_field_is_wide_enough_to_read_at_every_width(live, compact):
    live.evaluate("(on) => document.documentElement.classList.toggle('compact', on)", compact)
    try:
        for width in (320, 360, 390, 480, 600, 768, 839, 840, 900, 960, 1024, 1099, 1199, 1200, 1280, 1440, 1920, 2560):
            sized(live, width, 800)
            assert live.locator(".prompt-box").bounding_box()["width"] >= min(240, width - 64), width
            assert live.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
            assert live.locator("#link").is_visible() == compact, "a course page has no menu"
    finally:
        live.evaluate("document.documentElement.classList.remove('compact')")


def test_no_text_is_smaller_than_12_px(live):
    sized(live, 1440, 900)
    small = live.evaluate("""() => [...document.querySelectorAll("body *")]
        .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) && node.getClientRects().length)
        .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 12)
        .map((node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 20)}`)""")
    assert small == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_name_in_the_overview_opens_its_part_and_back_returns(live, width, height):
    sized(live, width, height)
    name = live.locator("[data-slot=residual] .opener", has_text="Attention")
    for _ in range(2):  # it never closes what is out of sight
        live.evaluate("scrollTo(0, 0)")
        name.click()
        expect(live.locator("#part-attention")).to_be_visible()
        settled(live)
        head = live.locator("#part-attention h2").first.bounding_box()
        bar = live.locator(".part-bar").bounding_box()
        assert bar["y"] + bar["height"] <= head["y"] + 1 and head["y"] < height * 0.6
    live.keyboard.press("Escape")
    expect(live.locator("#part-attention")).to_be_hidden()
    expect(name).to_be_focused()
    until(live, IS_IN_WINDOW)
    name.click()
    expect(live.locator("#part-attention")).to_be_visible()
    settled(live)
    live.go_back()
    expect(live.locator("#part-attention")).to_be_hidden()
    until(live, IS_IN_WINDOW)


def test_the_text_that_is_written_stands_at_the_readers_own(live):
    sized(live, 1440, 900)
    type_prompt(live, "The king had three")
    assert live.locator("#made").text_content() == ""
    live.locator("#plays").get_by_role("button", name="Next word").click()
    until(live, "document.querySelector('#made').textContent !== ''")
    settled(live)
    made = live.locator(".token-option.made .token").first.text_content()
    assert live.locator("#made").text_content() == made.replace("·", " ")
    live.locator("#plays").get_by_role("button", name="Back").click()
    until(live, "document.querySelector('#made').textContent === ''")


def test_a_dot_says_who_looks_at_whom_and_opens_attention_there(live):
    sized(live, 1440, 900)
    type_prompt(live, "The king had three")
    body, row = live.locator(".stream-body").bounding_box(), live.locator(".token-option").last.bounding_box()
    tip = live.locator(".stream-body .tip")
    for percent in range(25, 65):
        place = (body["x"] + body["width"] * percent / 100, row["y"] + row["height"] / 2)
        live.mouse.move(*place)
        if tip.is_visible() and "looks at" in tip.inner_text():
            break
    query, key, share = re.match(r"(\S+) looks at (\S+): ([\d.]+)", tip.inner_text()).groups()
    assert query == "·three"
    live.mouse.click(*place)
    until(live, "document.querySelector('#part-attention').getBoundingClientRect().top < innerHeight / 2")
    settled(live)
    readout = live.locator("#part-attention .readout").first.inner_text()
    assert key in readout and abs(value(readout.split()[-1]) - float(share) / 100) < 0.001
    live.mouse.move(0, 0)


def test_what_comes_next_is_about_the_end_of_the_text(live):
    """A piece that the reader looked at before does not keep the list of next words from following the text."""
    sized(live, 1440, 900)
    type_prompt(live, "The king had three")
    chosen = live.locator(".token-option[aria-selected=true]")

    def at_end() -> bool:
        settled(live)
        return chosen.get_attribute("data-token") == str(live.locator(".token-option").count() - 1)

    live.locator(".token-option").nth(2).click()
    expect(chosen).to_have_attribute("data-token", "2")
    live.locator("#plays .main").click()
    expect(live.locator("#made")).not_to_be_empty()
    assert at_end()
    live.locator(".token-option").nth(2).click()
    type_prompt(live, "The queen was sad, because")
    assert at_end()


def test_the_drawn_token_is_marked_in_the_next_word(live):
    sized(live, 1440, 900)
    drawn = live.locator(".drawn .token").text_content()
    assert drawn == live.locator("[data-slot=sampling] .draw.is-drawn .token").first.text_content()
    marked = live.locator(".candidates .is-drawn .token").all_text_contents()
    assert marked in ([], [drawn])


def test_pieces_of_one_character_stand_under_it(live):
    sized(live, 1440, 900)
    type_prompt(live, "a 😀 从")
    assert live.locator(".token-character").all_text_contents() == ["😀", "从"]
    boxes = [live.locator(".token-character").nth(i).bounding_box() for i in range(2)]
    for box, bytes_ in zip(boxes, (4, 3)):
        lane = live.locator(".token-option").first.bounding_box()["height"]
        assert abs(box["height"] - bytes_ * lane) <= 5
    says = live.locator("[data-step=pieces] p").text_content()
    assert "😀" in says and "hardly" in says


@pytest.mark.parametrize(("width", "height"), [SIZES[1], SIZES[-1]])
def test_all_others_are_those_that_are_not_listed(live, width, height):
    type_prompt(live, "Once upon a time there was a")
    sized(live, width, height)
    candidate = "[data-slot=logits] .candidates li"
    expect(live.locator(candidate)).to_have_count(5 if width < 840 else 12)
    listed = [value(text) for text in live.locator(f"{candidate} .candidate-p").all_text_contents()]
    rest = live.locator("[data-slot=logits] .rest")
    if (drawn := live.locator("[data-slot=logits] .drawn .candidate-p")).count():  # it is not in the list
        listed.append(value(drawn.text_content()))
    assert value(rest.locator("span").first.text_content()) == 4096 - len(listed)
    assert sum(listed) + value(rest.locator(".candidate-p").text_content()) == pytest.approx(1, abs=0.004)


def test_the_band_of_changes_stands_over_the_bar_of_parts(watched, site):
    page, _ = watched
    page.set_viewport_size({"width": 1280, "height": 720})
    open_live(page, f"{site.url}?prompt=The+king+said&part=whatif&edits=z.3.2%3D0")
    settled(page)
    page.locator("#part-whatif").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#part-whatif').scrollIntoView({ block: 'start' })")
    settled(page)
    band, bar = page.locator(".altered").bounding_box(), page.locator(".part-bar").bounding_box()
    head = page.locator("#part-whatif h2").first.bounding_box()
    assert band["y"] >= -1 and band["y"] + band["height"] <= bar["y"] + 1
    assert bar["y"] + bar["height"] <= head["y"] + 1
