"""Reading checkpoints: every layout gives the same model; every broken one gives one line that says what is wrong."""

from __future__ import annotations

import json
import math
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.cli import main
from explainer.export.errors import shortened
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from tests.helpers.checkpoints import END_OF_TEXT, make_checkpoint, random_tensors, refusal, write_tensors

TEXT = "the man is in the house, and\n\tnaïve 😀 日本 don't  stop" + END_OF_TEXT + "re"


@pytest.fixture
def folder(tmp_path) -> Path:
    return make_checkpoint(tmp_path / "small")


def edit_config(folder: Path, **changes) -> None:
    """Changes keys of config.json; the value ... removes a key."""
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not ...}))


def edit_tensors(folder: Path, edit) -> None:
    tensors = load_file(folder / "model.safetensors")
    edit(tensors)
    save_file(tensors, folder / "model.safetensors")


# What can be read


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"prefix": "transformer."},
        {"shards": 3},
        {"shards": 2, "prefix": "transformer."},
        {"tied": False},
        {"tied": False, "prefix": "transformer."},
        {"n_layer": 1, "n_head": 1, "d_model": 6, "d_vocab": 9, "n_ctx": 5},
        {"n_inner": 24},
        {"d_vocab": 400},
    ],
    ids=str,
)
def test_every_layout_gives_the_canonical_tensors(tmp_path, options):
    path = make_checkpoint(tmp_path / "model", **options)
    checkpoint = load_checkpoint(str(path))
    config = json.loads((path / "config.json").read_text())
    expected = random_tensors(config, tied=options.get("tied", True))
    assert set(checkpoint.tensors) == set(expected) and len(checkpoint.tensors) == len(expected)
    for name, tensor in expected.items():
        assert checkpoint.tensors[name].dtype == np.float32
        np.testing.assert_array_equal(checkpoint.tensors[name], tensor, err_msg=name)
    got = checkpoint.config
    assert (got.n_layer, got.n_head, got.d_model) == (config["n_layer"], config["n_head"], config["n_embd"])
    assert (got.n_ctx, got.d_vocab) == (config["n_positions"], config["vocab_size"])
    assert got.d_mlp == options.get("n_inner", 4 * config["n_embd"])
    assert got.d_head * got.n_head == got.d_model
    assert got.tied_embedding is options.get("tied", True)
    assert got.eps == 1e-3 and got.bos_token_id == config["bos_token_id"]


@pytest.mark.parametrize("dtype, relative", [("F16", 2**-11), ("BF16", 2**-8)])
def test_half_precision_becomes_float32(tmp_path, dtype, relative):
    path = make_checkpoint(tmp_path, dtype=dtype)
    expected = random_tensors(json.loads((path / "config.json").read_text()))
    for name, tensor in load_checkpoint(str(path)).tensors.items():
        assert tensor.dtype == np.float32
        np.testing.assert_allclose(tensor, expected[name], rtol=relative, atol=1e-6)


def test_mask_buffers_of_old_checkpoints_are_left_out(folder):
    def add_buffers(tensors):
        tensors["h.0.attn.bias"] = np.tril(np.ones((1, 1, 32, 32), np.uint8))
        tensors["h.1.attn.masked_bias"] = np.array(-1e4, np.float32)

    edit_tensors(folder, add_buffers)
    assert not {"h.0.attn.bias", "h.1.attn.masked_bias"} & set(load_checkpoint(str(folder)).tensors)


def test_a_head_equal_to_the_embedding_is_tied_whatever_config_says(folder):
    edit_tensors(folder, lambda tensors: tensors.update({"lm_head.weight": tensors["wte.weight"].copy()}))
    edit_config(folder, tie_word_embeddings=False)
    checkpoint = load_checkpoint(str(folder))
    assert checkpoint.config.tied_embedding and "lm_head.weight" not in checkpoint.tensors


def test_a_head_of_its_own_is_used_whatever_config_says(tmp_path):
    path = make_checkpoint(tmp_path, tied=False)
    edit_config(path, tie_word_embeddings=True)
    assert not load_checkpoint(str(path)).config.tied_embedding


