"""Where the residual stream begins: a token's row of one matrix plus its position's row of another."""

from __future__ import annotations

from typing import Annotated, TypedDict

import numpy as np

from explainer.views.arrays import float32, window_start
from explainer.views.base import Scene, View
from explainer.views.shown import TextShown, TokenText

NEAREST = 12
# The most positions that are compared with the chosen one: those around it.
POSITIONS = 256


class NearToken(TokenText):
    """A token whose vector points nearly the same way."""

    cosine: float


class EmbeddingNorms(TypedDict):
    """Lengths of the three vectors."""

    embed: float
    pos_embed: float
    total: float


class EmbeddingShown(TextShown):
    """positions: the cosines between the chosen position's vector and the vectors of the positions from `first` on."""

    id: int
    d_vocab: int
    n_ctx: int
    tied: bool
    entry: int
    embed: Annotated[np.ndarray, "d_model"]
    pos_embed: Annotated[np.ndarray, "d_model"]
    total: Annotated[np.ndarray, "d_model"]
    norms: EmbeddingNorms
    first: int
    positions: Annotated[np.ndarray, "near_pos"]
    nearest: list[NearToken]


class Embedding(View):
    """embed + pos_embed = resid_pre of the first block for the chosen token, and the vectors that are near to both rows."""

    needs = ("embed", "pos_embed", "resid_pre")
    reads = ("token",)
    part = True
    compares = ("original", "difference")
    has_own_difference = True

    def __init__(self) -> None:
        super().__init__()
        self._near: dict[tuple[str, bytes], list[NearToken]] = {}

    async def show(self, scene: Scene) -> EmbeddingShown:
        config, trace, token = scene.model.config, scene.trace, scene.token
        embed, pos_embed, total = trace["embed"][token], trace["pos_embed"][token], trace["resid_pre"][0, token]
        first = window_start(token, len(trace), POSITIONS)
        shown = {
            "labels": scene.labels,
            "token": token,
            "id": int(trace.ids[token]),
            "d_vocab": config.d_vocab,
            "n_ctx": config.n_ctx,
            "tied": config.tied_embedding,
            "entry": min(scene.state.entry, config.d_model - 1),
            "embed": float32(embed),
            "pos_embed": float32(pos_embed),
            "total": float32(total),
            "norms": {
                name: float(np.linalg.norm(vector))
                for name, vector in (("embed", embed), ("pos_embed", pos_embed), ("total", total))
            },
            "first": first,
            "positions": cosines(trace["pos_embed"][first : first + POSITIONS], pos_embed),
        }
        return {**shown, "nearest": await self._nearest(scene, embed)}

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        trace, token = scene.trace, scene.token
        return {
            "embed": trace["embed"][token],
            "pos_embed": trace["pos_embed"][token],
            "resid_pre": trace["resid_pre"][0, token],
        }

    async def _nearest(self, scene: Scene, embed: np.ndarray) -> list[NearToken]:
        """Returns the tokens whose vectors point most nearly the same way, best first."""
        model = scene.model
        key = (model.manifest.name, embed.tobytes())  # the reader may have changed the vector
        if key not in self._near:
            norms = await model.weights.embedding_norms() * np.linalg.norm(embed)
            near = (await model.unembedded(embed[None]))[0] / np.where(norms > 0, norms, np.inf)
            ids = np.argsort(-near, kind="stable")[:NEAREST]
            if len(self._near) > 200:
                self._near.clear()
            self._near[key] = [{"id": int(i), "text": model.piece(int(i)).text, "cosine": float(near[i])} for i in ids]
        return self._near[key]


def cosines(rows: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Returns (n,): the cosine of the angle between each of `rows` (n, d) and `row` (d,); 0 where a vector has length 0."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(row)
    return float32(rows @ row / np.where(lengths > 0, lengths, np.inf))
