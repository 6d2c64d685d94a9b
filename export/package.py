"""Writes the model directory: weights in hashed parts, graphs, tokenizer, manifest.json; as a whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from explainer.export.checkpoint.load import Checkpoint
from explainer.export.errors import ExplainerError, first_line, shortened
from tqdm import tqdm

from explainer.model.activations import ACTIVATIONS, hooks
from explainer.model.manifest import Manifest, bytes_on_the_wire

if TYPE_CHECKING:
    from explainer.export.graph.precision import BuiltModel

# Small enough to fetch again when a download breaks off, and far below what static hosts allow for one file.
PART_BYTES = 16 * 2**20
PRECISIONS = ("fp32", "int8", "int4")
# Room for manifest.json and the file system's own rounding, in the check for free space.
MARGIN_BYTES = 2**20
EXPORT_FILES = re.compile(r"manifest\.json|[a-z]+-[0-9a-f]{16}\.(json|onnx|bin)")


def write_model(checkpoint: Checkpoint, out: Path, precision: str) -> Path:
    """Exports a checkpoint into the folder `out`, which is replaced as a whole when all is well; returns it.

    The same checkpoint and precision give the same bytes. Raises ExplainerError when the folder holds anything but
    an exported model, cannot be written, or does not fit on the disk; whatever happens, `out` is then as it was.
    """
    if precision not in PRECISIONS:
        raise ExplainerError(f"precision {precision!r} is not one of {', '.join(PRECISIONS)}")
    out = Path(out).expanduser().resolve()
    _refuse_foreign_folder(out)
    from explainer.export.graph.precision import build_graphs

    built = build_graphs(checkpoint, precision)
    needed = _bytes_needed(checkpoint, built)
    with _clear_disk_errors(out, needed), _folder_in_place_of(out) as folder:
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise _disk_full(out, needed, free)
        manifest = _write_files(checkpoint, built, precision, folder)
        _check_files(manifest, folder)
    return out


def read_manifest(folder: Path) -> Manifest:
    """Returns the manifest of an exported model. Raises ExplainerError when the folder is not one."""
    path = Path(folder) / "manifest.json"
    try:
        return Manifest.from_json(path.read_bytes())
    except OSError:
        raise ExplainerError(f"{folder} is not an exported model: it has no readable manifest.json") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ExplainerError(f"{path} is not a manifest of this version: {first_line(error)}") from None


def summary(folder: Path) -> str:
    """Returns one line for the terminal: the model that was written, and how much of it a browser downloads."""
    manifest = read_manifest(folder)
    parts = len(manifest.weights["parts"])
    return (
        f"{folder}: {manifest.name}, {manifest.precision}, {bytes_on_the_wire(manifest):,} bytes on the wire, "
        f"weights in {parts} {'part' if parts == 1 else 'parts'}"
    )


def _refuse_foreign_folder(out: Path) -> None:
    """Raises ExplainerError unless `out` is an older export, empty or missing: anything else is someone's work."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ExplainerError(f"{out} is a file; --out needs a folder")
    try:
        names = sorted(path.name for path in out.iterdir())
    except OSError as error:
        raise ExplainerError(f"{out} cannot be read: {error.strerror}") from None
    others = [name for name in names if not EXPORT_FILES.fullmatch(name)]
    if names and "manifest.json" not in names:
        raise ExplainerError(f"{out} is not empty and holds no exported model; it is left alone: choose another --out")
    if others:
        raise ExplainerError(f"{out} holds files that are not an export's ({shortened(others)}); it is left alone")
    if names:
        try:
            is_ours = "graphs" in json.loads((out / "manifest.json").read_bytes())  # of any format version
        except (OSError, ValueError, TypeError):
            is_ours = False
        if not is_ours:
            raise ExplainerError(f"{out} has a manifest.json that is not an exported model's; it is left alone")


def _bytes_needed(checkpoint: Checkpoint, built: BuiltModel) -> int:
    graphs = {graph for pair in built.graphs.values() for graph in pair.values()}
    return built.weights.nbytes + sum(map(len, graphs)) + len(checkpoint.tokenizer_json) + MARGIN_BYTES


