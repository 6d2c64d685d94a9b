"""Formulas and figures are linked: pointing at a tied part of a formula lights its cells, and pointing at a cell of a figure
puts that cell into the formula."""

from __future__ import annotations

import re

import pytest

from tests.browser.chromium import until
from tests.helpers.page import ADDRESS, drawn, open_part, settled, value, visit

OVERVIEW = ["residual", "logits", "sampling"]
FIGURES = [*OVERVIEW, "embedding", "layernorm", "qkv", "attention", "heads", "output", "mlp", "unembedding", "vectors"]

PARTS_OF = ":is(#note-{name}, [data-slot={name}]) .formulas [data-tied]"
# The visible state of a figure: every canvas, and the lit elements beside it.
SEEN = """(name) => {
  const slot = document.querySelector(`[data-slot="${name}"]`);
  const canvases = [...slot.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
  return canvases.join() + [...slot.querySelectorAll("*")].flatMap((node, at) => (node.matches(".lit, .near, .is-lit") ? [at] : [])).join();
}"""
SAID = """(name) => [...document.querySelectorAll(`:is(#note-${name}, [data-slot="${name}"]) .formulas`)].map((formulas) =>
  formulas.textContent + [...formulas.querySelectorAll("[data-tied]")].map((part) => part.matches(".lit")).join()).join()"""


@pytest.fixture(scope="module")
def live(chromium, site):
    yield from visit(chromium, site, height=1400, address=f"{ADDRESS}&expert=true", reduced_motion="reduce")


def away(page) -> None:
    page.mouse.move(4, 4)
    drawn(page)


def ready(page, name: str) -> None:
    if name not in OVERVIEW:
        open_part(page, name)
    page.locator(f"#note-{name}").scroll_into_view_if_needed()
    until(page, f"document.querySelector('{PARTS_OF.format(name=name)}')")
    away(page)
    settled(page)  # figures outside the window are drawn


def seen(page, name: str, wanted, otherwise: str) -> None:
    """Waits until the visible state of a figure is as wanted."""
    for _ in range(50):
        if wanted(page.evaluate(SEEN, name)):
            return
        drawn(page)
    raise AssertionError(otherwise)


@pytest.mark.parametrize("name", FIGURES)
def test_every_tied_part_of_a_formula_lights_something_in_the_figure(live, name):
    ready(live, name)
    before = live.evaluate(SEEN, name)
    parts = live.locator(PARTS_OF.format(name=name))
    keys = {}
    for at in range(parts.count()):
        keys.setdefault(parts.nth(at).get_attribute("data-tied"), at)
    assert keys
    for key, at in keys.items():
        box = parts.nth(at).bounding_box()
        live.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        seen(live, name, lambda now: now != before, f"{key} lights nothing")
        away(live)
        seen(live, name, lambda now: now == before, f"{key} stays lit")


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_under_the_pointer_is_in_the_formula(live, name):
    ready(live, name)
    before = live.evaluate(SAID, name)
    lines = {"logits": ".candidate", "sampling": ".draws > li"}.get(name, "canvas:visible")
    said = set()
    for target in live.locator(f"[data-slot={name}]").locator(lines).all()[-6:]:
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        for share in (0.2, 0.5, 0.8):
            live.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
            drawn(live)
            said.add(live.evaluate(SAID, name))
    assert said - {before}
    away(live)
    if name != "vectors":  # its formula stays with an entry until another one is pointed at
        assert live.evaluate(SAID, name) == before, "the formula is of the chosen one again"


def test_a_cell_that_stays_under_the_pointer_is_read_anew_when_its_number_changes(live):
    ready(live, "qkv")
    canvas = live.locator("[data-slot=qkv] canvas:visible").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    live.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    line = live.locator("[data-slot=qkv] .readout").first
    read = set()
    for _ in range(3):
        live.get_by_role("button", name="previous head").evaluate("button => button.click()")  # without moving the pointer
        settled(live)
        sentence = line.inner_text()
        formula = live.locator("#note-qkv .formulas").first.text_content()
        results = [value(side) for side in formula.split("=") if re.fullmatch(r"[−\d.e]+", side)]
        number = value(sentence.split(":")[-1].strip())
        assert any(abs(number - result) <= 6e-4 * abs(number) for result in results), (sentence, formula)
        read.add(sentence)
    assert len(read) == 3 and len({sentence.split(":")[0] for sentence in read}) == 1, (
        "one cell, the number of another head each time"
    )
    away(live)


# Names in formulas that are no activations: weights, and numbers that a view computes itself.
GIVEN = r"W_\w+|b_\w+|b|ln\w*\.\S.*|cosine|length|lens|written|head|mask|sweep"


@pytest.mark.parametrize("name", [*OVERVIEW[:1], *FIGURES[3:], "whatif", "maps"])
def test_every_cell_says_what_it_is_and_how_it_was_computed(live, name):
    if name not in OVERVIEW:
        open_part(live, name)
        settled(live)
    cells = live.eval_on_selector_all(
        f"[data-slot={name}] .cursor-cell", "all => all.map(cell => [cell.dataset.cell, cell.dataset.origin])"
    )
    for cell, origin in cells:
        assert re.fullmatch(r"[^\[]+\[[\d, -]*\]", cell or ""), cell
        assert origin or re.fullmatch(GIVEN, cell.split("[")[0]), f"nobody knows how {cell} comes about"
