"""The hooks do the same as the same intervention in Hugging Face transformers."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
import torch
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.reference import excess, reference_activations

from explainer.model.activations import HOOK_POINTS, SUBLAYERS, full_axes, hooks
from tests.helpers.checkpoints import make_checkpoint
from tests.helpers.engines import engine_of, run
from tests.helpers.reference import hugging_face, some_ids

T = 9


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = make_checkpoint(tmp_path_factory.mktemp("hooks") / "model", n_layer=3)
    engine = engine_of(load_checkpoint(str(folder)))
    return engine, hugging_face(folder), some_ids(engine.config, T)


def sizes(config) -> dict[str, int]:
    return full_axes(config) | {
        "head": config.n_head,
        "qkv_head": 3 * config.n_head,
        "pos": T,
        "key_pos": T,
        "d_model": config.d_model,
        "d_head": config.d_head,
    }


def same(a, b) -> bool:
    return max(excess(a, b).values()) <= 1


def logits_of(model, ids, **more) -> np.ndarray:
    with torch.no_grad():
        return model(torch.tensor(ids)[None], use_cache=False, **more).logits[0].numpy()


def test_identity_of_full_size_changes_nothing(small):
    engine, model, ids = small
    full = {name: hook.identity_array(sizes(engine.config)) for name, hook in hooks(engine.config).items()}
    assert same(run(engine, ids, hooks=full)[0], reference_activations(model, ids))


@pytest.mark.parametrize("name", [f"{point}.{kind}" for point, kinds in HOOK_POINTS.items() for kind in kinds])
def test_every_hook_reaches_its_own_activation_and_layer(small, name):
    engine, _, ids = small
    hook = hooks(engine.config)[name]
    change = hook.identity_array(sizes(engine.config))
    plain = run(engine, ids)[0]
    at = {"layer": 1, "sublayer": 3}.get(hook.axes[0], ...)
    # Noise, because LayerNorm or softmax would remove a constant again.
    change[at] += np.random.default_rng(0).normal(0, 0.25, change[at].shape).astype(np.float32)
    hooked = run(engine, ids, hooks={name: change})[0]

    def value(of):
        if hook.point == "qkv":
            return np.concatenate([of["q"], of["k"], of["v"]], axis=1)
        if hook.point in SUBLAYERS:
            both = [of[f"{name}_mean" if hook.kind == "gate" else name] for name in SUBLAYERS[hook.point]]
            return np.stack(both, axis=1).reshape(-1, *both[0].shape[1:])
        return of[hook.point]

    was, factor = value(plain)[at], hook.identity_array(sizes(engine.config))[at]
    expected = {"scale": lambda: was / factor * change[at], "add": lambda: was + change[at], "gate": lambda: was * change[at]}[
        hook.kind
    ]()
    np.testing.assert_allclose(value(hooked)[at], expected, rtol=1e-5, atol=1e-5)
    if at is not ...:
        np.testing.assert_array_equal(value(hooked)[:at], value(plain)[:at])
    assert np.abs(hooked["logits"] - plain["logits"]).max() > 1e-3


def test_zeroing_a_head(small):
    engine, model, ids = small
    c = engine.config
    scale = np.ones((c.n_layer, c.n_head, 1, 1), np.float32)
    scale[1, 0] = 0

    def zero(module, args):
        args[0][..., : c.d_head] = 0

    handle = model.transformer.h[1].attn.c_proj.register_forward_pre_hook(zero)
    try:
        theirs = logits_of(model, ids)
    finally:
        handle.remove()
    assert same({"logits": run(engine, ids, hooks={"z.scale": scale})[0]["logits"]}, {"logits": theirs})


def test_replacing_a_residual_vector(small):
    """scale 0, add x: a patch at one layer and position."""
    engine, model, ids = small
    c = engine.config
    patch = np.random.default_rng(0).standard_normal(c.d_model).astype(np.float32)
    scale, add = np.ones((2 * c.n_layer, T, 1), np.float32), np.zeros((2 * c.n_layer, T, c.d_model), np.float32)
    scale[2 * 2, 4], add[2 * 2, 4] = 0, patch

    def put(module, args):
        args[0][0, 4] = torch.tensor(patch)

    handle = model.transformer.h[2].register_forward_pre_hook(put)
    try:
        theirs = logits_of(model, ids)
    finally:
        handle.remove()
    ours = run(engine, ids, hooks={"resid.scale": scale, "resid.add": add})[0]
    assert same({"logits": ours["logits"]}, {"logits": theirs})


def test_mlp_and_norm_off(small):
    """An MLP that is off has an output of 0; a LayerNorm that is off only scales and shifts, by its weight and bias."""
    engine, model, ids = small
    c = engine.config
    mlp = np.ones((2 * c.n_layer, 1, 1), np.float32)
    mlp[1] = 0
    handle = model.transformer.h[0].mlp.register_forward_hook(lambda module, args, y: torch.zeros_like(y))
    try:
        theirs = logits_of(model, ids)
    finally:
        handle.remove()
    assert same({"logits": run(engine, ids, hooks={"out.scale": mlp})[0]["logits"]}, {"logits": theirs})

    plain = run(engine, ids)[0]
    off = {"ln.gate": np.tile(np.array([0, 1], np.float32), c.n_layer).reshape(-1, 1, 1)}
    tensors = {kind: getattr(model.transformer.h[0].ln_1, kind).detach().numpy() for kind in ("weight", "bias")}
    found = run(engine, ids, hooks=off)[0]
    np.testing.assert_allclose(found["ln1"][0], plain["resid_pre"][0] * tensors["weight"] + tensors["bias"], atol=1e-5)
    assert (found["ln1_mean"] == 0).all() and (found["ln1_scale"] == 1).all()


def test_attention_bias_and_no_mask(small):
    """A bias on the scores is transformers' additive mask; causal = 0 is no mask at all."""
    engine, model, ids = small
    c = engine.config
    bias = np.random.default_rng(0).normal(0, 2, (T, T)).astype(np.float32)
    future = np.triu(np.full((T, T), np.finfo(np.float32).min, np.float32), 1)
    hook = np.broadcast_to(bias, (c.n_layer, 1, T, T))
    causal = run(engine, ids, hooks={"attn_scores.add": hook})[0]["logits"]
    mask = torch.tensor(np.where(future < 0, future, bias))[None, None]
    assert same({"logits": causal}, {"logits": logits_of(model, ids, attention_mask=mask)})
    open_ = run(engine, ids, hooks={"causal": np.zeros(1, np.float32)})[0]
    assert same({"logits": open_["logits"]}, {"logits": logits_of(model, ids, attention_mask=torch.zeros(1, 1, T, T))})
    assert open_["pattern"].min() > 0


