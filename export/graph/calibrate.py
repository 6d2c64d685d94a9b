"""A model's activations on a sample of text: for the error of quantisation, and for the means that parts are switched off to."""

from __future__ import annotations

import asyncio
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tokenizers
from explainer.export.graph.builder import Blob
from explainer.export.graph.trunk import Dense, both_graphs

from explainer.model.activations import BY_NAME
from explainer.runtimes.native import NativeEngine

if TYPE_CHECKING:
    from explainer.export.checkpoint.load import Checkpoint

# Public-domain English: the opening of Alice's Adventures in Wonderland. Its second half serves here, so that
# `explainer verify` measures on text that quantisation has not seen.
SAMPLE = Path(__file__).parents[1] / "data" / "alice.txt"
POSITIONS = 128


def ids_of(tokenizer_json: bytes, d_vocab: int, text: str, count: int) -> tuple[np.ndarray, int]:
    """Returns `count` token ids, and how many of them come from the text: random ones follow where the vocabulary has too
    few of the text's tokens (the sorter's has three letters)."""
    ids = tokenizers.Tokenizer.from_str(tokenizer_json.decode()).encode(text, add_special_tokens=False).ids
    ids = [id for id in ids if id < d_vocab][:count]
    rest = np.random.default_rng(0).integers(d_vocab, size=count - len(ids))
    return np.array([*ids, *rest], np.int64), len(ids)


def float32_engine(checkpoint: Checkpoint) -> NativeEngine:
    """Returns an engine of the checkpoint in float32. Its weights reach onnxruntime through a memory-mapped temporary file,
    so that memory holds them once."""
    blob = Blob()
    graphs = both_graphs(checkpoint, blob, Dense(checkpoint))
    with tempfile.TemporaryFile() as file:
        for chunk in blob:
            file.write(chunk)
        file.flush()
        return NativeEngine(checkpoint.config, graphs, np.memmap(file, np.uint8, mode="r"))


class Sample:
    """A checkpoint's activations in float32, from one run on the sample, which starts when they are first read."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint

    @cached_property
    def ids(self) -> tuple[np.ndarray, int]:
        """The token ids, and how many of them come from the text."""
        c, text = self.checkpoint.config, SAMPLE.read_text(encoding="utf-8")
        return ids_of(self.checkpoint.tokenizer_json, c.d_vocab, text[len(text) // 2 :], min(POSITIONS, c.n_ctx))

    @cached_property
    def out(self) -> dict[str, np.ndarray]:
        engine = float32_engine(self.checkpoint)
        names = ("embed", "ln1", "z", "attn_out", "ln2", "mlp_post", "mlp_out", "resid_post")
        out, _ = asyncio.run(engine.trunk(self.ids[0], names=names))
        return out | asyncio.run(engine.unembed(out["resid_post"][-1], names=["ln_final"]))

    def input_rows(self) -> dict[str, np.ndarray]:
        """Returns {matrix name: its inputs (position, rows)}."""
        c, out = self.checkpoint.config, self.out
        inputs = {"wte.weight" if c.tied_embedding else "lm_head.weight": out["ln_final"]}
        for i in range(c.n_layer):
            inputs[f"h.{i}.attn.c_attn.weight"] = out["ln1"][i]
            inputs[f"h.{i}.attn.c_proj.weight"] = out["z"][i].swapaxes(0, 1).reshape(-1, c.d_model)
            inputs[f"h.{i}.mlp.c_fc.weight"] = out["ln2"][i]
            inputs[f"h.{i}.mlp.c_proj.weight"] = out["mlp_post"][i]
        return inputs

    def mean(self, name: str) -> np.ndarray:
        """Returns an activation averaged over the sample's positions, which a part writes when it is switched off to its mean."""
        return self.out[name].mean(axis=BY_NAME[name].axes.index("pos")).astype(np.float32)
