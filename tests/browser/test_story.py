"""The story of a built site: a tree of continuations made, rewound and compared, by mouse and by keyboard alone."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import until
from tests.helpers.page import Watch, expected, open_live, settled, table, type_prompt, value

PROMPT = "The king had three"


@pytest.fixture(scope="module")
def live(chromium, site):
    """One visit for all tests of this module: each begins with the prompt alone."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    watch = Watch(page, "http://127.0.0.1:")
    open_live(page, f"{site.url}?prompt={PROMPT.replace(' ', '+')}&part=&seed=7&temperature=1&top_k=0")
    yield page
    context.close()
    assert watch.foreign == [] and watch.errors == []


@pytest.fixture
def page(live) -> Page:
    forget = live.locator("#plays").get_by_role("button", name="Clear")
    if forget.is_visible():
        forget.click()
        expect(pieces(live)).to_have_count(1)
    return live


def pieces(page: Page):
    return page.locator(".tree .piece")


def story(page: Page) -> list[str]:
    """Returns the tokens of the current path after the prompt."""
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
    page.locator("#plays").get_by_role("button", name="Next word").click()
    count(page, before + 1)


def announces(page: Page, text: str) -> None:
    """Waits until the draw takes this token: a candidate that is listed after another text cannot be taken."""
    expect(page.locator("[data-slot=sampling] .draw.is-drawn .token").first).to_have_text(text)


def test_a_tree_by_mouse(page, site):
    # The token that CPython draws is the one that the page announces and that a step takes.
    announced = expected(site, site.models["default"], PROMPT, seed=7, temperature=1.0, top_k=0)["sampling"]["drawn"]["text"]
    announces(page, announced)
    step(page)
    assert story(page) == [announced]
    step(page)
    first = story(page)
    # Back to the prompt, and another candidate: a second branch beside the first.
    pieces(page).first.click()
    count(page, 0)
    announces(page, announced)
    others = page.locator("[data-slot=sampling] .draw:not(.is-drawn) .take")
    forced = others.nth(1).locator(".token").text_content()
    others.nth(1).click()
    count(page, 1)
    assert story(page) == [forced]
    step(page)
    assert page.locator(".tree .branch-foot:visible").count() == 2, "both continuations have their length and surprise"
    assert pieces(page).count() == 1 + 2 + 2
    # To the end of the first one again.
    page.locator(".tree .piece[data-node='1']").click()
    reads(page, first)


