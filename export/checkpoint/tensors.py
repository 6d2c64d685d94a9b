"""A GPT-2's tensors in safetensors files: names, shapes, storage and values checked, then read one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import ml_dtypes  # noqa: F401  registers bfloat16 with numpy, which safetensors needs to read BF16
import numpy as np
from explainer.export.checkpoint.locate import Place, no_safetensors, pickle_refusal
from explainer.export.errors import ExplainerError, first_line, shortened
from safetensors import SafetensorError, safe_open
from tqdm import tqdm

from explainer.model.manifest import ModelConfig

STORED_AS = ("F32", "F16", "BF16")
HEAD = "lm_head.weight"
INDEX = "model.safetensors.index.json"


class Tensors(Mapping[str, np.ndarray]):
    """Canonical name -> float32 array. Files stay on disk: an access reads one tensor, and keeps nothing."""

    def __init__(self, stored: dict[str, tuple[safe_open, str]]):
        self._stored = stored  # canonical name -> open file, name in it

    def __getitem__(self, name: str) -> np.ndarray:
        file, stored_name = self._stored[name]
        return file.get_tensor(stored_name).astype(np.float32, copy=False)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def expected_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Returns {name: shape} of every tensor but the head, in the order of the forward pass; matrices are (in, out)."""
    width, inner = config.d_model, config.d_mlp
    shapes: dict[str, tuple[int, ...]] = {"wte.weight": (config.d_vocab, width), "wpe.weight": (config.n_ctx, width)}
    for i in range(config.n_layer):
        for name, rows, columns in (
            ("ln_1", None, width),
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("ln_2", None, width),
            ("mlp.c_fc", width, inner),
            ("mlp.c_proj", inner, width),
        ):
            shapes[f"h.{i}.{name}.weight"] = (columns,) if rows is None else (rows, columns)
            shapes[f"h.{i}.{name}.bias"] = (columns,)
    return shapes | {"ln_f.weight": (width,), "ln_f.bias": (width,)}


def open_tensors(place: Place, config: ModelConfig, tied: bool) -> tuple[Tensors, bool]:
    """Returns the checkpoint's tensors, and whether the head is tied to the embedding.

    tied: as in config.json. The files decide, as in transformers: a head that differs from `wte.weight` is used whatever
    the config says, an equal one is dropped. Raises ExplainerError.
    """
    stored = _canonical(_open_files(place))
    shapes = expected_shapes(config)
    if HEAD in stored or not tied:
        shapes[HEAD] = (config.d_vocab, config.d_model)
    _check_names(stored, shapes)
    _check_headers(stored, shapes)
    tensors = Tensors({name: stored[name] for name in shapes})
    _check_values(tensors, shapes)
    if HEAD not in shapes:
        return tensors, True
    if np.array_equal(tensors[HEAD], tensors["wte.weight"]):
        return Tensors({name: stored[name] for name in shapes if name != HEAD}), True
    return tensors, False


def _open_files(place: Place) -> dict[str, safe_open]:
    """Returns {stored tensor name: the open file that holds it}."""
    single, index = place.folder / "model.safetensors", place.folder / INDEX
    if single.is_file():
        file = _open_file(single)
        return dict.fromkeys(file.keys(), file)
    if not index.is_file():
        raise no_safetensors(place)
    try:
        weight_map = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        shards = sorted(set(weight_map.values()))
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise ExplainerError(f'{index} is not an index: it needs a "weight_map" from tensors to files') from None
    outside = [str(shard) for shard in shards if not isinstance(shard, str) or Path(shard).name != shard]
    if outside:
        raise ExplainerError(f"{index} names files outside its folder: {shortened(outside)}")
    pickles = [shard for shard in shards if not shard.endswith(".safetensors")]
    if pickles:
        raise ExplainerError(pickle_refusal(str(place.folder), pickles[0]))
    missing = [shard for shard in shards if not (place.folder / shard).is_file()]
    if missing:
        raise ExplainerError(f"{place.folder} lacks {len(missing)} of {len(shards)} shards: {shortened(missing)}")
    files = {shard: _open_file(place.folder / shard) for shard in shards}
    held = {shard: set(file.keys()) for shard, file in files.items()}
    absent = [name for name, shard in weight_map.items() if name not in held[shard]]
    if absent:
        raise ExplainerError(f"{INDEX} promises tensors that its shards do not hold: {shortened(absent)}")
    return {name: files[shard] for shard, names in held.items() for name in names}


