"""The bar: the text, the models to choose from, and how the last run went."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from explainer.model.notices import Notice
from explainer.state.choices import PARTS, SHOWS
from explainer.views.base import Scene, View


class ModelEntry(TypedDict):
    """A model to choose from. bytes: of its files on their way.  manifest: the file of that, below models/, on a site."""

    name: str
    title: str
    description: str
    bytes: int
    precision: str
    manifest: NotRequired[str]


class PromptShown(TypedDict):
    """What the bar knows. It speaks before there is a trace, so it has neither run nor version.

    text: the prompt that was run.  coming: another model, while its files are on their way.  notice: what there is to say of
    the last choices, as notices (explainer.model.notices) or texts of libraries.  left_out: edits that could not be done.
    n_ctx: positions that the model has; None before there is one.  busy: a run is on its way.  ms, reused: how long the last
    one took, and how many positions it took over.  fidelity: how near the exported model is to its checkpoint, as measured.
    """

    text: str
    examples: list[str]
    model: str
    coming: str | None
    models: list[ModelEntry]
    notice: list[str | Notice]
    changed: bool
    left_out: list[str | Notice]
    part: Annotated[str, ("", *PARTS)]
    parts: list[Annotated[str, PARTS]]
    n_ctx: int | None
    busy: bool
    ms: float | None
    reused: int
    backend: str
    fidelity: dict[str, Any] | None
    precision: str
    edits: str
    mask: str
    other: str
    shows: Annotated[str, SHOWS]


class Prompt(View):
    """Shown also while there is no trace yet, so it takes its facts from the app rather than from a Scene."""

    def tell(self, **facts) -> None:
        """Changes some of what is shown."""
        self.shown = {**self.shown, **facts}

    def show(self, scene: Scene) -> PromptShown:
        facts: Any = {name: value for name, value in self.shown.items() if name not in ("run", "version")}
        return facts
