"""Every part of the model in the built site: it opens in place, it prints the Trace's numbers, and a reader can go down to a
single multiplication and back by mouse, by touch and by keyboard alone."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from explainer.app.app import App
from explainer.runtimes.native import NativeLibrary
from explainer.state.choices import PARTS
from tests.browser.chromium import until
from tests.helpers.page import ADDRESS, BLOCK, HEAD, PROMPT, Watch, drawn, open_live, open_part, settled, table, value, visit


@pytest.fixture(scope="module")
def live(chromium, site):
    yield from visit(chromium, site)


def in_thread(coroutine):
    with ThreadPoolExecutor(1) as thread:  # Playwright's own event loop runs in this one
        return thread.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="module")
def app(site) -> App:
    """The same model and text in CPython."""
    app = App(NativeLibrary(site.folder / "models"), prompt=PROMPT, block=BLOCK, head=HEAD)
    in_thread(app.run())
    return app


@pytest.mark.parametrize("name", PARTS)
def test_a_part_opens_in_place_explains_itself_and_closes(live, name):
    page = live
    before = page.locator("[data-slot=residual]").bounding_box()
    open_part(page, name)
    assert page.locator(".part:visible").count() == 1
    assert page.locator("[data-slot=residual]").bounding_box()["x"] == before["x"], "the overview stays where it is"
    assert len(page.locator(f"#note-{name} .says").inner_text()) > 20
    more = page.locator(f"#note-{name} details.more")
    more.locator("summary").click()
    assert len(more.inner_text()) > 150, "the longer explanation"
    assert table(page, name), "a table for those who cannot see the figure"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    page.locator(f"#part-{name}").get_by_role("heading").first.click()
    page.locator(f".part-bar [aria-controls=part-{name}]").press("Escape")
    expect(page.locator(".part:visible")).to_have_count(0)


def columns(page: Page, name: str, first: int = 1) -> np.ndarray:
    """Returns the numbers of a part's table, a row for each of its columns from `first` on."""
    open_part(page, name)
    settled(page)  # long tables are written in slices
    return np.array([[value(cell) for cell in row[first:]] for row in table(page, name)]).T


def printed(found, expected, digits: int) -> None:
    """Asserts equality up to the printed digits and the possible difference of two builds of ONNX Runtime."""
    expected = np.asarray(expected, np.float64)
    np.testing.assert_allclose(found, expected, rtol=6 * 10.0**-digits, atol=3e-4 * max(1.0, np.abs(expected).max()))


def test_what_is_printed_is_the_trace(live, app):
    trace, last = app.trace, len(app.trace) - 1
    printed(columns(live, "embedding"), [trace["embed"][last], trace["pos_embed"][last], trace["resid_pre"][0, last]], 5)
    stages = columns(live, "layernorm")
    printed(stages[[0, -1]], [trace["resid_pre"][BLOCK, last], trace["ln1"][BLOCK, last]], 5)
    printed(columns(live, "qkv"), [trace[name][BLOCK, HEAD, last] for name in "qkv"], 5)
    attention = columns(live, "attention")
    printed(attention[:2], [trace["attn_scores"][BLOCK, HEAD, last], trace["pattern"][BLOCK, HEAD, last]], 4)
    sums = [trace[name][BLOCK, last] for name in ("resid_pre", "attn_out", "resid_mid")]
    printed(columns(live, "output"), sums, 5)
    mlp = columns(live, "mlp")
    printed(mlp[:2], [trace["mlp_pre"][BLOCK, last], trace["mlp_post"][BLOCK, last]], 4)
    printed(columns(live, "vectors")[0], trace["resid_post"][BLOCK, last], 5)
    logits = trace.rows[last]["logits"]
    rows = [[value(cell) for cell in row[1:]] for row in (open_part(live, "unembedding"), table(live, "unembedding"))[1]]
    order = np.argsort(-logits, kind="stable")
    assert [row[0] for row in rows] == list(order[: len(rows)])
    printed([row[2] for row in rows], logits[order[: len(rows)]], 5)