def _open_file(path: Path) -> safe_open:
    try:
        return safe_open(path, framework="np")
    except (SafetensorError, OSError) as error:
        raise ExplainerError(_what_is_wrong(path, error)) from None


def _what_is_wrong(path: Path, error: Exception) -> str:
    """Returns what a file is instead of safetensors; the library only says where its parser stopped."""
    try:
        with path.open("rb") as file:
            start = file.read(40)
            size = path.stat().st_size
    except OSError as unreadable:
        return f"{path} cannot be read: {unreadable.strerror}"
    if start.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04")):
        return pickle_refusal(str(path.parent), path.name)
    if start.startswith(b"version https://git-lfs"):
        return f"{path} is a Git LFS pointer, not the weights: run `git lfs pull` in its folder"
    header = int.from_bytes(start[:8], "little")
    if size <= 8 or (start[8:9] == b"{" and ("not fully covered" in str(error) or size <= 8 + header)):
        return f"{path} is cut off ({size:,} bytes): download or copy it again"
    return f"{path} is not a safetensors file: {first_line(error)}"


def _canonical(stored: dict[str, safe_open]) -> dict[str, tuple[safe_open, str]]:
    """Returns {canonical name: (file, stored name)}, without the mask buffers that old checkpoints have."""
    canonical: dict[str, tuple[safe_open, str]] = {}
    for stored_name, file in stored.items():
        name = stored_name.removeprefix("transformer.")
        if name.endswith((".attn.bias", ".attn.masked_bias")):
            continue
        if name in canonical:
            raise ExplainerError(f"{name} is there twice, with and without the prefix `transformer.`")
        canonical[name] = file, stored_name
    return canonical


def _check_names(stored: Mapping[str, object], shapes: Mapping[str, object]) -> None:
    missing = [name for name in shapes if name not in stored]
    extra = sorted(name for name in stored if name not in shapes)
    if any(".crossattention." in name or ".ln_cross_attn." in name for name in extra):
        raise ExplainerError(f"this GPT-2 has cross-attention, which cannot be shown: {shortened(extra)}")
    if missing == [HEAD]:
        raise ExplainerError(f"{HEAD} is missing, and config.json says that the head is not tied (tie_word_embeddings)")
    problems = [
        f"{len(names)} {kind} ({shortened(names)})" for kind, names in (("missing", missing), ("not GPT-2's", extra)) if names
    ]
    if problems:
        raise ExplainerError(f"the tensors are not those of a GPT-2 of this config.json: {', '.join(problems)}")


def _check_headers(stored: Mapping[str, tuple[safe_open, str]], shapes: Mapping[str, tuple[int, ...]]) -> None:
    wrong_shape, wrong_kind = [], []
    for name, expected in shapes.items():
        file, stored_name = stored[name]
        header = file.get_slice(stored_name)
        found = tuple(header.get_shape())
        if found != expected:
            wrong_shape.append(f"{name}: expected {list(expected)}, found {list(found)}")
        if header.get_dtype() not in STORED_AS:
            wrong_kind.append(f"{name} ({header.get_dtype()})")
    if wrong_shape:
        raise ExplainerError(f"wrong shape: {shortened(wrong_shape)}")
    if wrong_kind:
        raise ExplainerError(
            f"numbers are stored in a form that is not read, only {', '.join(STORED_AS)} are: {shortened(wrong_kind)}"
        )


def _check_values(tensors: Tensors, shapes: Mapping[str, tuple[int, ...]]) -> None:
    bad = []
    total = sum(int(np.prod(shape)) * 4 for shape in shapes.values())
    with tqdm(total=total, desc="checking weights", unit="B", unit_scale=True, leave=False, disable=None) as progress:
        for name in shapes:
            tensor = tensors[name]
            # Minimum and maximum show any NaN or infinity, and need no extra array.
            if not np.isfinite([tensor.min(), tensor.max()]).all():
                bad.append(name)
            progress.update(tensor.nbytes)
    if bad:
        raise ExplainerError(f"weights that are NaN or infinite: {shortened(bad)}")
