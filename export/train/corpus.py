"""Books to token ids: the storyteller's corpus, its tokenizer and the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from explainer.export.errors import ExplainerError
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END = "<|endoftext|>"
HELD_OUT = ("the-olive-fairy-book", "the-railway-children", "tik-tok-of-oz")


def read_corpus(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Returns (training books, held-out books), each name -> text, in the order of the names.

    Raises ExplainerError when the folder holds no books, lacks a held-out one, or a book is not UTF-8 text.
    """
    books = {}
    for path in sorted(folder.glob("*.txt")):
        try:
            books[path.stem] = path.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            raise ExplainerError(f"{path} is not UTF-8 text") from None
    if not books:
        raise ExplainerError(f"no books in {folder}: give a folder with one plain-text file (*.txt) a book")
    missing = [name for name in HELD_OUT if not books.get(name)]
    if missing:
        raise ExplainerError(f"{folder} lacks the held-out books {', '.join(missing)} (HELD_OUT in corpus.py)")
    held_out = {name: books.pop(name) for name in HELD_OUT}
    if not any(books.values()):
        raise ExplainerError(f"{folder} holds the held-out books only: nothing to train on")
    return books, held_out


def train_tokenizer(texts: list[str], vocab_size: int) -> Tokenizer:
    """Trains a tokenizer of GPT-2's kind: byte-level BPE, GPT-2's splitting pattern, no normalisation."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocab_size,
            special_tokens=[END],
            show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    return tokenizer


def encode(tokenizer: Tokenizer, books: dict[str, str]) -> np.ndarray:
    """Returns one row of ids, int64: END precedes every book, as in GPT-2's own training data."""
    end = tokenizer.token_to_id(END)
    rows = [np.array([end, *encoding.ids], np.int64) for encoding in tokenizer.encode_batch(list(books.values()))]
    return np.concatenate(rows)


def size_in_bytes(books: dict[str, str]) -> int:
    return sum(len(text.encode()) for text in books.values())


def batches(ids: np.ndarray, context: int, batch: int, seed: int, first_step: int) -> Iterator[np.ndarray]:
    """Yields (batch, context + 1) id arrays without end, from `first_step` on; each pass cuts the text at other places.

    A batch depends on the seed and its step alone, so a resumed run reads the same batches.
    """
    per_pass = (len(ids) - context - 1) // context // batch
    if per_pass < 1:
        raise ExplainerError(f"{len(ids):,} tokens are less than a batch of {batch} x {context}: more text is needed")
    step = first_step
    while True:
        epoch, within = divmod(step, per_pass)
        rng = np.random.default_rng((seed, epoch))
        offset = int(rng.integers(context))
        starts = offset + context * rng.permutation((len(ids) - 1 - offset) // context)
        for index in range(within, per_pass):
            rows = starts[index * batch : (index + 1) * batch]
            yield np.stack([ids[s : s + context + 1] for s in rows])
            step += 1
