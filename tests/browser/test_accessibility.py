"""Accessibility: axe-core in every view, zoom, motion, contrast, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from explainer.export.build import npm
from explainer.export.build.site import SITE, cache_folder
from playwright.sync_api import Page, expect

from tests.browser.chromium import until
from tests.helpers.page import open_live, press_tool, settled, type_prompt

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def live(chromium, site) -> Iterator[Page]:
    """One reader for the whole file: the page, running."""
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    open_live(page, site.url)
    type_prompt(page, "Once upon a time there was a king")
    yield page
    context.close()


@pytest.fixture
def page(live) -> Iterator[Page]:
    yield live
    close_part(live)
    live.set_viewport_size(WIDE)
    live.emulate_media(reduced_motion="null", contrast="null", color_scheme="light")
    live.evaluate("delete document.documentElement.dataset.theme")


def parts(page: Page) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('.part')].map((part) => part.dataset.slot)")


def open_part(page: Page, name: str) -> None:
    button = page.locator(f".part-bar [aria-controls=part-{name}]")
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    until(
        page,
        """(name) => document.querySelector(`[data-slot=${name}]`).childElementCount > 0
        && !document.querySelector(`#part-${name}.waiting, #part-${name}.stale`)""",
        name,
    )
    settled(page)  # fading elements have their colour, and figures outside the window are drawn


def close_part(page: Page) -> None:
    for button in page.locator(".part-bar [aria-expanded=true]").all():
        button.click()


def serious(page: Page, inside: str = "body", rules: dict | None = None) -> list[str]:
    """Returns the violations that axe-core calls serious or critical: the rule, and where."""
    found = page.evaluate(
        """async ([inside, rules]) => (await axe.run(inside, {resultTypes: ["violations"], rules})).violations
        .filter(({impact}) => ["serious", "critical"].includes(impact))
        .flatMap(({id, nodes}) => nodes.slice(0, 3).map(({html, any}) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`))""",
        [inside, rules or {}],
    )
    return found


def load_axe(page: Page) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate((npm.install(SITE, cache_folder(), dev=True) / "axe-core/axe.min.js").read_text() + "; void 0")


@pytest.mark.parametrize(
    "theme, size",
    [("light", WIDE), ("dark", PHONE), ("dark", WIDE), ("light", PHONE)],
    ids=["light-wide", "dark-phone", "dark-wide", "light-phone"],
)
def test_axe_finds_nothing_serious_in_any_view(page, theme, size):
    load_axe(page)
    page.set_viewport_size(size)
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    for twin in page.locator("details.twin:not([open]) summary").all():
        if twin.is_visible():
            twin.click()  # the figures' numbers as tables
    wrong = {"": serious(page)}
    # Every part at both widths and in both themes, each pair once.
    if (theme, size) in (("light", WIDE), ("dark", PHONE)):
        for name in parts(page):
            open_part(page, name)
            wrong[name] = serious(page)
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize(("theme", "size"), [("light", PHONE), ("dark", WIDE)], ids=["light-phone", "dark-wide"])
def test_axe_finds_nothing_serious_in_what_lies_over_the_page(page, theme, size):
    load_axe(page)
    page.set_viewport_size(size)
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    wrong = {}
    if page.locator("#more").is_visible():
        page.locator("#more").click()
        wrong["menu"] = serious(page)
        page.keyboard.press("Escape")
    press_tool(page, "about")
    expect(page.locator("dialog.about")).to_be_visible()
    wrong["about"] = serious(page)
    page.keyboard.press("Escape")
    page.locator("#tour").click()
    tour = page.get_by_role("region", name="Tour")
    for at in range(1, 9):
        expect(tour).to_contain_text(f"{at} of 8")
        settled(page)
        # All but the stop is dimmed, so its contrast is less on purpose; the card is read.
        wrong[f"tour {at}"] = serious(page, rules={"color-contrast": {"enabled": False}}) + serious(page, "section.tour")
        tour.locator("button").last.click()
    press_tool(page, "present")
    talk = page.get_by_role("region", name="Presentation")
    expect(talk).to_be_visible()
    for at in range(3):  # the figures themselves are looked at above
        settled(page)
        wrong[f"press {at}"] = serious(page, rules={"color-contrast": {"enabled": False}}) + serious(page, "section.tour")
        talk.locator("button").last.click()
    page.keyboard.press("Escape")
    expect(talk).to_be_hidden()
    assert {name: found for name, found in wrong.items() if found} == {}


def test_at_200_percent_the_page_needs_no_sideways_scrolling(page):
    """At that zoom a window of 1440 pixels has room for 720."""
    page.set_viewport_size({"width": 720, "height": 450})
    wide = {}
    for name in ["", *parts(page)]:
        if name:
            open_part(page, name)
        found = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if found[0] > found[1]:
            wide[name] = found
    assert wide == {}


def test_who_wants_no_motion_gets_none(page):
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("""() => { window.moved = []; for (const kind of ["transitionrun", "animationstart"])
        document.addEventListener(kind, ({target, propertyName}) => moved.push(`${target.className} ${propertyName}`)); }""")
    page.get_by_role("button", name="Next block").click()
    page.locator(".token-option").nth(1).click(position={"x": 3, "y": 3})
    open_part(page, "attention")
    page.evaluate("scrollTo(0, 0)")
    settled(page)
    assert page.evaluate("[...moved, ...document.getAnimations().map(String)]") == []
    # A part below the screen comes into view at once.
    close_part(page)
    page.set_viewport_size({"width": 1440, "height": 400})
    page.evaluate("scrollTo(0, 0)")
    settled(page)  # the overview takes the height that a lower window leaves it
    before = page.evaluate("""() => {
        document.querySelector(".part-bar [aria-controls=part-vectors]").click();
        return scrollY;
    }""")
    settled(page)
    after = page.evaluate("scrollY")
    assert abs(before - after) < 2, "scrolled, not jumped"


def test_who_wants_more_contrast_gets_it(page):
    measure = """() => {
        const luminance = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255)
                .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const paper = luminance(getComputedStyle(document.documentElement).backgroundColor);
        return [".prompt-about", "h1", ".twin summary"].map((place) => {
            const ink = luminance(getComputedStyle(document.querySelector(place)).color);
            return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        });
    }"""
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        page.emulate_media(contrast="no-preference")
        plain = page.evaluate(measure)
        page.emulate_media(contrast="more")
        more = page.evaluate(measure)
        assert all(m >= max(7, p) for p, m in zip(plain, more)) and more > plain, (theme, plain, more)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page):
    open_part(page, "attention")
    page.locator("#part-attention [data-stage=softmax]").evaluate("(button) => button.click()")  # leaves the focus where it is
    settled(page)
    wanted = page.evaluate("""() => {
        // Cells of grids are left out: they are made anew as the focus moves, and have arrow keys of their own.
        const able = document.querySelectorAll("main :is(a[href], button, select, input, summary), header :is(button, select, textarea)");
        const all = [...able].filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true}));
        // By name: a figure that is drawn again makes elements anew.
        window.nameOf = (one) => [one.closest("[id]")?.id, one.tagName, one.getAttribute("aria-label") ?? one.textContent].join(" ");
        document.activeElement.blur();
        scrollTo(0, 0);
        return all.map(nameOf);
    }""")
    assert len(wanted) > 20
    reached, unseen = set(), []
    for _ in range(2 * len(wanted) + 60):  # cells and lists have stops too
        page.keyboard.press("Tab")
        name, html, outlined = page.evaluate("""() => {
            const at = document.activeElement;
            // The text field's frame has the outline in its place.
            const marked = [at, at.parentElement, at.closest(".prompt-row")].some((one) => one && getComputedStyle(one).outlineStyle !== "none"
                && parseFloat(getComputedStyle(one).outlineWidth) >= 1);
            return [nameOf(at), at.outerHTML.slice(0, 90), marked];
        }""")
        if name in wanted:
            reached.add(name)
            if not outlined:
                unseen.append(html)
    missed = [name for name in wanted if name not in reached]
    assert missed == [] and unseen == []
