"""Tokens as the reader sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explainer.model.tokenizer import byte_of, piece, visible


class Words:
    """A tokenizer with a vocabulary of given tokens."""

    def __init__(self, *tokens: str):
        self.tokens = tokens

    def id_to_token(self, id: int) -> str | None:
        return self.tokens[id] if id < len(self.tokens) else None

    def special_tokens(self) -> frozenset[str]:
        return frozenset({"<|endoftext|>"})


def test_byte_alphabet_is_gpt2s():
    alphabet = byte_of()
    assert sorted(alphabet.values()) == list(range(256))
    # GPT-2's own spellings, from its published vocabulary.
    assert alphabet["Ġ"] == 0x20 and alphabet["Ċ"] == 0x0A and alphabet["A"] == 0x41 and alphabet["Ã"] == 0xC3


@pytest.mark.parametrize(
    "token, text, data",
    [
        ("Ġthe", "·the", b" the"),
        ("the", "the", b"the"),
        ("Ċ", "↵", b"\n"),
        ("ĉ", "⇥", b"\t"),
        ("Ã©", "é", "é".encode()),
        ("ðŁĺ", "⟨F0⟩⟨9F⟩⟨98⟩", "😀".encode()[:3]),
        ("<|endoftext|>", "<|endoftext|>", b"<|endoftext|>"),
        ("Ā", "⟨U+0000⟩", b"\0"),
    ],
)
def test_piece(token, text, data):
    shown = piece(Words(token), 0)
    assert (shown.text, shown.bytes) == (text, data)


def test_only_tokens_that_begin_with_a_space_start_a_word():
    words = Words("Ġthe", "the", "Ċ")
    assert [piece(words, i).to_json()["start"] for i in range(3)] == [True, False, True]


def test_an_id_beyond_the_vocabulary_is_shown_as_such():
    assert "7" in piece(Words("a"), 7).text and piece(Words("a"), 7).special


@given(st.binary(max_size=8))
def test_nothing_visible_is_invisible(data):
    text = visible(data)
    assert all(c.isprintable() and not c.isspace() for c in text)
    assert bool(text) == bool(data)
