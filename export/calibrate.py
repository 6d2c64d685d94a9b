"""What goes into each matrix of a model on a sample of text: what quantisation measures its error on."""
from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tokenizers

from explainer.native import NativeEngine
from export.builder import Blob
from export.graph import Dense, both_graphs

if TYPE_CHECKING:
    from export.checkpoint import Checkpoint

# Public-domain English: the opening of Alice's Adventures in Wonderland. Its second half serves here, so that
# `explainer verify` measures on text that quantisation has not seen.
SAMPLE = Path(__file__).parent / "data" / "alice.txt"
POSITIONS = 128


def sample_ids(checkpoint: Checkpoint, count: int) -> np.ndarray:
    """`count` token ids: the sample text's, or random ones where the vocabulary cannot say enough of it."""
    tokenizer = tokenizers.Tokenizer.from_str(checkpoint.tokenizer_json.decode())
    text = SAMPLE.read_text(encoding="utf-8")
    ids = tokenizer.encode(text[len(text) // 2 :], add_special_tokens=False).ids[:count]
    ids = [id for id in ids if id < checkpoint.config.d_vocab]
    rest = np.random.default_rng(0).integers(checkpoint.config.d_vocab, size=count - len(ids))
    return np.array([*ids, *rest], np.int64)


def input_rows(checkpoint: Checkpoint) -> dict[str, np.ndarray]:
    """Matrix name -> its inputs (position, rows) in float32, from one run of the model on the sample.

    The weights pass through a temporary file that onnxruntime maps, not through memory.
    """
    c = checkpoint.config
    blob = Blob()
    graphs = both_graphs(checkpoint, blob, Dense(checkpoint))
    with tempfile.TemporaryFile() as file:
        for chunk in blob:
            file.write(chunk)
        file.flush()
        engine = NativeEngine(c, graphs, np.memmap(file, np.uint8, mode="r"))
    ids = sample_ids(checkpoint, min(POSITIONS, c.n_ctx))
    names = ("ln1", "z", "ln2", "mlp_post", "resid_post")
    out, _ = asyncio.run(engine.trunk(ids, names=names))
    ends = asyncio.run(engine.unembed(out["resid_post"][-1], names=["ln_final"]))
    inputs = {"wte.weight" if c.tied_embedding else "lm_head.weight": ends["ln_final"]}
    for i in range(c.n_layer):
        inputs[f"h.{i}.attn.c_attn.weight"] = out["ln1"][i]
        inputs[f"h.{i}.attn.c_proj.weight"] = out["z"][i].swapaxes(0, 1).reshape(len(ids), c.d_model)
        inputs[f"h.{i}.mlp.c_fc.weight"] = out["ln2"][i]
        inputs[f"h.{i}.mlp.c_proj.weight"] = out["mlp_post"][i]
    return inputs
