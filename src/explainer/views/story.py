"""The tree of continuations."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from explainer.views.arrays import float32
from explainer.views.base import Scene, View
from explainer.views.shown import Shown

NODE_KINDS = ("drawn", "greedy", "forced")


class StoryShown(Shown):
    """The tree in columns: node i has the token `ids[i]`, the node before it (-1: the prompt), its probability, and how it was
    chosen (an index into `kinds`). texts: every token's text by its id.  end: the id of <|endoftext|>, -1 for none.  path: the
    nodes up to the current one.  written: what they say.
    """

    texts: dict[int, str]
    prompt: Annotated[np.ndarray, "n_prompt"]
    ids: Annotated[np.ndarray, "nodes"]
    parents: Annotated[np.ndarray, "nodes"]
    probs: Annotated[np.ndarray, "nodes"]
    how: Annotated[np.ndarray, "nodes"]
    kinds: list[Annotated[str, NODE_KINDS]]
    end: int
    current: int
    path: list[int]
    written: str
    running: bool
    dropped: int
    n_ctx: int
    n_prompt: int


class Story(View):
    """Every token that was generated, drawn or forced, and where the reader is among them.

    The whole tree is sent with every token, as columns of numbers, and every text once.
    """

    def show(self, scene: Scene) -> StoryShown:
        story, model = scene.story, scene.model
        end = model.config.bos_token_id
        return {
            "texts": {id: model.piece(id).text for id in {*story.prompt, *(node.id for node in story.nodes)}},
            "prompt": float32(story.prompt),
            "ids": float32([node.id for node in story.nodes]),
            "parents": float32([node.parent for node in story.nodes]),
            "probs": np.array([node.prob for node in story.nodes], np.float32),
            "how": float32([NODE_KINDS.index(node.kind) for node in story.nodes]),
            "kinds": list(NODE_KINDS),
            "end": -1 if end is None else end,
            "current": story.current,
            "path": story.path(),
            "written": written(scene),
            "running": scene.running,
            "dropped": scene.position,
            "n_ctx": model.config.n_ctx,
            "n_prompt": len(story.prompt),
        }


def written(scene: Scene) -> str:
    """Returns the text of the generated tokens; a character of which bytes are missing is U+FFFD."""
    data = b"".join(scene.model.piece(scene.story.nodes[node].id).bytes for node in scene.story.path())
    return data.decode("utf-8", "replace")
