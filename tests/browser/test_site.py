"""The built site in Chromium: what a new visitor sees and does, with every other origin out of reach."""

from __future__ import annotations

import json
import random
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from explainer.runtimes.native import load_native
from tests.browser.chromium import ARGS, installed, until
from tests.helpers.page import LIVE_MS, drawn, expected, open_live, settled, table, token_ids, type_prompt, value

UNPREPARED = "The clockmaker's 2nd daughter sang — «très bien» — to 7 grey geese, and"


def test_the_first_picture_is_there_before_python(watched, site):
    page, _ = watched
    page.route(re.compile("pyodide/|workers/(python|model)/"), lambda route: route.abort())
    page.goto(site.url)
    picture = json.loads((site.folder / "first-picture.json").read_text())["views"]
    expect(page.locator(".token-option")).to_have_count(len(picture["tokens"]["pieces"]), timeout=5000)
    assert token_ids(page) == [piece["id"] for piece in picture["tokens"]["pieces"]]
    assert [row[1] for row in table(page, "logits")][:12] == [str(e["id"]) for e in picture["logits"]["top"]]
    watched[1].errors.clear()  # requests that failed on purpose


def test_a_part_without_a_first_picture_waits_for_python(watched, site):
    page, watch = watched
    page.route(re.compile("pyodide/|workers/(python|model)/"), lambda route: route.abort())
    page.goto(site.url)
    page.locator("[aria-controls=part-maps]").click()
    expect(page.locator("#part-maps h2")).to_be_visible()
    drawn(page)
    assert not [error for error in watch.errors if "Cannot read" in error]
    watch.errors.clear()  # requests that failed on purpose


def test_the_loading_bar_knows_its_total_and_only_moves_forward(watched, site):
    page, _ = watched
    page.add_init_script("""
        window.seenShares = [];
        window.seenTotals = new Set();
        new MutationObserver(() => {
            const bar = document.querySelector(".load-bar");
            if (!bar || bar.hidden || performance.getEntriesByName("explainer-live").length) return;
            seenShares.push(Number(bar.style.getPropertyValue("--share")));
            const said = /of ([\\d.]+.[kMG]B)/.exec(document.querySelector(".status-text").textContent);
            if (said) seenTotals.add(said[1]);
        }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    """)
    open_live(page, site.url)
    shares, totals = page.evaluate("[seenShares, [...seenTotals]]")
    assert shares == sorted(shares) and max(shares) > 0.9
    assert len(totals) == 1


def test_an_unprepared_sentence_gets_cpythons_numbers(watched, site):
    page, _ = watched
    open_live(page, site.url)
    type_prompt(page, UNPREPARED)
    views = expected(site, site.models["default"], UNPREPARED)
    assert token_ids(page) == [piece["id"] for piece in views["tokens"]["pieces"]]
    rows = table(page, "logits")
    top = views["logits"]["top"]
    assert [int(row[1]) for row in rows[: len(top)]] == [entry["id"] for entry in top]
    for row, entry in zip(rows, top):
        assert value(row[2]) == pytest.approx(entry["logit"], rel=2e-3, abs=2e-3)
        assert value(row[3]) == pytest.approx(entry["prob"], rel=2e-2, abs=6e-4)  # "1.9 %"
    expect(page.locator(".prompt-about")).to_contain_text("wasm, 1 thread")


