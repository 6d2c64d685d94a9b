"""The built site, served as a plain static host would below a path of its own, and a Chromium that reaches nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from explainer.export.build.site import build
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGS, installed

# As on a project page of a static host: not at the root.
PREFIX = "/course/explainer/"
LIVE_MS = 120_000


@dataclass(frozen=True)
class Site:
    """folder: what `explainer build` wrote.  url: where it is served."""

    folder: Path
    url: str
    isolated: str  # the same with the headers that allow threads

    @property
    def models(self) -> dict:
        return json.loads((self.folder / "models/index.json").read_text())

    def model(self, name: str | None = None) -> Path:
        return self.folder / "models" / (name or self.models["default"])


class Handler(SimpleHTTPRequestHandler):
    isolation = False

    def translate_path(self, path: str) -> str:
        return super().translate_path(path[len(PREFIX) - 1 :]) if path.startswith(PREFIX) else "/nowhere"

    def end_headers(self) -> None:
        if self.isolation:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *args) -> None:
        pass


class IsolatedHandler(Handler):
    isolation = True


def serve(folder: Path, handler: type[Handler]) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="session")
def dist(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "dist"
    build(folder)
    return folder


@pytest.fixture(scope="session")
def site(dist) -> Iterator[Site]:
    servers = [serve(dist, handler) for handler in (Handler, IsolatedHandler)]
    urls = [f"http://127.0.0.1:{server.server_port}{PREFIX}" for server in servers]
    yield Site(dist, *urls)
    for server in servers:
        server.shutdown()


@pytest.fixture(scope="module")
def chromium(site) -> Iterator[Browser]:
    # After the build, and for a module at a time: while Playwright's event loop runs in this thread no other can.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGS)
        yield browser
        browser.close()


class Watch:
    """What a page asked for and complained about."""

    def __init__(self, page: Page, allowed: str):
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

        def route(route) -> None:
            if route.request.url.startswith((allowed, "blob:", "data:")):
                route.continue_()
            else:
                self.foreign.append(route.request.url)
                route.abort()

        page.context.route("**/*", route)


def cores(page: Page, count: int) -> None:
    """The page takes this machine to have so many."""
    page.add_init_script(f"Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', {{ get: () => {count} }})")


@pytest.fixture
def watched(chromium, site) -> Iterator[tuple[Page, Watch]]:
    """A new visitor's page, not yet anywhere. At the end of the test nothing may have gone elsewhere, or wrong."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    cores(page, 2)  # with more the first visit is loaded once more, for threads (site/page/isolation.js)
    watch = Watch(page, "http://127.0.0.1:")
    yield page, watch
    context.close()
    assert watch.foreign == []
    assert watch.errors == []
