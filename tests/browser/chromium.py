"""Finds or installs a Chromium for the browser tests: the installed one, else Debian's, else Playwright's.

python tests/browser/chromium.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

from playwright.sync_api import Error

# Without these, Chromium looks for updates and sync, which a closed network refuses many times a second.
ARGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def installed() -> str | None:
    """Returns the path of a Chromium or Chrome on this machine; None stands for Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("EXPLAINER_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def install() -> None:
    if installed():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"], check=True)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def until(page, expression: str, arg=None, timeout: float = 30_000) -> None:
    """Waits until `expression` is true in the page. timeout: ms.

    Playwright's own wait_for_function evaluates a string inside the page, which the site's policy forbids.
    """
    end = time.monotonic() + timeout / 1000

    def true() -> bool:
        try:
            return page.evaluate(expression, arg)
        except Error as error:
            if "navigation" in str(error):  # the page is being reloaded
                return False
            raise

    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{expression} within {timeout / 1000:g} s")
        page.wait_for_timeout(50)


if __name__ == "__main__":
    install()
    print("Chromium:", installed() or "Playwright's")
