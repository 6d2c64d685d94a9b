"""Texts of every kind, for tests of code that takes any text."""

from __future__ import annotations

import random

WORDS = [
    "Once",
    " upon",
    "  ",
    "\n\n",
    "\r\n",
    "\t",
    "<|endoftext|>",
    "<|endof",
    "don't",
    "I'LL",
    "naïve",
    "e\u0301",
    "😀",
    "👩‍👩‍👧",
    "🏴‍☠️",
    "🇸🇪",
    "❤️",
    "مرحبا",
    "שלום",
    "\u202eevil\u202c",
    "日本語",
    "한글",
    "ไทย",
    "हिन्दी",
    "\u0000",
    "\u0007",
    "\u001b[31m",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2028",
    "１２",
    "½",
    "²",
    "12345678",
    "$%&",
    "://",
    "\\",
    "\ud83d",
    "\ude00",
    "\uffff",
    "\U0010ffff",
    "<img src=x onerror=alert(1)>",
]
RANGES = [
    (0, 0x20),
    (0x20, 0x7F),
    (0x80, 0x250),
    (0x300, 0x370),
    (0x590, 0x700),
    (0x900, 0xE80),
    (0x2000, 0x2070),
    (0x3000, 0xA000),
    (0xAC00, 0xD7B0),
    (0xD800, 0xE000),
    (0xE000, 0x10000),
    (0x1F000, 0x1FB00),
    (0xE0000, 0xE0080),
    (0, 0x110000),
]


def texts(count: int, seed: int = 6) -> list[str]:
    """Returns texts of words and marks, of one script, of any Unicode characters (halves of surrogate pairs too); some very long."""
    chooser = random.Random(seed)

    def one(number: int) -> str:
        length = chooser.choice((1, 2, 5, 12, 30))
        if number % 500 == 0:
            return chooser.choice(WORDS) * 20_000
        if number % 3 == 0:
            return "".join(chooser.choice(WORDS) for _ in range(length))
        if number % 3 == 1:
            low, high = chooser.choice(RANGES)
            return "".join(chr(chooser.randrange(low, high)) for _ in range(length))
        return "".join(chr(chooser.randrange(*chooser.choice(RANGES))) for _ in range(length))

    return [one(number) for number in range(count)]
