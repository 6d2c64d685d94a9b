"""The names of GPT-2's activations and hooks: one table for graphs, traces, manifests and captions.

Names are TransformerLens' (`hook_` prefix dropped). Axes are symbols:
`layer`, `head`, `pos` (new positions), `key_pos` (all positions so far), `d_model`, `d_head`, `d_mlp`, `d_vocab`, and `1`.
"""
from __future__ import annotations

from dataclasses import dataclass


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
    Activation("embed", ("pos", "d_model"), "the token's row of the embedding matrix"),
    Activation("pos_embed", ("pos", "d_model"), "the position's row of the position matrix"),
    Activation("resid_pre", _RESID, "the residual stream as the block finds it"),
    Activation("ln1_mean", _NORM, "mean of resid_pre, taken off by the first LayerNorm"),
    Activation("ln1_scale", _NORM, "sqrt(variance + eps) of resid_pre, divided out by the first LayerNorm"),
    Activation("ln1", _RESID, "resid_pre normalised, scaled and shifted: what attention reads"),
    Activation("q", _HEAD, "queries: what each head looks for from here"),
    Activation("k", _HEAD, "keys: what each head can be found by here"),
    Activation("v", _HEAD, "values: what each head would carry away from here"),
    Activation("attn_scores", _SCORE, "query . key, divided by the square root of d_head, before the mask"),
    Activation("pattern", _SCORE, "attention weights: softmax of the masked scores, each row adds up to 1"),
    Activation("z", _HEAD, "values averaged with the attention weights"),
    Activation("attn_out", _RESID, "all heads' z, projected: what attention adds to the residual stream"),
    Activation("resid_mid", _RESID, "resid_pre + attn_out"),
    Activation("ln2_mean", _NORM, "mean of resid_mid, taken off by the second LayerNorm"),
    Activation("ln2_scale", _NORM, "sqrt(variance + eps) of resid_mid, divided out by the second LayerNorm"),
    Activation("ln2", _RESID, "resid_mid normalised, scaled and shifted: what the MLP reads"),
    Activation("mlp_pre", _MLP, "the MLP's neurons before the activation function"),
    Activation("mlp_post", _MLP, "the MLP's neurons after the activation function"),
    Activation("mlp_out", _RESID, "the neurons, projected: what the MLP adds to the residual stream"),
    Activation("resid_post", _RESID, "resid_mid + mlp_out: the next block's resid_pre"),
    Activation("ln_final_mean", ("row", "1"), "mean of the last residual vector", "unembed"),
    Activation("ln_final_scale", ("row", "1"), "sqrt(variance + eps) of the last residual vector", "unembed"),
    Activation("ln_final", ("row", "d_model"), "the last residual vector normalised, scaled and shifted", "unembed"),
    Activation("logits", ("row", "d_vocab"), "one score for every token of the vocabulary", "unembed"),
)

BY_NAME: dict[str, Activation] = {activation.name: activation for activation in ACTIVATIONS}
TRUNK: tuple[str, ...] = tuple(a.name for a in ACTIVATIONS if a.graph == "trunk")
UNEMBED: tuple[str, ...] = tuple(a.name for a in ACTIVATIONS if a.graph == "unembed")

# Where a caller may step in: value' = value * scale + add, before the value is exposed and used.
HOOK_POINTS: tuple[str, ...] = (
    "embed", "resid_pre", "ln1_mean", "ln1_scale", "q", "k", "v", "attn_scores", "pattern", "z", "attn_out",
    "resid_mid", "ln2_mean", "ln2_scale", "mlp_post", "mlp_out",
)
# attn_scores take a bias only: scaling a masked score has no meaning.
HOOK_INPUTS: tuple[str, ...] = tuple(
    f"{name}.{kind}" for name in HOOK_POINTS for kind in (("add",) if name == "attn_scores" else ("scale", "add"))
)


def identity_shape(hook_input: str, n_layer: int) -> tuple[int, ...]:
    """Shape of the smallest array that stands for "no intervention": the layer axis whole, every other axis 1."""
    axes = BY_NAME[hook_input.split(".")[0]].axes
    return tuple(n_layer if axis == "layer" else 1 for axis in axes)
