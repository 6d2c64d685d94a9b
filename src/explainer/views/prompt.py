"""The bar: the text, the models to choose from, and how the last run went."""

from __future__ import annotations

from explainer.views.base import Scene, View


class Prompt(View):
    """Shown also while there is no trace yet, so it takes its facts from the app rather than from a Scene."""

    def tell(self, **facts) -> None:
        """Changes some of what is shown."""
        self.shown = {**self.shown, **facts}

    def show(self, scene: Scene) -> dict:
        return {name: value for name, value in self.shown.items() if name not in ("run", "version")}
