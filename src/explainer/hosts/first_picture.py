"""The first picture: what the page shows before Python has started, computed at build time by the same app."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import numpy as np

from explainer.app.app import App, Library


def plain(value: Any) -> Any:
    """Converts to JSON's own types; an array becomes {"shape": [...], "float32": base64 of its little-endian numbers}."""
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "float32": base64.b64encode(value.astype("<f4").tobytes()).decode()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def first_picture(library: Library, **choices) -> dict:
    """Returns {"state": the choices, "views": {slot: its data}} of the default model on its first example."""
    app = App(library, **choices)
    asyncio.run(app.run())
    # The reader's own machine reports its backend and its speed.
    app.bar.tell(backend="", ms=None)
    # The numbers of runs and versions depend on this process; without them the same sources give the same file.
    return {"state": app.state.values(), "views": {view.slot: plain(unnumbered(view.shown)) for view in app.views}}


def unnumbered(shown: dict) -> dict:
    return {**shown, "run": 0, "version": 0} if "run" in shown else shown
