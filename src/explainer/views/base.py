"""What every view is: numbers from a Trace for one slot of the page."""

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

# So many tokens, and the weights of all heads of a block are few enough to send for every choice of a head.
ALL_HEADS_UP_TO = 128


@dataclass(frozen=True)
class Scene:
    """All that a view may read: the model, what it computed, what the reader chose (made valid for both), the story.

    position: where in the text the trace begins: above 0 once the text has outgrown the model's context.
    beside: the untouched model's trace of the other prompt, for views with `pairs`.
    plain: while the reader has changed the model, the untouched one's trace; `trace` is then what State.shows asks for.
    """

    model: Model
    trace: Trace
    state: SimpleNamespace  # State.now()
    story: Story
    position: int = 0
    running: bool = False
    plain: Trace | None = None
    sweep: Sweep | None = None
    beside: Trace | None = None

    def seen_by(self, view: type[View] | View) -> tuple[Scene, str | None]:
        """The scene as a view shows it, and which of "changed", "original" and "difference" that is (None: no change).

        A view that does not compare always shows the model in use.
        """
        if self.plain is None:
            return self, None
        shows = self.state.shows if self.state.shows in view.compares else "changed"
        if shows == "changed" or (shows == "difference" and view.both):
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
        """The prompt's tokens for the eye."""
        return [self.model.piece(id).text for id in self.trace.ids]

    def chosen_head(self) -> HeadShown:
        """The chosen head, for views of one head."""
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
        """Positions whose next-token scores are shown: after the chosen token, and at the end of the text."""
        return {self.token, len(self.trace) - 1}


class VectorsDifference(TextShown):
    """What a view shows as the difference of two models, of vectors that are each worked out by one of them.

    difference: in the order of computation.  block: None where the view is of none.
    """

    head: int
    block: int | None
    difference: list[MovedVector]


class View:
    """One figure. `show` says what it shows; `site/views/SLOT/index.js` draws it, where explainer.hosts.panel_seam has brought it.

    slot: the place in the page, and the name of the drawing module: the class's own name in small letters.
    needs: activations that `show` reads.  reads: names in State that its numbers depend on, beside the trace itself. (What
    it only repeats, so that the page starts where the reader left off, is none of these: the page knows.)
    compares: what it can show beside the changed model: "original", and "difference" where its numbers may be
    differences of activations (negative, not adding up to 1), or that are `both`.
    both: its difference is worked out by `difference`, from the two models, and not by `show` from differences.
    pairs: it shows the other prompt as well (Scene.beside).
    part: a closer look at one part of the model, kept up to date only while the reader has it open (State.part).
    """

    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ()
    compares: ClassVar[tuple[str, ...]] = ()
    both: ClassVar[bool] = False
    part: ClassVar[bool] = False
    pairs: ClassVar[bool] = False

    slot: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.slot = cls.__name__.lower()

    def __init__(self) -> None:
        self.on_shown: Callable[[View], None] = lambda view: None  # it shows something else
        self._shown: dict[str, Any] = {}
        self._newest: object = None

    @property
    def shown(self) -> dict[str, Any]:
        """What is on the screen: plain values and float32 arrays."""
        return self._shown

    @shown.setter
    def shown(self, shown: dict[str, Any]) -> None:
        self._shown = shown
        self.on_shown(self)

    def show(self, scene: Scene) -> Shown | Awaitable[Shown]:
        """What to draw for `scene`. A coroutine where it reads weights (scene.model.weights) or unembeds vectors of
        its own (scene.model.unembedded); never runs the trunk. Such a one reads the reader's choices before it
        first awaits: they may change meanwhile."""
        raise NotImplementedError(type(self).__name__)

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        """Of a view that is `both`: the vectors it shows at the reader's choices, by activation name, in the order of
        computation. A single number is a vector of one."""
        return {}

    def difference(self, scene: Scene) -> VectorsDifference:
        """What to draw, of a view that is `both`: scene.plain is the untouched model's trace, scene.trace the other's."""
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
        """Works out the picture of `scene`. What is returned puts it on the screen, unless a newer scene was looked at
        meanwhile."""
        self._newest = mine = object()
        run = scene.trace.version  # one for all views, whatever of a changed model each of them shows
        scene, shows = scene.seen_by(self)
        given = self.difference(scene) if shows == "difference" and self.both else self.show(scene)
        shown = await given if inspect.isawaitable(given) else given

        def put() -> None:
            if self._newest is mine:
                self.shown = {"run": run, "version": scene.trace.version, "shows": shows, **shown}

        return put
