"""The trainings of the project's own checkpoints, and the abilities of these checkpoints."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.checkpoint.locate import OUR_OWN
from explainer.export.checkpoint.untrained import initial_tensors
from explainer.export.errors import ExplainerError
from explainer.export.train.corpus import HELD_OUT, batches, read_corpus, train_tokenizer
from explainer.export.train.ngram import KneserNey, baselines, discounts, longest_order
from tokenizers import Tokenizer

torch = pytest.importorskip("torch")
from explainer.export.train import sorter, storyteller  # noqa: E402
from explainer.export.train.muon import orthogonalise  # noqa: E402
from explainer.export.train.probe import EXAMPLES, top  # noqa: E402
from transformers import GPT2LMHeadModel  # noqa: E402

# --- the sorter -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def committed_sorter() -> GPT2LMHeadModel:
    return GPT2LMHeadModel.from_pretrained(OUR_OWN / "sorter").eval()


@pytest.mark.slow
def test_the_committed_sorter_sorts_every_possible_input(committed_sorter):
    tried = 0
    for length in range(1, sorter.LENGTH + 1):
        inputs = sorter.every_input(length)
        right, least = sorter.prove(committed_sorter, inputs)
        assert right.all() and least > 0.99
        tried += len(right)
    assert tried == sum(5**length for length in range(1, 7))


def test_a_sorter_that_errs_is_caught(committed_sorter):
    broken = GPT2LMHeadModel(committed_sorter.config)
    broken.load_state_dict(committed_sorter.state_dict())
    with torch.no_grad():
        broken.transformer.h[0].attn.c_proj.weight.zero_()
    right, least = sorter.prove(broken.eval(), sorter.every_input(4))
    assert not right.all() and least < 0.5


@pytest.mark.parametrize("text, answer", [("cabbed:", "abbcde"), ("eeeeee:", "eeeeee"), ("ba:", "ab"), ("D:", "d")])
def test_the_sorter_answers_typed_text(committed_sorter, text, answer):
    tokenizer = Tokenizer.from_file(str(OUR_OWN / "sorter" / "tokenizer.json"))
    ids = tokenizer.encode(text).ids
    out = committed_sorter.generate(torch.tensor([ids]), do_sample=False, max_length=sorter.CONTEXT, pad_token_id=sorter.STOP)
    assert tokenizer.decode(out[0, len(ids) :].tolist()) == answer
    assert out[0, -1] == sorter.STOP


def test_the_sorters_tokenizer_leaves_out_what_the_model_cannot_know():
    tokenizer = sorter.make_tokenizer()
    assert tokenizer.to_str() == Tokenizer.from_file(str(OUR_OWN / "sorter" / "tokenizer.json")).to_str()
    assert tokenizer.encode("Cab, é😀 xd\n:<|endoftext|>").tokens == ["c", "a", "b", "d", ":", "<|endoftext|>"]
    assert tokenizer.encode("xyz").ids == []


def test_a_quarter_of_the_sorters_inputs_is_held_out():
    share = sorter.held_out(sorter.every_input(sorter.LENGTH)).mean()
    assert 0.23 < share < 0.27


def test_the_sorters_loss_is_on_the_sorted_half_only():
    tokens, targets = sorter.with_answers(np.array([[2, 0, 1]]))
    c, a, b, colon, stop, no = 2, 0, 1, sorter.COLON, sorter.STOP, sorter.NO_LOSS
    assert tokens[0, :7].tolist() == [c, a, b, colon, a, b, c]
    assert targets[0].tolist() == [no, no, no, a, b, c, stop] + [no] * 6


def run_sorter(monkeypatch, out, steps: int) -> None:
    """Runs the whole training, on inputs of at most two letters."""
    monkeypatch.setattr(sorter, "LENGTH", 2)
    monkeypatch.setattr(sorter, "held_out", lambda inputs: np.zeros(len(inputs), bool))
    monkeypatch.setattr("sys.argv", ["sorter", "--out", str(out), "--steps", str(steps), "--batch", "32", "--threads", "1"])
    sorter.main()


@pytest.mark.slow
def test_a_sorter_that_was_not_trained_enough_is_not_saved(monkeypatch, tmp_path):
    with pytest.raises(ExplainerError, match="inputs are sorted wrongly: nothing saved"):
        run_sorter(monkeypatch, tmp_path, steps=25)
    assert not (tmp_path / "checkpoint").exists()


@pytest.mark.slow
def test_a_trained_sorter_is_saved_with_its_card_and_plot(monkeypatch, tmp_path):
    run_sorter(monkeypatch, tmp_path, steps=200)
    checkpoint = load_checkpoint(str(tmp_path / "checkpoint"))
    assert checkpoint.config.d_vocab == 7 and checkpoint.card["title"] == "Sorter"
    assert "30 inputs,\n  0 failures" in (tmp_path / "checkpoint" / "README.md").read_text()
    assert (tmp_path / "loss.png").stat().st_size > 1000


# --- the storyteller ------------------------------------------------------------------------------------------------


def test_the_committed_storyteller_is_whole():
    checkpoint = load_checkpoint("storyteller")
    assert checkpoint.card["examples"] == EXAMPLES
    assert checkpoint.config.n_ctx >= 256 and 4000 <= checkpoint.config.d_vocab <= 8192
    assert (OUR_OWN / "storyteller" / "model.safetensors").stat().st_size < 12_000_000
    tokenizer = Tokenizer.from_buffer(checkpoint.tokenizer_json)
    text = "Zoë said: “Ça va?”\t\u0000 😀\n\n"
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_the_committed_storyteller_knows_its_grammar():
    model = GPT2LMHeadModel.from_pretrained(OUR_OWN / "storyteller", dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(OUR_OWN / "storyteller" / "tokenizer.json"))

    def p(prompt: str, word: str) -> float:
        return dict(top(model, tokenizer, prompt, k=4096))[word]

    assert p("The two brothers", " were") > p("The two brothers", " was")
    assert p("The princess", " was") > p("The princess", " were")
    assert p("The king was angry, because", " he") > p("The king was angry, because", " she")
    assert p("The queen was sad, because", " she") > p("The queen was sad, because", " he")


@pytest.fixture
def corpus(tmp_path):
    """A folder of invented books, with the held-out ones."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    rng = np.random.default_rng(0)
    words = ["the", "king", "queen", "said", "went", "home", "wolf", "and", "happy", "old"]
    for name in ("one", "two", *HELD_OUT):
        (folder / f"{name}.txt").write_text(" ".join(rng.choice(words, 1500)) + ".\n")
    return folder


