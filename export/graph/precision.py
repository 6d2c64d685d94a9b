"""Builds a checkpoint in a precision: both graphs for every backend, their weights, and further tensors for views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from explainer.export.graph.builder import Blob
from explainer.export.graph.calibrate import Sample
from explainer.export.graph.quantize import quantized_forms
from explainer.export.graph.trunk import Dense, both_graphs, head

from explainer.model.manifest import ModelConfig

if TYPE_CHECKING:
    from explainer.export.checkpoint.load import Checkpoint


@dataclass
class BuiltModel:
    """The result of `build_graphs`.

    graphs: backend ("wasm", "webgpu") -> graph ("trunk", "unembed") -> ONNX bytes.
    weights: the blob that all of them refer to as `weights.bin`; has `.nbytes` and `.table`, iterates its bytes in chunks.
    notes: facts for readers of the manifest, JSON values.
    """

    graphs: dict[str, dict[str, bytes]]
    weights: Blob
    notes: dict[str, Any] = field(default_factory=dict)


def build_graphs(checkpoint: Checkpoint, precision: str = "fp32") -> BuiltModel:
    """Builds the graphs. precision: "fp32", "int8" or "int4" (explainer.export.graph.quantize); else raises ValueError."""
    blob, sample, notes = Blob(), Sample(checkpoint), {}
    if precision == "fp32":
        forms = dict.fromkeys(("wasm", "webgpu"), Dense(checkpoint))
    else:
        forms, notes = quantized_forms(checkpoint, precision, sample)
    built = {backend: both_graphs(checkpoint, blob, form, backend) for backend, form in forms.items()}
    place_facts(blob, checkpoint.config, next(iter(forms.values())), sample)
    notes["means"] = {"positions": len(sample.ids[0]), "of_text": sample.ids[1]}
    return BuiltModel(built, blob, notes)


def place_facts(blob: Blob, config: ModelConfig, weights: Dense, sample: Sample) -> None:
    """Places tensors that no graph needs, but without which a view would have to read a whole matrix or run a text."""
    blob.place("unembed.norm", (config.d_vocab,), np.float32, lambda: weights.norms(head(config)))  # for cosines
    c = config
    shapes = {
        "embed": (c.d_model,),
        "z": (c.n_layer, c.n_head, c.d_head),
        "attn_out": (c.n_layer, c.d_model),
        "mlp_out": (c.n_layer, c.d_model),
    }
    for name, shape in shapes.items():
        blob.place(f"mean.{name}", shape, np.float32, lambda name=name: sample.mean(name))
