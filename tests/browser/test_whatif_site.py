"""A changed model in the built site: a sweep finds the heads that carry a name, switching them off loses the name, and one
click brings it back. The network is not used."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import until
from tests.helpers.page import Watch, open_kept, open_live, settled

PROMPT = '"Come here, Peter," said the old woman. "I am coming," said'  # the storyteller goes on with " Peter"
HEADS = 48


@pytest.fixture(scope="module")
def page(chromium, site):
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    watch = Watch(page, "http://127.0.0.1:")
    open_kept(page, site.url)
    page.goto("about:blank")
    context.set_offline(True)
    open_live(page, f"{site.url}?prompt={quote_plus(PROMPT)}&part=maps&measure=zero")
    watch.errors.clear()  # failed requests: whether models or the worker itself are newer
    yield page
    context.close()
    assert watch.foreign == [] and watch.errors == []


def first_token(page: Page):
    return page.locator("[data-slot=logits] .candidates li").first


def says(page: Page, part: str) -> str:
    return page.locator(f"#note-{part} .says").inner_text()


def test_heads_that_carry_a_name_are_found_and_the_name_is_lost_and_comes_back(page):
    expect(first_token(page)).to_contain_text("Peter")
    before = first_token(page).inner_text()
    expect(page.locator(".altered")).to_be_hidden()
    page.locator(".map-run .run").click()
    until(page, f"() => document.querySelector('.map-run')?.textContent.includes('{HEADS} runs in')", timeout=120_000)
    print("sweep in the page:", page.locator(".map-run").inner_text())
    until(page, "() => document.querySelector('#note-maps .says').textContent.includes('head 6.7 changes that most')")

    page.locator(".map-side").get_by_role("button", name="together").click()
    band = page.locator(".altered")
    expect(band).to_be_visible()
    assert {item.split("\n")[0] for item in band.locator("li").all_inner_texts()} == {
        "head 6.7 off",
        "head 6.4 off",
        "head 5.3 off",
    }
    expect(first_token(page)).not_to_contain_text("Peter")
    expect(page.locator("[data-slot=logits]")).to_have_attribute("data-shows", "changed")
    until(page, "() => location.hash.includes('edits=z.')")

    page.locator(".part-bar").get_by_role("button", name="What if").click()
    until(page, "() => document.querySelector('#note-whatif .says')?.textContent?.includes('Peter falls from')")

    band.get_by_role("radio", name="original").click()
    expect(first_token(page)).to_contain_text("Peter")
    band.get_by_role("button", name="Reset", exact=True).click()
    expect(band).to_be_hidden()
    expect(first_token(page)).to_contain_text("Peter")
    assert first_token(page).inner_text() == before
    expect(page.locator("[data-shows]")).to_have_count(0)
    until(page, "() => !location.hash.includes('edits=')")


def test_a_part_is_switched_off_by_keyboard(page):
    page.locator(".switches [tabindex='0']").focus()
    page.keyboard.press("Control+Home")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".altered li")).to_have_text("head 2.2 off")
    expect(page.locator(".switches .is-off")).to_have_count(1)
    until(page, "() => location.hash.includes('edits=')")
    settled(page)
    page.keyboard.press("Space")
    expect(page.locator(".altered")).to_be_hidden()
    until(page, "() => !location.hash.includes('edits=')")


def test_every_part_shows_what_the_change_moves(page):
    page.locator(".switches [tabindex='0']").focus()
    for key in ("Control+Home", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".altered li")).to_have_text("head 1.1 off")
    page.locator(".altered").get_by_role("radio", name="difference").click()
    expect(page.locator("[data-slot=logits] .candidates li").first).to_contain_text("→")
    until(page, "document.querySelector('[data-slot=logits] .says, #note-logits .says').textContent.includes('moves most')")
    expect(page.locator("#legends")).to_contain_text("rings: where it looks less")
    for name in ("embedding", "layernorm", "qkv", "output", "mlp", "unembedding"):
        page.locator(f"[aria-controls=part-{name}]").click()
        part = page.locator(f"#part-{name}")
        expect(part.locator(".difference-figure .vec").first).to_be_visible()
        expect(part).to_have_attribute("data-shows", "difference")
        until(page, "(name) => /moves/.test(document.querySelector(`#note-${name} .says`).textContent)", name)
        assert [element.is_visible() for element in part.locator(":scope > :not(.difference-figure, .stays)").all()].count(
            True
        ) == 0
        before = name in ("embedding", "layernorm", "qkv")  # in block 1 these come before the head that is off
        assert ("nothing" in says(page, name)) == before
    twin = page.locator("#note-unembedding details.twin")
    twin.locator("summary").click()
    expect(twin.locator("tbody tr")).to_have_count(12)
    twin.locator("summary").click()
    # Point at an entry of a strip by keyboard.
    strip = page.locator("#part-unembedding .difference-figure [tabindex='0']").first
    strip.focus()
    page.keyboard.press("ArrowRight")
    until(
        page, "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).includes('original')"
    )
    page.locator(".altered").get_by_role("radio", name="changed", exact=True).click()
    expect(page.locator("#part-unembedding .difference-figure")).to_be_hidden()
    expect(page.locator("#part-unembedding .ways").first).to_be_visible()
    page.locator(".altered").get_by_role("button", name="Reset", exact=True).click()
    expect(page.locator(".altered")).to_be_hidden()
    page.locator(".part-bar").get_by_role("button", name="What if").click()


def drawn(page: Page, rows: str) -> dict[str, dict[str, str]]:
    """Returns the draw's rows: token -> {stage: the probability it shows, and whether the token is drawn there}."""
    return page.evaluate(
        """(rows) => Object.fromEntries([...document.querySelectorAll(`[data-slot=sampling] > ${rows} > li:not(.is-more)`)].map((line) => [
        line.querySelector('.token').textContent,
        Object.fromEntries([...line.querySelectorAll('.phase')].map((stage) =>
            [stage.classList[1].slice(6), stage.querySelector('.phase-p').textContent + (stage.closest('.is-drawn') ? ' drawn' : '')])),
    ]))""",
        rows,
    )