SMALL = [
    "--layers",
    "1",
    "--heads",
    "2",
    "--width",
    "16",
    "--vocab",
    "300",
    "--context",
    "16",
    "--batch",
    "2",
    "--threads",
    "1",
    "--steps",
    "200",
]


def run_storyteller(monkeypatch, *arguments) -> None:
    monkeypatch.setattr("sys.argv", ["storyteller", *map(str, arguments), *SMALL])
    storyteller.main()


@pytest.mark.slow
def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(corpus, tmp_path, monkeypatch, capsys):
    run_storyteller(monkeypatch, corpus, "--out", tmp_path / "whole")
    write = storyteller.write_state

    def write_then_stop(*args):
        write(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storyteller, "write_state", write_then_stop)
        with pytest.raises(KeyboardInterrupt):
            run_storyteller(patch, corpus, "--out", tmp_path / "parts")
    run_storyteller(monkeypatch, corpus, "--out", tmp_path / "parts", "--checkpoint", tmp_path / "finished")
    assert "read the state of step 100" in capsys.readouterr().out

    whole, parts = (torch.load(tmp_path / run / "state.pt", weights_only=True) for run in ("whole", "parts"))
    assert whole["step"] == parts["step"] == 200
    assert all(torch.equal(whole["model"][name], parts["model"][name]) for name in whole["model"])

    checkpoint = load_checkpoint(str(tmp_path / "finished"))
    assert checkpoint.config.n_head == 2 and checkpoint.licence == "mit" and checkpoint.card["examples"] == EXAMPLES
    card = (tmp_path / "finished" / "README.md").read_text()
    assert "| 5-gram model" in card and "ran to its end" in card and "--layers 1" in card
    assert (tmp_path / "parts" / "loss.png").stat().st_size > 1000

    with pytest.raises(ExplainerError, match="another shape"):
        monkeypatch.setattr("sys.argv", ["storyteller", str(corpus), "--out", str(tmp_path / "parts"), "--layers", "3"])
        storyteller.main()


