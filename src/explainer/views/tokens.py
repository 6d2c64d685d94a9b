"""The prompt's tokens with their ids."""
from __future__ import annotations

import math

from explainer.views.base import Scene, View


class Tokens(View):
    """Pieces of text as the model gets them."""

    reads = ("surprise",)

    def show(self, scene: Scene) -> dict:
        config = scene.model.config.to_json()
        typed = len(scene.story.prompt) - scene.position
        follow = scene.trace.followed if scene.state.surprise else {}
        return {
            # prob: what the model gave this token when it came; the first one comes before any prediction.
            "pieces": [{**scene.model.piece(id).to_json(), "made": index >= typed,
                        "prob": math.exp(follow[index - 1]) if index - 1 in follow else None}
                       for index, id in enumerate(scene.trace.ids)],
            "surprise": scene.state.surprise,
            "token": scene.token,
            "config": {name: config[name] for name in
                       ("n_layer", "n_head", "d_model", "d_head", "d_mlp", "n_ctx", "d_vocab")},
        }
