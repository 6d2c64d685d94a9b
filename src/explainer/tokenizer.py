"""Text to token ids and back, and how one token is shown.

Two implementations of `Tokenizer` give the same ids: Hugging Face `tokenizers` in `explainer.native`,
`@huggingface/tokenizers` in `explainer.web`.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol


class Tokenizer(Protocol):
    """Byte-level BPE as GPT-2 has it."""

    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: list[int]) -> str: ...

    def id_to_token(self, id: int) -> str | None:
        """The token as the vocabulary spells it, in the byte alphabet ("Ġthe"); None for an id it lacks."""

    def special_tokens(self) -> frozenset[str]:
        """Tokens that are spelt as themselves, not in the byte alphabet: <|endoftext|>."""


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
        return {"id": self.id, "text": self.text, "bytes": list(self.bytes), "special": self.special,
                "start": self.bytes[:1] in (b" ", b"\n", b"\t") or self.special}


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
