"""The address: it holds the reader's choices and restores them; invalid choices are refused with a notice."""

from __future__ import annotations

import json
from urllib.parse import quote

from playwright.sync_api import expect

from tests.browser.chromium import until
from tests.helpers.page import LIVE_MS, expected, open_live, press_tool, settled, table, token_ids, type_prompt, value

TEXT = "Käse & 50% of «1+1=2» #tag, said the 🐈 — and left."


def choices(page) -> dict[str, str]:
    return page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")


def settle(page) -> None:
    """Waits until Python has answered, the figures are drawn, and the page has written its address."""
    settled(page, 400)  # the address is written 300 ms after the last change


def test_what_a_reader_chose_is_in_the_address_and_comes_back(watched, site):
    page, _ = watched
    open_live(page, site.url)
    settle(page)
    assert page.url == site.url, "nothing chosen, nothing in the address"
    type_prompt(page, TEXT)
    page.locator(".token-option").nth(1).click(position={"x": 3, "y": 3})
    page.locator(".heads [role=radio]").nth(1).click()
    page.get_by_role("button", name="Next block").click()
    page.locator(".part-bar [aria-controls=part-vectors]").click()
    page.locator("#part-vectors").get_by_text("mlp_out", exact=True).first.click()
    settle(page)
    said = choices(page)
    assert said == {"prompt": TEXT, "block": said["block"], "head": "1", "token": "1", "part": "vectors", "point": "mlp_out"}
    assert "%20" not in page.url and page.url.split("#")[1].startswith("prompt=")
    rows, ids, link = table(page, "vectors"), token_ids(page), page.url

    page.goto("about:blank")
    open_live(page, link)
    settle(page)
    assert token_ids(page) == ids and table(page, "vectors") == rows
    assert page.url == link
    expect(page.get_by_label("Text for the model")).to_have_value(TEXT)
    views = expected(
        site,
        site.models["default"],
        TEXT,
        **{n: int(said[n]) for n in ("block", "head", "token")},
        part="vectors",
        point="mlp_out",
    )
    assert abs(value(rows[0][1]) - views["vectors"]["values"][1][0]) < 2e-3


def test_an_asked_for_text_is_there_at_once_and_the_figure_is_called_an_example(watched, site):
    page, _ = watched
    page.goto(f"{site.url}#prompt={quote(TEXT)}")
    example = json.loads((site.folder / "first-picture.json").read_text())["views"]["tokens"]["pieces"]
    expect(page.locator(".token-option")).to_have_count(len(example))
    expect(page.get_by_label("Text for the model")).to_have_value(TEXT)
    expect(page.locator(".prompt-notice")).to_contain_text("showing an example until")
    expect(page.locator(".prompt-about")).to_contain_text(" ms", timeout=LIVE_MS)
    expect(page.locator(".prompt-notice")).to_be_empty()
    assert token_ids(page) == [p["id"] for p in expected(site, site.models["default"], TEXT)["tokens"]["pieces"]]


def test_the_reader_can_go_back_and_to_another_link(watched, site):
    page, _ = watched
    open_live(page, f"{site.url}#prompt=One+text&head=1")
    page.evaluate("location.hash = 'prompt=Another+text&k=5'")
    expect(page.locator(".token-option")).to_have_count(
        len(expected(site, site.models["default"], "Another text")["tokens"]["pieces"])
    )
    settle(page)
    assert choices(page) == {"prompt": "Another text", "k": "5"}
    assert len(table(page, "logits")) <= 6 + 1
    page.go_back()
    expect(page.get_by_label("Text for the model")).to_have_value("One text")
    settle(page)
    assert choices(page) == {"prompt": "One text", "head": "1"}
    # Another model without a text brings its own first example.
    page.evaluate("location.hash = 'model=sorter'")
    expect(page.get_by_label("Text for the model")).to_have_value("cabbed:", timeout=LIVE_MS)


def test_hostile_values_are_refused_aloud_and_do_nothing(watched, site):
    page, _ = watched
    attack = "<img src=x onerror=alert(1)>"
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError(dialog.message)))
    hostile = "&".join(f"{name}={quote(attack)}" for name in ("block", "point", "model", "library", "self", "__proto__"))
    open_live(page, f"{site.url}?token={quote(attack)}&utm_source=mail#{hostile}&k=1e9&head=-7&prompt={quote(attack)}")
    notice = page.locator(".prompt-notice")
    for name in ("block", "point", "model", "library", "self", "k", "head", "token", "__proto__"):
        expect(notice).to_contain_text(name)
    assert "utm_source" not in notice.text_content()
    settle(page)
    assert choices(page) == {"prompt": attack, "token": "-1"}, "the token that is shown, not the one asked for"
    assert page.locator("main img").count() == 0
    page.evaluate("location.hash = 'prompt=fine&block=NaN&head=1.5'")
    expect(page.get_by_label("Text for the model")).to_have_value("fine")
    expect(notice).to_contain_text("block, head")


def test_a_link_can_be_copied(watched, site):
    page, _ = watched
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url.split("/course")[0])
    open_live(page, site.url)
    type_prompt(page, "A text to send.")
    button = page.locator("#link")
    press_tool(page, "link")
    expect(button).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url == f"{site.url}#prompt=A+text+to+send%2E"
    expect(button).to_have_text("Copy link")


def test_a_strict_policy_holds_and_nothing_breaks_it(watched, site):
    """`watched` fails on any error in the console, so on any violation; this one asks the browser as well."""
    page, watch = watched
    page.add_init_script("""window.violations = [];
        document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));""")
    open_live(page, site.url)
    type_prompt(page, "Run under a policy.")
    assert page.evaluate("window.violations") == []
    # The policy holds: it allows neither code from a string, nor a handler in the markup, nor another origin.
    page.evaluate("""async () => {
        window.evil = 0;
        document.body.insertAdjacentHTML("beforeend", "<img src=data: onerror='evil = 1'>");
        const script = document.createElement("script");
        script.textContent = "evil = 2";
        document.body.append(script);
        await fetch("https://example.org/").catch(() => {});
    }""")
    until(page, "new Set(window.violations).size >= 3")
    assert page.evaluate("window.evil") == 0
    watch.errors.clear()
