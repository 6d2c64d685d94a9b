"""The names of GPT-2's activations and hooks: one table for graphs, traces, manifests and captions.

Names are TransformerLens' (`hook_` prefix dropped). Axes are symbols:
`layer`, `head`, `pos` (new positions), `key_pos` (all positions so far), `d_model`, `d_head`, `d_mlp`, `d_vocab`, and `1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explainer.model.manifest import ModelConfig


@dataclass(frozen=True)
class Activation:
    """One named tensor of the model: its axes (symbols, in order), the graph that computes it, a line of meaning."""

    name: str
    axes: tuple[str, ...]
    meaning: str
    graph: str = "trunk"


_RESID = ("layer", "pos", "d_model")
_NORM = ("layer", "pos", "1")
_HEAD = ("layer", "head", "pos", "d_head")
_SCORE = ("layer", "head", "pos", "key_pos")
_MLP = ("layer", "pos", "d_mlp")

ACTIVATIONS: tuple[Activation, ...] = (
    Activation("embed", ("pos", "d_model"), "the token's learned vector: its row of the embedding matrix"),
    Activation("pos_embed", ("pos", "d_model"), "the learned vector of the token's place in the text, which is added to embed"),
    Activation("resid_pre", _RESID, "the token's vector in the residual stream, as it enters the block"),
    Activation("ln1_mean", _NORM, "the average of resid_pre's numbers, which the first LayerNorm subtracts"),
    Activation(
        "ln1_scale", _NORM, "how far resid_pre's numbers spread, sqrt(variance + eps), by which the first LayerNorm divides"
    ),
    Activation("ln1", _RESID, "resid_pre, brought to a common size by the first LayerNorm: what attention reads"),
    Activation("q", _HEAD, "queries: what this token looks for, one vector for each head"),
    Activation("k", _HEAD, "keys: what this token can be found by, one vector for each head"),
    Activation("v", _HEAD, "values: what this token hands over when it is looked at, one vector for each head"),
    Activation(
        "attn_scores",
        _SCORE,
        "how well each query fits each key: their dot product divided by the square root of d_head, before the mask",
    ),
    Activation(
        "pattern", _SCORE, "attention weights: how much each token looks at each of the others; softmax makes them add up to 1"
    ),
    Activation("z", _HEAD, "what each head collects: the values, each times its attention weight, added up"),
    Activation("attn_out", _RESID, "what attention adds to the residual stream: all heads' z, put together by a matrix"),
    Activation("resid_mid", _RESID, "the stream between attention and MLP: resid_pre + attn_out"),
    Activation("ln2_mean", _NORM, "the average of resid_mid's numbers, which the second LayerNorm subtracts"),
    Activation(
        "ln2_scale", _NORM, "how far resid_mid's numbers spread, sqrt(variance + eps), by which the second LayerNorm divides"
    ),
    Activation("ln2", _RESID, "resid_mid, brought to a common size by the second LayerNorm: what the MLP reads"),
    Activation("mlp_pre", _MLP, "one number for each neuron: how well what it looks for fits, before the activation function"),
    Activation("mlp_post", _MLP, "what each neuron answers: mlp_pre after the activation function"),
    Activation("mlp_out", _RESID, "what the MLP adds to the residual stream: the neurons' answers, put together by a matrix"),
    Activation("resid_post", _RESID, "the stream as it leaves the block, resid_mid + mlp_out: the next block's resid_pre"),
    Activation(
        "ln_final_mean",
        ("row", "1"),
        "the average of the last stream's numbers, which the final LayerNorm subtracts",
        "unembed",
    ),
    Activation(
        "ln_final_scale",
        ("row", "1"),
        "how far the last stream's numbers spread, sqrt(variance + eps), by which the final LayerNorm divides",
        "unembed",
    ),
    Activation(
        "ln_final",
        ("row", "d_model"),
        "the last stream, brought to a common size by the final LayerNorm: what the logits are made from",
        "unembed",
    ),
    Activation(
        "logits", ("row", "d_vocab"), "the score of every token of the vocabulary as the next one, before softmax", "unembed"
    ),
)

BY_NAME: dict[str, Activation] = {activation.name: activation for activation in ACTIVATIONS}
TRUNK: tuple[str, ...] = tuple(a.name for a in ACTIVATIONS if a.graph == "trunk")
UNEMBED: tuple[str, ...] = tuple(a.name for a in ACTIVATIONS if a.graph == "unembed")


# The operations that compute activations, and what each does.
OPERATIONS: dict[str, str] = {
    "look_up": "the matrix' row of that number",
    "mean": "of a vector's entries",
    "spread": "sqrt(variance + eps) of a vector's entries",
    "normalise": "(x - mean) / scale, times the weight, plus the bias",
    "project": "x . W + b",
    "compare": "query . key * attn_scale, for every query and key",
    "softmax": "over the keys that the mask leaves in view",
    "mix": "the values' sum, each times its weight",
    "activate": "the model's activation function",
    "add": "the sum",
}


@dataclass(frozen=True)
class Computed:
    """How an activation is computed: one of OPERATIONS, applied to activations of the same block and to the model's parameters.

    of: names of activations, or "token" (the ids) and "position".  by: parameters, named as TransformerLens names them.
    else_of: replaces `of` in every block but the first: an activation of the block before.
    """

    operation: str
    of: tuple[str, ...]
    by: tuple[str, ...] = ()
    else_of: str | None = None


def _norm(name: str, of: str) -> dict[str, Computed]:
    return {
        f"{name}_mean": Computed("mean", (of,)),
        f"{name}_scale": Computed("spread", (of,)),
        name: Computed("normalise", (of, f"{name}_mean", f"{name}_scale"), (f"{name}.w", f"{name}.b")),
    }


COMPUTED: dict[str, Computed] = {
    "embed": Computed("look_up", ("token",), ("W_E",)),
    "pos_embed": Computed("look_up", ("position",), ("W_pos",)),
    "resid_pre": Computed("add", ("embed", "pos_embed"), else_of="resid_post"),
    **_norm("ln1", "resid_pre"),
    "q": Computed("project", ("ln1",), ("W_Q", "b_Q")),
    "k": Computed("project", ("ln1",), ("W_K", "b_K")),
    "v": Computed("project", ("ln1",), ("W_V", "b_V")),
    "attn_scores": Computed("compare", ("q", "k")),
    "pattern": Computed("softmax", ("attn_scores",)),
    "z": Computed("mix", ("pattern", "v")),
    "attn_out": Computed("project", ("z",), ("W_O", "b_O")),
    "resid_mid": Computed("add", ("resid_pre", "attn_out")),
    **_norm("ln2", "resid_mid"),
    "mlp_pre": Computed("project", ("ln2",), ("W_in", "b_in")),
    "mlp_post": Computed("activate", ("mlp_pre",)),
    "mlp_out": Computed("project", ("mlp_post",), ("W_out", "b_out")),
    "resid_post": Computed("add", ("resid_mid", "mlp_out")),
    **_norm("ln_final", "resid_post"),
    "logits": Computed("project", ("ln_final",), ("W_U",)),
}


@dataclass(frozen=True)
class Hook:
    """An input of the trunk that changes an activation; its name is "POINT.KIND", as in "z.scale".

    kind: "scale" multiplies the activation; "add" is added after the scaling. Both act before the graph returns or uses it.
    "gate" belongs to a LayerNorm: 1 leaves it as it is, 0 switches centring and division off (mean 0, scale 1).
    An axis of length 1 is broadcast; only an axis of layers or sublayers always has its full length.
    identity: the value that changes nothing, one number or one for each layer.
    """

    point: str
    kind: str
    axes: tuple[str, ...]
    identity: float | tuple[float, ...]

    @property
    def name(self) -> str:
        return f"{self.point}.{self.kind}"

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """sizes: lengths of axes; others have length 1. A scale or gate has one number for a whole vector or row."""
        axes = self.axes if self.kind == "add" else (*self.axes[:-1], "1")
        return tuple(sizes.get(axis, 1) for axis in axes)

    def identity_array(self, sizes: Mapping[str, int]) -> np.ndarray:
        """Returns the identity as an array. With the sizes of `full_axes` alone it is the smallest that the graph takes."""
        identity = np.asarray(self.identity, np.float32).reshape(-1, *[1] * (len(self.axes) - 1))
        return np.array(np.broadcast_to(identity, self.shape(sizes)))


def hooks(config: ModelConfig) -> dict[str, Hook]:
    """Returns every hook of a model's trunk by its name."""
    found = [Hook(point, kind, HOOKED_AXES[point], IDENTITIES[kind]) for point, kinds in HOOK_POINTS.items() for kind in kinds]
    # The untouched model multiplies query . key by attn_scale, so this identity is not 1.
    found = [replace(hook, identity=config.attn_scale) if hook.name == "attn_scores.scale" else hook for hook in found]
    return {hook.name: hook for hook in found}


