"""One block's MLP under one token: its neurons before and after the activation function, and what they write."""

from __future__ import annotations

import math
from typing import Annotated, TypedDict

import numpy as np

from explainer.model.sampling import highest, highest_of_rows
from explainer.state.choices import ORDERS
from explainer.views.arrays import float32
from explainer.views.base import Scene, View
from explainer.views.shown import TextShown, TokenText
from explainer.views.terms import DotProduct, dot

STRONGEST = 8  # neurons listed with what they write
TOKENS = 3  # listed as most promoted, and as many as most suppressed
CURVE = 161  # points of the activation function's curve


class PromotedToken(TokenText):
    """effect: what a neuron adds to the token's logit."""

    effect: float


class Neuron(TypedDict):
    """A neuron before and after the activation function. written: the length of the vector that it writes.  up, down: the
    tokens that it promotes and suppresses most.
    """

    neuron: int
    pre: float
    post: float
    written: float
    up: list[PromotedToken]
    down: list[PromotedToken]


class MlpShown(TextShown):
    """pre, post, written: of every neuron.  neuron: the reader's choice, -1 for the strongest; opened: that neuron.  curve_x,
    curve_y: the activation function.  neuron_terms, entry_terms: the opened neuron and the opened entry of mlp_out as dot
    products.
    """

    block: int
    n_layer: int
    act_fn: str
    d_mlp: int
    d_model: int
    order: Annotated[str, ORDERS]
    neuron: int
    entry: int
    pre: Annotated[np.ndarray, "d_mlp"]
    post: Annotated[np.ndarray, "d_mlp"]
    written: Annotated[np.ndarray, "d_mlp"]
    curve_x: Annotated[np.ndarray, "curve"]
    curve_y: Annotated[np.ndarray, "curve"]
    strongest: list[Neuron]
    opened: Neuron
    neuron_terms: DotProduct
    entry_terms: DotProduct
    resid_mid: Annotated[np.ndarray, "d_model"]
    mlp_out: Annotated[np.ndarray, "d_model"]
    resid_post: Annotated[np.ndarray, "d_model"]


class Mlp(View):
    """mlp_pre = ln2 . W_in + b, mlp_post = act(mlp_pre), mlp_out = mlp_post . W_out + b.

    A neuron's strength is the length of the vector that it writes: |mlp_post| times the norm of its row of W_out. Its direct
    effect on a token's logit is the logit of that vector, passed through the final LayerNorm with this position's scale: the
    neuron's share of the logit, without its effect through later blocks.
    """

    needs = ("ln2", "mlp_pre", "mlp_post", "mlp_out", "resid_mid", "resid_post")
    part = True
    compares = ("original", "difference")
    has_own_difference = True
    reads = ("block", "token", "neuron", "entry")

    async def show(self, scene: Scene) -> MlpShown:
        config, trace, model = scene.model.config, scene.trace, scene.model
        block, token, order = scene.block, scene.token, scene.state.order
        entry, wanted = min(scene.state.entry, config.d_model - 1), scene.state.neuron
        at = {name: trace[name][block, token] for name in self.needs}
        final_scale = float(trace.rows[token]["ln_final_scale"][0])
        name = f"h.{block}.mlp"

        async def outward() -> tuple[np.ndarray, np.ndarray]:
            """Returns W_out, (d_mlp, d_model), and the norms of its rows."""
            matrix = await model.weights.columns(f"{name}.c_proj.weight", 0, config.d_model)
            return matrix, np.linalg.norm(matrix, axis=1)

        out, norms = await model.weights.cached(f"{name}.out", outward)
        written = np.abs(at["mlp_post"]) * norms
        by_size = highest(written, STRONGEST)
        neuron = int(by_size[0]) if wanted < 0 else min(wanted, config.d_mlp - 1)
        listed = [int(n) for n in by_size]
        if neuron not in listed:
            listed.append(neuron)
        effects = await self._effects(model, at["mlp_post"][listed, None] * out[listed], final_scale)

        def as_neuron(n: int, effect: np.ndarray, *spoken: np.ndarray) -> Neuron:
            moved = [
                [{"id": int(id), "text": model.piece(int(id)).text, "effect": float(effect[id])} for id in ids]
                for ids in spoken
            ]
            return {
                "neuron": n,
                "pre": float(at["mlp_pre"][n]),
                "post": float(at["mlp_post"][n]),
                "written": float(written[n]),
                "up": moved[0],
                "down": moved[1],
            }

        rows = [
            as_neuron(*row) for row in zip(listed, effects, highest_of_rows(effects, TOKENS), highest_of_rows(-effects, TOKENS))
        ]
        into = (await model.weights.columns(f"{name}.c_fc.weight", neuron, neuron + 1))[:, 0]
        into_bias = float((await model.weights.vector(f"{name}.c_fc.bias"))[neuron])
        out_bias = await model.weights.vector(f"{name}.c_proj.bias")
        curve = np.linspace(min(-4.0, float(at["mlp_pre"].min())), max(2.0, float(at["mlp_pre"].max())), CURVE)
        curve = np.union1d(curve, 0)  # where relu has its corner
        return {
            "labels": scene.labels,
            "token": token,
            "block": block,
            "n_layer": config.n_layer,
            "act_fn": config.act_fn,
            "d_mlp": config.d_mlp,
            "d_model": config.d_model,
            "order": order,
            "neuron": wanted,
            "entry": entry,
            "pre": float32(at["mlp_pre"]),
            "post": float32(at["mlp_post"]),
            "written": float32(written),
            "curve_x": float32(curve),
            "curve_y": float32(activation(config.act_fn, curve)),
            "strongest": rows[:STRONGEST],
            "opened": next(row for row in rows if row["neuron"] == neuron),
            "neuron_terms": dot(at["ln2"], into, into_bias, float(at["mlp_pre"][neuron])),
            "entry_terms": dot(at["mlp_post"], out[:, entry], float(out_bias[entry]), float(at["mlp_out"][entry])),
            "resid_mid": float32(at["resid_mid"]),
            "mlp_out": float32(at["mlp_out"]),
            "resid_post": float32(at["resid_post"]),
        }

    def vectors(self, scene: Scene) -> dict[str, np.ndarray]:
        return {
            name: scene.trace[name][scene.block, scene.token]
            for name in ("ln2", "mlp_pre", "mlp_post", "resid_mid", "mlp_out", "resid_post")
        }

    async def _effects(self, model, vectors: np.ndarray, final_scale: float) -> np.ndarray:
        """Returns (row, d_vocab): what each of `vectors` (row, d_model) in the last residual stream adds to every logit."""
        weight = await model.weights.vector("ln_f.weight")
        normal = (vectors - vectors.mean(axis=1, keepdims=True)) / final_scale * weight
        return await model.unembedded(normal.astype(np.float32))


def activation(act_fn: str, x: np.ndarray) -> np.ndarray:
    """Applies the activation function, for the curve alone: the neurons' values come from the graph."""
    if act_fn == "relu":
        return np.maximum(x, 0)
    if act_fn == "gelu":
        return x * np.array([0.5 * (1 + math.erf(value / math.sqrt(2))) for value in x])
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
