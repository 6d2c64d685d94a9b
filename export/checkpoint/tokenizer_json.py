"""Reads a checkpoint's tokenizer as a tokenizer.json, converted from GPT-2's older pair of files where needed."""

from __future__ import annotations

import json
from pathlib import Path

from explainer.export.errors import ExplainerError, first_line
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

END_OF_TEXT = "<|endoftext|>"


def read_tokenizer_json(folder: Path) -> tuple[bytes, int]:
    """Returns the text of a tokenizer.json, and one more than its highest token id."""
    path = folder / "tokenizer.json"
    pair = folder / "vocab.json", folder / "merges.txt"
    if path.is_file():
        # The browser gets the file as it is; only settings that would truncate or pad a text are removed.
        text = path.read_bytes()
        try:
            tokenizer = Tokenizer.from_buffer(text)
        except Exception as error:  # tokenizers raises plain Exception
            raise ExplainerError(f"{path} is not a tokenizer: {first_line(error)}") from None
        if tokenizer.truncation or tokenizer.padding:
            tokenizer.no_truncation()
            tokenizer.no_padding()
            text = tokenizer.to_str().encode()
    elif all(part.is_file() for part in pair):
        tokenizer = _from_vocab_and_merges(*pair)
        text = tokenizer.to_str().encode()
    else:
        missing = [part.name for part in pair if not part.is_file()]
        more = f" (of vocab.json and merges.txt, {missing[0]} is missing)" if len(missing) == 1 else ""
        raise ExplainerError(f"{folder} has no tokenizer: no tokenizer.json, nor vocab.json with merges.txt{more}")
    ids = tokenizer.get_vocab(with_added_tokens=True).values()
    if not ids:
        raise ExplainerError(f"the tokenizer in {folder} has no tokens")
    return text, max(ids) + 1


def end_of_text_id(tokenizer_json: bytes) -> int | None:
    return Tokenizer.from_buffer(tokenizer_json).token_to_id(END_OF_TEXT)


def _from_vocab_and_merges(vocab_path: Path, merges_path: Path) -> Tokenizer:
    """Builds the tokenizer from the same parts, in the same order, as GPT-2's published tokenizer.json."""
    try:
        vocab, merges = models.BPE.read_file(str(vocab_path), str(merges_path))
        tokenizer = Tokenizer(models.BPE(vocab, merges, continuing_subword_prefix="", end_of_word_suffix=""))
    except Exception as error:  # tokenizers raises plain Exception
        raise ExplainerError(f"{vocab_path} and {merges_path.name} are not a tokenizer: {first_line(error)}") from None
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True)
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=True, trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=True, trim_offsets=True)
    special = [END_OF_TEXT] if END_OF_TEXT in vocab else []
    added = _added_tokens(vocab_path.with_name("added_tokens.json"))
    special += [token for token, _ in sorted(added.items(), key=lambda item: item[1]) if token not in special]
    tokenizer.add_special_tokens([AddedToken(token, normalized=True, special=True) for token in special])
    for token, wanted in added.items():
        if (given := tokenizer.token_to_id(token)) != wanted:
            raise ExplainerError(f"added_tokens.json: {token!r} has id {wanted}, the next free one is {given}")
    return tokenizer


def _added_tokens(path: Path) -> dict[str, int]:
    if not path.is_file():
        return {}
    try:
        added = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ExplainerError(f"{path} is not valid JSON: {error}") from None
    if not isinstance(added, dict) or not all(isinstance(number, int) for number in added.values()):
        raise ExplainerError(f"{path} does not map tokens to ids")
    return added
