"""Turns the reader's choices (State.edits, mask, other) into a Change that the model can run with."""

from __future__ import annotations

from collections.abc import Iterable

from explainer.model.edits import Change, Mask, parse
from explainer.model.model import Model
from explainer.model.notices import Notice, NotPossible
from explainer.model.trace import Trace
from explainer.state.choices import State


class Alterations:
    """Keeps the last Change, so that the same choices give the same object, and the other prompt's trace.

    left_out: the alterations that are not possible, each as a notice or as the text of the edit.
    """

    def __init__(self) -> None:
        self.left_out: tuple[str | Notice, ...] = ()
        self._key: tuple = ()
        self._change: Change | None = None
        self._source: tuple[Model | None, Trace] = (None, Trace())

    async def change(self, model: Model, state: State, ids: tuple[int, ...], needs: Iterable[str]) -> Change | None:
        """Returns the Change for a run on `ids`; None when nothing is altered."""
        edits, unknown = parse(state.edits, model.config)
        left_out: tuple[str | Notice, ...] = unknown
        mask = Mask.parse(state.mask)
        patched = {edit.name for edit in edits if edit.value == "patch"}
        source = None
        if patched:
            try:
                source = await self.other(model, state, ids, patched | set(needs))
            except NotPossible as error:
                left_out += (error.notice,)
                edits = tuple(edit for edit in edits if edit.value != "patch")
        self.left_out = left_out
        if not edits and mask.kind == "causal":
            return None
        key = (model, edits, mask, source)
        if key != self._key:
            means = {edit.name: await model.weights.mean(edit.name) for edit in edits if edit.value == "mean"}
            self._key, self._change = key, Change(edits, mask, means, source)
        return self._change

    async def other(self, model: Model, state: State, ids: tuple[int, ...], names: Iterable[str]) -> Trace:
        """Returns the untouched model's trace of the other prompt. Raises NotPossible when it is not as long as `ids`."""
        there = model.prepare(state.other).ids if state.other else ()
        if len(there) != len(ids):
            raise NotPossible("unlike", here=len(ids), there=len(there)) if there else NotPossible("noOther")
        return await self._traced(model, there, names)

    async def other_trace(self, model: Model, state: State, names: Iterable[str]) -> Trace | None:
        """Returns the same trace for another prompt of any length; None where there is no other prompt."""
        there = model.prepare(state.other).ids if state.other else ()
        return await self._traced(model, there, names) if there else None

    async def _traced(self, model: Model, there: tuple[int, ...], names: Iterable[str]) -> Trace:
        of, trace = self._source
        if of is not model or trace.ids != there:
            trace, _ = await model.trace(there, names)
            self._source = model, trace
        await model.fetch(trace, names)
        return trace
