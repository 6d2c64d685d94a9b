"""Every activation of the float32 graphs equals that of Hugging Face transformers, within 1e-4."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.graph.trunk import Gpt2
from explainer.export.reference import excess, hugging_face_model, positions_from, reference_activations

from explainer.model.activations import ACTIVATIONS, BY_NAME
from tests.helpers.checkpoints import make_checkpoint
from tests.helpers.engines import engine_of, run, with_tensors
from tests.helpers.reference import hugging_face, some_ids

SHAPES = {
    "small": {},
    "one layer, one head": dict(n_layer=1, n_head=1),
    "untied head, odd vocabulary": dict(n_head=3, d_model=48, d_vocab=301, tied=False),
    "scaled by layer": dict(n_layer=3, scale_attn_by_inverse_layer_idx=True),
    "no scale": dict(scale_attn_weights=False),
    "narrow MLP": dict(n_inner=40, n_ctx=11),
    "erf GELU, widths no power of 2 divides": dict(n_head=5, d_model=45, d_vocab=97, activation_function="gelu"),
    "ReLU, upcast attention": dict(activation_function="relu", reorder_and_upcast_attn=True),
    "half precision, sharded, prefixed": dict(dtype="F16", shards=3, prefix="transformer."),
}


def far(engine, model, ids, past: int = 0) -> dict[str, float]:
    """Returns {name: error of an activation in units of the tolerance 1e-4}, for positions `past` and later."""
    cache = run(engine, ids[:past])[1] if past else None
    ours, _ = run(engine, ids[past:], cache, past)
    theirs = reference_activations(model, ids)
    assert sorted(ours) == sorted(theirs) == sorted(BY_NAME)
    return excess(ours, {name: positions_from(BY_NAME[name].axes, array, past) for name, array in theirs.items()})


def check(engine, model, runs) -> None:
    for count, past in runs:
        off = {name: x for name, x in far(engine, model, some_ids(engine.config, count, count), past).items() if x > 1}
        assert not off, f"{count} positions, {past} from the cache: {off}"


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_activation_is_transformers(tmp_path, shape):
    folder = make_checkpoint(tmp_path / "model", **shape)
    engine = engine_of(load_checkpoint(str(folder)))
    n = engine.config.n_ctx
    check(engine, hugging_face(folder), [(1, 0), (7, 0), (n, 0), (2, 1), (n, n // 2), (n, n - 1)])


@pytest.mark.slow
def test_gpt2_small_shape(tmp_path):
    folder = make_checkpoint(
        tmp_path / "model", n_layer=12, n_head=12, d_model=768, d_vocab=50257, n_ctx=1024, layer_norm_epsilon=1e-5
    )
    engine = engine_of(load_checkpoint(str(folder)))
    check(engine, hugging_face(folder), [(1, 0), (33, 0), (33, 20)])


@pytest.mark.slow
def test_trained_checkpoint():
    checkpoint = load_checkpoint("storyteller")
    check(engine_of(checkpoint), hugging_face_model(checkpoint), [(1, 0), (40, 0), (256, 0), (256, 255)])


def test_one_cache_serves_many_continuations(tmp_path):
    """A long cache counts only up to past_len, and is unharmed by its use."""
    folder = make_checkpoint(tmp_path / "model")
    engine, model = engine_of(load_checkpoint(str(folder))), hugging_face(folder)
    ids = some_ids(engine.config, 20)
    _, cache = run(engine, ids)
    for past in (5, 12, 5):
        other = np.concatenate([ids[:past], some_ids(engine.config, 6, seed=past)])
        ours, longer = run(engine, other[past:], cache, past)
        theirs = reference_activations(model, other)
        assert max(excess(ours, {n: positions_from(BY_NAME[n].axes, a, past) for n, a in theirs.items()}).values()) <= 1
        assert (cache.length, longer.length) == (20, past + 6)


# Errors that an export could make, and the first activation (in the model's order) that must show each.
def replace(**config):
    return lambda checkpoint: dataclasses.replace(checkpoint, config=dataclasses.replace(checkpoint.config, **config))


def zeroed(*names):
    return lambda c: with_tensors(c, {name: np.zeros_like(c.tensors[name]) for name in names})


def ones(name):
    return lambda c: with_tensors(c, {name: np.ones_like(c.tensors[name])})


def swapped_keys_and_values(checkpoint):
    changed = {}
    for i in range(checkpoint.config.n_layer):
        for kind in ("weight", "bias"):
            q, k, v = np.split(checkpoint.tensors[f"h.{i}.attn.c_attn.{kind}"], 3, axis=-1)
            changed[f"h.{i}.attn.c_attn.{kind}"] = np.concatenate([q, v, k], axis=-1)
    return with_tensors(checkpoint, changed)


def heads_interleaved(checkpoint):
    """Orders the axes as if d_head came before head."""

    def mix(x):
        return x.reshape(*x.shape[:-1], 3, checkpoint.config.n_head, -1).swapaxes(-1, -2).reshape(x.shape)

    names = [f"h.0.attn.c_attn.{kind}" for kind in ("weight", "bias")]
    return with_tensors(checkpoint, {name: mix(checkpoint.tensors[name]) for name in names})


def positions_off_by_one(checkpoint):
    return with_tensors(checkpoint, {"wpe.weight": np.roll(checkpoint.tensors["wpe.weight"], 1, axis=0)})


MUTATIONS = {
    "right": (lambda checkpoint: checkpoint, None),
    "epsilon": (replace(eps=1e-5), "ln1_scale"),
    "epsilon, slightly": (replace(eps=1.1e-3), "ln1_scale"),
    "erf GELU": (replace(act_fn="gelu"), "mlp_post"),
    "ReLU": (replace(act_fn="relu"), "mlp_post"),
    "no attention scale": (replace(attn_scale=(1.0, 1.0)), "attn_scores"),
    "one layer's scale": (replace(attn_scale=(8**-0.5, 8**-0.5 / 2)), "attn_scores"),
    "no positions": (zeroed("wpe.weight"), "pos_embed"),
    "positions off by one": (positions_off_by_one, "pos_embed"),
    "k and v swapped": (swapped_keys_and_values, "k"),
    "heads interleaved": (heads_interleaved, "q"),
    "no bias: ln_1": (zeroed("h.1.ln_1.bias"), "ln1"),
    "no bias: c_attn": (zeroed("h.1.attn.c_attn.bias"), "q"),
    "no bias: attn.c_proj": (zeroed("h.1.attn.c_proj.bias"), "attn_out"),
    "no bias: ln_2": (zeroed("h.1.ln_2.bias"), "ln2"),
    "no bias: c_fc": (zeroed("h.1.mlp.c_fc.bias"), "mlp_pre"),
    "no bias: mlp.c_proj": (zeroed("h.1.mlp.c_proj.bias"), "mlp_out"),
    "no bias: ln_f": (zeroed("ln_f.bias"), "ln_final"),
    "no weight: ln_1": (ones("h.1.ln_1.weight"), "ln1"),
    "no weight: ln_2": (ones("h.1.ln_2.weight"), "ln2"),
    "no weight: ln_f": (ones("ln_f.weight"), "ln_final"),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = make_checkpoint(tmp_path_factory.mktemp("small") / "model")
    return load_checkpoint(str(folder)), hugging_face(folder)


def first_off(engine, model) -> str | None:
    """Returns the first activation, in the order of computation, that is too far from the reference."""
    ids = some_ids(engine.config, 12)
    ours, theirs = run(engine, ids)[0], reference_activations(model, ids)

    def off(name: str, where=...) -> bool:
        return excess({name: ours[name][where]}, {name: theirs[name][where]})[name] > 1

    layered = [a.name for a in ACTIVATIONS if a.axes[0] == "layer"]
    others = [a.name for a in ACTIVATIONS if a.axes[0] != "layer"]
    start, end = [n for n in others if "embed" in n], [n for n in others if "embed" not in n]
    steps = [(n, ...) for n in start] + [(n, i) for i in range(engine.config.n_layer) for n in layered]
    steps += [(n, ...) for n in end]
    return next((name for name, where in steps if off(name, where)), None)


@pytest.mark.parametrize("mutation, gives_away", MUTATIONS.values(), ids=MUTATIONS)
def test_parity_would_catch(small, mutation, gives_away):
    checkpoint, model = small
    assert first_off(engine_of(mutation(checkpoint)), model) == gives_away


def test_parity_would_catch_a_skipped_final_norm(small, monkeypatch):
    checkpoint, model = small
    real = Gpt2.layer_norm

    def skip(self, name, parameters, x):
        normal = real(self, name, parameters, x)
        return x if parameters == "ln_f" else normal

    monkeypatch.setattr(Gpt2, "layer_norm", skip)
    assert first_off(engine_of(checkpoint), model) == "ln_final"


def test_parity_would_catch_a_missing_mask(small):
    checkpoint, model = small
    ids = some_ids(checkpoint.config, 12)
    ours, _ = run(engine_of(checkpoint), ids, hooks={"causal": np.zeros(1, np.float32)})
    off = excess(ours, reference_activations(model, ids))
    assert off["attn_scores"] > 1 and off["pattern"] > 1 and off["logits"] > 1