def test_tokens_end_in_what_the_tokenizer_gave(live, app):
    open_part(live, "merges")
    steps = table(live, "merges")
    pieces = [app.model.piece(id).text for id in app.trace.ids]
    word = steps[-1][3].split(" | ")
    assert word == pieces[-len(word) :]
    assert len(steps[0][3].split(" | ")) == len(word) + len(steps) - 1, "every step joins two"


def test_a_token_under_the_pointer_is_lit_where_its_bytes_are_and_the_other_way_round(live):
    open_part(live, "merges")
    last = live.locator(".token-option").last
    last.click(position={"x": 3, "y": 3})
    last.hover(position={"x": 3, "y": 3})
    lit = live.locator("#part-merges .merge-ids .near")
    expect(lit).to_have_text(last.locator(".token-id").inner_text())
    live.mouse.move(4, 4)
    expect(lit).to_have_count(0)
    live.locator("#part-merges .merge-ids td").last.hover()
    expect(last).to_have_class(re.compile("near"))


def test_the_models_size_is_that_of_its_tensors(live, app):
    open_part(live, "size")
    own = table(live, "size")[0]
    c = app.model.config
    block = 4 * c.d_model + (c.d_model + 1) * 3 * c.d_model + (c.d_model + 1) * c.d_model
    block += (c.d_model + 1) * c.d_mlp + (c.d_mlp + 1) * c.d_model
    total = (c.d_vocab + c.n_ctx) * c.d_model + c.n_layer * block + 2 * c.d_model
    assert value(own[1]) == total and value(own[2]) == total + c.d_vocab * c.d_model


def one_multiplication(page: Page, app: App, entry: int) -> None:
    """Asserts that the open part shows an entry of the query as a dot product: its largest term is x times w."""
    weights = in_thread(
        app.model.weights.columns(
            f"h.{BLOCK}.attn.c_attn.weight", HEAD * app.model.config.d_head + entry, HEAD * app.model.config.d_head + entry + 1
        )
    )[:, 0]
    products = app.trace["ln1"][BLOCK, -1] * weights
    at = int(np.abs(products).argmax())
    row = page.locator("#part-qkv .terms tbody tr").first
    until(page, f"document.querySelector('#part-qkv .terms .term-result th').textContent.includes('[{entry + 1}]')")
    cells = row.locator("th, td").all_text_contents()
    assert int(cells[0]) == at + 1
    printed([value(cell) for cell in cells[1:4]], [app.trace["ln1"][BLOCK, -1, at], weights[at], products[at]], 3)
    result = page.locator("#part-qkv .term-result td").first.text_content()
    printed(value(result), app.trace["q"][BLOCK, HEAD, -1, entry], 4)


def test_to_one_multiplication_and_back_by_keyboard_alone(live, app):
    page = live
    page.locator("[data-slot=residual] .opener").first.focus()
    # From the overview: the part bar is a toolbar, one stop for Tab, and the arrow keys go along it.
    page.locator(".part-bar [tabindex='0']").focus()
    page.keyboard.press("Home")
    for _ in range(PARTS.index("qkv")):
        page.keyboard.press("ArrowRight")
    if page.evaluate("document.activeElement.getAttribute('aria-expanded')") != "true":
        page.keyboard.press("Enter")
    expect(page.locator("#part-qkv")).to_be_visible()
    until(page, "document.querySelector('#part-qkv .terms') && !document.querySelector('#part-qkv.waiting')")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(
            "document.activeElement.getAttribute('role') === 'gridcell' && !!document.activeElement.closest('#part-qkv')"
        ):
            break
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    one_multiplication(page, app, 3)
    page.keyboard.press("Escape")
    expect(page.locator(".part:visible")).to_have_count(0)
    assert page.evaluate("document.activeElement.getAttribute('aria-controls')") == "part-qkv"


