"""The same page with Python on a server, for work on the views (explainer.hosts.panel_server)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.helpers.page import expected, token_ids, type_prompt

ROOT = Path(__file__).parents[2]


@pytest.fixture
def served(site):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "panel",
        "serve",
        "src/explainer/hosts/panel_server.py",
        "--static-dirs",
        "page=site",
        "--port",
        str(port),
    ]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "EXPLAINER_MODELS": str(site.folder / "models")},
    )
    for _ in range(300):
        with socket.socket() as door:
            if door.connect_ex(("localhost", port)) == 0:
                break
        assert server.poll() is None, server.stdout.read().decode()
        time.sleep(0.1)
    yield f"http://localhost:{port}/panel_server"
    server.terminate()
    server.wait(20)


def test_views_show_the_served_apps_numbers(chromium, site, served):
    page = chromium.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(served)
    expect(page.locator(".prompt-about")).to_contain_text(" ms", timeout=60_000)
    text = "the king and the queen"
    type_prompt(page, text)
    pieces = expected(site, site.models["default"], text)["tokens"]["pieces"]
    assert token_ids(page) == [piece["id"] for piece in pieces]
    assert wrong == []
    page.close()


def test_the_page_says_that_the_text_leaves_the_device(chromium, served):
    page = chromium.new_page()
    page.goto(served)
    expect(page.locator("dialog.about")).to_contain_text("What you type is sent there")
    page.close()
