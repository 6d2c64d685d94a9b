"""Apps over small exported models, and their views' data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.package import write_model

from explainer.app.app import App
from explainer.runtimes.native import NativeLibrary
from tests.helpers.checkpoints import make_checkpoint


def make_library(folder: Path, **checkpoints: dict[str, Any]) -> NativeLibrary:
    """Exports models by name, in fp32, each from the checkpoint that `make_checkpoint` makes with these options."""
    for name, options in checkpoints.items():
        source = make_checkpoint(folder / "checkpoints" / name, **options)
        write_model(load_checkpoint(str(source)), folder / "models" / name, "fp32")
    return NativeLibrary(folder / "models", next(iter(checkpoints)))


def shown(app: App) -> dict[str, dict[str, Any]]:
    """Returns every view's data on the screen, by its slot."""
    return {view.slot: view.shown for view in app.views}