def test_choosing_block_head_token_and_point_shows_the_traces_numbers(watched, site):
    page, _ = watched
    open_live(page, site.url)
    type_prompt(page, "the king and the queen and the king")
    page.locator(".token-option").nth(3).click()
    page.locator(".heads [role=radio]").nth(1).click()
    page.get_by_role("button", name="Next block").click()
    settled(page)
    block = int(re.search(r"head (\d+)\.2", page.locator("[data-slot=attention] .part-head").first.text_content())[1]) - 1
    choices = {"block": block, "head": 1, "token": 3, "point": "mlp_out"}
    views = expected(site, site.models["default"], "the king and the queen and the king", part="attention", **choices)
    weights = np.array([value(row[2]) for row in table(page, "attention")])
    np.testing.assert_allclose(weights, views["attention"]["pattern"][3, : len(weights)], rtol=5e-3, atol=1e-3)

    page.locator(".part-bar [aria-controls=part-vectors]").click()
    page.locator("#part-vectors").get_by_text("mlp_out", exact=True).first.click()
    settled(page)
    views = expected(site, site.models["default"], "the king and the queen and the king", part="vectors", **choices)
    found = np.array([value(row[1]) for row in table(page, "vectors")])
    np.testing.assert_allclose(found, views["vectors"]["values"][3], rtol=2e-3, atol=2e-3)


def test_models_can_be_switched(watched, site):
    page, _ = watched
    open_live(page, site.url)
    page.get_by_label("Model", exact=True).select_option("sorter")
    expect(page.get_by_label("Text for the model")).to_have_value("cabbed:", timeout=LIVE_MS)
    views = expected(site, "sorter", "cabbed:")
    expect(page.locator(".token-option")).to_have_count(len(views["tokens"]["pieces"]))
    assert token_ids(page) == [piece["id"] for piece in views["tokens"]["pieces"]]
    expect(page.locator("[data-slot=logits] .candidate").first).to_contain_text(views["logits"]["top"][0]["text"])
    type_prompt(page, "cab 🐈:")
    expect(page.locator(".prompt-notice")).to_have_text("ignored, because this model has no token for them: · 🐈")
    expect(page.locator(".token-option")).to_have_count(4)


def test_any_text_is_shown_or_explained(watched, site):
    page, _ = watched
    open_live(page, site.url)
    type_prompt(page, "<img src=x onerror=alert(1)> <script>alert(1)</script> مرحبا 😀\u0001")
    assert page.locator("main img, main script").count() == 0
    type_prompt(page, "word " * 2000)
    expect(page.locator(".prompt-notice")).to_contain_text("tokens at most")
    type_prompt(page, "")
    expect(page.locator(".prompt-notice")).to_contain_text("no text yet")
    expect(page.locator(".token-option")).to_have_count(1)
    type_prompt(page, "and on")
    expect(page.locator(".prompt-notice")).to_be_empty()


def test_threads_are_used_where_the_page_is_isolated(watched, site):
    page, _ = watched
    open_live(page, site.isolated)
    assert page.evaluate("crossOriginIsolated") is True
    assert page.locator(".prompt-about").text_content().count("wasm, ") == 1


