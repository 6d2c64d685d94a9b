"""Runs Python programs in Pyodide under Node, so that the build compiles and verifies with the target's own Python."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from explainer.export.build.npm import need_node
from explainer.export.errors import ExplainerError

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")  # what loadPyodide fetches
RUNNER = Path(__file__).with_name("pyodide_run.mjs")


def run_in_pyodide(
    pyodide: Path,
    code: str,
    archives: tuple[Path, ...] = (),
    mounts: dict[str, Path] | None = None,
    env: dict[str, str] | None = None,
    timeout: float = 300,
) -> str:
    """Run `code` in the Pyodide of folder `pyodide` (core files and pyodide-lock.json); returns its last expression as text.

    archives: archives of packages (packages.py) to unpack first. mounts: folders of this machine by their path inside.
    env: additional environment variables.
    `code` can read `booted_ms`, the time until Pyodide and the packages were ready. Raises ExplainerError with the
    error's last line.
    """
    job = {
        "pyodide": str(pyodide.resolve()),
        "archives": [str(path.resolve()) for path in archives],
        "code": code,
        "env": env or {},
        "mounts": {inside: str(path.resolve()) for inside, path in (mounts or {}).items()},
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(job, file)
        file.flush()
        try:
            result = subprocess.run([need_node(), str(RUNNER), file.name], capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            raise ExplainerError(f"Pyodide under Node gave no answer within {timeout:.0f} s") from None
    if result.returncode:
        raise ExplainerError(f"Pyodide under Node failed: {result.stderr.rsplit('---', 1)[-1].strip()}")
    return result.stdout.split("\n---\n", 1)[-1]
