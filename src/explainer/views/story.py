"""The tree of continuations."""
from __future__ import annotations

from explainer.views.base import Scene, View


class Story(View):
    """Every token that was generated, drawn or forced, and where the reader is among them."""

    def show(self, scene: Scene) -> dict:
        story, model = scene.story, scene.model
        end = model.config.bos_token_id
        return {
            "prompt": [{"id": id, "text": model.piece(id).text} for id in story.prompt],
            "nodes": [{"node": number, "parent": node.parent, "id": node.id, "text": model.piece(node.id).text,
                       "prob": node.prob, "kind": node.kind, "end": node.id == end}
                      for number, node in enumerate(story.nodes)],
            "current": story.current,
            "path": story.path(),
            "running": scene.running,
            "dropped": scene.position,
            "n_ctx": model.config.n_ctx,
            "n_prompt": len(story.prompt),
        }
