"""Writes GPT-2 as two ONNX graphs that return every activation and take hooks that change activations.

`trunk`: token ids (and the keys and values of earlier positions) -> every activation up to the last residual stream.
`unembed`: residual vectors -> final LayerNorm -> logits; serves the output, the logit lens and nearest tokens.

There is no batch axis: the leading axis is the layer, of length 1 inside a block, so that one Concat per activation
stacks the layers. Names and axes are those of `explainer.model.activations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from explainer.export.graph.builder import Blob, Graph
from onnx import TensorProto

from explainer.model.activations import ACTIVATIONS, BY_NAME, full_axes, hook_for, hooks
from explainer.model.manifest import ModelConfig

if TYPE_CHECKING:
    from explainer.export.checkpoint.load import Checkpoint

MASKED = np.finfo(np.float32).min


def both_graphs(checkpoint: Checkpoint, blob: Blob, weights: Dense, backend: str = "wasm") -> dict[str, bytes]:
    graphs = {"trunk": trunk, "unembed": unembed}
    return {name: write(Gpt2(name, blob, checkpoint.config, weights, backend)).to_bytes() for name, write in graphs.items()}


def head(config: ModelConfig) -> str:
    """Returns the name of the unembedding matrix."""
    return "wte.weight" if config.tied_embedding else "lm_head.weight"


def trunk(g: Gpt2) -> Gpt2:
    """Writes the trunk: ids (pos,) -> all activations of the blocks, stacked.

    On WebGPU it also returns present_k and present_v (layer, head, key_pos, d_head), the next run's past_k and past_v, which so
    never leave the GPU. In memory it is cheaper to append the new rows, k and v, to the old ones.
    """
    c = g.config
    ids = g.input("input_ids", ["pos"], TensorProto.INT64)
    past_k = g.input("past_k", [c.n_layer, c.n_head, "past", c.d_head])
    past_v = g.input("past_v", [c.n_layer, c.n_head, "past", c.d_head])
    past_len = g.input("past_len", [1], TensorProto.INT64)
    causal = g.input("causal", [1])
    g.take_hooks()

    key_pos = g.Add(past_len, g.Shape(ids))
    keys = g.Range(0, g.Squeeze(key_pos, [0]), 1)
    queries = g.Range(g.Squeeze(past_len, [0]), g.Squeeze(key_pos, [0]), 1)
    visible = g.Or(g.LessOrEqual(g.Unsqueeze(keys, [0]), g.Unsqueeze(queries, [1])), g.Equal(causal, [0.0]))

    embed = g.tap("embed", g.weights.rows(g, "wte.weight", ids))
    pos_embed = g.tap("pos_embed", g.Gather(g.tensor("wpe.weight"), queries))
    resid = g.Unsqueeze(g.Add(embed, pos_embed), [0])  # (1, pos, d_model), as in every block
    present_k, present_v = [], []
    for i in range(c.n_layer):
        h = f"h.{i}."
        resid = g.tap("resid_pre", resid)
        ln1 = g.tap("ln1", g.layer_norm("ln1", h + "ln_1", resid))
        qkv = g.Reshape(g.weights.linear(g, ln1, h + "attn.c_attn"), [1, -1, 3 * c.n_head, c.d_head])
        qkv = g.hooked("qkv", i, g.Transpose(qkv, perm=[0, 2, 1, 3]))
        q, k, v = g.Split(qkv, axis=1, outputs=3)  # (1, head, pos, d_head) each
        q, k, v = g.tap("q", q), g.tap("k", k), g.tap("v", v)
        upto = g.Concat([i + 1], past_len, axis=0)
        all_k = g.Concat(g.Slice(past_k, [i, 0], upto, [0, 2]), k, axis=2)
        all_v = g.Concat(g.Slice(past_v, [i, 0], upto, [0, 2]), v, axis=2)
        present_k.append(all_k)
        present_v.append(all_v)

        products = g.MatMul(q, g.Transpose(all_k, perm=[0, 1, 3, 2]))
        scores = g.tap("attn_scores", products)  # scaled by a hook whose identity is the model's own factor
        pattern = g.tap("pattern", g.Softmax(g.Where(visible, scores, float(MASKED)), axis=-1))
        z = g.tap("z", g.MatMul(pattern, all_v))
        merged = g.Reshape(g.Transpose(z, perm=[0, 2, 1, 3]), [1, -1, c.d_model])
        attn_out = g.tap("attn_out", g.weights.linear(g, merged, h + "attn.c_proj"))

        resid = g.tap("resid_mid", g.Add(resid, attn_out))
        ln2 = g.tap("ln2", g.layer_norm("ln2", h + "ln_2", resid))
        mlp_pre = g.tap("mlp_pre", g.weights.linear(g, ln2, h + "mlp.c_fc"))
        mlp_post = g.tap("mlp_post", g.activation(mlp_pre))
        mlp_out = g.tap("mlp_out", g.weights.linear(g, mlp_post, h + "mlp.c_proj"))
        resid = g.tap("resid_post", g.Add(resid, mlp_out))

    if g.backend == "webgpu":
        for name, layers in (("present_k", present_k), ("present_v", present_v)):
            g.Concat(*layers, axis=0, output=name)
            g.output(name, [c.n_layer, c.n_head, "key_pos", c.d_head])
    g.expose("trunk")
    return g


def unembed(g: Gpt2) -> Gpt2:
    """Writes the unembedding: resid (row, d_model) -> ln_final, logits (row, d_vocab). apply_ln = 0 skips the final LayerNorm."""
    c = g.config
    resid = g.input("resid", ["row", c.d_model])
    apply_ln = g.input("apply_ln", [1])
    ln_final = g.tap("ln_final", g.layer_norm("ln_final", "ln_f", resid))
    rows = g.Where(g.Equal(apply_ln, [0.0]), resid, ln_final)
    g.tap("logits", g.weights.unembed(g, rows, head(c)))
    g.expose("unembed")
    return g


class Gpt2(Graph):
    """A graph that knows the model's shapes, its weights, its activations and hooks, and the backend it is for."""

    def __init__(self, name: str, blob: Blob, config: ModelConfig, weights: Dense, backend: str) -> None:
        super().__init__(name, blob)
        self.config = config
        self.weights = weights
        self.backend = backend
        self.taps: dict[str, list[str]] = {}
        self.hooks: dict[str, list[str]] = {}

    def axes(self, name: str) -> list[str | int]:
        """Returns the axes of an activation with this model's sizes filled in: ["pos", 768]."""
        c = self.config
        sizes = {
            "layer": c.n_layer,
            "head": c.n_head,
            "d_model": c.d_model,
            "d_head": c.d_head,
            "d_mlp": c.d_mlp,
            "d_vocab": c.d_vocab,
            "1": 1,
        }
        return [sizes.get(axis, axis) for axis in BY_NAME[name].axes]

    def take_hooks(self) -> None:
        """Declares every hook input and splits it into layers, or sublayers, once."""
        sizes = full_axes(self.config)
        for name, hook in hooks(self.config).items():
            value = self.input(name, [sizes.get(axis, f"{name}.{i}") for i, axis in enumerate(hook.axes)])
            self.hooks[name] = self.Split(value, axis=0, outputs=sizes[hook.axes[0]]) if hook.axes[0] in sizes else [value]
        if "ln.gate" in self.hooks:
            powers = self.Split(self.Mul("ln.gate", 0.5), axis=0, outputs=sizes["sublayer"])
            self.hooks["ln.gate"] = list(zip(self.hooks["ln.gate"], powers))

    def hooked(self, name: str, layer: int, value: str) -> str:
        """Applies the hooks of an activation: value * scale + add, as far as its point has them."""
        point, at = hook_for(name, layer)
        for kind, apply in (("scale", self.Mul), ("add", self.Add)):
            if f"{point}.{kind}" in self.hooks:
                value = apply(value, self.hooks[f"{point}.{kind}"][at])
        return value

    def tap(self, name: str, value: str) -> str:
        """Applies an activation's hooks and remembers it as an output. Called once per layer, in order."""
        layers = self.taps.setdefault(name, [])
        layers.append(self.hooked(name, len(layers), value))
        return layers[-1]

    def expose(self, graph: str) -> None:
        """Makes outputs of all tapped activations: the layers' values are stacked on the layer axis."""
        for activation in ACTIVATIONS:
            if activation.graph == graph:
                self.Concat(*self.taps[activation.name], axis=0, output=activation.name)
                self.output(activation.name, self.axes(activation.name))

    def tensor(self, name: str) -> str:
        """Returns a tensor of the checkpoint, in float32, from the blob."""
        return self.weights.tensor(self, name)

    def layer_norm(self, name: str, parameters: str, x: str) -> str:
        """Computes (x - mean) / sqrt(variance + eps) * weight + bias, over the last axis.

        It is written out because mean and scale are activations, and because the gate makes them 0 and 1.
        """
        point, at = hook_for(name, len(self.taps.get(name, ())))
        gate, power = self.hooks[f"{point}.gate"][at] if f"{point}.gate" in self.hooks else (None, 0.5)
        mean = self.ReduceMean(x, [-1])
        mean = self.tap(f"{name}_mean", self.Mul(mean, gate) if gate else mean)
        centred = self.Sub(x, mean)
        variance = self.ReduceMean(self.Mul(centred, centred), [-1])
        scale = self.tap(f"{name}_scale", self.Pow(self.Add(variance, self.config.eps), power))
        normal = self.Div(centred, scale)
        return self.Add(self.Mul(normal, self.tensor(f"{parameters}.weight")), self.tensor(f"{parameters}.bias"))

    def activation(self, x: str) -> str:
        """Applies the MLP's activation function. onnxruntime's Gelu is the erf form, its FastGelu the tanh form of GPT-2."""
        return {"gelu_new": self.FastGelu, "gelu": self.Gelu, "relu": self.Relu}[self.config.act_fn](x)


