"""The app: the reader's choices in, a Trace, views out.

The same in the browser (explainer.browser), under `panel serve` (explainer.served), for the first picture
(explainer.prerender) and in tests.
"""
from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import panel as pn

from explainer.model import Model, Superseded
from explainer.state import State
from explainer.trace import Trace
from explainer.views import VIEWS, Scene
from explainer.views.prompt import Prompt

NOTICES = {
    None: None,
    "empty": "no text yet: the model starts from {bos}, as it does at the beginning of every text",
    "nothing": "type something: this model has no token to start from",
    "cut": "the model sees {n_ctx} tokens at most: the last {n_ctx} are used, the {dropped} before them are left out",
}


class Library(Protocol):
    """Where models come from."""

    models: list[dict]  # name, title, description, bytes, precision of each
    default: str

    async def load(self, name: str) -> Model:
        """Raises an exception whose text can be shown when the model cannot be had; the one in use stays."""


class App:
    """Holds the state and the trace, and keeps every view up to date with both.

    Changes of the text or the model run the model (a newer run supersedes an older one, and takes over all
    positions they share); changes of the selection only redraw.
    """

    def __init__(self, library: Library, **choices):
        self.library = library
        self.state = State(model=library.default)
        self.state.choose(choices)
        self.model: Model | None = None
        self.trace = Trace()
        self.views = [view(on_message=self.on_message) for view in VIEWS]
        self.bar = next(view for view in self.views if isinstance(view, Prompt))
        self.bar.tell(text=self.state.prompt, examples=[], model=self.state.model, models=library.models,
                      notice=None, n_ctx=None, busy=False, ms=None, reused=0, backend="", fidelity=None, precision="")
        self._generation = 0
        self._running = asyncio.Lock()
        self._tasks: set[asyncio.Task] = set()

    def panel(self) -> pn.Column:
        """One Panel root that holds all views; each draws into its own slot of the page."""
        return pn.Column(*self.views)

    def on_message(self, message: dict) -> None:
        """What the page asks for: {"set": {name of State: value}}. Anything else is refused with a notice."""
        changes = message.get("set") if isinstance(message, dict) else None
        if not isinstance(changes, dict):
            self.bar.tell(notice="the page sent something that is not understood; nothing was changed")
            return
        task = asyncio.ensure_future(self.set(**{str(name): value for name, value in changes.items()}))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def set(self, **choices) -> None:
        """Takes over choices and brings every view up to date. Errors end in the bar's notice, never in silence."""
        changed, refused = self.state.choose(choices)
        if refused:
            self.bar.tell(notice=f"ignored, since it makes no sense here: {', '.join(refused)}")
        try:
            if changed & {"prompt", "model"}:
                await self.run()
            elif changed:
                await self.redraw(lambda view: changed & set(view.reads))
        except Superseded:
            pass
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the app lives on and says so
            worded = isinstance(error, (OSError, ValueError))  # what libraries and engines raise says what is wrong
            self.bar.tell(busy=False, notice=str(error) if worded else f"{type(error).__name__}: {error}")
            raise

    async def run(self) -> None:
        """Runs the model on the state's text. Raises Superseded when a newer run takes over."""
        self._generation += 1
        mine = self._generation
        self.bar.tell(busy=True)
        async with self._running:  # the engine computes one thing at a time
            if mine != self._generation:
                raise Superseded
            if self.model is None or self.model.manifest.name != self.state.model:
                await self._load()
            began = time.perf_counter()
            prompt = self.model.prepare(self.state.prompt)
            notice = NOTICES[prompt.notice]
            if notice is not None:
                bos = self.model.config.bos_token_id
                notice = notice.format(n_ctx=self.model.config.n_ctx, dropped=prompt.dropped,
                                       bos="" if bos is None else self.model.piece(bos).text)
            reused = 0
            if prompt.ids:
                trace, reused = await self.model.trace(
                    prompt.ids, self._needs(), previous=self.trace, superseded=lambda: mine != self._generation)
                await self.model.unembed(trace, Scene(self.model, trace, self.state).predicting())
                self.trace = trace
            ms = (time.perf_counter() - began) * 1000
            # The bar first: should a view fail, the reader still sees what was run.
            self.bar.tell(text=self.state.prompt, notice=notice, busy=False, ms=ms, reused=reused)
            if prompt.ids:
                await self.redraw()

    async def redraw(self, chosen: Callable = lambda view: True) -> None:
        """Brings views up to date with trace and state; fetches what they need and is not there."""
        if self.model is None or not len(self.trace):
            return
        scene = Scene(self.model, self.trace, self.state)
        await self.model.fetch(self.trace, self._needs())
        await self.model.unembed(self.trace, scene.predicting())
        if scene.trace is not self.trace:
            return  # a run finished meanwhile and has drawn already
        for view in self.views:
            if view is not self.bar and chosen(view):
                view.update(scene)

    def _needs(self) -> set[str]:
        return {name for view in self.views for name in view.needs} | {self.state.point}

    async def _load(self) -> None:
        """Another model: the old trace means nothing to it. What cannot be loaded leaves the old one in use."""
        try:
            model = await self.library.load(self.state.model)
        except Exception:
            if self.model is not None:
                self.state.model = self.model.manifest.name
                self.bar.tell(model=self.state.model)
            raise
        # A text of the reader's own goes with them to the other model; an example gives way to that model's first.
        own = self.state.prompt and (self.model is None or self.state.prompt not in self.model.manifest.examples)
        self.model, self.trace = model, Trace()
        manifest = model.manifest
        self.bar.tell(model=manifest.name, examples=list(manifest.examples), n_ctx=manifest.config.n_ctx,
                      backend=model.engine.backend, fidelity=manifest.fidelity, precision=manifest.precision)
        if not own and manifest.examples:
            self.state.prompt = manifest.examples[0]
