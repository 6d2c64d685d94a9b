"""The bar: the text, the models to choose from, and how the last run went."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from explainer.model.notices import Notice
from explainer.state.choices import PARTS, SHOWS
from explainer.views.base import Scene, View


class ModelEntry(TypedDict):
    """A model to choose from. bytes: size of its files as downloaded.  manifest: its file below models/, on a site."""

    name: str
    title: str
    description: str
    bytes: int
    precision: str
    manifest: NotRequired[str]


class PromptShown(TypedDict):
    """The bar's data. They are shown before there is a trace, so they have neither run nor version.

    text: the prompt that was run.  coming: another model, while its files are being downloaded.  notice: about the last
    choices, each a notice (explainer.model.notices) or a text of a library.  left_out: edits that are not possible.
    n_ctx: the model's number of positions; None before a model is loaded.  busy: a run is in progress.  ms, reused: the last
    run's time, and how many positions it reused.  fidelity: how close the exported model is to its checkpoint, as measured.
    heard: how many of the reader's choices `part`, `edits`, `mask`, `other` and `shows` have, see Shown.
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
    heard: int


class Prompt(View):
    """The bar. It is shown before there is a trace, so its data come from the app rather than from a Scene."""

    def tell(self, **facts) -> None:
        """Changes some of the data shown."""
        self.shown = {**self.shown, **facts}

    def show(self, scene: Scene) -> PromptShown:
        facts: Any = {name: value for name, value in self.shown.items() if name not in ("run", "version")}
        return facts
