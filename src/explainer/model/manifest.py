"""A model directory's manifest.json, parsed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

FORMAT = 4


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a GPT-2 (TransformerLens' names).

    attn_scale: factor on query . key, one per layer (1/sqrt(d_head) unless the checkpoint says otherwise).
    act_fn: "gelu_new" (tanh form, GPT-2's own), "gelu" (erf form) or "relu".
    """

    n_layer: int
    n_head: int
    d_model: int
    d_head: int
    d_mlp: int
    n_ctx: int
    d_vocab: int
    eps: float
    act_fn: str
    tied_embedding: bool
    attn_scale: tuple[float, ...]
    bos_token_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "attn_scale": list(self.attn_scale)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ModelConfig:
        known = {f.name for f in fields(cls)}
        values: dict[str, Any] = {name: value for name, value in data.items() if name in known}
        return cls(**(values | {"attn_scale": tuple(values["attn_scale"])} if "attn_scale" in values else values))


@dataclass(frozen=True)
class Manifest:
    """The contents of a model directory. `graphs`, `weights` and `tokenizer` name files with bytes and sha256.

    tensors: where each tensor lies in the blob of weights, {key: [offset, shape, dtype]}; see explainer.model.weights.
    """

    name: str
    title: str
    description: str
    examples: tuple[str, ...]
    licence: str
    source: str
    precision: str
    config: ModelConfig
    graphs: dict[str, dict[str, dict[str, Any]]]
    weights: dict[str, Any]
    tokenizer: dict[str, Any]
    activations: list[dict[str, Any]] = field(default_factory=list)
    hooks: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    tensors: dict[str, list[Any]] = field(default_factory=dict)
    fidelity: dict[str, Any] | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any] | str | bytes) -> Manifest:
        """Raises ValueError when the manifest is of another format."""
        found: dict[str, Any] = data if isinstance(data, dict) else json.loads(data)
        if found.get("format") != FORMAT:
            raise ValueError(f"manifest format {found.get('format')!r} is not {FORMAT}: export the model again")
        known = {f.name for f in fields(cls)}
        values = {k: v for k, v in found.items() if k in known}
        values["config"] = ModelConfig.from_json(found["config"])
        values["examples"] = tuple(found.get("examples", ()))
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"format": FORMAT, **values, "config": self.config.to_json(), "examples": list(self.examples)}


def bytes_on_the_wire(manifest: Manifest) -> int:
    """Returns the bytes that a browser downloads, uncompressed: weights, tokenizer, graphs of one backend (the larger ones)."""
    graphs = max(sum(graph["bytes"] for graph in pair.values()) for pair in manifest.graphs.values())
    return graphs + manifest.weights["bytes"] + manifest.tokenizer["bytes"]