@pytest.mark.parametrize(
    "scale, by_layer, expected", [(True, False, [1, 1, 1]), (True, True, [1, 1 / 2, 1 / 3]), (False, False, [math.sqrt(8)] * 3)]
)
def test_attention_scale_of_each_layer(tmp_path, scale, by_layer, expected):
    path = make_checkpoint(tmp_path, n_layer=3, scale_attn_weights=scale, scale_attn_by_inverse_layer_idx=by_layer)
    got = load_checkpoint(str(path)).config.attn_scale
    np.testing.assert_allclose(got, np.array(expected) / math.sqrt(8))


@pytest.mark.parametrize(
    "name, ours", [("gelu_new", "gelu_new"), ("gelu_pytorch_tanh", "gelu_new"), ("gelu", "gelu"), ("relu", "relu")]
)
def test_activation_functions(folder, name, ours):
    edit_config(folder, activation_function=name)
    assert load_checkpoint(str(folder)).config.act_fn == ours


def test_keys_that_old_configs_lack(folder):
    edit_config(
        folder,
        model_type=...,
        n_positions=...,
        activation_function=...,
        layer_norm_epsilon=...,
        tie_word_embeddings=...,
        bos_token_id=...,
    )
    config = load_checkpoint(str(folder)).config
    assert (config.n_ctx, config.act_fn, config.eps, config.tied_embedding) == (32, "gelu_new", 1e-5, True)
    assert config.bos_token_id == config.d_vocab - 1  # <|endoftext|>


def test_a_first_token_outside_the_vocabulary_is_replaced(folder):
    edit_config(folder, bos_token_id=50256)
    assert load_checkpoint(str(folder)).config.bos_token_id == 291


def test_vocab_and_merges_become_the_same_tokenizer(tmp_path):
    whole, pair = (make_checkpoint(tmp_path / kind, tokenizer=kind) for kind in ("tokenizers", "vocab+merges"))
    converted = Tokenizer.from_buffer(load_checkpoint(str(pair)).tokenizer_json)
    expected = Tokenizer.from_file(str(whole / "tokenizer.json"))
    assert converted.encode(TEXT).ids == expected.encode(TEXT).ids
    assert 291 in converted.encode(TEXT).ids and converted.encode("a").ids == [64]
    assert converted.decode(converted.encode(TEXT).ids, skip_special_tokens=False) == TEXT
    parts = json.loads(converted.to_str())
    assert parts["added_tokens"] == [
        {
            "id": 291,
            "content": END_OF_TEXT,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": True,
            "special": True,
        }
    ]
    assert parts["pre_tokenizer"]["add_prefix_space"] is False and parts["model"]["continuing_subword_prefix"] == ""


def test_added_tokens_of_the_older_layout(tmp_path):
    path = make_checkpoint(tmp_path, tokenizer="vocab+merges", d_vocab=300)
    (path / "added_tokens.json").write_text('{"<user>": 293, "<pad>": 292}')
    tokenizer = Tokenizer.from_buffer(load_checkpoint(str(path)).tokenizer_json)
    assert tokenizer.encode("a<user>").ids == [64, 293]
    (path / "added_tokens.json").write_text('{"<user>": 299}')
    assert "'<user>' has id 299" in refusal(path)


def test_a_tokenizer_that_cuts_texts_no_longer_does(folder):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(2)
    tokenizer.save(str(folder / "tokenizer.json"))
    assert len(Tokenizer.from_buffer(load_checkpoint(str(folder)).tokenizer_json).encode("many letters").ids) > 2


def test_an_untouched_tokenizer_json_is_kept_byte_for_byte(folder):
    assert load_checkpoint(str(folder)).tokenizer_json == (folder / "tokenizer.json").read_bytes()


def test_card(folder):
    (folder / "README.md").write_text(
        "---\nlicense: apache-2.0\nexplainer:\n  title: Small\n  description: >\n    Two\n    lines\n"
        "  examples: [Once, Twice]\n---\n# A card\n"
    )
    checkpoint = load_checkpoint(str(folder))
    assert checkpoint.licence == "apache-2.0"
    assert checkpoint.card == {"source": "small", "title": "Small", "description": "Two lines", "examples": ["Once", "Twice"]}


@pytest.mark.parametrize("card", [None, "# No front matter", "---\n[: broken\n---\n", "---\n- a list\n---\n"])
def test_without_a_usable_card(folder, card):
    if card:
        (folder / "README.md").write_text(card)
    checkpoint = load_checkpoint(str(folder))
    assert (checkpoint.licence, checkpoint.card) == ("unknown", {"source": "small"})


