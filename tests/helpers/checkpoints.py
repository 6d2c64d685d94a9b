"""Writes small GPT-2 checkpoints with random weights, in Hugging Face layout, for most of the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.errors import ExplainerError
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

STORAGE = {"F32": np.float32, "F16": np.float16, "BF16": ml_dtypes.bfloat16}
END_OF_TEXT = "<|endoftext|>"
# GPT-2's own first merges, enough for a tokenizer that joins some letters and leaves others alone.
MERGES = tuple(
    tuple(pair.split())
    for pair in [
        "Ġ t",
        "Ġ a",
        "h e",
        "i n",
        "r e",
        "o n",
        "Ġt he",
        "e r",
        "Ġ s",
        "a t",
        "Ġ w",
        "Ġ o",
        "e n",
        "Ġ c",
        "i t",
        "i s",
        "a n",
        "o r",
        "e s",
        "Ġ b",
        "e d",
        "Ġ f",
        "in g",
        "Ġ p",
        "o u",
        "Ġa n",
        "a l",
        "a r",
        "Ġt o",
        "Ġ m",
        "Ġo f",
        "Ġ in",
        "Ġ d",
        "Ġ h",
        "Ġan d",
    ]
)


def byte_letters() -> list[str]:
    """Returns the 256 letters that stand for bytes, in the order of GPT-2's ids 0..255."""
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def write_tokenizer(folder: Path, size: int, layout: str = "tokenizers") -> int | None:
    """Writes a byte-level BPE of at most `size` tokens; returns the id of <|endoftext|>, the last one.

    layout: "tokenizers" writes tokenizer.json, "vocab+merges" the older pair of files, "none" nothing.
    A size below 257 leaves out the later bytes, so that only some letters have a token.
    """
    pieces = byte_letters()[: size - 1]
    merges = MERGES[: max(0, size - 257)]
    pieces += ["".join(pair) for pair in merges] + [END_OF_TEXT]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    if layout == "vocab+merges":
        (folder / "vocab.json").write_text(json.dumps(vocab))
        (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    elif layout == "tokenizers":
        tokenizer = Tokenizer(models.BPE(vocab, list(merges)))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
        tokenizer.add_special_tokens([AddedToken(END_OF_TEXT, normalized=True, special=True)])
        tokenizer.save(str(folder / "tokenizer.json"))
    return vocab[END_OF_TEXT]


def random_tensors(config: dict[str, Any], seed: int = 0, tied: bool = True) -> dict[str, np.ndarray]:
    """Returns every tensor of a GPT-2 of this config, float32, under canonical names (no `transformer.` prefix).

    They are scaled so that an error in any part shows: projections keep a vector's size (std 1.2 / sqrt(fan in)),
    biases are not 0, LayerNorm weights not 1.
    """
    rng = np.random.default_rng(seed)
    width = config["n_embd"]
    inner = config.get("n_inner") or 4 * width

    def normal(*shape: int, std: float, mean: float = 0.0) -> np.ndarray:
        values = rng.standard_normal(shape, dtype=np.float32)
        values *= np.float32(std)
        values += np.float32(mean)
        return values

    def norm(name: str) -> dict[str, np.ndarray]:
        return {f"{name}.weight": normal(width, std=0.2, mean=1.0), f"{name}.bias": normal(width, std=0.2)}

    def projection(name: str, rows: int, columns: int) -> dict[str, np.ndarray]:
        weight = normal(rows, columns, std=1.2 / rows**0.5)
        return {f"{name}.weight": weight, f"{name}.bias": normal(columns, std=0.2)}

    tensors = {
        "wte.weight": normal(config["vocab_size"], width, std=1.2 / width**0.5),
        "wpe.weight": normal(config["n_positions"], width, std=0.8 / width**0.5),
    }
    for i in range(config["n_layer"]):
        tensors |= norm(f"h.{i}.ln_1") | projection(f"h.{i}.attn.c_attn", width, 3 * width)
        tensors |= projection(f"h.{i}.attn.c_proj", width, width) | norm(f"h.{i}.ln_2")
        tensors |= projection(f"h.{i}.mlp.c_fc", width, inner) | projection(f"h.{i}.mlp.c_proj", inner, width)
    tensors |= norm("ln_f")
    if not tied:
        tensors["lm_head.weight"] = normal(config["vocab_size"], width, std=1.2 / width**0.5)
    return tensors


def write_tensors(folder: Path, tensors: dict[str, np.ndarray], shards: int = 1) -> None:
    """Writes model.safetensors, or that many shards with their index."""
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    weight_map = {}
    for part in range(shards):
        name = f"model-{part + 1:05}-of-{shards:05}.safetensors"
        held = dict(list(tensors.items())[part::shards])
        save_file(held, folder / name, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(held, name)
    index = {"metadata": {"total_size": sum(t.nbytes for t in tensors.values())}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def make_checkpoint(
    folder: Path,
    n_layer: int = 2,
    n_head: int = 2,
    d_model: int = 16,
    d_vocab: int | None = None,
    n_ctx: int = 32,
    tied: bool = True,
    prefix: str = "",
    dtype: str = "F32",
    seed: int = 0,
    tokenizer: str = "tokenizers",
    shards: int = 1,
    **config_overrides: Any,
) -> Path:
    """Writes a GPT-2 with random weights as Hugging Face would, and returns its folder.

    d_vocab: the tokenizer's size when None; larger pads the embedding; below 257 the tokenizer shrinks with it.
    prefix: "transformer." is what GPT2LMHeadModel saves, "" what openai-community/gpt2 has.
    dtype: how numbers are stored, "F32", "F16" or "BF16".  tokenizer: "tokenizers", "vocab+merges" or "none".
    config_overrides: further keys of config.json (n_inner, activation_function, scale_attn_weights, ...).
    layer_norm_epsilon is 1e-3 here, not GPT-2's 1e-5, so that an exporter that assumes 1e-5 is caught.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    whole = 257 + len(MERGES)
    end = write_tokenizer(folder, min(d_vocab or whole, whole), tokenizer)
    config = {
        "model_type": "gpt2",
        "architectures": ["GPT2LMHeadModel"],
        "activation_function": "gelu_new",
        "n_layer": n_layer,
        "n_head": n_head,
        "n_embd": d_model,
        "n_positions": n_ctx,
        "n_ctx": n_ctx,
        "vocab_size": d_vocab or whole,
        "layer_norm_epsilon": 1e-3,
        "bos_token_id": end,
        "eos_token_id": end,
        "tie_word_embeddings": tied,
        "attn_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.0,
    } | config_overrides
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    # GPT2LMHeadModel never puts the prefix on its head.
    tensors = {
        (name if name.startswith("lm_head.") else prefix + name): tensor.astype(STORAGE[dtype])
        for name, tensor in random_tensors(config, seed, tied).items()
    }
    write_tensors(folder, tensors, shards)
    return folder


def refusal(name_or_path) -> str:
    """Returns the error of a checkpoint that cannot be loaded, and asserts that it is one line of more than a word."""
    with pytest.raises(ExplainerError) as caught:
        load_checkpoint(str(name_or_path))
    text = str(caught.value)
    assert "\n" not in text and len(text) > 20
    return text
