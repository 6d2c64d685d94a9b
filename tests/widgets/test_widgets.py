"""Tests of the page's widgets, each by itself, in a DOM under Node."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from explainer.export.build import npm
from explainer.export.build.site import SITE, cache_folder

TESTS = sorted(Path(__file__).parent.glob("*.test.mjs"))


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_widget(path):
    dom = npm.install(SITE, cache_folder(), dev=True) / "happy-dom/lib/index.js"
    env = {**os.environ, "EXPLAINER_DOM": str(dom)}
    result = subprocess.run(["node", "--test", str(path)], capture_output=True, text=True, timeout=120, env=env)
    assert result.returncode == 0, result.stdout[-5000:]
