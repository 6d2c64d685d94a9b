"""From the last residual vector to the logits of the whole vocabulary; a search for any token; the logit lens."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np

from explainer.model.sampling import highest, log_softmax
from explainer.model.tokenizer import search
from explainer.views.arrays import float32
from explainer.views.base import Scene, VectorsDifference, View
from explainer.views.shown import RankedCandidate, TextShown, TokenText
from explainer.views.terms import DotProduct, dot
from explainer.views.token_changes import TokenChanges, token_changes

FOUND = 12  # tokens listed for a search
LENS = 3  # likeliest tokens after each block
BINS = 64


class FoundCandidate(RankedCandidate):
    """kind: how the search found it, an index into explainer.model.tokenizer.MATCH_KINDS."""

    kind: int


class LensToken(TokenText):
    """A token that the stream after a block would predict."""

    prob: float


class LensRow(TypedDict):
    """The prediction from the stream between two blocks: the likeliest tokens, and the opened candidate's probability and rank."""

    top: list[LensToken]
    prob: float
    rank: int


class UnembeddingShown(TextShown):
    """top: the k likeliest; rest: the probability of all others.  found: the first of the n_found tokens of the search.
    candidate: the reader's choice, -1 for the likeliest; opened: that token; terms: its logit as a dot product of ln_final and
    its column.  lens: before the first block and after each.  counts: the histogram of all logits from low to high.
    logsum: log of the sum of e^logit.
    """

    node: int
    n_layer: int
    n_vocab: int
    d_model: int
    tied: bool
    k: int
    top: list[RankedCandidate]
    rest: float
    find: str
    found: list[FoundCandidate]
    n_found: int
    entry: int
    candidate: int
    opened: RankedCandidate
    terms: DotProduct
    ln_final: Annotated[np.ndarray, "d_model"]
    column: Annotated[np.ndarray, "d_model"]
    resid_norm: float
    ln_final_norm: float
    lens: list[LensRow]
    counts: Annotated[np.ndarray, "bins"]
    low: float
    high: float
    logsum: float


class UnembeddingDifference(VectorsDifference, TokenChanges):
    """The vectors at the end of the model, and the tokens whose probability changes most."""


class Unembedding(View):
    """ln_final . W_U: the logit of every token. One of them, the candidate, is opened and followed through the blocks.

    The logit lens treats the residual stream after a block as the last one: final LayerNorm, unembedding, softmax.
    """

    needs = ("resid_pre", "resid_post")
    part = True
    compares = ("original", "difference")
    has_own_difference = True
    reads = ("token", "k", "find", "candidate")

    def __init__(self) -> None:
        super().__init__()
        self._lens: tuple = (None, None)

    async def show(self, scene: Scene) -> UnembeddingShown:
        model, trace, position = scene.model, scene.trace, scene.token
        state, row = scene.state, trace.rows[position]
        logits = row["logits"]
        logs = log_softmax(logits)
        order = np.argsort(-logits, kind="stable")
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(1, len(order) + 1)
        candidate = int(order[0]) if state.candidate < 0 else min(state.candidate, len(logits) - 1)
        stream = np.concatenate([trace["resid_pre"][:1, position], trace["resid_post"][:, position]])

        def as_candidate(id: int) -> RankedCandidate:
            return {
                "id": int(id),
                "text": model.piece(int(id)).text,
                "logit": float(logits[id]),
                "prob": float(np.exp(logs[id])),
                "rank": int(ranks[id]),
            }

        matches = search(model.tokenizer, state.find, len(logits)) if state.find else []
        # By kind, which puts the exact piece first; within a kind the likelier one first.
        matches.sort(key=lambda match: (match.kind, ranks[match.id]))
        head = "wte.weight" if model.config.tied_embedding else "lm_head.weight"
        lens = await self._through_the_blocks(model, trace, position, stream)
        column = (await model.weights.columns(head, candidate, candidate + 1))[:, 0]
        counts, edges = np.histogram(logits, BINS)
        return {
            "labels": scene.labels,
            "token": position,
            "node": scene.story.current,
            "n_layer": model.config.n_layer,
            "n_vocab": len(logits),
            "d_model": model.config.d_model,
            "tied": model.config.tied_embedding,
            "k": state.k,
            "top": [as_candidate(id) for id in order[: state.k]],
            "rest": float(max(0.0, 1.0 - np.exp(logs[order[: state.k]]).sum())),
            "find": state.find,
            "found": [{**as_candidate(match.id), "kind": match.kind} for match in matches[:FOUND]],
            "n_found": len(matches),
            "entry": min(state.entry, model.config.d_model - 1),
            "candidate": state.candidate,
            "opened": as_candidate(candidate),
            "terms": dot(row["ln_final"], column, None, float(logits[candidate])),
            "ln_final": float32(row["ln_final"]),
            "column": float32(column),
            "resid_norm": float(np.linalg.norm(stream[-1])),
            "ln_final_norm": float(np.linalg.norm(row["ln_final"])),
            "lens": [
                {
                    "top": [
                        {"id": int(id), "text": model.piece(int(id)).text, "prob": float(np.exp(now[id]))}
                        for id in highest(now, LENS)
                    ],
                    "prob": float(np.exp(now[candidate])),
                    "rank": int((now > now[candidate]).sum()) + 1,
                }
                for now in (*lens, logs)
            ],
            "counts": float32(counts),
            "low": float(edges[0]),
            "high": float(edges[-1]),
            "logsum": float(logits[order[0]] - logs[order[0]]),
        }

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        row = scene.trace.rows[scene.token]
        return {"resid_post": scene.trace["resid_post"][-1, scene.token], "ln_final": row["ln_final"]}

    def difference(self, scene: Scene) -> UnembeddingDifference:
        return {**super().difference(scene), **token_changes(scene, FOUND)}

    async def _through_the_blocks(self, model, trace, position: int, stream: np.ndarray) -> np.ndarray:
        """Returns (n_layer, d_vocab): logarithms of probabilities before the first block and after each but the last, kept
        for the chosen token."""
        key = (trace.version, position)
        if self._lens[0] != key:
            self._lens = (key, log_softmax(await model.unembedded(stream[:-1], apply_ln=True)))
        return self._lens[1]
