"""The site's own JavaScript, tested by Node's test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = sorted((Path(__file__).parent / "node").glob("*.test.mjs"))


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_javascript(path):
    result = subprocess.run(["node", "--test", str(path)], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout[-5000:]