def test_hooked_keys_and_values_are_what_the_cache_keeps(small):
    engine, _, ids = small
    c = engine.config
    factor = np.ones((c.n_layer, 3 * c.n_head, 1, 1), np.float32)
    factor[:, c.n_head :] = 0.5  # keys and values
    changed = {"qkv.scale": factor, "qkv.add": np.full((c.n_layer, 1, 1, 1), 0.1, np.float32)}
    whole, cache = run(engine, ids, hooks=changed)
    np.testing.assert_array_equal(cache.k, whole["k"])
    np.testing.assert_array_equal(cache.v, whole["v"])
    rest, _ = run(engine, ids[5:], cache, 5, hooks=changed)
    np.testing.assert_allclose(rest["resid_post"], whole["resid_post"][:, 5:], atol=1e-4)


def test_unembedding_without_norm(small):
    """apply_ln = 0: plain dot products with the embedding, for the logit lens' raw form and nearest tokens."""
    engine, model, _ = small
    rows = np.random.default_rng(0).standard_normal((5, engine.config.d_model)).astype(np.float32)
    ours = asyncio.run(engine.unembed(rows, apply_ln=False))["logits"]
    np.testing.assert_allclose(ours, rows @ model.lm_head.weight.detach().numpy().T, atol=1e-4)
