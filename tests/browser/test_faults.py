"""Faults end well: when network, worker, browser or storage fail, the reader is told and can go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from explainer.export.serve import Handler, listen
from playwright.sync_api import Page, expect, sync_playwright

from explainer.runtimes.native import load_native
from tests.browser.chromium import ARGS, installed, until
from tests.helpers.page import LIVE_MS, expected, open_live, press_tool, token_ids, type_prompt
from tests.helpers.texts import texts

TEXT = "the king and the queen and the king"
WEIGHTS = r"models/{}/weights-.*\.bin"


class Weak(Handler):
    """`explainer serve` with faults. A request that matches `server.dead` gets no answer. One that matches `server.weak` gets
    half of the file, then nothing until `server.gate` opens; then the connection breaks, and a request for the rest gets
    nothing."""

    def answer(self, body) -> None:
        if re.search(self.server.dead, self.path):
            self.close_connection = True
        else:
            super().answer(body)

    def send(self, status, headers, data, body) -> None:
        weak = body and re.search(self.server.weak, self.path)
        self.server.log.append((self.path, self.headers.get("Range"), int(status)))
        super().send(status, headers, data, body and not weak)
        if weak:
            self.wfile.write(data[: len(data) // 2] if status == 200 else b"")
            self.wfile.flush()
            self.server.gate.wait(60)
            self.close_connection = True


@pytest.fixture(scope="module")
def server(site):
    with listen(site.folder, 0, isolation=False) as server:
        server.RequestHandlerClass = Weak
        server.dead, server.weak, server.log, server.gate = "^$", "^$", [], Event()
        server.gate.set()
        server.url = f"http://localhost:{server.server_port}/"
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def visitor(chromium) -> Iterator[Page]:
    """A new visitor's page, without a service worker, so that every request can be seen and cut."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, service_workers="block")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def live(chromium, server) -> Iterator[Page]:
    """One visitor's page for several tests."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, service_workers="block")
    page = context.new_page()
    open_live(page, server.url)
    yield page
    context.close()


def shows(page: Page, site, text: str, model: str | None = None) -> None:
    """Asserts that the figures are those of `text`."""
    assert token_ids(page) == [p["id"] for p in expected(site, model or site.models["default"], text)["tokens"]["pieces"]]


def expects(page: Page, site, text: str, model: str) -> None:
    """Waits until the figures are those of this model (two of the site's models have the same tokens)."""
    top = expected(site, model, text)["logits"]["top"][0]["text"]
    expect(page.locator("[data-slot=logits] .candidate").first).to_contain_text(top, timeout=LIVE_MS)


def choose_model(page: Page, name: str) -> None:
    page.get_by_label("Model", exact=True).select_option(name)


# The files that fail, and what the reader is told. Loaded files are kept, so the order is that in which a visit needs them.
STAGES = {
    r"/(session|python/worker)\.js": "could not be started",  # the worker is created early, so both fail
    r"/python/worker\.js": "could not be started",
    r"/model/worker\.js": "workers/model/worker.js could not be loaded",
    r"models/index\.json": "index.json could not be loaded",
    r"sorter/manifest\.json": "manifest.json could not be downloaded",
    WEIGHTS.format("sorter"): "could not be downloaded",
    r"pyodide\.asm\.wasm": "pyodide.asm.wasm could not be downloaded",
    r"packages\.bin": "packages.bin could not be downloaded",
    r"ort-wasm.*\.wasm": "ort-wasm-simd-threaded.wasm could not be downloaded",
}
SCRIPTS = r"vendor/bokeh\.mjs"


def test_a_network_that_is_cut_at_any_stage_is_told_of_and_a_new_try_goes_on(visitor, server, site):
    page = visitor
    failure = page.locator(".failure")
    for at, words in {**STAGES, SCRIPTS: "bokeh.mjs could not be loaded"}.items():
        server.dead = f"{at}|{SCRIPTS}"  # the page's scripts are loaded once for all tries, so they have to fail in each
        if failure.count():
            failure.get_by_role("button", name="Try again").click()
        else:
            page.goto(server.url + "?model=sorter&head=1")
        expect(failure).to_contain_text(words, timeout=LIVE_MS)
        expect(page.locator(".token-option").first).to_be_visible()  # the first picture stays
        page.get_by_label("Text for the model").fill("edcba:")
    server.dead = "^$"
    failure.get_by_role("button", name="Try again").click()
    expect(page.locator(".prompt-about")).to_contain_text(" ms", timeout=LIVE_MS)
    expect(failure).to_have_count(0)
    expect(page.locator(".token-option")).to_have_count(6, timeout=LIVE_MS)
    shows(page, site, "edcba:", "sorter")


def test_another_model_loads_in_the_background_and_can_be_cancelled_and_gone_on_with(live, server, site):
    page, status = live, live.locator("#status")
    server.gate.clear()
    server.weak = WEIGHTS.format("untrained")
    choose_model(page, "untrained")
    expect(status).to_contain_text("Loading 3.")
    expect(status).to_contain_text("(now Storyteller, untrained)")
    type_prompt(page, TEXT)
    shows(page, site, TEXT)  # the model in use goes on answering
    expect(page.get_by_label("Model", exact=True)).to_have_value("storyteller")
    expect(page.locator(".prompt-coming")).to_have_text(
        "Loading Storyteller, untrained … (Storyteller stays active until then)"
    )
    status.get_by_role("button", name="Cancel").click()
    expect(page.locator(".prompt-notice")).to_contain_text("Loading Storyteller, untrained was stopped")
    expect(page.locator(".prompt-coming")).to_have_text("")
    expect(status.get_by_role("button")).to_have_count(0)
    expect(status.locator(".load-bar")).to_be_hidden()
    until(page, "!location.hash.includes('untrained')")

    # The same again with a connection that breaks: the reader is told, and the model in use stays.
    server.gate.set()
    server.log.clear()
    choose_model(page, "untrained")
    expect(page.locator(".prompt-notice")).to_contain_text("the connection failed 3 times", timeout=20_000)
    asked = [span for path, span, _ in server.log if re.search(server.weak, path)]
    assert len(asked) == 3 and asked[0] and set(asked) == {asked[0]}, "what came before the cancelling is kept"
    type_prompt(page, TEXT + " and")
    shows(page, site, TEXT + " and")

    server.weak = "^$"
    server.log.clear()
    choose_model(page, "untrained")
    expects(page, site, TEXT + " and", "untrained")
    assert [(span, status) for path, span, status in server.log if "weights" in path] == [(asked[0], 206)]
    assert page.locator(".failure").count() == 0
    choose_model(page, "storyteller")
    expects(page, site, TEXT + " and", "storyteller")


def test_a_tab_that_was_put_to_sleep_goes_on(live, site):
    page = live
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.wait_for_timeout(3000)  # a frozen page has no event to wait for
    session.send("Page.setWebLifecycleState", {"state": "active"})
    type_prompt(page, "after a long sleep")
    shows(page, site, "after a long sleep")
    assert page.locator(".failure").count() == 0


def test_texts_of_every_kind_go_through_the_page(live, site):
    """A few of the 10,000 of tests/unit/test_tokenizer_fuzz.py, typed."""
    page, field = live, live.get_by_label("Text for the model")
    tokenizer = load_native(site.model())[2]
    # A text field changes line ends, and halves of surrogate pairs cannot be typed (see below).
    kinds = [text for text in texts(400) if len(text) < 40 and not re.search("[\r\ud800-\udfff]", text)]
    for text in kinds[:: len(kinds) // 16]:
        field.fill(text)
        field.press("Enter")
        until(page, "document.querySelector('[data-slot=prompt]').getAttribute('aria-busy') === 'false'", timeout=60_000)
        expect(page.locator(".token-option .token-id")).to_have_text([str(id) for id in tokenizer.encode(text)])
    page.evaluate("""() => { const field = document.querySelector("#prompt-text"); field.value = "half \\ud83d";
        field.dispatchEvent(new Event("input")); }""")
    expect(page.locator(".token-option .token-id")).to_have_text([str(id) for id in tokenizer.encode("half \ufffd")])
    assert page.locator(".failure").count() == 0 and page.locator("main img, main script").count() == 0


def test_two_tabs_do_not_touch_each_other(live, server, site):
    other = live.context.new_page()
    open_live(other, server.url)
    type_prompt(live, "the first tab")
    type_prompt(other, "here is the second one")
    shows(live, site, "the first tab")
    shows(other, site, "here is the second one")
    other.close()


def test_a_worker_that_breaks_or_falls_silent_can_be_started_again(live, site):
    page = live
    for text in ("one", "two", "three", TEXT):  # so that the old worker has run more often than the new one will have
        type_prompt(page, text)
    page.locator(".heads [role=radio]").nth(1).click()
    python, model = (
        next(worker for worker in page.workers if f"/{script}/worker.js" in worker.url) for script in ("python", "model")
    )
    failure = page.locator(".failure")
    for worker, fault in ((python, "a fault nobody foresaw"), (model, "another one")):
        worker.evaluate(f"() => {{ setTimeout(() => {{ throw new Error('{fault}'); }}); }}")
        expect(failure).to_contain_text(fault)
        failure.get_by_role("button", name="Dismiss").click()
    model.evaluate("() => self.close()")  # without the model worker the Python worker has no answer
    expect(failure).to_contain_text("has stopped answering", timeout=40_000)
    shows(page, site, TEXT)  # what was computed stays on the screen
    failure.get_by_role("button", name="Start again").click()
    until(page, "performance.getEntriesByName('explainer-live').length === 2", timeout=LIVE_MS)
    expect(failure).to_have_count(0)
    expect(page.locator(".heads [role=radio]").nth(1)).to_have_attribute("aria-checked", "true")
    type_prompt(page, TEXT + " again")
    shows(page, site, TEXT + " again")
    attention = page.locator(".part-bar [aria-controls=part-attention]")
    attention.click()
    attention.click()
    until(page, "document.querySelector('#part-attention h2') && !document.querySelector('#part-attention.waiting')")


def test_without_simd_the_reader_is_told_before_anything_large_is_downloaded(site):
    with ThreadPoolExecutor(1) as thread:  # a browser of its own needs a thread of its own in Playwright
        thread.submit(no_simd, site).result()


def no_simd(site) -> None:
    with sync_playwright() as playwright:
        # Like a processor without the instructions that WebAssembly's SIMD needs.
        browser = playwright.chromium.launch(
            executable_path=installed(), args=[*ARGS, "--js-flags=--no-enable-ssse3 --no-enable-sse4-1"]
        )
        page = browser.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(site.url)
        expect(page.locator(".failure")).to_contain_text("no WebAssembly SIMD")
        assert page.locator(".failure button").count() == 0, "trying again would not help"
        expect(page.locator(".token-option").first).to_be_visible()
        assert not [url for url in asked if re.search(r"\.(wasm|zip|bin)$", url)]
        browser.close()


def test_where_nothing_can_be_kept_the_page_runs_and_says_so(visitor, server):
    """The browser's quota stands for a full disk."""
    page = visitor
    page.goto(server.url + "icon.svg")
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": server.url.rstrip("/"), "quotaSize": 1000}
    )
    open_live(page, server.url + "?model=sorter")
    expect(page.locator("#status")).to_contain_text("no room to keep the model")
    type_prompt(page, "bade:")


SANDBOX = """<!doctype html><title>A course page</title>
<iframe sandbox="allow-scripts" src="../?model=sorter" width="1000" height="700"></iframe>"""


def test_a_sandboxed_frame_without_an_origin_runs_without_any_storage(visitor, server, site):
    page = visitor
    page.route("**/examples/sandbox.html", lambda route: route.fulfill(body=SANDBOX, content_type="text/html"))
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(server.url + "examples/sandbox.html")
    frame = page.frames[1]
    until(frame, "performance.getEntriesByName('explainer-live').length > 0", timeout=LIVE_MS)
    blocked = """async () => [origin, ...await Promise.all([() => localStorage, () => caches.open("x"),
        () => navigator.serviceWorker.register("sw.js")].map(async (use) => {
            try { await use(); return "works"; } catch (error) { return error.name; }}))]"""
    assert frame.evaluate(blocked) == ["null", "SecurityError", "SecurityError", "SecurityError"]
    assert frame.evaluate("typeof SharedArrayBuffer") == "undefined"
    inside = page.frame_locator("iframe")
    expect(inside.locator(".prompt-about")).to_contain_text("wasm, 1 thread")
    top = expected(site, "sorter", "cabbed:")["logits"]["top"][0]["text"]
    expect(inside.locator("[data-slot=logits] .candidate").first).to_contain_text(top)
    press_tool(inside, "theme")  # works although the choice cannot be stored
    assert problems == []


def test_a_sandboxed_frame_that_cannot_read_its_own_files_says_so(visitor, site):
    """A host without Access-Control-Allow-Origin, such as `python -m http.server`."""
    page = visitor
    page.route("**/examples/sandbox.html", lambda route: route.fulfill(body=SANDBOX, content_type="text/html"))
    page.goto(site.url + "examples/sandbox.html")
    expect(page.frame_locator("iframe").locator(".only-broken")).to_be_visible()
    expect(page.frame_locator("iframe").locator(".only-broken")).to_contain_text("allow-same-origin")


ATTACK = "<img src=x onerror=\"parent.hacked=1;document.title='hacked'\"><script>document.title='hacked'</script>"


def test_hostile_names_of_models_and_files_are_shown_as_text(visitor, site):
    """Anyone can have written the site's index and manifests: their texts must never become markup or code."""
    page = visitor
    page.on("dialog", lambda dialog: (_ for _ in ()).throw(AssertionError(dialog.message)))

    def index(route) -> None:
        models = site.models
        for entry in models["models"]:
            entry.update(title=ATTACK, description=ATTACK)
        models["models"].append({**models["models"][0], "name": ATTACK, "manifest": "sorter/<img src=x onerror=hacked=1>.json"})
        route.fulfill(json=models)

    def manifest(route) -> None:
        answer = route.fetch().json()
        answer.update(title=ATTACK, description=ATTACK, licence=ATTACK, examples=[ATTACK])
        route.fulfill(json=answer)

    page.route("**/models/index.json", index)
    page.route("**/sorter/manifest.json", manifest)
    open_live(page, site.url + "?model=sorter")
    expect(page.get_by_label("Text for the model")).to_have_value(ATTACK)
    select = page.get_by_label("Model", exact=True)
    assert ATTACK in select.text_content()
    choose_model(page, ATTACK)
    expect(page.locator(".prompt-notice")).to_contain_text("The server has no %3Cimg%20src=x")
    assert page.locator("main img, header img, main script, header script").count() == 0
    assert page.title() != "hacked" and page.evaluate("window.hacked") is None
