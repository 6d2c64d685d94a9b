"""Installs the pinned npm packages of site/package-lock.json into the cache, once: those of the site, or the tools as well."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from explainer.export.errors import ExplainerError

NODE = 20  # oldest major version that runs Pyodide 314
FILES = ("package.json", "package-lock.json", ".npmrc")


@cache
def need_node() -> str:
    """Return the path of `node`. Raises ExplainerError where it is missing or too old."""
    node = shutil.which("node")
    if not node:
        raise ExplainerError(f"node was not found: the build needs Node.js {NODE} or newer, with npm, on the PATH")
    found = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    major = re.match(r"v(\d+)", found)
    if not major or int(major[1]) < NODE:
        raise ExplainerError(f"node is {found or 'not running'}: the build needs Node.js {NODE} or newer")
    return node


def install(site: Path, cache: Path, say: Callable[[str], None] = print, *, dev: bool = False) -> Path:
    """Run `npm ci` for the lock file in `site`; returns node_modules, which all builds with the same lock file share.

    dev: also installs what only tests and checks need, 100 MB more (biome, TypeScript, axe-core, a DOM for node).
    Raises ExplainerError with npm's own message when it fails, and advice where the network is missing.
    """
    need_node()
    npm = shutil.which("npm")
    if not npm:
        raise ExplainerError("npm was not found: it comes with Node.js; put it on the PATH")
    key = hashlib.sha256(b"".join((site / name).read_bytes() for name in FILES)).hexdigest()[:16]
    home = cache / f"npm-{'dev-' if dev else ''}{key}"
    if (home / "node_modules").is_dir():
        return home / "node_modules"
    cache.mkdir(parents=True, exist_ok=True)
    say("npm ci: Pyodide, ONNX Runtime Web and the tokenizer" + dev * ", and the tools of tests and checks")
    # Installed beside its final place and renamed, so that a broken or parallel install is never mistaken for a whole one.
    with tempfile.TemporaryDirectory(dir=cache, prefix="npm-part-") as work:
        for name in FILES:
            shutil.copy(site / name, work)
        result = subprocess.run(
            [npm, "ci", "--no-progress", *([] if dev else ["--omit=dev"])], cwd=work, capture_output=True, text=True
        )
        if result.returncode:
            raise ExplainerError(f"npm ci failed: {last_word(result.stderr or result.stdout)}")
        try:
            Path(work).rename(home)
        except OSError:  # another build was quicker
            if not (home / "node_modules").is_dir():
                raise
        else:
            Path(work).mkdir()  # TemporaryDirectory wants something to remove
    return home / "node_modules"


def last_word(output: str) -> str:
    """Return the line of npm's output that says what went wrong, with advice where the network did."""
    lines = [
        re.sub(r"^npm (error|ERR!)\s*", "", line).strip()
        for line in output.splitlines()
        if line.startswith(("npm error", "npm ERR!"))
    ]
    lines = [line for line in lines if line and not line.startswith(("A complete log", "code ", "errno ", "syscall "))]
    text = lines[0] if lines else (output.strip().splitlines() or ["no output"])[-1]
    offline = re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network", output)
    return text + (" (is there a network? the first build fetches 30 MB from npm)" if offline else "")


def version(modules: Path, package: str) -> str:
    """Return the installed version of an npm package."""
    return json.loads((modules / package / "package.json").read_text())["version"]
