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
        """Returns the token as the vocabulary spells it, in the byte alphabet ("Ġthe"); None for an id that it lacks."""

    def special_tokens(self) -> frozenset[str]:
        """Returns the tokens that are spelt as themselves, not in the byte alphabet: <|endoftext|>."""

    def vocabulary(self) -> list[str | None]:
        """Returns every token as the vocabulary spells it, by id; None where an id is skipped."""

    def words(self, text: str) -> list[str]:
        """Returns the words that `text` is first cut into, in the byte alphabet. No token crosses the border of a word."""

    def merges(self) -> list[tuple[str, str]]:
        """Returns the pairs of pieces that are joined into one, in the byte alphabet, in the order of their rank."""


@cache
def byte_of() -> dict[str, int]:
    """Returns GPT-2's byte alphabet, {character: the byte that it spells}: bytes_to_unicode of its encoder.py, inverted."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [b for b in range(256) if b not in printable]
    return {**{chr(b): b for b in printable}, **{chr(256 + i): b for i, b in enumerate(others)}}


@dataclass(frozen=True)
class Piece:
    """One token as the reader sees it. `bytes` is what it stands for; `text` shows whitespace and broken UTF-8 in it."""

    id: int
    text: str
    bytes: bytes
    special: bool = False

    def to_json(self) -> dict:
        # start: whether the piece begins a word; to GPT-2 the space before a word belongs to it.
        return {
            "id": self.id,
            "text": self.text,
            "bytes": list(self.bytes),
            "special": self.special,
            "start": self.bytes[:1] in (b" ", b"\n", b"\t") or self.special,
        }


_VISIBLE = {" ": "·", "\n": "↵", "\r": "␍", "\t": "⇥", "\u00a0": "⍽", "\u200b": "⟨ZWSP⟩", "\u200d": "⟨ZWJ⟩"}


def visible(data: bytes) -> str:
    """Returns bytes as text without invisible characters: whitespace becomes marks, bytes of no whole character become hex."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(f"⟨{byte:02X}⟩" if byte > 0x7F else visible(bytes([byte])) for byte in data)
    marks = (_VISIBLE.get(c, c if c.isprintable() else f"⟨U+{ord(c):04X}⟩") for c in text)
    return "".join(marks)


def piece(tokenizer: Tokenizer, id: int) -> Piece:
    """Returns the token `id` as the reader sees it. An id that the vocabulary lacks (a padded embedding has some) is "unused"."""
    token = tokenizer.id_to_token(id)
    if token is None:
        return Piece(id, f"⟨unused {id}⟩", b"", special=True)
    if token in tokenizer.special_tokens():
        return Piece(id, token, token.encode(), special=True)
    alphabet = byte_of()
    data = b"".join(bytes([alphabet[c]]) if c in alphabet else c.encode() for c in token)
    return Piece(id, visible(data), data)


def spelt(data: bytes) -> str:
    """Spells bytes in the byte alphabet, as the vocabulary does."""
    return "".join(_letters()[byte] for byte in data)


@cache
def _letters() -> dict[int, str]:
    return {byte: letter for letter, byte in byte_of().items()}


def by_id(vocabulary: Mapping[str, int]) -> list[str | None]:
    """Turns {token: id} into a list of tokens by id."""
    tokens: list[str | None] = [None] * (max(vocabulary.values(), default=-1) + 1)
    for token, id in vocabulary.items():
        tokens[id] = token
    return tokens


def pairs(merges: Iterable[str | Sequence[str]]) -> list[tuple[str, str]]:
    """Returns the merges of a tokenizer.json, where each is two strings or, in older files, one string with a space."""
    split = (pair.split(" ") if isinstance(pair, str) else pair for pair in merges)
    return [(first, second) for first, second in split]


@dataclass(frozen=True)
class Step:
    """One merge: the pieces after it, in the byte alphabet; the pair that it joined; the pair's rank, from 0.

    The first step stands for the word before all merges and has neither pair nor rank.
    """

    pieces: tuple[str, ...]
    pair: tuple[str, str] | None = None
    rank: int | None = None


def merge_steps(word: str, ranks: Mapping[tuple[str, str], int]) -> list[Step]:
    """Returns the steps from a word's bytes, in the byte alphabet, to its tokens. Each step joins the pair of neighbours
    with the lowest rank, everywhere in the word; the last one leaves no pair that has a rank."""
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
    """A token that a search found. kind: how well it fits, 0 the best, an index into MATCH_KINDS."""

    id: int
    kind: int


MATCH_KINDS = ("id", "exact", "spaced", "cased", "begins", "holds")
_UNMARKED = {mark: sign for sign, mark in _VISIBLE.items() if len(mark) == 1}


def search(tokenizer: Tokenizer, text: str, n_vocab: int) -> list[Match]:
    """Returns the tokens that match `text` in one of the ways of MATCH_KINDS: by their id, exactly, after a space, in another
    case, at their beginning, anywhere. Whitespace may be written as its marks (·, ↵)."""
    if not text:
        return []
    data = "".join(_UNMARKED.get(letter, letter) for letter in text)
    spelling = spelt(data.encode("utf-8", "replace"))
    space = spelt(b" ")
    plain = spelling.removeprefix(space)
    folded = plain.lower() if plain.isascii() else None  # the byte alphabet's letters beyond ASCII stand for bytes
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
