"""The app: it turns the reader's choices into a Trace, and shows the Trace in views.

The same app runs in the browser (explainer.hosts.browser), under `panel serve` (explainer.hosts.panel_server), for the first
picture (explainer.hosts.first_picture) and in tests.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from explainer.app.batching import batch
from explainer.app.messages import MAX_GENERATED, Wish
from explainer.app.requests import Requests, Turn, check
from explainer.model.edits import Change
from explainer.model.model import Model, PreparedText, Superseded
from explainer.model.notices import Notice, NotPossible, notice
from explainer.model.sampling import Stages, softmax
from explainer.model.tokenizer import visible
from explainer.model.trace import Trace
from explainer.state.alterations import Alterations
from explainer.state.choices import ALTERS, PARTS, State
from explainer.state.story import Story
from explainer.state.sweep import SWEEPS, Sweep, begin, sweep
from explainer.views import Scene, View, all_views
from explainer.views.prompt import Prompt

LISTED = 8  # characters that a notice names one by one


class Library(Protocol):
    """Where models come from."""

    models: list[dict]  # name, title, description, bytes, precision of each
    default: str

    async def fetch(self, name: str) -> None:
        """Downloads the files that `load` needs, which may take long; the model in use stays meanwhile. Raises as `load` does."""

    async def load(self, name: str) -> Model:
        """Returns a model. Raises an exception with a text for the reader when that fails; the model in use then stays."""


Names = set[str]  # of choices


class App:
    """Holds the state and the trace, and keeps every view up to date with both.

    A new text or model starts a run; a newer run supersedes an older one and reuses all positions that they share. Actions
    that continue the text and alterations of the model queue, and each waits for the text that was requested before it
    (explainer.app.requests). A new selection only redraws.
    """

    def __init__(self, library: Library, views: list[View] | None = None, /, **choices: Any) -> None:
        """views: the app's views, if they exist already."""
        self.library = library
        self.state = State(model=library.default)
        self.heard = 0  # how many of the reader's choices `state` has, as the page counts them
        self._set_choices(choices)
        if all(entry["name"] != self.state.model for entry in library.models):
            self._refused.append("model")
            self.state.model = library.default
        self.model: Model | None = None
        self._coming: str | None = None  # another model, while its files are being downloaded
        self.trace = Trace()
        self.change: Change | None = None  # the reader's alterations; the trace is the changed model's
        self.plain: Trace | None = None  # the untouched model's trace, while there is a change
        self.other_trace: Trace | None = None  # the untouched model's trace of the other prompt, where a view shows it
        self.position = 0  # where in the text the trace begins
        self.story = Story()
        self.alterations = Alterations()
        self.sweep: Sweep | None = None
        self.writing = False
        self.views = views or all_views()
        self.bar = next(view for view in self.views if isinstance(view, Prompt))
        self.bar.tell(
            text=self.state.prompt,
            examples=[],
            model=self.state.model,
            coming=None,
            models=library.models,
            notice=[],
            changed=False,
            left_out=[],
            parts=list(PARTS),
            n_ctx=None,
            busy=False,
            ms=None,
            reused=0,
            backend="",
            fidelity=None,
            precision="",
            **self._told(),
        )
        self._notices: list = []  # of the last run
        self._failed: Names = set()  # choices whose run failed: choosing them again tries again
        self._requests = Requests()
        self._running = asyncio.Lock()  # the engine computes one thing at a time
        self._drawing = asyncio.Lock()
        self._tasks: set[asyncio.Task] = set()

    def on_message(self, message: Wish) -> None:
        """Handles a message of the page: {"set": {name of State: value}, "made": n} or {"do": {action: value}}, see `do`.

        Refuses anything else with a notice.
        """
        found: dict[str, Any] = dict(message) if isinstance(message, dict) else {}
        if isinstance(found.get("set"), dict):
            work = self._choose(found["set"], found.get("made"))
        elif isinstance(found.get("do"), dict):
            work = self.do(**{str(key): value for key, value in found["do"].items()})
        else:
            self.bar.tell(notice=[notice("strange")])
            return
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _choose(self, choices: dict, made: Any) -> None:
        """Sets the choices of a message, see Wish; nothing is drawn between the count and the choices."""
        if isinstance(made, int):
            self.heard = made
        await self.set(**{str(key): value for key, value in choices.items()})

    async def set(self, /, **choices: Any) -> None:
        """Sets choices and brings every view up to date. Every error is shown in the bar's notice."""
        self._tell_notices()
        changed = self._set_choices(choices)
        if self._refused:
            self._refuse(self._refused)
        if self._refused or changed & {*ALTERS, "shows", "part"}:
            self.bar.tell(**self._told())
        with self._errors_as_notices():
            if "model" in changed:
                await self._fetch()
            changed |= self._failed & set(choices)
            if changed & {"prompt", "model"}:
                await self.run()
            elif changed & set(ALTERS):
                await self._alter()
            elif changed:
                opened = self.state.part if "part" in changed else None
                compared = "shows" in changed and self.plain is not None
                await self.redraw(lambda view: changed & set(view.reads) or view.slot == opened or (compared and view.compares))

    async def do(self, /, **actions: Any) -> None:
        """Does the actions of explainer.app.messages.Actions, most of which continue the text."""
        self._tell_notices()
        for action, value in actions.items():
            with self._errors_as_notices():
                if action == "stop":
                    self._requests.stop()
                    continue
                if self._failed & {"prompt", "model"}:
                    await self.run()
                story = self.story
                async with self._requests.turn() as turn:
                    if self.model is None or not self.story.prompt:
                        self.bar.tell(notice=[notice("unready")])
                    elif action in ("force", "goto") and story is not self.story:
                        self._tell_outrun()
                    else:
                        await self._do(turn, action, value)

    async def _do(self, turn: Turn, action: str, value: Any) -> None:
        count = value if isinstance(value, int) and not isinstance(value, bool) else -1
        if action in ("step", "run") and count >= 1:
            await self._generate(turn, min(count, MAX_GENERATED))
        elif action == "force" and self._can_take(value):
            id, after = value if isinstance(value, list) else (value, self.story.current)
            if after == self.story.current:
                await self._go_on(turn.outdated, id, "forced")
            elif not self.story.came_by(id, after):  # else it was requested twice, as by a double click
                self._tell_outrun()
        elif action == "sweep" and value in SWEEPS:
            await self._sweep(turn, value)
        elif action == "goto" and self.story.has(value):
            await self._trace_ids(turn.outdated, self.story.ids_of(value))
            self.story.current = value
            await self.redraw()
        elif action == "forget" and value:
            await self._trace_ids(turn.outdated, self.story.prompt)
            self.story = Story(self.story.prompt, self.story.dropped)
            await self.redraw()
        else:
            self._refuse([action])

    def _can_take(self, value: Any) -> bool:
        id, after = value if isinstance(value, list) and len(value) == 2 else (value, self.story.current)
        return type(id) is int and 0 <= id < self._model_in_use.config.d_vocab and self.story.has(after)

    def _tell_outrun(self) -> None:
        """Tells the reader that the action was chosen for another text than the current one."""
        self.bar.tell(notice=[notice("outrun"), *self._notices])

    async def run(self) -> None:
        """Runs the model on the state's text. Raises Superseded when a newer run takes over."""
        with self._requests.text() as superseded, self._run_for({"prompt", "model", *ALTERS}):
            self.writing = False
            self.bar.tell(busy=True)
            async with self._running:
                check(superseded)
                if self.model is None or self.state.model not in (self.model.manifest.name, self._coming):
                    await self._load()
                prompt = self._model_in_use.prepare(self.state.prompt)
            self._notices = self._notices_of(prompt)
            if prompt.ids:
                await self._trace_ids(superseded, prompt.ids)
                self.story = Story(prompt.ids, prompt.dropped)
            # The bar first: if a view fails, the reader still sees which text was run.
            self.bar.tell(
                **self._told(),
                text=self.state.prompt,
                notice=[*self._refusal(self._refused), *self._notices],
                busy=False,
                coming=self._coming,
            )
        if prompt.ids:
            await self.redraw()

    def _notices_of(self, prompt: PreparedText) -> list:
        """Returns the notices about how a text was prepared."""
        notices = []
        if prompt.unknown_characters:
            notices.append(
                notice(
                    "lost",
                    characters=[visible(c.encode()) for c in prompt.unknown_characters[:LISTED]],
                    more=max(0, len(prompt.unknown_characters) - LISTED),
                )
            )
        if prompt.notice is not None:
            model = self._model_in_use
            bos = model.config.bos_token_id
            notices.append(
                notice(
                    prompt.notice,
                    n_ctx=model.config.n_ctx,
                    dropped=prompt.dropped,
                    endless=prompt.clipped,
                    lost=bool(prompt.unknown_characters),
                    bos="" if bos is None else model.piece(bos).text,
                )
            )
        return notices

    async def _alter(self) -> None:
        """Runs the model with the state's alterations. A row drawn by hand changes faster than it is run: newer ones supersede."""
        altered = self._altered()
        async with self._requests.turn() as turn:
            superseded = lambda: turn.outdated() or self._altered() != altered  # noqa: E731
            if self.model is not None and self.story.prompt and not superseded():
                with self._run_for(set(ALTERS)):
                    await self._trace_ids(superseded, self.story.ids)
                await self.redraw()

    async def _generate(self, turn: Turn, count: int) -> None:
        """Appends up to `count` tokens, drawn as the state's sampling says; stops at <|endoftext|>. More than one token also
        stop on `stop` and on any newer request."""
        superseded = turn.left if count > 1 else turn.outdated
        self.writing = count > 1
        try:
            for _ in range(count):
                check(superseded)
                stages = Stages(self.trace.rows[len(self.trace) - 1]["logits"], self.state.sampling)
                id = stages.pick(self.state.sampling.draw(len(self.story.ids)))
                await self._go_on(superseded, id, "greedy" if stages.sampling.takes_likeliest else "drawn")
                await asyncio.sleep(0.004)  # not 0: a server's event loop must get to read "stop" from its socket
                if id == self._model_in_use.config.bos_token_id:  # GPT-2's one special token begins and ends a text
                    break
        except Superseded:
            if turn.outdated():
                raise
        finally:
            self.writing = False
            await self.redraw(lambda view: view.slot == "story")

    async def _sweep(self, turn: Turn, kind: str) -> None:
        """Runs a sweep of the untouched model; its map fills row by row."""
        async with self._running:
            check(turn.left)
            plain, source = self.plain or self.trace, None
            if kind in ("heads", "positions"):
                names = {"heads": "z", "positions": "resid_pre"}
                source = await self.alterations.other(self._model_in_use, self.state, plain.ids, {names[kind]})
            job = self.sweep = begin(kind, self._model_in_use, plain, *self._scene().rivals)
            showing = asyncio.ensure_future(self._show_sweep(job))
            try:
                await sweep(job, self._model_in_use, plain, source=source, superseded=turn.left)
            finally:
                await showing

    async def _show_sweep(self, job: Sweep) -> None:
        """Redraws the map while it fills."""
        running = True
        while running:
            running = job.running
            await self.redraw(lambda view: view.slot == "maps")
            await asyncio.sleep(0.15)

    async def _go_on(self, superseded: Callable[[], bool], id: int, kind: str) -> None:
        """Appends one token. kind: how it was chosen, see explainer.state.story."""
        prob = float(softmax(self.trace.rows[len(self.trace) - 1]["logits"])[id])
        await self._trace_ids(superseded, (*self.story.ids, id))
        self.story.append(id, prob, kind)
        await self.redraw()

    async def _trace_ids(self, superseded: Callable[[], bool], ids: tuple[int, ...]) -> None:
        """Replaces the trace by that of `ids`; of more than n_ctx ids only the last n_ctx are used: the window slides."""
        async with self._running:
            check(superseded)
            began, model = time.perf_counter(), self._model_in_use
            position = max(0, len(ids) - model.config.n_ctx)
            ids, needs = ids[position:], self._needs()
            plain, reused = await model.trace(ids, needs, previous=self.plain or self.trace, superseded=superseded)
            await model.unembed(plain, {len(plain) - 1})
            change = await self.alterations.change(model, self.state, ids, needs)
            trace = plain
            if change is not None:
                # What comes before the first edit is the same in both models.
                previous = self.trace if change is self.change else plain.prefix(min(change.position, len(ids)))
                trace, reused = await model.trace(ids, needs, previous=previous, change=change, superseded=superseded)
                await model.unembed(trace, {len(trace) - 1})
            self.trace, self.position, self.change = trace, position, change
            self.plain = None if change is None else plain
            self.bar.tell(
                ms=(time.perf_counter() - began) * 1000,
                reused=reused,
                changed=change is not None,
                left_out=list(self.alterations.left_out),
            )

    async def redraw(self, chosen: Callable = lambda view: True) -> None:
        """Brings the chosen views up to date with trace and state; fetches the activations that they lack.

        Redraws run one after another: the reader may choose again while one waits for the engine, and the last must win.
        """
        async with self._drawing:
            await self._redraw(chosen)

    async def _redraw(self, chosen: Callable) -> None:
        if self.model is None or not len(self.trace):
            return
        scene, views = self._scene(), self.open_views
        await scene.model.fetch(scene.trace, self._needs(), self.change)
        await scene.model.unembed(scene.trace, scene.predicting())
        if scene.plain is not None:
            await scene.model.fetch(scene.plain, self._needs())
            await scene.model.unembed(scene.plain, scene.predicting())
        if scene.state.surprise:
            for trace in filter(None, (scene.trace, scene.plain)):
                await scene.model.fill_next_token_probs(trace)
        self.other_trace = await self._other_prompt()
        scene = replace(scene, other_trace=self.other_trace)
        if scene.trace is not self.trace:
            return  # another run has finished meanwhile and drawn
        with batch() as show:
            for view in views:
                if view is not self.bar and chosen(view):
                    show(await view.look(scene))
                    if scene.trace is not self.trace:
                        return

    async def _other_prompt(self) -> Trace | None:
        """Returns the other prompt's trace for the view that shows it; the previous one where no such view is open."""
        if not any(view.shows_other_prompt for view in self.open_views):
            return self.other_trace
        trace = await self.alterations.other_trace(self._model_in_use, self.state, {"resid_post"})
        if trace is not None:
            await self._model_in_use.unembed(trace, {len(trace) - 1, min(self._scene().token, len(trace) - 1)})
        return trace

    def _altered(self) -> dict:
        return {name: getattr(self.state, name) for name in ALTERS}

    def _told(self) -> dict:
        """Returns the choices that the bar tells, always all at once: they have been made by `heard`."""
        return {**self._altered(), "shows": self.state.shows, "part": self.state.part, "heard": self.heard}

    def _scene(self) -> Scene:
        return Scene(
            self._model_in_use,
            self.trace,
            self.state.now(),
            self.story,
            self.position,
            self.writing,
            self.plain,
            self.sweep,
            self.heard,
        )

    @contextmanager
    def _run_for(self, choices: Names) -> Iterator[None]:
        """Wraps a run that follows these choices: if it fails, they are remembered in `_failed`."""
        try:
            yield
        except Superseded:
            raise
        except Exception:
            self._failed |= choices
            self.bar.tell(text=self.state.prompt)  # so that the page stops waiting for this text
            raise
        self._failed -= choices

    @contextmanager
    def _errors_as_notices(self) -> Iterator[None]:
        """Shows an error inside it in the bar's notice and raises it again. Superseded is no error and ends here."""
        try:
            yield
        except Superseded:
            pass
        except Exception as error:
            shown: str | Notice
            if isinstance(error, NotPossible):
                shown = error.notice
            elif isinstance(error, (OSError, ValueError)):  # the texts of libraries and engines say what is wrong
                shown = str(error)
            else:
                shown = f"{type(error).__name__}: {error}"
            self.bar.tell(busy=False, notice=[shown])
            raise

    def _set_choices(self, choices: dict[str, Any]) -> Names:
        """Sets the valid choices and returns the names that changed. The names of refused ones stay in the notice until the
        next choice, also when a run has notices of its own."""
        changed, self._refused = self.state.choose(choices)
        return changed

    def _refuse(self, names: list[str]) -> None:
        self.bar.tell(notice=[*self._refusal(names), *self._notices])

    @staticmethod
    def _refusal(names: list[str]) -> list:
        return [notice("refused", names=[name[:40] for name in names])] if names else []

    def _tell_notices(self) -> None:
        """Removes notices about an earlier choice; notices about the text stay."""
        if self.bar.shown["notice"] != self._notices:
            self.bar.tell(notice=self._notices)

    @property
    def _model_in_use(self) -> Model:
        """The model in use; one must have been loaded."""
        assert self.model is not None
        return self.model

    @property
    def open_views(self) -> list[View]:
        """The views that the reader sees: the overview and the open part."""
        return [view for view in self.views if not view.part or view.slot == self.state.part]

    def _needs(self) -> Names:
        return {name for view in self.open_views for name in view.needs} | {self.state.point}

    async def _fetch(self) -> None:
        """Downloads the files of the chosen model, while the one in use goes on answering."""
        name = self.state.model
        if self.model is None:
            return  # no model is in use yet: `run` loads the chosen one
        self._coming = name
        self.bar.tell(coming=None if name == self._model_in_use.manifest.name else name)
        try:
            await self.library.fetch(name)
        except Exception:
            self._keep_model(name)
            raise
        finally:
            if self._coming == name:
                self._coming = None
        if self.state.model != name:
            raise Superseded

    def _keep_model(self, failed: str) -> None:
        """Makes the model in use the chosen one again. Raises Superseded if the reader has chosen a third one meanwhile."""
        if self.state.model != failed:
            raise Superseded
        self.state.model = self._model_in_use.manifest.name
        self.bar.tell(model=self.state.model, coming=None)

    async def _load(self) -> None:
        """Loads the chosen model and drops the old one's trace and story. If loading fails, the old model stays in use."""
        try:
            model = await self.library.load(self.state.model)
        except Exception:
            if self.model is not None:
                self._keep_model(self.state.model)
            raise
        # The reader's own text is kept for the new model; an example is replaced by the new model's first example.
        own = self.state.prompt and (self.model is None or self.state.prompt not in self.model.manifest.examples)
        if self.model is not None:  # edits name the old model's heads
            self.state.param.update(edits="", other="", answer=-1, against=-1)
        self.model, self.trace, self.story = model, Trace(), Story()
        self.change = self.plain = self.other_trace = self.sweep = None
        manifest = model.manifest
        self.bar.tell(
            **self._told(),
            model=manifest.name,
            examples=list(manifest.examples),
            n_ctx=manifest.config.n_ctx,
            backend=model.engine.backend,
            fidelity=manifest.fidelity,
            precision=manifest.precision,
            coming=self._coming,
        )
        if not own and manifest.examples:
            self.state.prompt = manifest.examples[0]
