"""Reads and checks a GPT-2 checkpoint from any folder in Hugging Face layout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import huggingface_hub
import numpy as np
from explainer.export.checkpoint.locate import OUR_OWN, Place, locate
from explainer.export.checkpoint.tensors import open_tensors
from explainer.export.checkpoint.tokenizer_json import end_of_text_id, read_tokenizer_json
from explainer.export.checkpoint.untrained import initial_tensors
from explainer.export.errors import ExplainerError

from explainer.model.manifest import ModelConfig

# Names in config.json -> names in this project. gelu_pytorch_tanh is another name of gelu_new.
ACTIVATION_FUNCTIONS = {"gelu_new": "gelu_new", "gelu_pytorch_tanh": "gelu_new", "gelu": "gelu", "relu": "relu"}
CARD_TEXTS = ("title", "description", "source")


@dataclass(frozen=True)
class Checkpoint:
    """A GPT-2 ready to be exported.

    tensors: canonical name (Hugging Face's without `transformer.`) -> float32 array, read from disk at each access:
    `wte.weight` (d_vocab, d_model), `wpe.weight` (n_ctx, d_model), `h.{i}.attn.c_attn.weight` (d_model, 3 d_model),
    ..., `ln_f.bias`, and `lm_head.weight` (d_vocab, d_model) only when the head is not tied to `wte.weight`.
    tokenizer_json: the bytes of a tokenizer.json, as `tokenizers` reads it.
    licence: as in the card, else "unknown".
    card: any of title, description, source (str) and examples (list of str).
    """

    name: str
    config: ModelConfig
    tensors: Mapping[str, np.ndarray]
    tokenizer_json: bytes
    licence: str = "unknown"
    card: dict[str, Any] = field(default_factory=dict)


def load_checkpoint(name_or_path: str) -> Checkpoint:
    """Reads and checks a checkpoint: one of the project's own by name, a folder in Hugging Face layout, or a hub id.

    Raises ExplainerError, one line, for anything that is missing, broken or not a GPT-2. Every weight is checked once
    (no NaN, no infinity), so that a broken file is found here and not in the figures.
    """
    try:
        return _load(locate(str(name_or_path)))
    except OSError as error:  # a file exists and cannot be read: permissions, a failing disk
        raise ExplainerError(f"{error.filename or name_or_path} cannot be read: {error.strerror or error}") from None


def _load(place: Place) -> Checkpoint:
    settings = _read_settings(place.folder)
    if "untrained_twin_of" in settings:
        return _untrained_twin(place, settings)
    config = _config_from(settings)
    tensors, tied = open_tensors(place, config, tied=settings.get("tie_word_embeddings", True) is not False)
    tokenizer_json, n_tokens = read_tokenizer_json(place.folder)
    if n_tokens > config.d_vocab:
        raise ExplainerError(
            f"the tokenizer has ids up to {n_tokens - 1}, the embedding only {config.d_vocab} rows (vocab_size): "
            "tokenizer and weights are not of the same model"
        )
    # A fine-tuned model with another vocabulary often still has GPT-2's own 50256 in its config.
    bos = settings.get("bos_token_id")
    if not _is_count(bos, least=0) or bos >= n_tokens:
        bos = end_of_text_id(tokenizer_json)
    licence, card = _read_card(place.folder)
    return Checkpoint(
        name=place.name,
        config=ModelConfig(**config.to_json() | {"attn_scale": config.attn_scale, "tied_embedding": tied, "bos_token_id": bos}),
        tensors=tensors,
        tokenizer_json=tokenizer_json,
        licence=licence,
        card={"source": place.source} | card,
    )


def _untrained_twin(place: Place, settings: dict[str, Any]) -> Checkpoint:
    """Returns an own checkpoint that has no weights: shape and tokenizer of another one, random weights drawn from a seed."""
    twin = load_checkpoint(str(OUR_OWN / settings["untrained_twin_of"]))
    licence, card = _read_card(place.folder)
    return replace(
        twin,
        name=place.name,
        tensors=initial_tensors(twin.config, settings["seed"]),
        config=replace(twin.config, tied_embedding=True),
        licence=licence,
        card={"source": place.source} | card,
    )


def _read_settings(folder: Path) -> dict[str, Any]:
    """Reads config.json and checks that it is a GPT-2's."""
    path = folder / "config.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExplainerError(f"{folder} has no config.json: it is not a checkpoint in Hugging Face layout") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ExplainerError(f"{path} is not valid JSON: {error}") from None
    if not isinstance(settings, dict):
        raise ExplainerError(f"{path} does not hold a JSON object")
    kind = settings.get("model_type")
    if kind is None:  # files older than model_type, or written by hand
        kind = "gpt2" if any(str(a).startswith("GPT2") for a in settings.get("architectures") or ()) else None
    if kind is None:
        raise ExplainerError(f'{path} does not say which model it is: a GPT-2 has "model_type": "gpt2"')
    if kind != "gpt2":
        raise ExplainerError(f'this is not a GPT-2: its config.json says model_type "{kind}"; only "gpt2" can be shown')
    if settings.get("add_cross_attention"):
        raise ExplainerError(
            "this GPT-2 has cross-attention (add_cross_attention in config.json): that is a decoder "
            "fed by another model and cannot be shown"
        )
    return settings


def _config_from(settings: dict[str, Any]) -> ModelConfig:
    """Returns the shape that config.json describes; tied_embedding and bos_token_id follow later, from the files."""

    def count(*keys: str) -> int:
        present = [key for key in keys if key in settings]
        if not present:
            raise ExplainerError(f"config.json has no {' or '.join(keys)}")
        value = settings[present[0]]
        if not _is_count(value):
            raise ExplainerError(f"config.json: {present[0]} is {value!r}, a whole number of at least 1 is needed")
        return value

    def switch(key: str, default: bool) -> bool:
        value = settings.get(key, default)
        if not isinstance(value, bool):
            raise ExplainerError(f"config.json: {key} is {value!r}, true or false is needed")
        return value

    n_layer, n_head, d_model = count("n_layer"), count("n_head"), count("n_embd")
    if d_model % n_head:
        raise ExplainerError(f"config.json: n_embd {d_model} cannot be divided among n_head {n_head} heads")
    eps = settings.get("layer_norm_epsilon", 1e-5)
    if isinstance(eps, bool) or not isinstance(eps, (int, float)) or not 0 <= eps < 1:
        raise ExplainerError(f"config.json: layer_norm_epsilon is {eps!r}, a number from 0 to 1 is needed")
    act_fn = settings.get("activation_function", "gelu_new")
    if not isinstance(act_fn, str) or act_fn not in ACTIVATION_FUNCTIONS:
        raise ExplainerError(
            f"config.json: activation_function {act_fn!r} is not supported, only {', '.join(ACTIVATION_FUNCTIONS)}"
        )
    d_head = d_model // n_head
    scale = d_head**-0.5 if switch("scale_attn_weights", True) else 1.0
    by_layer = switch("scale_attn_by_inverse_layer_idx", False)
    return ModelConfig(
        n_layer=n_layer,
        n_head=n_head,
        d_model=d_model,
        d_head=d_head,
        d_mlp=4 * d_model if settings.get("n_inner") is None else count("n_inner"),
        n_ctx=count("n_positions", "n_ctx"),
        d_vocab=count("vocab_size"),
        eps=float(eps),
        act_fn=ACTIVATION_FUNCTIONS[act_fn],
        tied_embedding=True,
        attn_scale=tuple(scale / (layer + 1) if by_layer else scale for layer in range(n_layer)),
    )


def _is_count(value: Any, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _read_card(folder: Path) -> tuple[str, dict[str, Any]]:
    """Reads the licence and the keys under `explainer:` from README.md's front matter; a card may be missing or broken."""
    try:
        data = huggingface_hub.metadata_load(folder / "README.md") or {}
    except Exception:  # another tool's card may hold anything; a card is optional, so it stops nothing
        data = {}
    licence = data.get("license_name") if data.get("license") == "other" else data.get("license")
    if isinstance(licence, list):
        licence = ", ".join(map(str, licence))
    ours = data.get("explainer", {})
    if not isinstance(ours, dict):
        raise ExplainerError(f"{folder / 'README.md'}: `explainer` is not a mapping of title, description, examples")
    card: dict[str, Any] = {}
    for key in CARD_TEXTS:
        if key in ours:
            card[key] = str(ours[key]).strip()
    if "examples" in ours:
        examples = ours["examples"]
        if not isinstance(examples, list) or not all(isinstance(text, str) for text in examples):
            raise ExplainerError(f"{folder / 'README.md'}: `examples` under `explainer` is not a list of texts")
        card["examples"] = examples
    return str(licence or "unknown"), card