# The value of each kind of hook that changes nothing.
IDENTITIES: dict[str, float] = {"scale": 1.0, "add": 0.0, "gate": 1.0}
# The fewest hooks that allow every edit: each slows every run a little. An attention weight is set through its score.
HOOK_POINTS: dict[str, tuple[str, ...]] = {
    "embed": ("scale", "add"),
    "resid": ("scale", "add"),
    "ln": ("gate",),
    "qkv": ("scale", "add"),  # all queries, keys and values of a block, concatenated on an axis of 3 * n_head
    "attn_scores": ("scale", "add"),
    "z": ("scale", "add"),
    "out": ("scale", "add"),
}
# A block has two sublayers, attention and MLP. Each reads the stream through a LayerNorm and adds what it writes, so one
# hook serves both, on an axis of 2 * n_layer sublayers.
SUBLAYERS: dict[str, tuple[str, str]] = {
    "resid": ("resid_pre", "resid_mid"),
    "ln": ("ln1", "ln2"),
    "out": ("attn_out", "mlp_out"),
}
HOOKED_AXES: dict[str, tuple[str, ...]] = {
    point: ("layer", "qkv_head", "pos", "d_head")
    if point == "qkv"
    else ("sublayer", *BY_NAME[SUBLAYERS[point][0]].axes[1:])
    if point in SUBLAYERS
    else BY_NAME[point].axes
    for point in HOOK_POINTS
}


def full_axes(config: ModelConfig) -> dict[str, int]:
    """Returns the lengths of the axes that hooks always have in full."""
    return {"layer": config.n_layer, "sublayer": 2 * config.n_layer}


def hook_for(name: str, layer: int) -> tuple[str, int]:
    """Returns the point of HOOK_POINTS that changes an activation of a layer, and the index on its first axis."""
    for point, names in SUBLAYERS.items():
        if name in names:
            return point, 2 * layer + names.index(name)
    return name, layer
