"""The base class of all views, and the Scene that a view turns into the data of its figure (site/views/view.js draws them)."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from explainer.model.model import Model
from explainer.model.trace import Difference, Trace
from explainer.state.story import Story
from explainer.state.sweep import Sweep
from explainer.views.shown import HeadShown, Shown, TextShown
from explainer.views.token_changes import MovedVector, vector_changes

# Up to this many tokens the weights of all heads of a block are few enough to be sent for every choice of a head.
ALL_HEADS_UP_TO = 128


@dataclass(frozen=True)
class Scene:
    """All that a view may read: the model, its trace, the reader's choices (made valid for both), the story.

    position: where in the text the trace begins: above 0 once the text has outgrown the model's context.
    heard: how many of the reader's choices `state` has, see explainer.app.messages.Wish.
    other_trace: the untouched model's trace of the other prompt, for views with `shows_other_prompt`.
    plain: the untouched model's trace, while the reader has changed the model; `seen_by` makes `trace` the one to show.
    """

    model: Model
    trace: Trace
    state: SimpleNamespace  # State.now()
    story: Story
    position: int = 0
    running: bool = False
    plain: Trace | None = None
    sweep: Sweep | None = None
    heard: int = 0
    other_trace: Trace | None = None

    def seen_by(self, view: type[View] | View) -> tuple[Scene, str | None]:
        """Returns the scene that a view shows, and which of "changed", "original" and "difference" it is (None: no change).

        A view that does not compare always shows the model in use.
        """
        if self.plain is None:
            return self, None
        shows = self.state.shows if self.state.shows in view.compares else "changed"
        if shows == "changed" or (shows == "difference" and view.has_own_difference):
            return self, shows
        other: Any = self.plain if shows == "original" else Difference(self.trace, self.plain)  # reads as a Trace
        return replace(self, trace=other), shows

    @property
    def token(self) -> int:
        """The chosen position, 0 .. T - 1."""
        last = len(self.trace) - 1
        return last if self.state.token < 0 else min(self.state.token, last)

    @property
    def block(self) -> int:
        return min(self.state.block, self.model.config.n_layer - 1)

    @property
    def head(self) -> int:
        return min(self.state.head, self.model.config.n_head - 1)

    @property
    def labels(self) -> list[str]:
        """The text's tokens as the reader sees them."""
        return [self.model.piece(id).text for id in self.trace.ids]

    def chosen_head(self) -> HeadShown:
        """Returns the fields of the chosen head, for views of one head."""
        config = self.model.config
        return {
            "labels": self.labels,
            "token": self.token,
            "block": self.block,
            "head": self.head,
            "n_layer": config.n_layer,
            "n_head": config.n_head,
        }

    @property
    def rivals(self) -> tuple[int, int]:
        """The two tokens that sweeps compare: the reader's, else the two likeliest at the end of the untouched text."""
        plain = self.plain or self.trace
        logits, n = plain.rows[len(plain) - 1]["logits"], self.model.config.d_vocab
        a = self.state.answer if 0 <= self.state.answer < n else int(np.argmax(logits))
        b = self.state.against
        if not 0 <= b < n or b == a:
            b = int(np.argmax(np.where(np.arange(n) == a, -np.inf, logits)))
        return a, b

    def predicting(self) -> set[int]:
        """Returns the positions whose logits are shown: the chosen token's and the last one."""
        return {self.token, len(self.trace) - 1}


class VectorsDifference(TextShown):
    """The difference that a view with `has_own_difference` shows: each of its vectors in the untouched and in the changed model.

    difference: in the order of computation.  block: None where the view shows no single block.
    """

    head: int
    block: int | None
    difference: list[MovedVector]


class View:
    """One figure. `show` returns its data, explainer.hosts.panel_seam sends them, and `site/views/SLOT/index.js` draws them.

    slot: the view's place in the page and the name of its drawing module: the name of the class in lower case.
    needs: the activations that `show` reads.  reads: the names in State that its numbers depend on, apart from the trace.
    (Not those that it only repeats so that the page starts where the reader left off: the page knows these.)
    compares: what the view can show apart from the changed model: "original", and "difference" where its numbers may be
    differences of activations (negative, not adding up to 1) or where it has a difference of its own.
    has_own_difference: `difference` computes the view's difference from the two models, instead of `show` from differences.
    shows_other_prompt: the view also shows the other prompt (Scene.other_trace).
    part: a closer look at one part of the model, kept up to date only while the reader has it open (State.part).
    """

    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ()
    compares: ClassVar[tuple[str, ...]] = ()
    has_own_difference: ClassVar[bool] = False
    part: ClassVar[bool] = False
    shows_other_prompt: ClassVar[bool] = False

    slot: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.slot = cls.__name__.lower()

    def __init__(self) -> None:
        self.on_shown: Callable[[View], None] = lambda view: None  # called when `shown` changes
        self._shown: dict[str, Any] = {}
        self._newest: object = None

    @property
    def shown(self) -> dict[str, Any]:
        """The data on the screen: plain values and float32 arrays."""
        return self._shown

    @shown.setter
    def shown(self, shown: dict[str, Any]) -> None:
        self._shown = shown
        self.on_shown(self)

    def show(self, scene: Scene) -> Shown | Awaitable[Shown]:
        """Returns the data of the figure for `scene`. It is a coroutine where it reads weights (scene.model.weights) or
        unembeds vectors of its own (scene.model.unembedded). It never runs the trunk."""
        raise NotImplementedError(type(self).__name__)

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        """Returns the vectors that a view with `has_own_difference` shows for the reader's choices, by activation name, in the
        order of computation. A single number is a vector of length 1."""
        return {}

    def difference(self, scene: Scene) -> VectorsDifference:
        """Returns the difference that a view with `has_own_difference` shows: the changed model's scene.trace less the untouched
        scene.plain."""
        assert scene.plain is not None
        was = self.vectors(replace(scene, trace=scene.plain))
        return {
            "labels": scene.labels,
            "token": scene.token,
            "head": scene.head,
            "block": scene.block if "block" in self.reads else None,
            "difference": vector_changes(was, self.vectors(scene)),
        }

    async def look(self, scene: Scene) -> Callable[[], None]:
        """Computes the picture of `scene`. Returns a function that puts it on the screen, unless the view has looked at a newer
        scene meanwhile."""
        self._newest = mine = object()
        run = scene.trace.version  # the same for all views, whichever model each of them shows
        scene, shows = scene.seen_by(self)
        given = self.difference(scene) if shows == "difference" and self.has_own_difference else self.show(scene)
        shown = await given if inspect.isawaitable(given) else given

        def put() -> None:
            if self._newest is mine:
                self.shown = {"run": run, "version": scene.trace.version, "shows": shows, "heard": scene.heard, **shown}

        return put