def test_the_draw_and_surprise_show_what_the_change_moves(page):
    sampling, tokens, band = page.locator("[data-slot=sampling]"), page.locator("[data-slot=tokens]"), page.locator(".altered")
    tokens.get_by_label("surprise").check()
    page.locator(".switches").get_by_label("head 6.7").click()
    sampling.get_by_label("top-p").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    until(page, "() => location.hash.includes('top_p=0.9')")
    expect(band.locator("li")).to_have_text("head 6.7 off")

    shares, surprise = {}, {}
    band.get_by_role("radio", name="changed", exact=True).focus()
    for shows in ("changed", "original", "difference"):
        if shows != "changed":
            page.keyboard.press("ArrowRight")
        expect(sampling).to_have_attribute("data-shows", shows)
        expect(page.locator("#legends-tokens")).to_contain_text(
            {"changed": "changed model", "original": "original model"}.get(shows, shows)
        )
        settled(page)
        shares[shows] = drawn(
            page, ".difference-figure > .draws-body > .draws" if shows == "difference" else ".draws-body > .draws"
        )
        surprise[shows] = tokens.locator(".token-id").all_inner_texts()
    expect(sampling.locator(":scope > .draws-body")).to_be_hidden()

    compared = 0
    for token in shares["changed"].keys() & shares["original"].keys() & shares["difference"].keys():
        was, now = shares["original"][token]["left"], shares["changed"][token]["left"]
        if was.split()[0] != now.split()[0] and "top-p" not in was + now:
            assert (shares["difference"][token]["before"], shares["difference"][token]["after"]) == (was, now), token
            compared += 1
    assert compared
    for side, shows in (("before", "original"), ("after", "changed")):
        of = {token for token, stages in shares["difference"].items() if "drawn" in stages[side]}
        assert of == {token for token, stages in shares[shows].items() if "drawn" in stages["left"]} and len(of) == 1
    expect(sampling.locator(".difference-figure .phase-by .phase-value").filter(has_text="enters").first).to_be_visible()
    assert "The text goes on with the changed model" in says(page, "sampling")

    titles = [option.get_attribute("title") for option in tokens.locator(".token-option").all()]
    assert titles[0] is None and surprise["difference"][0] == surprise["changed"][0], "the first comes before any prediction"
    for title, was, now, by in list(
        zip(titles, surprise["original"], surprise["changed"], surprise["difference"], strict=True)
    )[1:]:
        assert was == now or f"original {was}, changed {now}" in title
        side = "falls" if by.startswith("\u2212") else "rises"
        expect(tokens.locator(f".token-option.{side}[title='{title}']").first).to_be_visible()

    # Another seed draws again in both models, without a run.
    said, ran = says(page, "sampling"), page.locator(".status").inner_text()
    sampling.get_by_role("button", name="new seed").click()
    until(page, "(said) => document.querySelector('#note-sampling .says').innerText !== said", said)
    assert page.locator(".status").inner_text() == ran
    for part, rows in (("sampling", sampling.locator(".difference-figure .draws > li").count()), ("tokens", len(titles))):
        twin = page.locator(f"#note-{part} details.twin")
        twin.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(twin.locator("thead")).to_contain_text("original")
        expect(twin.locator("tbody tr").nth(rows - 1)).to_be_visible()
        page.keyboard.press("Enter")

    band.get_by_role("button", name="Reset", exact=True).click()
    expect(band).to_be_hidden()
    expect(sampling.locator(".difference-figure")).to_be_hidden()
    expect(tokens.locator(".falls, .rises")).to_have_count(0)
    tokens.get_by_label("surprise").uncheck()
    sampling.get_by_label("top-p").focus()
    page.keyboard.press("End")
    until(page, "() => !location.hash.includes('top_p=')")


