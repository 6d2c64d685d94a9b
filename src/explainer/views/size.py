"""The model's size: its parameters part by part, its bytes, and the cost of one prompt, beside the four GPT-2s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from explainer.views.base import Scene, View
from explainer.views.shown import Shown

# Blocks, heads, width of the four GPT-2s as published; all have a vocabulary of 50,257, a context of 1,024 and an MLP
# of four times the width.
PUBLISHED = {
    "GPT-2 small": (12, 12, 768),
    "GPT-2 medium": (24, 16, 1024),
    "GPT-2 large": (36, 20, 1280),
    "GPT-2 XL": (48, 25, 1600),
}
N_VOCAB, N_CTX = 50257, 1024
# Multiply-adds for a text of T tokens, n of them new: n is T where nothing is reused, 1 (of T + 1) for one token more.
WORK = {"projections": "n × L × 4 D²", "attention": "n × L × 2 T D", "mlp": "n × L × 2 D F", "head": "V × D"}
BITS = {"fp32": 32, "fp16": 16, "int8": 8, "int4": 4}


class Pass(TypedDict):
    """One run of the model: a text of T tokens, n of them new."""

    T: int
    n: int


@dataclass(frozen=True)
class Shape:
    """What decides a GPT-2's size: L blocks of H heads, D wide, F neurons in the MLP, N positions, V tokens."""

    L: int
    H: int
    D: int
    F: int
    N: int
    V: int
    tied: bool = True

    def parts(self) -> list[tuple[str, str, int]]:
        """Returns (part, formula, parameters) for every part; the head, the unembedding, counts only where it is not tied."""
        L, D, F = self.L, self.D, self.F
        return [
            ("embed", "V × D", self.V * D),
            ("pos_embed", "N × D", self.N * D),
            ("attention", "L × (4 D² + 4 D)", L * (4 * D * D + 4 * D)),
            ("mlp", "L × (2 D F + F + D)", L * (2 * D * F + F + D)),
            ("norms", "(2 L + 1) × 2 D", (2 * L + 1) * 2 * D),
            ("head", "V × D" if not self.tied else "0", 0 if self.tied else self.V * D),
        ]

    @property
    def parameters(self) -> int:
        return sum(count for _, _, count in self.parts())

    def multiply_adds(self, T: int, past: int = 0) -> dict[str, int]:
        """Returns the multiply-adds of all matrix products for positions past .. T - 1 and the logits after the last one.

        Attention counts every pair of a new position and a position so far, also those that the mask hides: that is how the
        graph computes. LayerNorm, softmax and the activation function are not counted: they grow with D, not with D squared.
        """
        new = T - past
        return {
            "projections": new * self.L * 4 * self.D * self.D,
            "attention": new * self.L * 2 * T * self.D,
            "mlp": new * self.L * 2 * self.D * self.F,
            "head": self.V * self.D,
        }

    def one_more(self, T: int) -> Pass:
        """Returns the pass for the token after T others. Where the context is full the window slides: every token is then at
        another position, and nothing is reused."""
        return {"T": T + 1, "n": 1} if T < self.N else {"T": self.N, "n": self.N}

    def work(self, of: Pass) -> dict[str, int]:
        """Returns the multiply-adds of a pass."""
        return self.multiply_adds(of["T"], of["T"] - of["n"])


class PartCount(TypedDict):
    """A part of the model, the formula of its size, and its number of parameters."""

    part: str
    formula: str
    count: int


class PartWork(TypedDict):
    """Multiply-adds of a part: for the whole prompt, and for one token more."""

    part: str
    formula: str
    prompt: int
    step: int


class ShapeShown(TypedDict):
    """What decides a model's size, see Shape."""

    L: int
    H: int
    D: int
    F: int
    N: int
    V: int


class FileBytes(TypedDict):
    """Bytes of the model's files, as measured."""

    precision: str
    weights: int
    graphs: int
    tokenizer: int


class ModelSize(ShapeShown):
    """One of the compared models. own: the one in use.  untied: parameters if the head were not tied.  bytes: by precision.
    prompt, step: multiply-adds.  cache: bytes of keys and values.
    """

    name: str
    own: bool
    tied: bool
    parameters: int
    untied: int
    parts: dict[str, int]
    bytes: dict[str, int]
    prompt: int
    step: int
    cache: int


class SizeShown(Shown):
    """prompt, step: the runs for the whole prompt and for one token more."""

    labels: list[str]
    prompt: Pass
    step: Pass
    act_fn: str
    shape: ShapeShown
    tied: bool
    parts: list[PartCount]
    work: list[PartWork]
    files: FileBytes
    models: list[ModelSize]


class Size(View):
    """Sizes of models, computed from their shapes alone; only the sizes of the files are measured."""

    part = True

    def show(self, scene: Scene) -> SizeShown:
        c, manifest, T = scene.model.config, scene.model.manifest, len(scene.trace)
        own = Shape(c.n_layer, c.n_head, c.d_model, c.d_mlp, c.n_ctx, c.d_vocab, c.tied_embedding)
        shapes = {manifest.title: own} | {name: Shape(L, H, D, 4 * D, N_CTX, N_VOCAB) for name, (L, H, D) in PUBLISHED.items()}
        prompt, step = Pass(T=T, n=T), own.one_more(T)
        graphs = {backend: sum(file["bytes"] for file in files.values()) for backend, files in manifest.graphs.items()}
        return {
            "labels": scene.labels,
            "prompt": prompt,
            "step": step,
            "act_fn": c.act_fn,
            "shape": {"L": own.L, "H": own.H, "D": own.D, "F": own.F, "N": own.N, "V": own.V},
            "tied": own.tied,
            "parts": [{"part": part, "formula": formula, "count": count} for part, formula, count in own.parts()],
            "work": [
                {"part": part, "formula": formula, "prompt": own.work(prompt)[part], "step": own.work(step)[part]}
                for part, formula in WORK.items()
            ],
            "files": {
                "precision": manifest.precision,
                "weights": manifest.weights["bytes"],
                "graphs": max(graphs.values(), default=0),
                "tokenizer": manifest.tokenizer["bytes"],
            },
            "models": [
                {
                    "name": name,
                    "own": shape is own,
                    "tied": shape.tied,
                    "L": shape.L,
                    "H": shape.H,
                    "D": shape.D,
                    "F": shape.F,
                    "N": shape.N,
                    "V": shape.V,
                    "parameters": shape.parameters,
                    "untied": shape.parameters + (shape.V * shape.D if shape.tied else 0),
                    "parts": {part: count for part, _, count in shape.parts()},
                    "bytes": {precision: shape.parameters * bits // 8 for precision, bits in BITS.items()},
                    "prompt": sum(shape.work(prompt).values()),
                    "step": sum(shape.work(shape.one_more(T)).values()),
                    "cache": 2 * 4 * shape.L * shape.D * T,
                }
                for name, shape in shapes.items()
            ],
        }
