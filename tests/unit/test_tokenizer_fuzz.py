"""10,000 texts of every kind are prepared for a model without an error, and have the same ids in CPython and in the browser's
tokenizer, whose own code runs here in Node."""

from __future__ import annotations

import json
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
from tests.helpers.texts import texts

COUNT = 10_000


class Recorder(NativeTokenizer):
    """The tokenizer of CPython, which records the texts that it encodes: the browser's tokenizer would get the same."""

    def __init__(self, data: bytes):
        super().__init__(data)
        self.seen: list[str] = []

    def encode(self, text: str) -> list[int]:
        self.seen.append(text)
        return super().encode(text)


@pytest.mark.slow
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
            unknown = {c for c in read if not set(c.lower()) & set("abcde:")} if name == "sorter" else set()
            assert set(prompt.unknown_characters) == unknown
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