def test_a_row_of_attention_is_made_by_hand_and_stays_a_distribution(page):
    page.locator(".rowedit-bar[tabindex='0']").focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(page.locator(".altered li")).to_contain_text("by hand")
    weights = [float(bar.get_attribute("aria-valuenow")) for bar in page.locator(".rowedit-bar").all()]
    assert sum(weights) == pytest.approx(100, abs=1)
    page.locator(".rowedit").get_by_role("button", name="Undo").click()
    expect(page.locator(".altered")).to_be_hidden()


def test_masks_and_another_text(page):
    page.get_by_role("radio", name="window", exact=True).click()
    expect(page.locator(".altered li")).to_have_text("attention limited to the last 8 tokens")
    until(page, "() => /153 → /.test(document.querySelector('.mask-facts')?.textContent)")
    page.get_by_role("radio", name="all earlier").click()
    expect(page.locator(".altered")).to_be_hidden()

    other = page.get_by_role("textbox", name="Other text")
    other.fill("far too short")
    until(page, "() => document.querySelector('.patch-says')?.textContent.includes('both need the same number')")
    other.fill(PROMPT.replace("Peter", "Jack"))
    until(page, "() => document.querySelector('.patch-says')?.textContent.startsWith('1 of their tokens differs')")
    settled(page)  # the map has its width
    grid = page.locator("[data-slot=whatif] .map-body")
    box = grid.bounding_box()
    grid.click(position={"x": box["width"] * 4.5 / 17, "y": 4})  # the token that differs, before block 1
    until(page, "() => document.querySelector('#note-whatif .says')?.textContent?.match(/from the other text, .*Peter falls/)")
    page.locator(".altered").get_by_role("button", name="Reset", exact=True).click()
    expect(page.locator(".altered")).to_be_hidden()


def test_a_click_in_the_map_chooses_a_head_and_the_button_below_switches_it_off(page):
    page.locator("[aria-controls=part-maps]").click()
    page.locator(".measures [data-measure=previous]").click()
    settled(page)
    page.locator("#part-maps .map-body").click(position={"x": 30, "y": 10})
    switch = page.locator(".map-readout button")
    expect(switch).to_have_text("Switch off head 1.1")
    expect(page.locator(".altered")).to_be_hidden()
    switch.click()
    expect(page.locator(".altered li")).to_have_text("head 1.1 off")
    expect(switch).to_have_text("Switch on head 1.1 again")
    page.locator("#part-maps [role=gridcell]").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".altered")).to_be_hidden()
