"""The tree of continuations."""

from __future__ import annotations

import numpy as np

from explainer.views.base import Scene, View, float32

KINDS = ("drawn", "greedy", "forced")


class Story(View):
    """Every token that was generated, drawn or forced, and where the reader is among them.

    The tree goes to the page anew with every token: as columns of numbers, and every text once.
    """

    def show(self, scene: Scene) -> dict:
        story, model = scene.story, scene.model
        end = model.config.bos_token_id
        return {
            "texts": {id: model.piece(id).text for id in {*story.prompt, *(node.id for node in story.nodes)}},
            "prompt": float32(story.prompt),
            "ids": float32([node.id for node in story.nodes]),
            "parents": float32([node.parent for node in story.nodes]),
            "probs": np.array([node.prob for node in story.nodes], np.float32),
            "how": float32([KINDS.index(node.kind) for node in story.nodes]),
            "kinds": list(KINDS),
            "end": -1 if end is None else end,
            "current": story.current,
            "path": story.path(),
            "running": scene.running,
            "dropped": scene.position,
            "n_ctx": model.config.n_ctx,
            "n_prompt": len(story.prompt),
        }
