"""10,000 texts of every kind: made ready for a model without an error, and the same ids in CPython and in the browser's
tokenizer, whose own code runs here in Node."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from explainer.export.build import npm
from explainer.export.build.models import exported, our_checkpoints
from explainer.export.build.site import SITE, cache_folder

from explainer.model.manifest import Manifest
from explainer.model.model import Model
from explainer.model.tokenizer import visible
from explainer.runtimes.native import NativeTokenizer

COUNT = 10_000
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
    """Of words and marks, of one script, of anything Unicode has (halves of surrogate pairs too); some very long."""
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


class Recorder(NativeTokenizer):
    """The tokenizer of CPython, which keeps what the model gave it to encode: that is what the browser's would get."""

    def __init__(self, data: bytes):
        super().__init__(data)
        self.seen: list[str] = []

    def encode(self, text: str) -> list[int]:
        self.seen.append(text)
        return super().encode(text)


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
@pytest.mark.parametrize("name", ["storyteller", "sorter"])
def test_ten_thousand_texts_are_made_ready_and_encoded_alike(name):
    (checkpoint,) = [path for path in our_checkpoints() if Path(path).name == name]
    folder = exported(checkpoint, cache_folder(), print)
    manifest = Manifest.from_json((folder / "manifest.json").read_bytes())
    vocabulary = folder / manifest.tokenizer["path"]
    recorder = Recorder(vocabulary.read_bytes())
    model = Model(manifest, None, recorder, None)  # nothing is computed
    made = texts(COUNT if name == "storyteller" else COUNT // 10)
    prompts = [model.prepare(text) for text in made]
    for text, prompt in zip(made, prompts):
        assert len(prompt.ids) <= manifest.config.n_ctx and all(0 <= id < manifest.config.d_vocab for id in prompt.ids)
        assert prompt.ids or prompt.notice == "nothing"
        if prompt.notice != "cut":  # the sorter reads the letters a to e, of either case, and the colon
            read = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            lost = {c for c in read if not set(c.lower()) & set("abcde:")} if name == "sorter" else set()
            assert set(prompt.lost) == lost
    for id in {id for prompt in prompts for id in prompt.ids}:
        shown = model.piece(id)
        assert shown.text == visible(shown.bytes) or shown.special

    module = npm.install(SITE, cache_folder()) / "@huggingface/tokenizers/dist/tokenizers.min.mjs"
    result = subprocess.run(
        ["node", Path(__file__).parent / "node/encode.mjs", module, vocabulary],
        input=json.dumps(recorder.seen),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(result.stdout)
    wrong = [
        (text, ours, theirs)
        for text, theirs in zip(recorder.seen, found, strict=True)
        if (ours := NativeTokenizer.encode(recorder, text)) != theirs
    ]
    assert not wrong, f"{len(wrong)} of {len(found)}: {wrong[0]!r:.500}"
