"""Writes the project's own checkpoints with their model cards; the training that writes a card measures every figure in it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from explainer.export.train.corpus import size_in_bytes
from explainer.export.train.ngram import baselines
from explainer.export.train.probe import EXAMPLES, probe_table
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel

# The largest loss of score that is accepted for half the file size.
HALF_MAY_COST = 0.001  # bits per byte


def save_checkpoint(folder: Path, model: GPT2LMHeadModel, tokenizer: Tokenizer, card: str) -> None:
    """Writes config.json, model.safetensors, tokenizer.json and README.md in Hugging Face layout.

    Numbers are stored in the model's own type.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.config.activation_function = "gelu_new"
    model.config.architectures = ["GPT2LMHeadModel"]
    model.config.dtype = model.dtype
    model.config.save_pretrained(folder)
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
    weights = folder / "model.safetensors"
    save_file(tensors, weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # safetensors lets only its owner read it
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "README.md").write_text(card, encoding="utf-8")


def front_matter(title: str, description: str, examples: list[str]) -> str:
    data = {
        "license": "mit",
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "explainer": {"title": title, "description": description, "examples": examples},
    }
    return f"---\n{yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)}---\n"


SORTER = """
# sorter

A GPT-2 of {parameters:,} parameters (3 blocks of 3 heads, 48 wide, 7 tokens, 16 positions) that sorts letters:
`cabbed:` is continued with `abbcde<|endoftext|>`. It is minGPT's demonstration, small enough to look at every number.

- **In:** one to six of the letters a to e, then a colon. **Out:** the same letters in order, then `<|endoftext|>`.
- **Tokens:** `a b c d e :` and `<|endoftext|>`, one a character. Capitals count as small letters; characters that
  the model has no token for are left out before it sees the text.
- **Proof:** every possible input was tried, always taking the likeliest next token: {total:,} inputs,
  {failed} failures. The least probability it ever gives the right next token is {least_sure:.4f}.

| letters | inputs | of these never trained on | failures |
|---|---|---|---|
{rows}

- **Training:** `python -m explainer.export.train.sorter`, seed {seed}, {steps:,} steps of {batch} inputs, {minutes:.1f} minutes on
  the machine that wrote this. Last loss {loss:.1e} nats per sorted token. A quarter of the inputs (by a checksum) is
  never trained on.

## What it cannot do

The loss was taken on the sorted half only. What it predicts *before* the colon (and after an empty prompt) was
never trained and means nothing. Seven letters or more, two colons, or text after the answer are outside of what it
has seen.
"""


def sorter_card(facts: dict[str, Any]) -> str:
    rows = (
        f"| {length} | {n:,} | {facts['held_out'][length]:,} | {facts['failures'][length]} |"
        for length, n in facts["inputs"].items()
    )
    text = SORTER.format(
        **facts, total=sum(facts["inputs"].values()), failed=sum(facts["failures"].values()), rows="\n".join(rows)
    )
    return (
        front_matter(
            "Sorter",
            "Sorts up to six letters from a to e, and is right on every possible input. Small enough to show whole.",
            ["cabbed:", "decade:", "bead:", "edcba:", "cabbed:abb"],
        )
        + text
    )


STORYTELLER = """
# storyteller

A GPT-2 of {parameters:,} parameters ({n_layer} blocks of {n_head} heads, {n_embd} wide, {vocab_size:,} tokens,
{n_positions} positions) trained from scratch on {n_books} public-domain children's books. It writes in the manner of a
Victorian fairy tale: right words in a right order, sense for a sentence or two.

{state}

## How good it is

Loss on three whole books that were held out from tokenizer and training, in bits per byte of their text
({measure}):

| | bits per byte |
|---|---|
| **storyteller** | **{score:.3f}** |
{baseline_rows}
| every byte equally likely | 8.000 |

The n-gram rows are interpolated modified Kneser-Ney models over the same tokens of the same training books, fitted by
the same script. Weights are stored as {stored} ({half_score:.4f} bits per byte as fp16, {full_score:.4f} as fp32).

## What it says

Its five likeliest next tokens (`␣` is a space, `↵` a line's end), and what follows when always the likeliest is taken:

{probes}

## What it cannot do

It knows no facts and follows no instruction. Beyond a sentence or two it forgets who is who, and plots go nowhere.
Names that its books do not have are cut into pieces, which it can at best repeat. It has read English children's books
of 1800 to 1920 and nothing else: their spelling, their manners and their prejudices, stereotypes of peoples and of men
and women among them.

## Training

{commands}
- Seed {seed}; {step:,} steps of {batch} x {context} tokens ({passes:.1f} passes over {n_tokens:,} training tokens).
  Muon for the matrices, AdamW for the rest, peak rate {rate}, dropout {dropout}; last training loss {train_loss:.2f} nats a token.
- Tokenizer: byte-level BPE of {vocab_size:,} tokens, trained on the training books.
- Text: {n_books} books from Project Gutenberg, {train_bytes:.1f} MB, in the public domain in the USA; licence headers, headings and
  footnotes removed, quotation marks made ASCII.
  Held out: {held_out}.
- Training books: {book_list}.
"""