class Dense:
    """The weights in float32, and the three ways a graph uses them. explainer.export.graph.quantize has the other forms."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.tensors = checkpoint.tensors

    def tensor(self, g: Graph, name: str) -> str:
        shape = self.tensors[name].shape
        return g.weight(name, shape, np.float32, lambda: np.asarray(self.tensors[name], np.float32))

    def linear(self, g: Graph, x: str, name: str) -> str:
        """Computes x (1, pos, rows) @ weight (rows, columns) + bias."""
        return g.Add(g.MatMul(x, self.tensor(g, f"{name}.weight")), self.tensor(g, f"{name}.bias"))

    def rows(self, g: Graph, name: str, ids: str) -> str:
        """Looks up rows of an embedding matrix: (pos, d_model)."""
        return g.Gather(self.tensor(g, name), ids)

    def unembed(self, g: Graph, x: str, name: str) -> str:
        """Computes x (row, d_model) @ matrix (d_vocab, d_model) transposed. Gemm needs no transposed copy."""
        return g.Gemm(x, self.tensor(g, name), transB=1)

    def norms(self, name: str) -> np.ndarray:
        """Returns the length of every row of an embedding matrix, (d_vocab,)."""
        parts = (np.asarray(self.tensors[name][at : at + 4096], np.float32) for at in range(0, len(self.tensors[name]), 4096))
        return np.concatenate([np.linalg.norm(part, axis=1) for part in parts]).astype(np.float32)