def test_our_own_keys_in_a_card_are_checked(folder):
    (folder / "README.md").write_text("---\nexplainer:\n  examples: Once\n---\n")
    assert "`examples`" in refusal(folder)


# What is refused


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    def read_bytes(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert "tokenizer.json cannot be read: Permission denied" in refusal(folder)


def test_a_file_instead_of_a_folder(folder):
    assert "is a file: give the folder" in refusal(folder / "model.safetensors")


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"model_type": "llama"}, 'model_type "llama"'),
        ({"model_type": ..., "architectures": ...}, "does not say which model"),
        ({"add_cross_attention": True}, "cross-attention"),
        ({"n_layer": ...}, "has no n_layer"),
        ({"n_positions": ..., "n_ctx": ...}, "has no n_positions or n_ctx"),
        ({"vocab_size": ...}, "has no vocab_size"),
        ({"n_head": "2"}, "n_head is '2'"),
        ({"n_layer": 0}, "n_layer is 0"),
        ({"n_head": 3}, "n_embd 16 cannot be divided among n_head 3"),
        ({"activation_function": "silu"}, "'silu' is not supported"),
        ({"layer_norm_epsilon": "small"}, "layer_norm_epsilon is 'small'"),
        ({"scale_attn_weights": "no"}, "scale_attn_weights is 'no'"),
        ({"n_layer": 1}, "12 not GPT-2's (h.1.attn.c_attn.bias, h.1.attn.c_attn.weight, h.1.attn.c_proj.bias and 9 more)"),
        ({"n_layer": 3}, "12 missing (h.2.ln_1.weight, h.2.ln_1.bias, h.2.attn.c_attn.weight and 9 more)"),
        ({"n_positions": 64}, "wpe.weight: expected [64, 16], found [32, 16]"),
        ({"n_inner": 32}, "h.0.mlp.c_fc.weight: expected [16, 32], found [16, 64]"),
        ({"tie_word_embeddings": False}, "lm_head.weight is missing"),
    ],
)
def test_configs_that_are_refused(folder, changes, says):
    edit_config(folder, **changes)
    assert says in refusal(folder)


