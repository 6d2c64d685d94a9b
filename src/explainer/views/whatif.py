"""The reader's change of the model, and its effect on the answer."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np

from explainer.model.edits import Mask, parse
from explainer.model.sampling import log_softmax
from explainer.state.choices import SHOWS
from explainer.views.arrays import float32
from explainer.views.base import Scene, View
from explainer.views.shown import MeansOf, OtherPrompt, TextShown
from explainer.views.token_changes import TokenChange, before_and_after

COMPARED = ("change", "prompts")  # see WhatIf


class ScoreCounts(TypedDict):
    """The number of attention scores that count under GPT-2's own mask, and under the one in use."""

    causal: int
    now: int


class Losses(TypedDict):
    """Bits per token over the text, of both models or prompts; None for a single token."""

    before: float | None
    after: float | None


class WhatIfShown(TextShown):
    """places: the compared position in each of the two.  row, row_now: the chosen head's weights at the chosen token, in the
    untouched and in the changed model.  factors: of every head; NaN where it writes its mean or its z on the other prompt.
    visible: 1 where a query may look at a key, None for GPT-2's own mask and for a long text.  kl: in nats.
    """

    n_layer: int
    n_head: int
    block: int
    head: int
    compared: Annotated[str, COMPARED] | None
    places: list[int]
    row: Annotated[np.ndarray, "pos"]
    row_now: Annotated[np.ndarray, "pos"]
    means: MeansOf | None
    changed: bool
    shows_now: Annotated[str, SHOWS]
    edits: str
    factors: Annotated[np.ndarray, "layer head"]
    mask: str
    visible: Annotated[np.ndarray, "pos key_pos"] | None
    scores: ScoreCounts
    other: OtherPrompt
    top: list[TokenChange]
    kl: float
    n_vocab: int
    loss: Losses


class WhatIf(View):
    """Edits, mask and other prompt; the next token after the chosen one before and after; the loss over the text.

    compared: "change" compares the untouched model with the changed one. "prompts", where nothing is changed and there is
    another prompt, compares the two prompts: at the same position where they have the same length, else at the last of each.
    """

    part = shows_other_prompt = True
    needs = ("resid_post", "pattern")
    reads = ("edits", "mask", "other", "token", "shows", "block", "head")

    async def show(self, scene: Scene) -> WhatIfShown:
        model, config, state, trace = scene.model, scene.model.config, scene.state, scene.trace
        plain, position, row = scene.plain or trace, scene.token, (scene.block, scene.head, scene.token)
        edits, _ = parse(state.edits, config)
        mask = Mask.parse(state.mask)
        patterns = [float32(of["pattern"][row]) for of in (plain, trace)]
        compared = "change" if scene.plain is not None else "prompts" if scene.other_trace is not None else None
        pair = (plain, scene.other_trace if compared == "prompts" else trace)
        places = [position if len(of) == len(trace) else len(of) - 1 for of in pair]
        if len(pair[0]) != len(pair[1]):
            places[0] = len(pair[0]) - 1
        factors = np.ones((config.n_layer, config.n_head), np.float32)
        for edit in edits:
            if edit.name == "z" and len(edit.at) < 3:
                factors[edit.at] = edit.value if isinstance(edit.value, float) else np.nan
        before, after = (log_softmax(of.rows[place]["logits"]) for of, place in zip(pair, places))
        there = model.prepare(state.other).ids if state.other else ()
        losses = [await self._loss(scene, of) for of in pair]
        visible = mask.visible(0, len(trace))
        return {
            "labels": scene.labels,
            "token": position,
            "n_layer": config.n_layer,
            "n_head": config.n_head,
            "block": scene.block,
            "head": scene.head,
            "compared": compared,
            "places": places,
            "row": patterns[0],
            "row_now": patterns[1],
            "means": model.manifest.notes.get("means"),
            "changed": scene.plain is not None,
            "shows_now": state.shows,
            "edits": state.edits,
            "factors": float32(factors),
            "mask": state.mask,
            "visible": float32(visible) if mask.kind != "causal" and len(trace) <= 256 else None,
            "scores": {"causal": len(trace) * (len(trace) + 1) // 2, "now": int(visible.sum())},
            "other": {"text": state.other, "labels": [model.piece(id).text for id in there]},
            "top": before_and_after(model, before, after),
            # Sum of p log(p / q) over the whole vocabulary, p before and q after the change, in nats.
            "kl": float((np.exp(before) * (before - after)).sum()),
            "n_vocab": len(before),
            "loss": {"before": losses[0], "after": losses[1]},
        }

    @staticmethod
    async def _loss(scene: Scene, trace) -> float | None:
        """Returns bits per token over the text, for all tokens but the first. None for a single token."""
        if len(trace) < 2:
            return None
        await scene.model.fill_next_token_probs(trace)
        return -sum(trace.followed[position] for position in range(len(trace) - 1)) / (len(trace) - 1) / float(np.log(2))