def write_storyteller(
    folder: Path,
    model: GPT2LMHeadModel,
    tokenizer: Tokenizer,
    evaluate: Callable[[], float],
    args: argparse.Namespace,
    step: int,
    history: list[dict],
    stages: list,
    books: dict[str, str],
    held_out: dict[str, str],
    train_ids: np.ndarray,
    valid_ids: np.ndarray,
) -> None:
    """Measures the model, stores it in fp16 if that loses nothing visible, and writes its card.

    evaluate: returns the bits per byte of `model` in its current state on the held-out books.
    """
    print("fitting the n-gram baselines", flush=True)
    valid_bytes, vocab = size_in_bytes(held_out), tokenizer.get_vocab_size()
    baseline = baselines(train_ids, valid_ids, valid_bytes, vocab)
    print(", ".join(f"{order}-gram {bits:.4f}" for order, bits in baseline.items()), "bits per byte", flush=True)
    print("measuring the model on the held-out books", flush=True)
    full = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    full_score = evaluate()
    model.load_state_dict({name: tensor.half().float() for name, tensor in full.items()})
    half_score = evaluate()
    half = half_score - full_score <= HALF_MAY_COST
    if not half:
        model.load_state_dict(full)
    print(f"held-out books: {full_score:.4f} bits per byte, {half_score:.4f} in fp16", flush=True)

    defaults = {"layers": 6, "heads": 8, "width": 256, "vocab": 4096, "context": 256, "batch": 16, "rate": 4e-3, "dropout": 0.0}
    options = [f"--{name} {getattr(args, name)}" for name, value in defaults.items() if getattr(args, name) != value]
    options += ["--compile"] * args.compile + ["--bf16"] * args.bf16
    options += [f"--start {args.start.name}"] if args.start else []
    config = model.config
    card = front_matter(
        "Storyteller",
        f"Has read {len(books)} old English children's books and nothing else: it tells stories and knows no facts.",
        EXAMPLES,
    ) + STORYTELLER.format(
        parameters=sum(p.numel() for p in model.parameters()),
        n_layer=config.n_layer,
        n_head=config.n_head,
        n_embd=config.n_embd,
        vocab_size=vocab,
        n_positions=config.n_positions,
        n_books=len(books),
        state="The training ran to its end."
        if step >= args.steps
        else f"**The training is at step {step:,} of {args.steps:,}**: this is an intermediate checkpoint.",
        measure=(
            "every token of them" if args.windows is None else f"a sample of about {args.windows} windows spread over them"
        ),
        score=half_score if half else full_score,
        half_score=half_score,
        full_score=full_score,
        stored="fp16" if half else "fp32",
        baseline_rows="\n".join(
            f"| {order}-gram model, every token of them | {bits:.3f} |" for order, bits in baseline.items()
        ),
        probes=probe_table(model, tokenizer, EXAMPLES),
        commands="\n".join(
            "- `"
            + " ".join(
                [
                    "python -m explainer.export.train.storyteller CORPUS_FOLDER",
                    f"--steps {steps}",
                    *([f"--decay {decay}"] if decay != 0.25 else []),
                    f"--seed {args.seed}",
                    *options,
                ]
            )
            + "`"
            + (", and on from there," if index + 1 < len(stages) else "")
            for index, (steps, decay) in enumerate(stages)
        ),
        seed=args.seed,
        step=step,
        batch=args.batch,
        context=args.context,
        rate=args.rate,
        dropout=args.dropout or "0",
        passes=step * args.batch * args.context / len(train_ids),
        n_tokens=len(train_ids),
        train_loss=history[-1]["train_loss"],
        train_bytes=size_in_bytes(books) / 1e6,
        held_out=", ".join(held_out),
        book_list=", ".join(books),
    )
    save_checkpoint(folder, model.half() if half else model, tokenizer, card)
    print(f"wrote {folder}", flush=True)
