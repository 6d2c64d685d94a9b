"""The views, in the order in which the page shows them: those that are always on the screen, then the parts that open.

A new part is one module here, one folder in site/views, its name in PARTS (explainer.state.choices) and an import of its words
in site/strings/en.js: `explainer new-view NAME` makes all four.
"""

from __future__ import annotations

from importlib import import_module

from explainer.state.choices import PARTS
from explainer.views.base import Scene, View

OVERVIEW = ("prompt", "tokens", "residual", "logits", "sampling", "story")


def _view(slot: str) -> type[View]:
    """Returns the view class that the module of that name defines."""
    module = import_module(f"explainer.views.{slot}")
    return next(
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, View) and each.__module__ == module.__name__
    )


VIEWS: tuple[type[View], ...] = tuple(_view(slot) for slot in (*OVERVIEW, *PARTS))


def all_views() -> list[View]:
    return [view() for view in VIEWS]


__all__ = ["VIEWS", "Scene", "View", "all_views"]
