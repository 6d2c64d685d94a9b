"""A GPT-2 checkpoint of real shape and random weights, in Hugging Face layout: for speed and memory, not for sense.

    python tests/bench/random_checkpoint.py 124M OUT [--tokenizer DIR]

DIR holds GPT-2's own vocab.json and merges.txt (EXPLAINER_GPT2_TOKENIZER does the same); without them a byte-level
vocabulary of the same size is made up.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from itertools import islice, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.helpers.checkpoints import END_OF_TEXT, byte_letters, random_tensors, write_tensors

D_VOCAB = 50257
SIZES = {"124M": (12, 12, 768), "355M": (24, 16, 1024)}  # n_layer, n_head, d_model


def write_gpt2(folder: Path, size: str, tokenizer: Path | None = None) -> Path:
    """Writes the checkpoint. size: a key of SIZES. tokenizer: a folder with vocab.json and merges.txt."""
    n_layer, n_head, width = SIZES[size]
    folder.mkdir(parents=True, exist_ok=True)
    if tokenizer:
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(tokenizer / name, folder)
    else:
        letters = byte_letters()
        merges = list(islice(product(letters, letters), D_VOCAB - 257))
        pieces = [*letters, *("".join(pair) for pair in merges), END_OF_TEXT]
        (folder / "vocab.json").write_text(json.dumps({piece: id for id, piece in enumerate(pieces)}))
        (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    config = {
        "model_type": "gpt2",
        "architectures": ["GPT2LMHeadModel"],
        "activation_function": "gelu_new",
        "n_layer": n_layer,
        "n_head": n_head,
        "n_embd": width,
        "n_positions": 1024,
        "n_ctx": 1024,
        "vocab_size": D_VOCAB,
        "layer_norm_epsilon": 1e-5,
        "bos_token_id": D_VOCAB - 1,
        "eos_token_id": D_VOCAB - 1,
        "tie_word_embeddings": True,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    write_tensors(folder, {name: tensor.astype("float16") for name, tensor in random_tensors(config).items()})
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, default=os.environ.get("EXPLAINER_GPT2_TOKENIZER"))
    args = parser.parse_args()
    print(write_gpt2(args.out, args.size, Path(args.tokenizer) if args.tokenizer else None))


if __name__ == "__main__":
    main()
