"""Bundles the page's modules into few files: a browser requests each file by itself, and the first picture waits for all of them.

esbuild changes nothing else: names, lines of text and the order of execution stay. The workers' modules stay separate files.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from explainer.export.build.npm import need_node
from explainer.export.errors import ExplainerError

from explainer.state.choices import PARTS

PAGE = "page/page.js"
# The modules that are loaded by name: the page, its session with Python, every part. Tests and benchmarks load those of ASKED_FOR.
ENTRIES = [PAGE, "page/session.js", *(f"views/{part}/index.js" for part in PARTS)]
ASKED_FOR = ["lib/dom.js", "lib/scheduler.js", "state/choices.js"]
WORKERS = ["workers/python/worker.js", "workers/model/worker.js"]
FOLDERS = ("generated", "lib", "page", "state", "strings", "views", "widgets")
# An import of another module: `import ... from "./x.js"`, `export {...} from "./x.js"`; not a name in a comment.
IMPORT = re.compile(r'^(?:import\b[^;"(]*|export\s(?:\*|\{[^}]*\})\s*from\s*)"(\.[^"]+)"', re.MULTILINE)


def imported(site: Path, scripts: Iterable[str]) -> list[str]:
    """Return the scripts and all modules that they need before they can run, as paths inside the site; the scripts first."""
    found = list(scripts)
    for name in found:
        for path in IMPORT.findall((site / name).read_text(encoding="utf-8")):
            wanted = (site / name).parent.joinpath(path).resolve().relative_to(site.resolve()).as_posix()
            if wanted not in found:
                found.append(wanted)
    return found


def bundle(site: Path, modules: Path) -> None:
    """Replace the page's modules in the folder `site` by few files. modules: node_modules. Raises ExplainerError."""
    kept = set(imported(site, WORKERS))
    sources = {path for folder in FOLDERS for path in (site / folder).rglob("*.js")}
    made = site / "bundled"
    options = [
        "--bundle",
        "--splitting",
        "--format=esm",
        "--outbase=.",
        "--charset=utf8",
        "--target=es2022",
        "--log-level=error",
    ]
    command = [need_node(), str(modules / "esbuild/bin/esbuild"), *ENTRIES, *ASKED_FOR, *options, f"--outdir={made}"]
    command += ["--chunk-names=chunks/[name]-[hash]"]
    result = subprocess.run(command, cwd=site, capture_output=True, text=True)
    if result.returncode:
        raise ExplainerError(f"the page's modules could not be put together: {result.stderr.strip().splitlines()[0]}")
    for path in sources:
        if path.relative_to(site).as_posix() not in kept:
            path.unlink()
    for path in sorted(made.rglob("*.js")):
        target = site / path.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    for folder in sorted((path for path in made.rglob("*")), reverse=True):
        folder.rmdir()
    made.rmdir()