def test_the_same_tree_by_keyboard_alone(page):
    step_button = page.locator("#plays").get_by_role("button", name="Next word")
    step_button.focus()
    page.keyboard.press("Enter")
    count(page, 1)
    page.keyboard.press("Enter")
    count(page, 2)
    first = story(page)
    # Into the tree, to the prompt, and Enter.
    page.locator(".tree [tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    count(page, 0)
    announces(page, first[0])
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


def test_any_token_of_the_vocabulary_can_be_taken(page):
    page.locator(".part-bar [aria-controls=part-unembedding]").click()
    page.get_by_label("Any token").fill("zz")
    row = page.locator("#part-unembedding .ways tbody tr", has_text="zz").last
    row.locator("button").click()
    expect(page.locator("#part-unembedding .opened h3")).to_contain_text("zz")
    wanted, made = row.locator("td").first.inner_text(), len(story(page))
    page.get_by_role("button", name="append this token", exact=True).click()
    count(page, made + 1)
    expect(page.locator(".token-option .token-id").last).to_have_text(wanted)
    page.locator(".part-bar [aria-controls=part-unembedding]").click()


def runs_to(page: Page, n: int) -> None:
    """Runs, and presses Stop as soon as the text has grown n times. The page does it itself, because a stop from outside may
    come after the run's own end."""
    page.evaluate(
        """n => new Promise((done) => {
            const button = (name) => [...document.querySelectorAll("#plays button")].find(({ textContent }) => textContent === name);
            let grown = 0;
            const look = new MutationObserver(() => {
                if (++grown < n) return;
                look.disconnect();
                button("Stop").click();
                done();
            });
            look.observe(document.querySelector("#made"), { subtree: true, childList: true, characterData: true });
            button("Keep writing").click();
        })""",
        n,
    )


def test_a_run_can_be_stopped(page):
    runs_to(page, 3)
    expect(page.locator("#plays").get_by_role("button", name="Keep writing")).to_be_visible()
    made = -1
    while made != len(story(page)):  # the token in progress may still come; without a stop all sixty would
        made = len(story(page))
        settled(page)
    assert 3 <= made < 60


def test_while_it_writes_only_what_is_near_the_screen_is_drawn_and_then_the_rest(page):
    page.evaluate("""() => {
        window.drawn = 0;
        const look = new MutationObserver(() => drawn++);
        look.observe(document.querySelector("[data-slot=sampling] .draws"), { subtree: true, childList: true, characterData: true });
    }""")
    seen = {}
    for where, height in (("near", 900), ("far", 240)):
        page.set_viewport_size({"width": 1440, "height": height})
        page.evaluate(
            "(near) => near ? document.querySelector('[data-slot=sampling]').scrollIntoView() : scrollTo(0, 0)", where == "near"
        )
        settled(page)
        page.evaluate("drawn = 0")
        before = len(story(page))
        run = page.locator("#plays").get_by_role("button", name="Keep writing")
        run.evaluate("(button) => button.click()")  # a click by the mouse scrolls to it
        count(page, before + 60)  # the run ends by itself, so that the last draw is the same in both
        expect(run).to_be_visible()
        settled(page)
        seen[where] = page.evaluate("drawn")
    assert seen["near"] > 2 * seen["far"]
    places = page.evaluate(
        "[document.querySelector('[data-slot=sampling] .head-small').textContent, document.querySelectorAll('.token-option').length]"
    )
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


def presses(page: Page, name: str, times: int) -> None:
    """Presses a button so quickly that no answer comes in between."""
    page.evaluate(
        """([name, times]) => {
        const button = [...document.querySelectorAll("#plays button")].find(({ textContent }) => textContent === name);
        for (let i = 0; i < times; i++) button.click();
    }""",
        [name, times],
    )


def clear(page: Page) -> None:
    page.locator("#plays").get_by_role("button", name="Clear").click()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent")


@pytest.mark.parametrize("press", [".draws .take", "#plays .main"])
def test_what_was_just_typed_is_not_lost_to_a_press_elsewhere(page, press):
    field = page.get_by_label("Text for the model")
    field.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" red")
    page.locator(press).nth(0).click()
    settled(page)
    expect(field).to_have_value(f"{PROMPT} red")
    # If Python has ended with the old text, Enter runs the new one.
    field.press("Enter")
    expect(page.locator(".token-option .token").nth(4)).to_have_text("·red")
    type_prompt(page, PROMPT)


def test_quick_steps_are_all_taken_and_go_no_further_than_the_text_they_were_meant_for(page):
    presses(page, "Next word", 4)
    count(page, 4)
    presses(page, "Next word", 12)
    clear(page)
    expect(pieces(page)).to_have_count(1)
    settled(page, 800)  # nothing more comes
    assert pieces(page).count() == 1
    presses(page, "Next word", 12)
    type_prompt(page, "Two foxes")
    settled(page, 800)
    assert story(page) == [] and "foxes" in page.locator(".tree .is-prompt").text_content()
    type_prompt(page, PROMPT)


def test_keys_work_at_the_bars_buttons_and_one_held_down_piles_nothing_up(page):
    page.locator("#plays").get_by_role("button", name="Next word").focus()
    page.keyboard.press("n")
    count(page, 1)
    page.evaluate("""() => {
        const held = { key: "n", bubbles: true, repeat: true };
        for (let i = 0; i < 20; i++) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", held));
    }""")
    count(page, 3)  # the step in progress and one after it
    settled(page, 800)
    assert len(story(page)) == 3
    page.keyboard.press("b")
    count(page, 2)


