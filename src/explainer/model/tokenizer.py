"""Text to token ids and back, and how one token is shown.

Two implementations of `Tokenizer` give the same ids: Hugging Face `tokenizers` in `explainer.runtimes.native`,
`@huggingface/tokenizers` in `explainer.runtimes.web`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Protocol


class Tokenizer(Protocol):
    """Byte-level BPE as GPT-2 has it."""

    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: list[int]) -> str: ...

    def id_to_token(self, id: int) -> str | None:
        """The token as the vocabulary spells it, in the byte alphabet ("Ġthe"); None for an id it lacks."""

    def special_tokens(self) -> frozenset[str]:
        """Tokens that are spelt as themselves, not in the byte alphabet: <|endoftext|>."""

    def vocabulary(self) -> list[str | None]:
        """Every token as the vocabulary spells it, by id; None where an id is skipped."""

    def words(self, text: str) -> list[str]:
        """The words that `text` is first cut into, in the byte alphabet. No token reaches across their borders."""

    def merges(self) -> list[tuple[str, str]]:
        """The pairs of pieces that are joined to one, in the byte alphabet, the first to be joined first."""


@cache
def byte_of() -> dict[str, int]:
    """GPT-2's byte alphabet: the character that spells each byte (encoder.py, bytes_to_unicode, turned round)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [b for b in range(256) if b not in printable]
    return {**{chr(b): b for b in printable}, **{chr(256 + i): b for i, b in enumerate(others)}}


@dataclass(frozen=True)
class Piece:
    """One token for the eye. `bytes` is what it stands for; `text` shows them, whitespace and broken UTF-8 visible."""

    id: int
    text: str
    bytes: bytes
    special: bool = False

    def to_json(self) -> dict:
        # start: a piece that begins a word, as GPT-2 sees it: by its space.
        return {
            "id": self.id,
            "text": self.text,
            "bytes": list(self.bytes),
            "special": self.special,
            "start": self.bytes[:1] in (b" ", b"\n", b"\t") or self.special,
        }


_VISIBLE = {" ": "·", "\n": "↵", "\r": "␍", "\t": "⇥", "\u00a0": "⍽", "\u200b": "⟨ZWSP⟩", "\u200d": "⟨ZWJ⟩"}


def visible(data: bytes) -> str:
    """Bytes as text in which nothing is invisible: whitespace gets marks, bytes that are no whole character hex."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(f"⟨{byte:02X}⟩" if byte > 0x7F else visible(bytes([byte])) for byte in data)
    marks = (_VISIBLE.get(c, c if c.isprintable() else f"⟨U+{ord(c):04X}⟩") for c in text)
    return "".join(marks)


def piece(tokenizer: Tokenizer, id: int) -> Piece:
    """The token `id` for the eye. An id beyond the vocabulary (a padded embedding has some) is shown as such."""
    token = tokenizer.id_to_token(id)
    if token is None:
        return Piece(id, f"⟨unused {id}⟩", b"", special=True)
    if token in tokenizer.special_tokens():
        return Piece(id, token, token.encode(), special=True)
    alphabet = byte_of()
    data = b"".join(bytes([alphabet[c]]) if c in alphabet else c.encode() for c in token)
    return Piece(id, visible(data), data)


def spelt(data: bytes) -> str:
    """Bytes in the byte alphabet, as the vocabulary spells them."""
    return "".join(_letters()[byte] for byte in data)


@cache
def _letters() -> dict[int, str]:
    return {byte: letter for letter, byte in byte_of().items()}


def by_id(vocabulary: Mapping[str, int]) -> list[str | None]:
    """{token: id} -> tokens by id."""
    tokens: list[str | None] = [None] * (max(vocabulary.values(), default=-1) + 1)
    for token, id in vocabulary.items():
        tokens[id] = token
    return tokens


def pairs(merges: Iterable[str | Sequence[str]]) -> list[tuple[str, str]]:
    """The merges of a tokenizer.json: each written as two strings or, in older files, as one with a space."""
    split = (pair.split(" ") if isinstance(pair, str) else pair for pair in merges)
    return [(first, second) for first, second in split]


@dataclass(frozen=True)
class Step:
    """One merge: the pieces after it, in the byte alphabet; the pair that was joined and its rank, 0 the first.

    The step before all merges has neither.
    """

    pieces: tuple[str, ...]
    pair: tuple[str, str] | None = None
    rank: int | None = None


def merge_steps(word: str, ranks: Mapping[tuple[str, str], int]) -> list[Step]:
    """From a word's bytes, in the byte alphabet, to its tokens: of all neighbours the pair with the lowest rank is
    joined, everywhere in the word, until no pair is known."""
    steps = [Step(tuple(word))]
    while True:
        pieces = steps[-1].pieces
        known = [pair for pair in pairwise(pieces) if pair in ranks]
        if not known:
            return steps
        pair = min(known, key=ranks.__getitem__)
        joined: list[str] = []
        at = 0
        while at < len(pieces):
            width = 2 if pieces[at : at + 2] == pair else 1
            joined.append("".join(pieces[at : at + width]))
            at += width
        steps.append(Step(tuple(joined), pair, ranks[pair]))


@dataclass(frozen=True)
class Match:
    """A token that a search found. kind: how well it fits, 0 the best, an index into KINDS."""

    id: int
    kind: int


KINDS = ("id", "exact", "spaced", "cased", "begins", "holds")
_UNMARKED = {mark: sign for sign, mark in _VISIBLE.items() if len(mark) == 1}


def search(tokenizer: Tokenizer, text: str, n_vocab: int) -> list[Match]:
    """Tokens that are `text` (a number: also the token of that id), with a space before it, in other letters' case,
    that begin with it, that hold it. The marks that stand for whitespace (·, ↵) may be written for it."""
    if not text:
        return []
    data = "".join(_UNMARKED.get(letter, letter) for letter in text)
    spelling = spelt(data.encode("utf-8", "replace"))
    space = spelt(b" ")
    plain = spelling.removeprefix(space)
    folded = plain.lower() if plain.isascii() else None  # other letters of the byte alphabet stand for bytes
    found = []
    for id, token in enumerate(tokenizer.vocabulary()[:n_vocab]):
        if token is None:
            continue
        core = token.removeprefix(space)
        if text.isdecimal() and id == int(text):
            found.append(Match(id, 0))
        elif token in (spelling, text):
            found.append(Match(id, 1))
        elif token == space + spelling:
            found.append(Match(id, 2))
        elif core == plain or (core.isascii() and core.lower() == folded):
            found.append(Match(id, 3))
        elif token.startswith((spelling, space + spelling)):
            found.append(Match(id, 4))
        elif spelling in token:
            found.append(Match(id, 5))
    return found
