"""The story: a tree of generated tokens that grows from the prompt."""

from __future__ import annotations

from dataclasses import dataclass

PROMPT = -1  # the node that stands for the prompt itself


@dataclass(frozen=True)
class Node:
    """One generated token. prob: the model's probability before temperature, top-k and top-p, however the token was chosen,
    so that branches can be compared.  kind: how it was chosen: "drawn", "greedy" or "forced".
    """

    parent: int
    id: int
    prob: float
    kind: str


class Story:
    """The prompt's continuations. Nothing is forgotten: going back and taking another token makes a branch."""

    def __init__(self, prompt: tuple[int, ...] = (), dropped: int = 0):
        """dropped: tokens of the reader's text before `prompt`, which the context does not hold."""
        self.prompt = prompt
        self.dropped = dropped
        self.nodes: list[Node] = []
        self.current = PROMPT

    def path(self, node: int | None = None) -> list[int]:
        """Returns the nodes from the first generated token to `node` (by default the current one)."""
        node = self.current if node is None else node
        path = []
        while node != PROMPT:
            path.append(node)
            node = self.nodes[node].parent
        return path[::-1]

    def has(self, node: object) -> bool:
        """Returns whether a node has that number; the prompt has -1."""
        return isinstance(node, int) and not isinstance(node, bool) and PROMPT <= node < len(self.nodes)

    def came_by(self, id: int, parent: int) -> bool:
        """Returns whether the current node is the token `id` after `parent`."""
        return self.current != PROMPT and (self.nodes[self.current].id, self.nodes[self.current].parent) == (id, parent)

    def ids_of(self, node: int) -> tuple[int, ...]:
        """Returns the ids of the prompt and of the generated tokens up to `node`."""
        return self.prompt + tuple(self.nodes[n].id for n in self.path(node))

    @property
    def ids(self) -> tuple[int, ...]:
        return self.ids_of(self.current)

    def append(self, id: int, prob: float, kind: str) -> None:
        """Moves on to the token `id`. The same token at the same place is the same node, however it was chosen."""
        for node, old in enumerate(self.nodes):
            if old.parent == self.current and old.id == id:
                self.current = node
                return
        self.nodes.append(Node(self.current, id, prob, kind))
        self.current = len(self.nodes) - 1
