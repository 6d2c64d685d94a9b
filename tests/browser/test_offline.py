"""The service worker: the site without a network, its updates, and threads where the host sends no headers."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from explainer.export.serve import listen
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import ARGS, installed, until
from tests.helpers.page import LIVE_MS, cores, expected, open_kept, open_live, press_tool, token_ids, type_prompt, until_live
from tests.helpers.site_server import PREFIX, Handler, serve


def visits(page) -> list[str]:
    """Returns a list that grows by an address whenever the page is loaded."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if request.is_navigation_request() else None)
    return seen


def keys(page, name: str) -> list[str]:
    return page.evaluate(
        """async (name) => {
        const found = (await caches.keys()).find((key) => key.startsWith(name));
        return found ? (await (await caches.open(found)).keys()).map((request) => request.url) : [];
    }""",
        name,
    )


def test_after_one_visit_it_works_without_a_network_and_is_isolated(watched, site):
    page, watch = watched
    open_kept(page, site.url)
    assert page.evaluate("crossOriginIsolated") is False
    expect(page.locator("#status")).to_contain_text("works offline")
    shell = keys(page, "explainer-shell")
    assert all(url.startswith(site.url) for url in shell)
    assert not [url for url in shell if re.search(r"weights-|trunk-|jspi|asyncify|webgpu", url)], "nothing twice"
    page.goto("about:blank")  # because the next address differs only behind the #
    page.context.set_offline(True)
    open_live(page, f"{site.url}#prompt=Nobody+is+there")
    text = "Without any network the model says"
    type_prompt(page, text)
    assert token_ids(page) == [p["id"] for p in expected(site, site.models["default"], text)["tokens"]["pieces"]]
    # The second visit goes through the service worker: its headers isolate the page without a reload.
    assert page.evaluate("crossOriginIsolated") is True
    expect(page.locator(".prompt-about")).to_contain_text("wasm, ")
    page.context.set_offline(False)
    watch.errors.clear()  # failed requests: whether models or the worker itself are newer


def test_where_threads_help_the_first_visit_is_loaded_once_more_and_isolated(watched, site):
    page, _ = watched
    cores(page, 8)
    loads = visits(page)
    page.goto(f"{site.url}#prompt=The+fox+said")
    until_live(page)
    assert page.evaluate("crossOriginIsolated") is True
    assert len(loads) == 2
    assert token_ids(page) == [p["id"] for p in expected(site, site.models["default"], "The fox said")["tokens"]["pieces"]]
    until(page, "'kept' in document.documentElement.dataset", timeout=LIVE_MS)
    assert f"{site.url}page/page.js" in {url.split("?")[0] for url in keys(page, "explainer-shell")}


def test_a_browser_that_cannot_be_isolated_is_asked_once(watched, site):
    page, _ = watched
    cores(page, 8)
    page.add_init_script(
        "Object.defineProperty(window, 'crossOriginIsolated', { get: () => false });"
        "Object.defineProperty(ServiceWorkerContainer.prototype, 'controller', { get: () => null });"
    )
    loads = visits(page)
    page.goto(f"{site.url}?model=sorter")
    until_live(page)
    assert len(loads) == 2
    page.reload()
    until_live(page)
    assert len(loads) == 3, "in this tab it is not tried again"


def test_whoever_has_begun_is_not_interrupted(watched, site):
    page, _ = watched
    cores(page, 8)
    page.add_init_script("""
        const { register } = ServiceWorkerContainer.prototype;
        const begun = new Promise((resolve) => (window.begun = resolve));
        ServiceWorkerContainer.prototype.register = async function (...args) { await begun; return register.apply(this, args); };
    """)
    loads = visits(page)
    page.goto(f"{site.url}?model=sorter")
    page.get_by_label("Text for the model").fill("dad:")
    page.evaluate("begun()")  # before the page has sent the letters as a text
    until_live(page)
    expect(page.locator(".token-option")).to_have_count(4)
    assert len(loads) == 1 and page.evaluate("crossOriginIsolated") is False


def test_an_update_is_there_at_the_visit_after_next_and_the_old_files_go(watched, site, tmp_path):
    page, watch = watched
    folder = tmp_path / "dist"
    shutil.copytree(site.folder, folder)
    server = serve(folder, Handler)
    url = f"http://127.0.0.1:{server.server_port}{PREFIX}"
    try:
        open_kept(page, url)
        old = keys(page, "explainer-shell")
        # A new build: one file differs.
        from explainer.export.build.site import write_shell

        words = 'copy: "Copy link"'
        spoken = next(path for path in folder.glob("chunks/*.js") if words in path.read_text())
        spoken.write_text(spoken.read_text().replace(words, 'copy: "Copy a link"'))
        (folder / "shell.js").unlink()
        write_shell(folder)
        open_kept(page, url)
        expect(page.locator("#link")).to_have_text("Copy link")  # the old build, complete, and no reload meanwhile
        until(page, "navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))", timeout=LIVE_MS)
        context = page.context
        page.close()  # the last page of the old build
        page = context.new_page()
        page.goto(url)
        expect(page.locator("#link")).to_have_text("Copy a link")
        until(page, "caches.keys().then((all) => all.filter((key) => key.startsWith('explainer-shell')).length === 1)")
        new = keys(page, "explainer-shell")
        changed = {url.split("?")[0] for url in set(new) ^ set(old)}
        assert changed == {f"{url}chunks/{spoken.name}"} and len(new) == len(old), "one file fetched, its old form gone"
    finally:
        server.shutdown()
    watch.errors.clear()


def test_plain_http_from_another_machine_runs_with_one_thread(site):
    """The site as `serve --lan` offers it to a class: no secure context, so no worker, cache, WebGPU or crypto.subtle."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(plain_run, site).result()


def plain_run(site) -> None:
    with sync_playwright() as playwright, listen(site.folder, 0, lan=True) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        # A name other than localhost, so that the browser trusts it no more than any other machine.
        browser = playwright.chromium.launch(
            executable_path=installed(), args=[*ARGS, "--host-resolver-rules=MAP classroom.test 127.0.0.1"]
        )
        page = browser.new_page()
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        open_live(page, f"http://classroom.test:{server.server_port}/?model=sorter")
        assert page.evaluate("[isSecureContext, 'caches' in window, crypto.subtle]") == [False, False, None]
        assert problems == []
        expect(page.locator(".prompt-about")).to_contain_text("wasm, 1 thread")
        assert token_ids(page) == [p["id"] for p in expected(site, "sorter", "cabbed:")["tokens"]["pieces"]]
        press_tool(page, "link")
        expect(page.locator("#link")).to_have_text("Link copied")
        browser.close()
        server.shutdown()
