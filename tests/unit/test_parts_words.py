"""The parts `merges` and `unembedding`: from text to ids, and from the last vector back to tokens."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from explainer.export.checkpoint.locate import OUR_OWN
from hypothesis import given
from hypothesis import strategies as st

from explainer.app.app import App
from explainer.model.notices import notice
from explainer.model.sampling import softmax
from explainer.model.tokenizer import merge_steps, pairs, piece, search, spelt
from explainer.runtimes.native import NativeLibrary, NativeTokenizer
from explainer.views.merges import unspelt, word_around
from tests.helpers.apps import make_library, shown

STORYTELLER = NativeTokenizer((OUR_OWN / "storyteller" / "tokenizer.json").read_bytes())
RANKS = {pair: rank for rank, pair in enumerate(STORYTELLER.merges())}
LETTERS = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" \n'the ingnaïve😀مر123"))
TEXT = st.text(LETTERS, max_size=60)


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> NativeLibrary:
    return make_library(
        tmp_path_factory.mktemp("words"),
        tied={"n_ctx": 40},
        untied={"n_ctx": 40, "tied": False},
        letters={"n_ctx": 40, "d_vocab": 100},
    )


async def opened(library, part: str, prompt: str = "the cat and the hat", **choices) -> tuple[App, dict]:
    app = App(library, prompt=prompt, part=part, **choices)
    await app.run()
    return app, shown(app)[part]


@given(TEXT)
def test_the_merges_of_every_word_end_in_the_tokenizers_own_pieces(text):
    words = STORYTELLER.words(text)
    assert b"".join(map(unspelt, words)) == text.encode()
    pieces = [piece for word in words for piece in merge_steps(word, RANKS)[-1].pieces]
    assert pieces == [STORYTELLER.id_to_token(id) for id in STORYTELLER.encode(text)]


@given(TEXT)
def test_a_step_joins_one_pair_everywhere_and_nothing_else(text):
    for word in STORYTELLER.words(text)[:3]:
        steps = merge_steps(word, RANKS)
        assert steps[0].pieces == tuple(word) and steps[0].rank is None
        for before, after in pairwise(steps):
            assert "".join(after.pieces) == word and len(after.pieces) < len(before.pieces)
            neighbours = zip(before.pieces, before.pieces[1:])
            assert RANKS[after.pair] == after.rank == min(RANKS.get(pair, 10**9) for pair in neighbours)
            assert "".join(after.pair) in after.pieces


@given(TEXT, st.data())
def test_the_word_around_a_token(text, data):
    ids = STORYTELLER.encode(text)
    if not ids:
        return
    pieces = [piece(STORYTELLER, id) for id in ids]
    position = data.draw(st.integers(0, len(ids) - 1))
    word, first, last = word_around(STORYTELLER, pieces, position)
    assert first <= position <= last
    if not any(p.special for p in pieces):
        assert b"".join(p.bytes for p in pieces[first : last + 1]) == word
        assert word in [unspelt(w) for w in STORYTELLER.words(text)]


def test_a_word_amid_broken_bytes_and_beside_what_is_no_text():
    ids = [*STORYTELLER.encode("ab 😀"), 0, *STORYTELLER.encode(" the")]
    half = ids[:2] + ids[3:]  # one byte of the emoji is gone
    pieces = [piece(STORYTELLER, id) for id in half]
    for position, shown_piece in enumerate(pieces):
        word, first, last = word_around(STORYTELLER, pieces, position)
        assert b"".join(p.bytes for p in pieces[first : last + 1]) == word
        assert not shown_piece.special or word == b"<|endoftext|>"


def test_merges_in_either_spelling():
    assert pairs(["a b", ["c", "d"]]) == [("a", "b"), ("c", "d")]


async def test_the_word_of_the_chosen_token_step_by_step(library):
    _, view = await opened(library, "merges", prompt="in the hat", token=1)
    assert view["word"] == "·the" and view["bytes"] == list(b" the") and view["letters"] == ["Ġ", "t", "h", "e"]
    assert [step["rank"] for step in view["steps"]] == [None, 0, 2, 6]
    assert view["steps"][1]["pair"] == ["·", "t"] and [p["text"] for p in view["steps"][1]["parts"]] == ["·t", "h", "e"]
    assert [(p["text"], p["made"]) for p in view["steps"][-1]["parts"]] == [("·the", True)]
    assert view["steps"][-1]["parts"][0]["id"] == view["pieces"][0]["id"] and not view["differs"]
    forms = {form["text"]: form for form in view["forms"]}
    assert forms["·the"]["here"] and [p["id"] for p in forms["·the"]["pieces"]] == [view["pieces"][0]["id"]]
    assert {"the", "The", "·The", "·THE"} <= set(forms) and len(forms["The"]["pieces"]) == 2
    assert [p["text"] for p in forms["The"]["pieces"]] == ["T", "he"]


async def test_forms_of_one_piece_are_compared_by_their_vectors(library):
    app, view = await opened(library, "merges", prompt="in a hat", token=1)
    ids = {form["text"]: form["pieces"][0]["id"] for form in view["forms"] if len(form["pieces"]) == 1}
    matrix = app.model.weights
    own = (await matrix.columns("wte.weight", ids["·a"], ids["·a"] + 1))[:, 0]
    for form in view["forms"]:
        if "cosine" in form:
            other = (await matrix.columns("wte.weight", ids[form["text"]], ids[form["text"]] + 1))[:, 0]
            assert form["cosine"] == pytest.approx(own @ other / np.linalg.norm(own) / np.linalg.norm(other), abs=1e-6)
    assert sum("cosine" in form for form in view["forms"]) >= 2


async def test_a_tokenizer_without_merges_and_a_token_that_is_no_text(library):
    _, view = await opened(library, "merges", model="letters", prompt="abc", token=1)
    assert view["n_merges"] == 0 and [p["text"] for p in view["steps"][0]["parts"]] == ["a", "b", "c"]
    assert len(view["steps"]) == 1 and view["word"] == "abc"
    _, view = await opened(library, "merges", prompt="")
    assert view["special"] and view["steps"] == []


async def test_a_word_without_end_and_pieces_that_no_tokenizer_makes(library, monkeypatch):
    monkeypatch.setattr("explainer.views.merges.MAX_BYTES", 12)
    _, view = await opened(library, "merges", prompt="in " + "ab" * 10, token=5)
    assert view["n_bytes"] == 21 and len(view["bytes"]) == 12 and not view["differs"]
    app, _ = await opened(library, "merges", prompt="in")
    await app.do(force=app.model.tokenizer.encode("g")[0])  # "ing" is one piece, "in" "g" two
    assert shown(app)["merges"]["differs"] and shown(app)["merges"]["word"] == "ing"


@pytest.mark.parametrize("model, head", [("tied", "wte.weight"), ("untied", "lm_head.weight")])
async def test_a_logit_opens_as_a_dot_product(library, model, head):
    app, view = await opened(library, "unembedding", model=model, token=1, candidate=40)
    row, terms = app.trace.rows[1], view["terms"]
    assert view["opened"]["logit"] == terms["result"] == row["logits"][40]
    column = (await app.model.weights.columns(head, 40, 41))[:, 0]
    for term in terms["terms"]:
        assert (term["x"], term["w"]) == (row["ln_final"][term["i"]], column[term["i"]])
    assert sum(t["product"] for t in terms["terms"]) + terms["rest"] == pytest.approx(terms["result"], abs=1e-5)
    np.testing.assert_array_equal(view["ln_final"], row["ln_final"])


async def test_the_lens_ends_in_the_models_own_prediction(library):
    app, view = await opened(library, "unembedding", token=2, candidate=7)
    probs = softmax(app.trace.rows[2]["logits"])
    assert len(view["lens"]) == 3 and view["lens"][-1]["prob"] == pytest.approx(probs[7])
    assert view["lens"][-1]["top"][0]["id"] == view["top"][0]["id"] == int(np.argmax(probs))
    assert view["opened"]["rank"] == view["lens"][-1]["rank"] == 1 + int((probs > probs[7]).sum())
    for layer, resid in enumerate((app.trace["resid_pre"][0, 2], app.trace["resid_post"][0, 2])):
        expected = softmax((await app.model.unembedded(resid[None], apply_ln=True))[0])
        assert view["lens"][layer]["prob"] == pytest.approx(expected[7], rel=1e-5)
        assert view["lens"][layer]["top"][0]["id"] == int(np.argmax(expected))
    await app.set(token=0)
    assert shown(app)["unembedding"]["lens"] != view["lens"]


async def test_the_whole_vocabulary_is_counted(library):
    app, view = await opened(library, "unembedding", token=-1)
    logits = app.trace.rows[len(app.trace) - 1]["logits"]
    assert view["counts"].sum() == view["n_vocab"] == len(logits)
    assert (view["low"], view["high"]) == (pytest.approx(logits.min()), pytest.approx(logits.max()))
    assert view["logsum"] == pytest.approx(np.log(np.exp(logits.astype(float)).sum()))
    assert sum(entry["prob"] for entry in view["top"]) + view["rest"] == pytest.approx(1)


async def test_any_token_can_be_found(library):
    app, view = await opened(library, "unembedding", find="the")
    logits = app.trace.rows[len(app.trace) - 1]["logits"]
    assert view["found"][0]["text"] == "·the"  # this vocabulary has no "the"
    for entry in view["found"]:
        assert entry["logit"] == logits[entry["id"]] and entry["rank"] == 1 + (logits > logits[entry["id"]]).sum()
    await app.set(find="40")
    assert shown(app)["unembedding"]["found"][0]["id"] == 40
    await app.set(find="no such token")
    assert shown(app)["unembedding"]["found"] == [] and shown(app)["unembedding"]["n_found"] == 0
    await app.set(find="x" * 101)
    assert app.state.find == "no such token" and shown(app)["prompt"]["notice"] == [notice("refused", names=["find"])]


@pytest.mark.parametrize(
    "text, kind, spelling",
    [
        ("the", 1, "the"),
        (" the", 1, "Ġthe"),
        ("·the", 1, "Ġthe"),
        ("the", 2, "Ġthe"),
        ("the", 3, "The"),
        ("↵", 1, "Ċ"),
        ("<|endoftext|>", 1, "<|endoftext|>"),
        ("beaut", 4, "Ġbeautiful"),
        ("é", 1, "Ã©"),
        ("0", 0, "<|endoftext|>"),
    ],
)
def test_how_a_search_matches(text, kind, spelling):
    found = {STORYTELLER.id_to_token(match.id): match.kind for match in search(STORYTELLER, text, 4096)}
    assert spelling not in STORYTELLER.vocabulary() or found[spelling] == kind


@given(st.text(max_size=8))
def test_a_search_finds_what_holds_the_text_and_never_fails(text):
    found = {match.id for match in search(STORYTELLER, text, 4096)}
    held = spelt(text.encode("utf-8", "replace"))
    holding = {id for id, token in enumerate(STORYTELLER.vocabulary()) if held in token}
    assert not text or holding <= found or set(text) & set("·↵␍⇥⍽")


def test_the_vocabulary_is_by_id():
    vocabulary = STORYTELLER.vocabulary()
    assert len(vocabulary) == 4096 and all(STORYTELLER.id_to_token(id) == vocabulary[id] for id in (0, 1, 500, 4095))
    assert json.dumps(vocabulary)
