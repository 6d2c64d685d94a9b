"""The prompt's tokens with their ids."""
from __future__ import annotations

from explainer.views.base import Scene, View


class Tokens(View):
    """Pieces of text as the model gets them."""

    reads = ("token",)

    def show(self, scene: Scene) -> dict:
        config = scene.model.config.to_json()
        return {
            "pieces": [scene.model.piece(id).to_json() for id in scene.trace.ids],
            "token": scene.token,
            "config": {name: config[name] for name in
                       ("n_layer", "n_head", "d_model", "d_head", "d_mlp", "n_ctx", "d_vocab")},
        }
