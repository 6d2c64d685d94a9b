"""What the reader changed in the model, and what that changes in the answer."""
from __future__ import annotations

import numpy as np

from explainer.edits import Mask, parse
from explainer.sampling import log_softmax
from explainer.views.base import Scene, View, float32

LISTED = 12  # tokens in the list of before and after


class WhatIf(View):
    """Edits, mask and other prompt; the next token after the chosen one before and after; the loss over the text."""

    part = True
    needs = ("resid_post",)
    reads = ("edits", "mask", "other", "token", "shows")

    async def show(self, scene: Scene) -> dict:
        model, config, state, trace = scene.model, scene.model.config, scene.state, scene.trace
        plain = scene.plain or trace
        edits, _ = parse(state.edits, config)
        mask, position, other = Mask.parse(state.mask), scene.token, state.other
        factors = np.ones((config.n_layer, config.n_head), np.float32)
        for edit in edits:
            if edit.name == "z" and len(edit.at) < 3:
                factors[edit.at] = edit.value if isinstance(edit.value, float) else np.nan
        before, after = (log_softmax(of.rows[position]["logits"]) for of in (plain, trace))
        there = model.prepare(other).ids if other else ()
        losses = [await self._loss(scene, of) for of in (plain, trace)]
        visible = mask.visible(0, len(trace))
        return {
            "labels": scene.labels,
            "token": position,
            "n_layer": config.n_layer,
            "n_head": config.n_head,
            "changed": scene.plain is not None,
            "shows_now": state.shows,
            "edits": [{"name": edit.name, "at": list(edit.at), "text": str(edit),
                       "value": list(edit.value) if isinstance(edit.value, tuple) else edit.value} for edit in edits],
            # A head's factor; NaN where it writes its mean or what it wrote on the other prompt.
            "factors": float32(factors),
            "mask": str(mask),
            "visible": float32(visible) if mask.kind != "causal" and len(trace) <= 256 else None,
            "scores": {"causal": len(trace) * (len(trace) + 1) // 2, "now": int(visible.sum())},
            "other": {"text": other, "labels": [model.piece(id).text for id in there]},
            "top": _before_and_after(scene, before, after),
            # How far apart: sum of p log(p / q) over the whole vocabulary, of the original from the changed, in nats.
            "kl": float((np.exp(before) * (before - after)).sum()),
            "n_vocab": len(before),
            "loss": {"before": losses[0], "after": losses[1]},
        }

    @staticmethod
    async def _loss(scene: Scene, trace) -> float | None:
        """Bits per token over the text, of what follows each token but the last. None for a single token."""
        if len(trace) < 2:
            return None
        await scene.model.follow(trace)
        return -sum(trace.followed[position] for position in range(len(trace) - 1)) / (len(trace) - 1) / float(np.log(2))


def _before_and_after(scene: Scene, before: np.ndarray, after: np.ndarray) -> list[dict]:
    """The likeliest tokens of either, with their probabilities in both; those first that were likeliest before."""
    ids = {*np.argsort(-before, kind="stable")[:LISTED].tolist(), *np.argsort(-after, kind="stable")[:LISTED].tolist()}
    rows = [{"id": id, "text": scene.model.piece(id).text, "before": float(np.exp(before[id])),
             "after": float(np.exp(after[id])), "logit_change": float(after[id] - before[id])} for id in ids]
    return sorted(rows, key=lambda row: -max(row["before"], row["after"]))[:LISTED]
