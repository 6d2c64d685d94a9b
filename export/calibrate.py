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


def ids_of(tokenizer_json: bytes, d_vocab: int, text: str, count: int) -> tuple[np.ndarray, int]:
    """`count` token ids of a text and how many of them it really gave: where the vocabulary cannot say enough of it
    (the sorter's has three letters), random ones follow."""
    ids = tokenizers.Tokenizer.from_str(tokenizer_json.decode()).encode(text, add_special_tokens=False).ids
    ids = [id for id in ids if id < d_vocab][:count]
    rest = np.random.default_rng(0).integers(d_vocab, size=count - len(ids))
    return np.array([*ids, *rest], np.int64), len(ids)


def float32_engine(checkpoint: Checkpoint) -> NativeEngine:
    """The checkpoint itself, ready to run. Its weights reach onnxruntime by way of a temporary file, mapped, so that
    memory holds them once."""
    blob = Blob()
    graphs = both_graphs(checkpoint, blob, Dense(checkpoint))
    with tempfile.TemporaryFile() as file:
        for chunk in blob:
            file.write(chunk)
        file.flush()
        return NativeEngine(checkpoint.config, graphs, np.memmap(file, np.uint8, mode="r"))


def input_rows(checkpoint: Checkpoint) -> dict[str, np.ndarray]:
    """Matrix name -> its inputs (position, rows) in float32, from one run of the model on the sample."""
    c = checkpoint.config
    engine = float32_engine(checkpoint)
    text = SAMPLE.read_text(encoding="utf-8")
    ids, _ = ids_of(checkpoint.tokenizer_json, c.d_vocab, text[len(text) // 2 :], min(POSITIONS, c.n_ctx))
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
