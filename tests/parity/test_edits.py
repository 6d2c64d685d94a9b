"""Every kind of change of the model, compared with the same change in Hugging Face transformers by its own hooks."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import numpy as np
import pytest
import torch
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.package import write_model
from explainer.export.reference import excess

from explainer.model.edits import Change, Mask, parse
from explainer.model.model import Model
from explainer.runtimes.native import NativeLibrary
from tests.helpers.checkpoints import make_checkpoint
from tests.helpers.reference import hugging_face, some_ids

T = 41  # more than one CHUNK


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edits")
    make_checkpoint(folder / "checkpoint", n_layer=3, n_ctx=48)
    write_model(load_checkpoint(str(folder / "checkpoint")), folder / "models" / "m", "fp32")
    model = asyncio.run(NativeLibrary(folder / "models").load("m"))
    return model, hugging_face(folder / "checkpoint"), tuple(map(int, some_ids(model.config, T)))


def ours(model: Model, ids: tuple[int, ...], text: str = "", mask: str = "causal", other=None) -> np.ndarray:
    """Returns the logits (T, d_vocab) of the changed model, computed in chunks as in the app."""
    edits, left_out = parse(text, model.config)
    assert not left_out

    async def run():
        means = {edit.name: await model.weights.mean(edit.name) for edit in edits if edit.value == "mean"}
        source = (await model.trace(other, ["resid_pre"]))[0] if other else None
        trace, _ = await model.trace(ids, ["resid_post"], change=Change(edits, Mask.parse(mask), means, source))
        return (await model.engine.unembed(trace["resid_post"][-1]))["logits"]

    return asyncio.run(run())


def theirs(model, ids, **hooks) -> np.ndarray:
    """Returns the reference's logits. hooks: {"h_1_attn_c_proj_pre": f(input), "h_0_mlp": f(output)}"""
    with ExitStack() as stack, torch.no_grad():
        for name, change in hooks.items():
            before = name.endswith("_pre")
            parts = name.removesuffix("_pre").replace("c_", "c-").replace("ln_", "ln-").split("_")
            module = model.transformer.get_submodule(".".join(parts).replace("-", "_"))
            if before:
                handle = module.register_forward_pre_hook(lambda m, args, f=change: (f(args[0]), *args[1:]))
            else:
                handle = module.register_forward_hook(
                    lambda m, args, y, f=change: (f(y[0]), *y[1:]) if isinstance(y, tuple) else f(y)
                )
            stack.callback(handle.remove)
        return model(torch.tensor(ids)[None], use_cache=False).logits[0].numpy()


def put(value, *at):
    """Returns a hook that puts `value` at x[0, *at]."""

    def change(x):
        x = x.clone()
        x[(0, *at)] = value if np.isscalar(value) else torch.as_tensor(value)
        return x

    return change


def mean(model: Model, name: str) -> np.ndarray:
    return asyncio.run(model.weights.mean(name))


def check(both, expected: np.ndarray, *args, **options) -> None:
    model, _, ids = both
    found = ours(model, ids, *args, **options)
    assert max(excess({"logits": found}, {"logits": expected}).values()) <= 1
    assert np.abs(found - ours(model, ids)).max() > 1e-3, "the edit changes nothing: the test would prove nothing"


def test_heads(both):
    model, reference, ids = both
    d = model.config.d_head
    head = slice(d, 2 * d)  # head 1
    check(both, theirs(reference, ids, h_1_attn_c_proj_pre=put(0, slice(None), head)), "z.1.1=0")
    check(both, theirs(reference, ids, h_1_attn_c_proj_pre=put(mean(model, "z")[1, 1], slice(None), head)), "z.1.1=mean")

    def scaled(x):
        x = x.clone()
        x[0, 5, head] *= 1.5
        return x

    check(both, theirs(reference, ids, h_2_attn_c_proj_pre=scaled), "z.2.1.5=1.5")
    check(
        both,
        theirs(reference, ids, h_0_attn_c_proj_pre=put(0, slice(None)), h_2_attn_c_proj_pre=put(0, slice(None), head)),
        "z.0=0;z.2.1=0",
    )


