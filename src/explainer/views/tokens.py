"""The prompt's tokens with their ids."""

from __future__ import annotations

import math

from explainer.views.base import Scene, View


class Tokens(View):
    """Pieces of text as the model gets them, and where the reader asks for it how probable it finds each of them."""

    compares = ("original", "difference")
    both = True
    reads = ("surprise",)

    def show(self, scene: Scene) -> dict:
        config = scene.model.config.to_json()
        typed = len(scene.story.prompt) - scene.position
        follow = scene.trace.followed if scene.state.surprise else {}
        return {
            # prob: what the model gives this token after those before it that it sees now, which were more before the window
            # slid and the token was drawn; the first one comes before any prediction.
            "pieces": [
                {
                    **scene.model.piece(id).to_json(),
                    "made": index >= typed,
                    "prob": math.exp(follow[index - 1]) if index - 1 in follow else None,
                }
                for index, id in enumerate(scene.trace.ids)
            ],
            "surprise": scene.state.surprise,
            "dropped": scene.position,
            "token": scene.token,
            "config": {name: config[name] for name in ("n_layer", "n_head", "d_model", "d_head", "d_mlp", "n_ctx", "d_vocab")},
        }

    def difference(self, scene: Scene) -> dict:
        """before: the probability by the untouched model, prob that by the changed one; bits: the change of its log2."""
        shown, was, now = self.show(scene), scene.plain.followed, scene.trace.followed
        for index, piece in enumerate(shown["pieces"]):
            if piece["prob"] is not None:
                before, after = was[index - 1], now[index - 1]
                piece |= {"before": math.exp(before), "bits": (after - before) / math.log(2)}
        return shown
