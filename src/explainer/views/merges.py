"""From text to ids: one word's bytes, joined pair by pair into the pieces that the model knows."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

import numpy as np

from explainer.model.tokenizer import byte_of, merge_steps, spelt, visible
from explainer.views.base import Scene, View
from explainer.views.shown import TextShown, TokenText

MAX_BYTES = 96  # bytes of a word that are stepped through
STEPS = 200


class SizedPiece(TokenText):
    """A token with the number of its bytes."""

    bytes: int


class MergePart(TypedDict):
    """A part of the word after a merge. letters: in the byte alphabet.  id: None where the vocabulary lacks it.  made: by this merge."""

    text: str
    letters: str
    bytes: int
    id: int | None
    made: bool


class MergeStep(TypedDict):
    """One merge: its rank and the pair that it joins; both None for the word before all merges."""

    rank: int | None
    pair: list[str] | None
    parts: list[MergePart]


class WordForm(TypedDict):
    """The word in another form. here: the form in the text.  cosine: between its vector and that of the `reference`."""

    text: str
    here: bool
    pieces: list[TokenText]
    cosine: NotRequired[float]
    reference: NotRequired[bool]


class MergesShown(TextShown):
    """merge: number of merges done, -1 for all.  first, last: positions of the word's first and last token.  bytes, letters: the
    first ones of n_bytes.  differs: the text has other tokens here than the tokenizer makes of it.
    """

    merge: int
    n_merges: int
    n_vocab: int
    word: str
    bytes: list[int]
    n_bytes: int
    letters: list[str]
    special: bool
    first: int
    last: int
    pieces: list[SizedPiece]
    differs: bool
    steps: list[MergeStep]
    forms: list[WordForm]


class Merges(View):
    """The word around the chosen token: bytes, their letters in GPT-2's byte alphabet, every merge with its rank, ids.

    `forms` are the same word with and without a space, in lower and upper case: other pieces, other ids.
    """

    part = True
    reads = ("token",)

    def __init__(self) -> None:
        super().__init__()
        self._held: tuple = (None, {}, {})

    async def show(self, scene: Scene) -> MergesShown:
        model, position, merge = scene.model, scene.token, scene.state.merge
        tokenizer, pieces = model.tokenizer, [model.piece(id) for id in scene.trace.ids]
        if self._held[0] is not tokenizer:
            self._held = (
                tokenizer,
                {pair: rank for rank, pair in enumerate(tokenizer.merges())},
                {token: id for id, token in enumerate(tokenizer.vocabulary())},
            )
        _, ranks, vocabulary = self._held
        data, first, last = word_around(tokenizer, pieces, position)
        steps = merge_steps(spelt(data[:MAX_BYTES]), ranks) if not pieces[position].special else []
        ids = list(scene.trace.ids[first : last + 1])
        tokens = [pieces[at].bytes for at in range(first, last + 1)]
        reached = [unspelt(part) for part in steps[-1].pieces] if steps else []
        shown = [0, *range(max(1, len(steps) - STEPS), len(steps))] if steps else []
        return {
            "labels": scene.labels,
            "token": position,
            "merge": merge,
            "n_merges": len(ranks),
            "n_vocab": model.config.d_vocab,
            "word": visible(data),
            "bytes": list(data[:MAX_BYTES]),
            "n_bytes": len(data),
            "letters": [*spelt(data[:MAX_BYTES])],
            "special": pieces[position].special,
            "first": first,
            "last": last,
            "pieces": [{"id": id, "text": model.piece(id).text, "bytes": len(part)} for id, part in zip(ids, tokens)],
            # Generated text, and text that lost its beginning, can have other pieces than the tokenizer makes of it.
            "differs": bool(steps) and len(data) <= MAX_BYTES and reached != tokens,
            "steps": [
                {
                    "rank": steps[at].rank,
                    "pair": [visible(unspelt(part)) for part in steps[at].pair] if steps[at].pair else None,
                    "parts": [self._part(part, steps[at], vocabulary) for part in steps[at].pieces],
                }
                for at in shown
            ],
            "forms": await self._forms(model, data),
        }

    @staticmethod
    def _part(part: str, step, vocabulary: dict) -> MergePart:
        data = unspelt(part)
        return {
            "text": visible(data),
            "letters": part,
            "bytes": len(data),
            "id": vocabulary.get(part),
            "made": step.pair is not None and part == "".join(step.pair),
        }

    @staticmethod
    async def _forms(model, data: bytes) -> list[WordForm]:
        """Returns the word in other forms, each in the tokenizer's pieces; the forms of "the" where the word is not all letters."""
        core = data.decode("utf-8", "replace").strip()
        if not core.isalpha() or len(data) > MAX_BYTES:
            core = "the"
        texts = dict.fromkeys(
            space + form for form in (core, core.lower(), core.capitalize(), core.upper()) for space in (" ", "")
        )
        forms: list[Any] = []
        for text in texts:
            ids = model.tokenizer.encode(text)
            if model.tokenizer.decode(ids) == text:  # a tokenizer that drops letters cannot write it
                forms.append(
                    {
                        "text": visible(text.encode()),
                        "here": text.encode() == data,
                        "pieces": [{"id": id, "text": model.piece(id).text} for id in ids],
                    }
                )
        whole = [form for form in forms if len(form["pieces"]) == 1]
        reference = next((form for form in whole if form["here"]), whole[0] if whole else None)
        if len(whole) > 1:
            vectors = {
                id: (await model.weights.columns("wte.weight", id, id + 1))[:, 0]
                for id in {form["pieces"][0]["id"] for form in whole}
            }
            own = vectors[reference["pieces"][0]["id"]]
            for form in whole:
                other = vectors[form["pieces"][0]["id"]]
                form["cosine"] = float(own @ other / (np.linalg.norm(own) * np.linalg.norm(other)))
            reference["reference"] = True
        return forms


def unspelt(letters: str) -> bytes:
    """Returns the bytes that letters of the byte alphabet stand for."""
    alphabet = byte_of()
    return b"".join(bytes([alphabet[letter]]) if letter in alphabet else letter.encode() for letter in letters)


def word_around(tokenizer, pieces: list, position: int) -> tuple[bytes, int, int]:
    """Returns (bytes of the word in which the piece at `position` begins, the first and the last piece that overlap it).

    A piece that is no text (<|endoftext|>) is a word of its own; so is one among bytes that make no whole character.
    """
    if pieces[position].special:
        return pieces[position].bytes, position, position
    first = position
    while first and not pieces[first - 1].special:
        first -= 1
    starts, at = {}, first
    data = b""
    while at < len(pieces) and not pieces[at].special:
        starts[at] = len(data)
        data += pieces[at].bytes
        at += 1
    # Each broken byte counts as one character, so that the words can be mapped to the bytes again.
    text = data.decode("utf-8", "surrogateescape")
    lengths = [1 if "\udc80" <= letter <= "\udcff" else len(letter.encode()) for letter in text]
    clean = "".join("\ufffd" if "\udc80" <= letter <= "\udcff" else letter for letter in text)
    begin = index = 0
    for word in tokenizer.words(clean):
        count = len(unspelt(word).decode("utf-8", "replace"))
        end = begin + sum(lengths[index : index + count])
        index += count
        if starts[position] < end:
            inside = [n for n, start in starts.items() if start < end and start + len(pieces[n].bytes) > begin]
            return data[begin:end], inside[0], inside[-1]
        begin = end
    return pieces[position].bytes, position, position