@pytest.mark.parametrize(
    "text, hook",
    [
        ("attn_out.1=0", "h_1_attn"),
        ("attn_out.2=mean", "h_2_attn"),
        ("mlp_out.0=0", "h_0_mlp"),
        ("mlp_out.1=mean", "h_1_mlp"),
        ("mlp_out.1.36=0", "h_1_mlp"),
        ("embed.33=0", "wte"),
        ("embed.4=mean", "wte"),
    ],
)
def test_whole_parts_and_positions(both, text, hook):
    model, reference, ids = both
    edit = parse(text, model.config)[0][0]
    value = 0 if edit.value == 0 else mean(model, edit.name)[edit.at[:1]] if edit.name != "embed" else mean(model, "embed")
    where = slice(None) if edit.name != "embed" and len(edit.at) == 1 else edit.at[-1]
    check(both, theirs(reference, ids, **{hook: put(value, where)}), text)


def test_layernorm_off(both):
    _, reference, ids = both
    ln = reference.transformer.h[1].ln_2
    seen = {}
    handle = ln.register_forward_pre_hook(lambda m, args: seen.update(x=args[0]))
    try:
        expected = theirs(reference, ids, h_1_ln_2=lambda y: seen["x"] * ln.weight + ln.bias)
    finally:
        handle.remove()
    check(both, expected, "ln2.1=0")


def test_a_row_of_attention_by_hand(both):
    """Also beyond the first chunk, and with fewer weights than there are keys."""
    model, reference, ids = both
    d = model.config.d_head
    for query, weights in ((3, [1, 0, 2, 1]), (37, [0, 3, 1])):
        row = np.zeros(T)
        row[: len(weights)] = np.array(weights) / np.sum(weights)
        kept = {}
        handle = reference.transformer.h[1].attn.c_attn.register_forward_hook(
            lambda m, args, y, kept=kept: kept.update(v=y[0, :, -d:])
        )

        def change(x, query=query, row=row, kept=kept):
            x = x.clone()
            x[0, query, -d:] = torch.tensor(row, dtype=torch.float32) @ kept["v"]
            return x

        try:
            expected = theirs(reference, ids, h_1_attn_c_proj_pre=change)
        finally:
            handle.remove()
        check(both, expected, f"pattern.1.{model.config.n_head - 1}.{query}=" + ",".join(map(str, weights)))


@pytest.mark.parametrize("mask", ["causal", "window:2", "full"])
def test_a_row_by_hand_is_the_row_whatever_the_mask(both, mask):
    model, _, ids = both
    edits, _ = parse("pattern.1.0.6=0,3,1", model.config)

    def rows(change):
        trace = asyncio.run(model.trace(ids[:8], ["pattern"], change=change))[0]
        return np.array(trace["pattern"][1])

    masked, by_hand = rows(Change((), Mask.parse(mask))), rows(Change(edits, Mask.parse(mask)))
    np.testing.assert_allclose(by_hand[0, 6], [0, 0.75, 0.25, 0, 0, 0, 0, 0], atol=1e-6)
    assert by_hand[0, 6, 0] == 0, "a weight of 0 is exactly that"
    by_hand[0, 6] = masked[0, 6]
    np.testing.assert_array_equal(by_hand, masked)


def test_a_patch_from_another_prompt(both):
    model, reference, ids = both
    other = tuple(map(int, some_ids(model.config, T)[::-1]))
    with torch.no_grad():
        states = reference(torch.tensor(other)[None], output_hidden_states=True).hidden_states
    expected = theirs(reference, ids, h_2_pre=put(states[2][0, 35].numpy(), 35))
    check(both, expected, "resid_pre.2.35=patch", other=other)


@pytest.mark.parametrize("mask", ["window:4", "sinks:4:2", "blocks:5:3:7", "full"])
def test_masks(both, mask):
    _, reference, ids = both
    visible = Mask.parse(mask).visible(0, T)
    assert visible.diagonal().all() and (mask == "full" or not np.triu(visible, 1).any())
    hidden = np.where(visible, 0, np.finfo(np.float32).min).astype(np.float32)
    with torch.no_grad():
        expected = reference(torch.tensor(ids)[None], attention_mask=torch.tensor(hidden)[None, None], use_cache=False)
    check(both, expected.logits[0].numpy(), mask=mask)


def test_identical_runs_differ_by_exactly_nothing(both):
    model, _, ids = both
    np.testing.assert_array_equal(ours(model, ids, "z.1.1=1"), ours(model, ids))