def test_webgpu_gives_the_same_numbers(site):
    """On Chromium's software adapter, which is slow and used only on request: hence the smallest model."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(webgpu_run, site).result()


def sort_letters(page: Page, letters: str) -> str:
    """Returns what the sorter writes after these letters, token by token; on WebGPU keys and values stay on the GPU."""
    type_prompt(page, f"{letters}:")
    page.locator("[data-slot=sampling]").get_by_label("greedy").check()
    for done in range(len(letters)):
        page.locator("#plays").get_by_role("button", name="Next word").click()
        until(page, "n => document.querySelectorAll('.token-option.made').length === n", done + 1, timeout=60_000)
    return "".join(page.locator(".token-option.made .token").all_text_contents())


def lose_device(browser, page) -> None:
    """Ends the graphics process in the middle of a run: wasm takes over, the reader is told, and the choices are kept."""
    type_prompt(page, "ebcdab:")
    page.locator(".heads [role=radio]").nth(1).click()
    page.get_by_role("button", name="Keep writing").first.click()
    browser.new_browser_cdp_session().send("Browser.crashGpuProcess")
    expect(page.locator(".prompt-about")).to_contain_text("wasm", timeout=LIVE_MS)
    expect(page.locator("#status")).to_contain_text("Switched: The connection to the graphics processor was lost")
    expect(page.get_by_label("Text for the model")).to_have_value("ebcdab:")
    expect(page.locator(".heads [role=radio]").nth(1)).to_have_attribute("aria-checked", "true")
    assert page.locator(".failure").count() == 0
    type_prompt(page, "ab:")
    assert len(token_ids(page)) == 3


def webgpu_run(site) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=[*ARGS, "--enable-unsafe-webgpu"])
        page = browser.new_page()
        open_live(page, site.url + "?backend=webgpu&model=sorter")
        if not page.evaluate("navigator.gpu.requestAdapter().then(Boolean)"):
            pytest.skip("this Chromium has no WebGPU adapter, not even a software one")
        expect(page.locator(".prompt-about")).to_contain_text("webgpu")
        shown = table(page, "logits")
        assert sort_letters(page, "ecabda") == "aabcde"
        lose_device(browser, page)
        browser.close()
    top = expected(site, "sorter", "cabbed:")["logits"]["top"]
    assert [int(row[1]) for row in shown[: len(top)]] == [entry["id"] for entry in top]
    np.testing.assert_allclose([value(row[2]) for row in shown[: len(top)]], [e["logit"] for e in top], atol=2e-3)


def test_a_part_that_cannot_be_had_is_named_and_tried_again(watched, site):
    page, watch = watched
    broken = re.compile(r"weights-.*\.bin")
    page.route(broken, lambda route: route.abort())
    page.goto(site.url)
    failure = page.locator(".failure")
    expect(failure).to_contain_text("could not be downloaded", timeout=LIVE_MS)
    expect(page.locator(".token-option").first).to_be_visible()  # the first picture stays
    page.unroute(broken)
    failure.get_by_role("button", name="Try again").click()
    expect(page.locator(".prompt-about")).to_contain_text(" ms", timeout=LIVE_MS)
    expect(failure).to_have_count(0)
    watch.errors.clear()  # the browser's own messages about failed requests


def test_a_damaged_part_is_not_used(watched, site):
    page, watch = watched
    page.route(re.compile(r"weights-.*\.bin"), lambda route: route.fulfill(body=b"\0" * 1000))
    page.goto(site.url)
    expect(page.locator(".failure")).to_contain_text("arrived damaged", timeout=LIVE_MS)
    watch.errors.clear()


def fuzzed(count: int) -> list[str]:
    """Returns texts of every kind of character: some of words and marks, some of any Unicode characters."""
    chooser = random.Random(7)
    words = [
        "Once",
        " upon",
        "  ",
        "\n\n",
        "<|endoftext|>",
        "don't",
        "naïve",
        "😀",
        "👩‍👩‍👧",
        "مرحبا",
        "日本語",
        "\u0000",
        "\u00a0",
        "１２",
        "e\u0301",
    ]
    texts = []
    for number in range(count):
        if number % 2:
            texts.append("".join(chooser.choice(words) for _ in range(chooser.randrange(1, 12))))
        else:
            points = (chooser.choice((0x80, 0x600, 0x3000, 0xD800, 0x110000)) for _ in range(chooser.randrange(1, 24)))
            text = "".join(chr(chooser.randrange(top)) for top in points)
            texts.append(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return texts


@pytest.mark.parametrize("model", ["storyteller", "sorter"])
def test_both_tokenizers_give_the_same_ids(watched, site, model):
    page, _ = watched
    manifest, _, tokenizer = load_native(site.model(model))
    page.goto(site.url)
    texts = fuzzed(600)
    found = page.evaluate(
        """async ([vocabulary, texts]) => {
        const { Tokenizer } = await import(new URL("vendor/tokenizers.mjs", document.baseURI));
        const tokenizer = new Tokenizer(await (await fetch(vocabulary)).json(), {});
        return texts.map((text) => tokenizer.encode(text, { add_special_tokens: false }).ids);
    }""",
        [f"models/{model}/{manifest.tokenizer['path']}", texts],
    )
    assert [list(ids) for ids in found] == [tokenizer.encode(text) for text in texts]
