"""One weight changed at a time: every view that should depend on it shows other numbers, and no other view does.

The dependences follow from the model alone: a number depends on the weights that it is computed from, and on those
of earlier blocks through the residual stream.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.package import write_model

from explainer.app.app import App
from explainer.runtimes.native import NativeLibrary
from explainer.state.choices import PARTS
from tests.helpers.checkpoints import make_checkpoint

BLOCK, HEAD, ENTRY, LAYERS, D, D_HEAD = 1, 0, 3, 3, 16, 8
TEXT = "a cat sat in the hut"
HOLD = {"block": BLOCK, "head": HEAD, "entry": ENTRY, "token": -1, "neuron": 5}

# Views that every change reaches, because they show the model's last vector, its answer, or every block. The MLP's view shows
# what neurons add to the logits, through the last LayerNorm.
WHOLE = {"residual", "logits", "sampling", "unembedding", "whatif", "maps", "mlp"}
# Views of block 1's numbers, which depend on everything before them in the order of computation.
STREAM = {"layernorm", "qkv", "attention", "heads", "output", "vectors"}
LATER = {"vectors", "heads", *WHOLE}  # views that depend on weights after attention: `heads` also shows later blocks


# (tensor, index of the one weight, the views that show other numbers)
CASES = {
    "a token's row": ("wte.weight", ("last", 2), {"embedding", *STREAM, *WHOLE}),
    "a position's row": ("wpe.weight", ("position", 2), {"embedding", *STREAM, *WHOLE}),
    "an earlier token's row": ("wte.weight", ("first", 2), STREAM | WHOLE),
    "an earlier block": ("h.0.mlp.c_proj.weight", (4, 2), STREAM | WHOLE),
    "ln_1 weight": ("h.1.ln_1.weight", (ENTRY,), STREAM | WHOLE),
    "ln_1 bias": ("h.1.ln_1.bias", (ENTRY,), STREAM | WHOLE),
    "a query of the head": ("h.1.attn.c_attn.weight", (2, ENTRY), STREAM - {"layernorm"} | WHOLE),
    "a key of the head": ("h.1.attn.c_attn.weight", (2, D + ENTRY), STREAM - {"layernorm"} | WHOLE),
    "a value of the head": ("h.1.attn.c_attn.weight", (2, 2 * D + ENTRY), STREAM - {"layernorm"} | WHOLE),
    "a bias of the head's values": ("h.1.attn.c_attn.bias", (2 * D + ENTRY,), STREAM - {"layernorm"} | WHOLE),
    "a value of another head": ("h.1.attn.c_attn.weight", (2, 2 * D + D_HEAD + ENTRY), {"output"} | LATER),
    "attention's projection": ("h.1.attn.c_proj.weight", (ENTRY, ENTRY), {"output"} | LATER),
    "attention's projection's bias": ("h.1.attn.c_proj.bias", (ENTRY,), {"output"} | LATER),
    "ln_2 weight": ("h.1.ln_2.weight", (ENTRY,), LATER),
    "ln_2 bias": ("h.1.ln_2.bias", (ENTRY,), LATER),
    "a neuron's weight": ("h.1.mlp.c_fc.weight", (2, 5), LATER),
    "a neuron's bias": ("h.1.mlp.c_fc.bias", (5,), LATER),
    "what a neuron writes": ("h.1.mlp.c_proj.weight", (5, ENTRY), LATER),
    "what the MLP writes anyway": ("h.1.mlp.c_proj.bias", (ENTRY,), LATER),
    "a later block's queries": ("h.2.attn.c_attn.weight", (2, ENTRY), {"heads"} | WHOLE),
    "a later block's neuron": ("h.2.mlp.c_fc.weight", (2, 5), WHOLE),
    "ln_f weight": ("ln_f.weight", (2,), WHOLE - {"residual"}),
    "ln_f bias": ("ln_f.bias", (2,), WHOLE - {"residual", "mlp"}),
}


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("depends")
    make_checkpoint(folder / "c", n_layer=LAYERS, d_model=D)
    return load_checkpoint(str(folder / "c"))


def everything(checkpoint, folder) -> dict[str, dict]:
    """Returns every view's data for the text, each part opened in turn."""
    write_model(checkpoint, folder / "m", "fp32")

    async def look():
        app = App(NativeLibrary(folder), prompt=TEXT, **HOLD)
        await app.run()
        for part in PARTS:
            await app.set(part=part)
        assert app.bar.shown["notice"] == []
        assert app.trace.ids[0] not in app.trace.ids[1:] and app.trace.ids[-1] not in app.trace.ids[:-1]
        return {view.slot: view.shown for view in app.views}, app.trace.ids

    return asyncio.run(look())


@pytest.fixture(scope="module")
def before(original, tmp_path_factory):
    return everything(original, tmp_path_factory.mktemp("before"))


def same(a, b) -> bool:
    """Returns whether data are equal up to rounding, without the numbers of versions and times."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a if key not in ("run", "version", "ms", "reused"))
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-7, equal_nan=True)
    return a == pytest.approx(b, rel=1e-6, abs=1e-7) if isinstance(a, float) else a == b


@pytest.mark.parametrize("case", CASES)
def test_what_shows_other_numbers(case, original, before, tmp_path):
    name, at, expected = CASES[case]
    shown, ids = before
    places = {"first": ids[0], "last": ids[-1], "position": len(ids) - 1}
    at = tuple(places.get(index, index) for index in at)
    tensors = {key: np.array(tensor, np.float32) for key, tensor in original.tensors.items()}
    tensors[name][at] += 0.5
    found, _ = everything(replace(original, tensors=tensors), tmp_path)
    changed = {slot for slot in shown if not same(shown[slot], found[slot])}
    assert changed == set(expected), f"wrongly changed {changed - set(expected)}, wrongly the same {set(expected) - changed}"


def test_the_same_checkpoint_shows_the_same(original, before, tmp_path):
    found, _ = everything(original, tmp_path)
    assert all(same(before[0][slot], found[slot]) for slot in found)