def test_to_one_multiplication_and_back_by_touch(chromium, site, app):
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark", reduced_motion="reduce"
    )
    page = context.new_page()
    watch = Watch(page, "http://127.0.0.1:")
    open_live(page, site.url + ADDRESS)
    page.locator(".part-bar [aria-controls=part-qkv]").tap()
    until(page, "document.querySelector('#part-qkv .terms') && !document.querySelector('#part-qkv.waiting')")
    strips = page.locator("#part-qkv canvas").first
    box = strips.bounding_box()
    d_head, T = app.model.config.d_head, len(app.trace)
    entry = d_head // 2
    strips.tap(position={"x": box["width"] * (entry + 0.5) / d_head, "y": box["height"] * (T - 0.5) / T})
    one_multiplication(page, app, entry)
    page.locator(".part-bar [aria-controls=part-qkv]").tap()
    expect(page.locator(".part:visible")).to_have_count(0)
    # No part is wider than the narrowest phones: wide content scrolls in a box of its own.
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        for name in ("", *PARTS):
            if name:
                open_part(page, name)
            drawn(page)  # figures follow the window's width a frame later
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name or "overview", width)
    context.close()
    assert watch.foreign == [] and watch.errors == []


OUTRUN = ["merges", "embedding", "layernorm", "qkv", "output", "mlp", "unembedding"]


# Each has a token of its own, so that a late answer to an earlier choice cannot be about it.
@pytest.mark.parametrize("token, name", list(enumerate(OUTRUN)))
def test_numbers_that_a_choice_has_outrun_are_pale_until_the_new_ones_come(live, token, name):
    page = live
    open_part(page, name)
    page.evaluate("""() => {
      const { show } = explainer;
      const held = [];
      explainer.show = (...answer) => held.push(answer);
      window.release = () => {
        explainer.show = show;
        for (const answer of held) show(...answer);
      };
    }""")
    try:
        page.locator(".token-option").nth(token).click(position={"x": 3, "y": 3})
        until(page, f"document.querySelector('#part-{name} .stale, #part-{name}.stale')")
    finally:
        page.evaluate("release()")
    until(page, f"!document.querySelector('#part-{name} .stale, #part-{name}.stale')")


def test_hostile_text_is_text_in_every_part(live):
    field = live.get_by_label("Text for the model")
    field.fill("<img src=x onerror=alert(1)><script>document.title='gone'</script>&lt;b")
    field.press("Enter")
    until(live, "document.querySelector('[data-slot=prompt]').getAttribute('aria-busy') === 'false'")
    for name in PARTS:
        open_part(live, name)
    assert live.locator("main img, main script").count() == 0
    assert live.title() != "gone"


def test_a_list_is_changed_not_made_anew(live):
    """lib/dom.js, `morphChildren`: nodes are kept where possible and get the new ones' texts, attributes and handlers."""
    found = live.evaluate("""async () => {
        const { morphChildren, h } = await import(new URL("lib/dom.js", document.baseURI));
        const clicks = [];
        const line = (name, ...more) => h("li", { class: name, onclick: () => clicks.push(name) }, h("b", { text: name }), ...more);
        const host = h("ol", {}, line("one", " word"), line("two"), h("li", { title: "t" }), line("three"));
        const before = [...host.children];
        morphChildren(host, line("uno"), h("li", { text: "plain" }), h("li", {}, h("input", {})), "text");
        const kept = before.map((node, at) => host.childNodes[at] === node);
        host.children[0].click();
        host.children[1].click();
        const input = host.querySelector("input");
        morphChildren(host, line("uno"), h("li", { text: "plain" }), h("li", {}, h("input", {})), "other", h("i", {}));
        return { kept, clicks, html: host.innerHTML, own: host.querySelector("input") !== input };
    }""")
    assert found == {
        "kept": [True, True, True, False],
        "clicks": ["uno"],
        "own": True,
        "html": '<li class="uno"><b>uno</b></li><li>plain</li><li><input></li>other<i></i>',
    }
