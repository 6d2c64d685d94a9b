"""Maps over the heads: the role of each on this prompt, and the effect on the answer of switching it off."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np

from explainer.model.tokenizer import search
from explainer.model.trace import Trace
from explainer.state.choices import MEASURES
from explainer.state.roles import ROLES, roles
from explainer.state.sweep import SWEEPS, masks, sizes_for
from explainer.views.arrays import float32
from explainer.views.base import Scene, View
from explainer.views.shown import MeansOf, OtherPrompt, Shown, TokenScore

FOUND = 8  # the most tokens listed for a search


class ChosenRivals(TypedDict):
    """Whether the reader has chosen each of the two tokens."""

    answer: bool
    against: bool


class SweepShown(TypedDict):
    """A sweep, as far as it is done. values: differences from `base`, 0 where `done` is 0.  a, b: the tokens whose logits are
    compared.  masks: for a sweep of masks the text of each cell's mask, else None.  runs, of: number of runs, so far and in
    all.  stale: the sweep is about another text.
    """

    kind: Annotated[str, SWEEPS]
    axes: list[str]
    values: Annotated[np.ndarray, "down across"]
    done: Annotated[np.ndarray, "down across"]
    base: float
    a: TokenScore
    b: TokenScore
    sizes: list[int]
    masks: list[list[str]] | None
    runs: int
    of: int
    seconds: float
    running: bool
    stale: bool


class MapsShown(Shown):
    """meanings: what each role's score means.  roles: the scores; None where no token could show it.  top: the likeliest tokens.
    difference: the logit of `answer` less that of `against`, at the end of the text.  sizes: of masks that hide some of it.
    """

    labels: list[str]
    model: str
    block: int
    head: int
    n_layer: int
    n_head: int
    measure: Annotated[str, MEASURES]
    meanings: dict[Annotated[str, ROLES], str]
    roles: dict[Annotated[str, ROLES], Annotated[np.ndarray, "layer head"] | None]
    answer: TokenScore
    against: TokenScore
    chosen: ChosenRivals
    find: str
    found: list[TokenScore]
    top: list[TokenScore]
    difference: float
    sizes: list[int]
    means: MeansOf | None
    other: OtherPrompt
    sweep: SweepShown | None


class Maps(View):
    """Role scores, measured from the attention weights, and the last sweep.

    In a difference the roles are the changed model's scores less the untouched one's; a sweep is always of the untouched
    model.
    """

    part = True
    needs = ("pattern", "resid_post")
    reads = ("block", "head", "answer", "against", "other", "measure", "find")
    compares = ("original", "difference")
    has_own_difference = True

    def __init__(self) -> None:
        super().__init__()
        self._roles: dict[int, dict] = {}  # by the version of the trace

    def show(self, scene: Scene) -> MapsShown:
        model, config, trace = scene.model, scene.model.config, scene.trace
        plain = scene.plain or trace
        a, b = scene.rivals
        logits = plain.rows[len(plain) - 1]["logits"]

        def entry(id: int) -> TokenScore:
            return {"id": int(id), "text": model.piece(id).text, "logit": float(logits[id])}

        job, find = scene.sweep, scene.state.find
        matches = search(model.tokenizer, find, len(logits)) if find else []
        there = model.prepare(scene.state.other).ids if scene.state.other else ()
        return {
            "labels": scene.labels,
            "model": model.manifest.name,
            "block": scene.block,
            "head": scene.head,
            "n_layer": config.n_layer,
            "n_head": config.n_head,
            "measure": scene.state.measure,
            "meanings": ROLES,
            "roles": self._scores(trace, plain),
            "answer": entry(a),
            "against": entry(b),
            "chosen": {"answer": scene.state.answer >= 0, "against": scene.state.against >= 0},
            "find": find,
            "found": [entry(match.id) for match in sorted(matches, key=lambda match: (match.kind, -logits[match.id]))[:FOUND]],
            "top": [entry(id) for id in np.argsort(-logits, kind="stable")[:20]],
            "difference": float(logits[a] - logits[b]),
            "sizes": list(sizes_for(len(plain))),
            "means": model.manifest.notes.get("means"),
            "other": {"text": scene.state.other, "labels": [model.piece(id).text for id in there]},
            "sweep": None
            if job is None
            else {
                "kind": job.kind,
                "axes": list(job.axes),
                "values": float32(np.nan_to_num(job.values)),
                "done": float32(~np.isnan(job.values)),
                "base": job.base,
                "a": entry(job.a),
                "b": entry(job.b),
                "sizes": list(job.sizes),
                "masks": masks(job.sizes) if job.kind == "masks" else None,
                "runs": job.runs,
                "of": int(job.values.size),
                "seconds": job.seconds,
                "running": job.running,
                "stale": job.of != plain.version,
            },
        }

    def difference(self, scene: Scene) -> MapsShown:
        was, now = (self._scores(trace, scene.plain) for trace in (scene.plain, scene.trace))
        return self.show(scene) | {"roles": {name: None if score is None else score - was[name] for name, score in now.items()}}

    def _scores(self, trace: Trace, plain: Trace) -> dict[str, np.ndarray | None]:
        """Returns a trace's role scores. They are kept for both models, because a sweep redraws the map of a text many times."""
        self._roles = {version: kept for version, kept in self._roles.items() if version in (trace.version, plain.version)}
        if trace.version not in self._roles:
            found = roles(trace["pattern"], trace.ids)
            self._roles[trace.version] = {name: None if score is None else float32(score) for name, score in found.items()}
        return self._roles[trace.version]
