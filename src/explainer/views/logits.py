"""The next token: the scores of the whole vocabulary, turned into probabilities."""

from __future__ import annotations

import numpy as np

from explainer.model.sampling import highest, log_softmax
from explainer.views.base import Scene, View
from explainer.views.shown import Candidate, RankedCandidate, TextShown
from explainer.views.token_changes import TokenChanges, token_changes


class LogitsShown(TextShown):
    """top: the likeliest tokens.  rest: the probability of all others.  entropy: in bits.  target: the token that follows."""

    top: list[Candidate]
    rest: float
    entropy: float
    n_vocab: int
    target: RankedCandidate | None


class LogitsDifference(TextShown, TokenChanges):
    """The tokens whose probability changes most."""


class Logits(View):
    """The likeliest next tokens after the chosen one, with the probability that is left for all others."""

    needs = ("resid_post",)
    compares = ("original", "difference")
    has_own_difference = True
    reads = ("token", "k")

    def show(self, scene: Scene) -> LogitsShown:
        trace, position = scene.trace, scene.token
        logits = trace.rows[position]["logits"]
        logs = log_softmax(logits)
        probs = np.exp(logs)
        k = min(scene.state.k, len(logits))
        top = highest(logits, k)

        def entry(id: int) -> Candidate:
            return {"id": int(id), "text": scene.model.piece(id).text, "logit": float(logits[id]), "prob": float(probs[id])}

        follows = trace.ids[position + 1] if position + 1 < len(trace) else None
        target = None
        if follows is not None:
            target = {**entry(follows), "rank": int((logits > logits[follows]).sum()) + 1}
        return {
            "token": position,
            "labels": scene.labels,
            "top": [entry(id) for id in top],
            "rest": float(max(0.0, 1.0 - probs[top].sum())),
            "entropy": float(-(probs * logs).sum() / np.log(2)),
            "n_vocab": len(logits),
            "target": target,
        }

    def difference(self, scene: Scene) -> LogitsDifference:
        return {"token": scene.token, "labels": scene.labels, **token_changes(scene, scene.state.k)}
