"""The prompt's tokens with their ids."""

from __future__ import annotations

import math
from typing import NotRequired, TypedDict

from explainer.views.base import Scene, View
from explainer.views.shown import Shown, TokenText


class TokenShown(TokenText):
    """One token of the text. bytes: what it stands for.  special: <|endoftext|>.  start: it begins a word.  made: generated.

    prob: its probability after the tokens before it; None where State.surprise is off, and for the first.  In a difference it
    is the changed model's; before: the untouched model's; bits: the change of its log2.
    """

    bytes: list[int]
    special: bool
    start: bool
    made: bool
    prob: float | None
    before: NotRequired[float]
    bits: NotRequired[float]


class ModelShape(TypedDict):
    """The model's sizes, named as in explainer.model.manifest.ModelConfig."""

    n_layer: int
    n_head: int
    d_model: int
    d_head: int
    d_mlp: int
    n_ctx: int
    d_vocab: int


class TokensShown(Shown):
    """dropped: number of the text's tokens that lie before the model's context."""

    pieces: list[TokenShown]
    surprise: bool
    dropped: int
    token: int
    config: ModelShape


class Tokens(View):
    """The text's tokens and, where the reader asks for it, how probable the model finds each of them."""

    compares = ("original", "difference")
    has_own_difference = True
    reads = ("surprise",)

    def show(self, scene: Scene) -> TokensShown:
        config = scene.model.config.to_json()
        typed = len(scene.story.prompt) - scene.position
        follow = scene.trace.followed if scene.state.surprise else {}
        return {
            # prob: after the tokens that are now in the context; there were more when the token was drawn, if the window has slid
            # since. The first token has no prediction.
            "pieces": [
                {
                    **scene.model.piece(id).to_json(),
                    "made": index >= typed,
                    "prob": math.exp(follow[index - 1]) if index - 1 in follow else None,
                }
                for index, id in enumerate(scene.trace.ids)
            ],
            "surprise": scene.state.surprise,
            "dropped": scene.story.dropped + scene.position,
            "token": scene.token,
            "config": {name: config[name] for name in ("n_layer", "n_head", "d_model", "d_head", "d_mlp", "n_ctx", "d_vocab")},
        }

    def difference(self, scene: Scene) -> TokensShown:
        """Returns the same with `before` and `bits`, see TokenShown."""
        shown, was, now = self.show(scene), scene.plain.followed, scene.trace.followed
        for index, piece in enumerate(shown["pieces"]):
            if piece["prob"] is not None:
                before, after = was[index - 1], now[index - 1]
                piece |= {"before": math.exp(before), "bits": (after - before) / math.log(2)}
        return shown