@pytest.mark.slow
@pytest.mark.parametrize("absent", ["torch", "transformers", "matplotlib"])
def test_what_is_missing_to_train_is_named(absent):
    code = f"import sys; sys.modules[{absent!r}] = None; import explainer.export.train.sorter"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"error: training needs {absent}, which is not installed: pip install 'explainer[train]'\n"


def test_nothing_trained_is_nothing_to_finish(corpus, tmp_path, monkeypatch):
    with pytest.raises(ExplainerError, match="no state.pt"):
        run_storyteller(monkeypatch, corpus, "--out", tmp_path / "none", "--finish")


def test_a_corpus_that_will_not_do_is_named(corpus, tmp_path):
    with pytest.raises(ExplainerError, match="no books"):
        read_corpus(tmp_path / "nowhere")
    (corpus / f"{HELD_OUT[1]}.txt").unlink()
    with pytest.raises(ExplainerError, match=HELD_OUT[1]):
        read_corpus(corpus)
    (corpus / "one.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ExplainerError, match="one.txt is not UTF-8"):
        read_corpus(corpus)


def test_the_learning_rate_warms_up_stays_and_falls_to_zero():
    rates = [storyteller.learning_rate(step, 1000) for step in range(1001)]
    assert rates[0] == 0.01 and rates[99] == rates[750] == 1 and rates[1000] == 0
    assert all(a >= b for a, b in pairwise(rates[750:]))


def test_batches_cover_the_text_once_a_pass_and_can_be_taken_up_anywhere():
    ids = np.arange(1000)
    stream = batches(ids, context=10, batch=4, seed=3, first_step=0)
    first = [next(stream) for _ in range(60)]
    again = batches(ids, context=10, batch=4, seed=3, first_step=30)
    assert all(np.array_equal(next(again), batch) for batch in first[30:])
    starts = np.concatenate([batch[:, 0] for batch in first[:24]])  # a pass is (1000 - 11) // 10 // 4 = 24 batches
    assert len(set(starts)) == 96 and len(set(starts % 10)) == 1
    assert (first[0][:, 1:] - first[0][:, :-1] == 1).all()
    with pytest.raises(ExplainerError, match="more text is needed"):
        next(batches(ids[:30], context=10, batch=4, seed=3, first_step=0))


def test_bits_per_byte_counts_every_token_once():
    class Uniform(torch.nn.Module):
        def forward(self, ids):
            return argparse.Namespace(logits=torch.zeros(*ids.shape, 8))

    # 3 bits per token, and two bytes per token.
    assert storyteller.bits_per_byte(Uniform(), np.zeros(101, np.int64), 202, context=16) == pytest.approx(1.5)


def test_orthogonalise_evens_out_the_singular_values():
    torch.manual_seed(0)
    for shape in ((16, 48), (48, 16)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
        assert values.min() > 0.6 and values.max() < 1.3


def test_the_tokenizer_keeps_every_byte():
    tokenizer = train_tokenizer(["the cat sat on the mat " * 20], 280)
    assert tokenizer.token_to_id("<|endoftext|>") == 0
    assert tokenizer.decode(tokenizer.encode("Ünïcode\u0001 🦊").ids) == "Ünïcode\u0001 🦊"


@pytest.mark.slow
def test_a_training_goes_on_from_a_checkpoint_alone(tmp_path, monkeypatch):
    """Books of which nothing is kept in the tests: one sentence, repeated, is enough for a loss to fall."""
    books = tmp_path / "books"
    books.mkdir()
    for name in ("a-book", *HELD_OUT):
        (books / f"{name}.txt").write_text("The king said to the queen that the king was glad. " * 200)
    small = dict(layers=1, heads=2, width=8, vocab=280, context=16, batch=4, windows=4, threads=torch.get_num_threads())

    def run(out: str, **options) -> list[str]:
        options = {"out": tmp_path / out, **small, **options}
        given = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        monkeypatch.setattr(sys, "argv", ["storyteller", str(books), *given])
        storyteller.main()
        return (tmp_path / out / "checkpoint/README.md").read_text().splitlines()

    run("first", steps=30)
    first = tmp_path / "first/checkpoint"
    card = run("more", steps=1, rate=0, start=first, dropout=0.1)
    before, after = (GPT2LMHeadModel.from_pretrained(path).state_dict() for path in (first, tmp_path / "more/checkpoint"))
    assert all(torch.equal(before[name], after[name]) for name in before), "a rate of 0 leaves the weights as they began"
    command = next(line for line in card if "--steps 1 " in line)
    assert "--dropout 0.1" in command and "--start checkpoint" in command
    assert any("dropout 0.1" in line for line in card)


# --- the baseline ---------------------------------------------------------------------------------------------------


def slow_kneser_ney(ids: list[int], vocab: int, order: int, context: tuple[int, ...], token: int) -> float:
    """Computes Chen and Goodman's formulas literally, with dictionaries."""
    grams = {order: Counter(tuple(ids[i : i + order]) for i in range(len(ids) - order + 1))}
    for n in range(order - 1, 0, -1):
        grams[n] = Counter(gram[1:] for gram in grams[n + 1])
    p = 1 / vocab
    for n in range(1, order + 1):
        before = context[len(context) - n + 1 :]
        following = {gram[-1]: count for gram, count in grams[n].items() if gram[:-1] == before}
        if not following:
            continue
        off = discounts(np.array(list(grams[n].values())))
        total = sum(following.values())
        left = sum(off[min(count, 3)] for count in following.values()) / total
        count = following.get(token, 0)
        p = (count - off[min(count, 3)]) / total + left * p
    return p


def test_the_baseline_is_kneser_ney():
    rng = np.random.default_rng(0)
    ids = rng.zipf(1.6, 400) % 7
    model = KneserNey(ids, 7, 3)
    for context in [(1, 2), (0, 6), (5, 5)]:
        fast = [model.probabilities(np.array([0, *context, token]))[-1] for token in range(7)]
        slow = [slow_kneser_ney(ids.tolist(), 7, 3, context, token) for token in range(7)]
        np.testing.assert_allclose(fast, slow, rtol=1e-12)
        assert sum(fast) == pytest.approx(1)


def test_the_baseline_in_bits_per_byte():
    train, valid = np.tile([1, 2, 3, 0], 500), np.tile([1, 2, 3, 0], 50)
    bits = baselines(train, valid, n_bytes=400, vocab=4)
    assert set(bits) == {3, 4, 5} and all(0 <= b < 0.1 for b in bits.values())


def test_orders_whose_keys_do_not_fit_are_refused():
    assert longest_order(4096) == 5 and longest_order(8192) == 4
    with pytest.raises(ValueError, match="within 1..4"):
        KneserNey(np.zeros(9, np.int64), 8192, 5)


# --- the untrained twin ---------------------------------------------------------------------------------------------


def test_the_untrained_twin_has_the_storytellers_shape_and_gpt2s_first_weights():
    twin, told = load_checkpoint("untrained"), load_checkpoint("storyteller")
    assert twin.config == told.config and twin.tokenizer_json == told.tokenizer_json and twin.name == "untrained"
    assert {name: t.shape for name, t in twin.tensors.items()} == {name: t.shape for name, t in told.tensors.items()}
    assert twin.tensors["wte.weight"].std() == pytest.approx(0.02, rel=0.01)
    assert twin.tensors["h.2.mlp.c_proj.weight"].std() == pytest.approx(0.02 / 12**0.5, rel=0.01)
    assert (twin.tensors["h.0.ln_1.weight"] == 1).all() and (twin.tensors["h.0.mlp.c_fc.bias"] == 0).all()


def test_the_untrained_twin_is_the_same_every_time():
    config = load_checkpoint("sorter").config
    one, same, other = (initial_tensors(config, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not np.array_equal(one["wte.weight"], other["wte.weight"])
    matrices = [name for name in one if one[name].ndim == 2]
    assert not any(np.array_equal(one[a].ravel()[:9], one[b].ravel()[:9]) for a, b in combinations(matrices, 2))
    # The first numbers of seed 1: a change of generator would change a published model.
    np.testing.assert_allclose(one["wte.weight"][0, :3], FIRST, rtol=1e-6)


FIRST = [0.025603719, -0.015731318, -0.028528905]