@pytest.mark.parametrize(
    "content, says",
    [
        (None, "has no config.json"),
        ("{", "is not valid JSON"),
        ("[]", "does not hold a JSON object"),
        (b"\xff\xfe", "is not valid JSON"),
    ],
)
def test_config_files_that_are_refused(folder, content, says):
    (folder / "config.json").unlink()
    if content is not None:
        (folder / "config.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert says in refusal(folder)


@pytest.mark.parametrize(
    "edit, says",
    [
        (lambda t: t.pop("ln_f.bias"), "1 missing (ln_f.bias)"),
        (lambda t: t.update({"score.weight": np.ones((2, 16), np.float32)}), "1 not GPT-2's (score.weight)"),
        (lambda t: t.update({"h.0.crossattention.c_attn.weight": np.ones(1, np.float32)}), "cross-attention"),
        (lambda t: t.update({"transformer.ln_f.bias": t["ln_f.bias"]}), "ln_f.bias is there twice"),
        (
            lambda t: t.update({"h.1.attn.c_attn.weight": t["h.1.attn.c_attn.weight"].T.copy()}),
            "h.1.attn.c_attn.weight: expected [16, 48], found [48, 16]",
        ),
        (lambda t: t.update({"h.0.ln_1.weight": np.ones(16, np.int8)}), "h.0.ln_1.weight (I8)"),
        (lambda t: t.update({"ln_f.bias": np.ones(16, np.float64)}), "ln_f.bias (F64)"),
        (lambda t: t["h.1.mlp.c_fc.weight"].__setitem__((3, 5), np.nan), "NaN or infinite: h.1.mlp.c_fc.weight"),
        (lambda t: t["wpe.weight"].__setitem__((0, 0), -np.inf), "NaN or infinite: wpe.weight"),
    ],
)
def test_tensors_that_are_refused(folder, edit, says):
    edit_tensors(folder, edit)
    assert says in refusal(folder)


def header_only(data: bytes) -> bytes:
    return data[: 8 + struct.unpack("<Q", data[:8])[0]]


@pytest.mark.parametrize(
    "damage, says",
    [
        (lambda data: data[:-1], "is cut off"),
        (lambda data: data[: len(data) // 2], "is cut off"),
        (header_only, "is cut off"),
        (lambda data: data[:100], "is cut off"),
        (lambda data: data[:4], "is cut off"),
        (lambda data: b"", "is cut off"),
        (lambda data: b"\x00" * 1000, "is not a safetensors file"),
        (lambda data: b"<!DOCTYPE html><html>Not found</html>", "is not a safetensors file"),
        (lambda data: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "is a Git LFS pointer"),
        (lambda data: pickle.dumps({"wte.weight": 1}), "is a pickle"),
    ],
)
def test_damaged_safetensors(folder, damage, says):
    path = folder / "model.safetensors"
    path.write_bytes(damage(path.read_bytes()))
    text = refusal(folder)
    assert says in text and "model.safetensors" in text


def test_shards(tmp_path):
    path = make_checkpoint(tmp_path, shards=3)
    index = path / "model.safetensors.index.json"
    good = index.read_text()
    index.write_text("{}")
    assert "is not an index" in refusal(path)
    index.write_text(good.replace("model-00002", "../model-00002"))
    assert "outside its folder: ../model-00002" in refusal(path)
    index.write_text(json.dumps({"weight_map": {"more": "model-00001-of-00003.safetensors"}}))
    assert "do not hold: more" in refusal(path)
    index.write_text(good)
    (path / "model-00002-of-00003.safetensors").unlink()
    assert "lacks 1 of 3 shards: model-00002-of-00003.safetensors" in refusal(path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "nanogpt.ckpt", "weights.pth"])
def test_pickles_are_refused_unopened(folder, name):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("the pickle was opened",)

    (folder / "model.safetensors").rename(folder / name)
    (folder / name).write_bytes(pickle.dumps(Bomb()))
    for text in (refusal(folder), refusal(folder / name)):
        assert f"{name} is a pickle" in text and f"from_pretrained('{folder}').save_pretrained" in text


def test_other_weights_and_none(folder):
    (folder / "model.safetensors").rename(folder / "tf_model.h5")
    assert "only as tf_model.h5" in refusal(folder)
    (folder / "tf_model.h5").unlink()
    assert "has no weights" in refusal(folder)


def test_tokenizers_that_are_refused(tmp_path, folder):
    assert "has no tokenizer" in refusal(make_checkpoint(tmp_path / "none", tokenizer="none"))
    (folder / "tokenizer.json").write_text("{}")
    assert "tokenizer.json is not a tokenizer" in refusal(folder)
    pair = make_checkpoint(tmp_path / "pair", tokenizer="vocab+merges")
    (pair / "merges.txt").write_text("no such pair of letters\n")
    assert "are not a tokenizer" in refusal(pair)
    (pair / "merges.txt").unlink()
    assert "merges.txt is missing" in refusal(pair)


def test_a_tokenizer_larger_than_the_embedding(folder):
    edit_config(folder, vocab_size=290)
    tensors = load_file(folder / "model.safetensors")
    write_tensors(folder, tensors | {"wte.weight": tensors["wte.weight"][:290].copy()})
    assert "ids up to 291, the embedding only 290 rows" in refusal(folder)


def test_long_lists_are_shortened():
    assert shortened("abc") == "a, b, c" and shortened(map(str, range(15))) == "0, 1, 2 and 12 more"


@pytest.mark.parametrize(
    "damage, says",
    [
        (lambda folder: edit_config(folder, model_type="opt"), 'model_type "opt"'),
        (lambda folder: edit_tensors(folder, lambda t: t.pop("wpe.weight")), "wpe.weight"),
        (lambda folder: edit_tensors(folder, lambda t: t["ln_f.bias"].fill(np.nan)), "NaN"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"\x01"), "is cut off"),
        (lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"), "is a pickle"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "has no tokenizer"),
        (lambda folder: (folder / "config.json").unlink(), "has no config.json"),
    ],
)
def test_the_command_says_one_line_and_leaves_nothing(folder, tmp_path, capsys, damage, says):
    damage(folder)
    assert main(["export", str(folder), "--out", str(tmp_path / "out" / "model")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("explainer: error: ") and captured.err.count("\n") == 1 and says in captured.err
    assert not (tmp_path / "out").exists()