def test_the_tree_never_leaves_the_tab_order_and_no_button_drops_the_focus(page):
    step(page)
    (first,) = story(page)
    step(page)
    at = "[...document.querySelectorAll(\".tree [tabindex='0']\")].map(({ dataset }) => Number(dataset.node))"
    assert page.evaluate(at) == [1]
    page.locator(".tree [tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    count(page, 0)
    announces(page, first)
    # A branch: the tree is rebuilt while it has the focus.
    page.evaluate("document.querySelectorAll('[data-slot=sampling] .draw:not(.is-drawn) .take')[3].click()")
    count(page, 1)
    assert page.evaluate(at) == [2] and page.evaluate("document.activeElement.dataset.node") == "2"
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(at) == [2] and page.evaluate("document.activeElement.dataset.node") == "2"
    back = page.locator("#plays").get_by_role("button", name="Back")
    back.focus()
    page.keyboard.press("Enter")
    count(page, 0)
    expect(back).to_be_disabled()
    page.keyboard.press("Enter")
    assert focused(page) == "Back" and story(page) == []
    page.locator("#plays").get_by_role("button", name="Clear").focus()
    page.keyboard.press("Enter")
    expect(pieces(page)).to_have_count(1)
    assert focused(page) == "Next word", "the button that goes hands the focus on"
    page.keyboard.press("r")
    expect(page.locator("#plays").get_by_role("button", name="Next word")).to_be_disabled()
    until(page, "document.querySelectorAll('.tree .piece').length > 3")
    page.keyboard.press("r")
    expect(page.locator("#plays").get_by_role("button", name="Keep writing")).to_be_visible()
    settled(page)  # until the token in progress is written


def knob(page: Page, name: str, key: str, times: int = 1) -> None:
    page.locator("[data-slot=sampling]").get_by_label(name, exact=True).focus()
    for _ in range(times):
        page.keyboard.press(key)


def test_cut_tokens_are_seen_however_many_are_left_and_any_of_the_list_can_be_taken(page):
    sampling = page.locator("[data-slot=sampling]")
    lines = sampling.locator(":scope > .draws-body > .draws > li")
    knob(page, "top-p", "ArrowLeft", 5)
    until(page, "() => location.hash.includes('top_p=0.95')")
    expect(lines.filter(has_text="more left").first).to_be_visible()
    expect(sampling.locator(".draws .is-cut")).to_have_count(2)
    left = int(sampling.locator(".draw-heads b").first.text_content().replace("\u202f", ""))
    assert left > 100, "far more than are listed"
    for size in (64, 192):
        sampling.get_by_role("button", name=f"show {size}").click()
        expect(lines).to_have_count(size)
    sampling.get_by_role("button", name="show 512").focus()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(512)
    assert focused(page) == "show fewer", "the button that goes hands the focus on"
    sampling.get_by_role("button", name="show fewer").click()
    expect(lines).to_have_count(192)
    far = lines.nth(120)
    text = far.locator(".token").text_content()
    far.locator(".take").click()
    count(page, 1)
    assert story(page) == [text]
    for size in (64, 16):
        sampling.get_by_role("button", name="show fewer").click()
        expect(lines).to_have_count(size)
    knob(page, "top-p", "End")
    until(page, "() => !location.hash.includes('top_p=')")


def test_the_formula_is_true_as_printed_for_every_row_and_each_points_at_the_other(page):
    sampling, note = page.locator("[data-slot=sampling]"), page.locator("#note-sampling")
    for temperature in ("1", "0.05"):
        if temperature != "1":
            knob(page, "temperature", "Home")
            until(page, "() => document.querySelector('#note-sampling .says').textContent.includes('divided by 0.05')")
        rows = sampling.locator(":scope > .draws-body > .draws > li:not(.is-more)")
        for at in (0, 1, 2, 5):
            page.mouse.move(0, 0)
            rows.nth(at).hover()
            expect(note.locator(".formulas .lit")).to_have_count(1)
            printed = rows.nth(at).locator(".phase-left .phase-p").text_content()
            expect(note.locator(".formulas math").nth(1)).to_contain_text(printed)
            above, below = note.locator(".formulas .lit mfrac > *").all()
            power = above.locator("mrow > *").first.text_content()
            found = math.exp(value(power) / float(temperature)) / value(below.text_content())
            whole = value(printed)
            places = len(printed.split("\u00a0")[0].partition(".")[2])
            assert abs(found - whole) <= (0.51 * 10**-places / 100 if "%" in printed else 0.06 * whole)
        note.locator(".formulas .lit").hover()
        expect(sampling.locator(".draws > li.lit")).to_have_count(1)
    for width in (390, 600, 840, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        assert (
            page.evaluate("""() => [...document.querySelectorAll("[data-slot=sampling] > .draws-body .phase")].flatMap((phase) => {
            const [value, prob] = [".phase-value", ".phase-p"].map((name) => phase.querySelector(name));
            const [box, left, right] = [phase, value, prob].map((element) => element.getBoundingClientRect());
            const seen = left.width > 0 && left.top < box.top + 16;
            const apart = !seen || (left.left >= box.left - 1 && left.right <= right.left);
            return apart && right.left >= box.left - 1 && right.right <= box.right + 1 ? [] : [`${value.textContent} ${prob.textContent}`];
        })""")
            == []
        )
    for _ in range(100):
        if page.locator("[data-slot=sampling] .knob-temperature b").text_content() == "1":
            break
        knob(page, "temperature", "ArrowRight")
    until(page, "() => !location.hash.includes('temperature=')")


def test_a_seed_that_is_none_is_said_and_put_back(page):
    seed = page.locator("[data-slot=sampling]").get_by_label("seed", exact=True)
    for text in ("99999999999", "-5", "3.7", ""):
        seed.fill(text)
        seed.press("Enter")
        expect(seed).to_have_value(text)
        expect(page.locator(".seed-says")).to_contain_text("a whole number")
        seed.blur()
        expect(seed).to_have_value("7")
    seed.fill("4294967295")
    seed.press("Enter")
    until(page, "() => document.querySelector('#note-sampling .says').textContent.includes('seed 4294967295')")
    assert (
        seed.evaluate("(field) => field.scrollWidth <= field.clientWidth") and page.locator(".seed-says").text_content() == ""
    )
    seed.fill("7")
    seed.press("Enter")
    until(page, "() => document.querySelector('#note-sampling .says').textContent.includes('seed 7')")


def test_words_say_what_the_model_sees_when_the_window_has_slid(chromium, site):
    page = chromium.new_page()
    open_live(page, f"{site.url}?model=sorter&prompt=ebcad:&seed=2&part=&surprise=true")
    for n in range(1, 16):
        page.locator("#plays").get_by_role("button", name="Next word").click()
        count(page, n)
    expect(page.locator("#note-tokens .says")).to_contain_text("The text has 21 pieces (tokens). The model sees the last 16")
    ids = page.locator(".token-option .token-id").all_text_contents()
    assert ids[0] == "–" and all(value(text) > 0 for text in ids[1:])
    assert "that the model sees now" in page.locator(".token-option").last.get_attribute("title")
    assert table(page, "tokens")[0][-1] == ""
    page.close()


def test_the_button_that_folds_a_long_text_again_is_over_nothing_else(page):
    type_prompt(page, "word and then some more " * 10)
    page.locator(".token-fold").click()
    fold = page.locator(".token-fold")
    expect(fold).to_have_text("Hide the middle")
    button, legend = fold.bounding_box(), page.locator(".overview > .legends").bounding_box()
    assert button["y"] + button["height"] <= legend["y"]
    fold.click()
    type_prompt(page, PROMPT)
