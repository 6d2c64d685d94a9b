"""Cuts Bokeh's and Panel's JavaScript to the modules that the page needs: an eighth of it, in one file (see bokehjs.mjs).

The page's document has one hidden component (the page draws the figures itself), so of the hundreds of models in the bundles
it needs one and its imports. The modules are those of the installed packages, unchanged except for two that nothing here uses.
The loader is the project's own, because a bundle's loader runs everything at once and blocks the page meanwhile.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import bokeh
import panel
from explainer.export.build.npm import need_node
from explainer.export.errors import ExplainerError

MODELS = ("models/reactive_esm",)  # the one model in the page's document, as the bundles name it
CUTTER = Path(__file__).with_name("bokehjs.mjs")


def scripts() -> list[Path]:
    """Return the bundles of the installed packages, in the order in which a page would load them."""
    folder = Path(bokeh.__file__).parent / "server/static/js"
    return [
        *(folder / f"bokeh{part}.min.js" for part in ("", "-widgets", "-tables")),
        Path(panel.__file__).parent / "dist/panel.min.js",
    ]


def cut(out: Path) -> None:
    """Write to `out` a module whose `load(pause)` returns a Bokeh that can embed views. Raises ExplainerError."""
    job = {"scripts": list(map(str, scripts())), "models": MODELS, "out": str(out)}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(job, file)
        file.flush()
        result = subprocess.run([need_node(), str(CUTTER), file.name], capture_output=True, text=True)
    if result.returncode:
        why = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        raise ExplainerError(f"Bokeh's scripts could not be cut: {why[0][7:] if why else result.stderr[-200:]}")