def _write_files(checkpoint: Checkpoint, built: BuiltModel, precision: str, folder: Path) -> Manifest:
    config, card = checkpoint.config, checkpoint.card
    manifest = Manifest(
        name=checkpoint.name,
        title=card.get("title") or checkpoint.name,
        description=card.get("description")
        or f"{config.n_layer} blocks of {config.n_head} heads, {config.d_model} wide, {config.d_vocab:,} tokens",
        examples=tuple(card.get("examples", ())),
        licence=checkpoint.licence,
        source=card.get("source", ""),
        precision=precision,
        config=config,
        graphs={
            backend: {name: _write_file(folder, name, "onnx", data) for name, data in pair.items()}
            for backend, pair in built.graphs.items()
        },
        weights=_write_weights(folder, built),
        tokenizer=_write_file(folder, "tokenizer", "json", checkpoint.tokenizer_json),
        activations=[asdict(activation) | {"axes": list(activation.axes)} for activation in ACTIVATIONS],
        hooks=[
            {"name": name, "axes": list(hook.axes), "identity": np.asarray(hook.identity).tolist()}
            for name, hook in hooks(config).items()
        ],
        notes=built.notes,
        tensors=built.weights.table,
    )
    text = json.dumps(manifest.to_json(), indent=1, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return manifest


def _write_file(folder: Path, kind: str, suffix: str, data: bytes | memoryview) -> dict[str, Any]:
    """Writes data to a file that is named by its hash; equal data is one file."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{kind}-{digest[:16]}.{suffix}"
    if not path.exists():
        path.write_bytes(data)
    return {"path": path.name, "bytes": len(data), "sha256": digest}


def _write_weights(folder: Path, built: BuiltModel) -> dict[str, Any]:
    """Writes the blob in parts of PART_BYTES, the last one shorter. At most one part and one tensor are in memory."""
    nbytes = built.weights.nbytes
    with tqdm(total=nbytes, desc="writing weights", unit="B", unit_scale=True, leave=False, disable=None) as progress:
        parts = []
        for part in _parts(built.weights):
            parts.append(_write_file(folder, "weights", "bin", part))
            progress.update(len(part))
    written = sum(part["bytes"] for part in parts)
    if written != nbytes:
        raise RuntimeError(f"weights of {nbytes} bytes were announced, {written} came")
    return {"bytes": nbytes, "parts": parts}


def _parts(chunks: Iterable[bytes | memoryview]) -> Iterator[bytearray]:
    """Cuts and joins chunks of any size into parts of PART_BYTES."""
    part = bytearray()
    for chunk in chunks:
        rest = memoryview(chunk).cast("B")
        while rest:
            taken = rest[: PART_BYTES - len(part)]
            part += taken
            rest = rest[len(taken) :]
            if len(part) == PART_BYTES:
                yield part
                part = bytearray()
    if part:
        yield part


def _check_files(manifest: Manifest, folder: Path) -> None:
    """Reads everything back and checks it: a full or failing disk does not always report an error when it is written to."""
    graphs = [graph for pair in manifest.graphs.values() for graph in pair.values()]
    files = {file["path"]: file for file in [*graphs, *manifest.weights["parts"], manifest.tokenizer]}
    for name, file in files.items():
        with (folder / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != file["sha256"]:
                raise ExplainerError(f"{name} reads back differently from what was written: is the disk sound?")
    found = {path.name for path in folder.iterdir()}
    if found != {"manifest.json", *files} or Manifest.from_json((folder / "manifest.json").read_bytes()) != manifest:
        raise RuntimeError(f"the model directory is not what its manifest says: {sorted(found)}")


@contextmanager
def _folder_in_place_of(out: Path) -> Iterator[Path]:
    """Yields a new folder beside `out`, which replaces `out` when the block succeeds and is removed when it fails."""
    made = [parent for parent in out.parents if not parent.exists()]
    new, old = (out.with_name(f".{out.name}.{word}") for word in ("new", "old"))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if old.exists() and not out.exists():
            old.rename(out)  # a run was killed between the two renames below
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        new.mkdir()
        yield new
        if out.exists():
            out.rename(old)
        new.rename(out)
    except BaseException:
        if old.exists() and not out.exists():
            old.rename(out)
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        for parent in made:  # innermost first; one that was used meanwhile stays
            try:
                parent.rmdir()
            except OSError:
                break
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _clear_disk_errors(out: Path, needed: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            existing = next(parent for parent in out.parents if parent.exists())
            raise _disk_full(out, needed, shutil.disk_usage(existing).free) from None
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise ExplainerError(f"{out} cannot be written: {error.strerror} ({error.filename})") from None
        raise ExplainerError(f"{out} cannot be written: {first_line(error)}") from None


def _disk_full(out: Path, needed: int, free: int) -> ExplainerError:
    return ExplainerError(
        f"disk full: the model needs {needed:,} bytes, {free:,} are free where {out} is to be; nothing was written"
    )
