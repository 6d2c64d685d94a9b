"""The built site and a Chromium that reaches nothing else, as fixtures. Modules that tests import are in tests/helpers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from explainer.export.build.site import build
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGS, installed
from tests.helpers.once import once
from tests.helpers.page import Watch, cores
from tests.helpers.site_server import PREFIX, Handler, IsolatedHandler, Site, serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks everything in this folder as `browser`."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def dist(tmp_path_factory) -> Path:
    """The built site, one for all workers of a parallel run."""
    return once(tmp_path_factory, "dist", build)


@pytest.fixture(scope="session")
def site(dist) -> Iterator[Site]:
    servers = [serve(dist, handler) for handler in (Handler, IsolatedHandler)]
    urls = [f"http://127.0.0.1:{server.server_port}{PREFIX}" for server in servers]
    yield Site(dist, *urls)
    for server in servers:
        server.shutdown()


@pytest.fixture(scope="module")
def chromium(site) -> Iterator[Browser]:
    # After the build, and for one module at a time: while Playwright's event loop runs in this thread, no other can.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def watched(chromium, site) -> Iterator[tuple[Page, Watch]]:
    """A new visitor's blank page. At the end of the test no request may have left the site, and no error may have occurred."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    cores(page, 2)  # with more cores the first visit is reloaded, for threads (site/page/isolation.js)
    watch = Watch(page, "http://127.0.0.1:")
    yield page, watch
    context.close()
    assert watch.foreign == []
    assert watch.errors == []
