"""Collects the site's models: the project's own checkpoints, exported once and kept in the cache, and the user's exports."""

from __future__ import annotations

import hashlib
import importlib.metadata as metadata
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from explainer.export.errors import ExplainerError

from explainer.model.manifest import bytes_on_the_wire

CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"
EXPORT = Path(__file__).parents[1]
EXPORTER = (EXPORT, EXPORT / "checkpoint", EXPORT / "graph")  # the folders whose sources an exported model depends on
KNOWN_TO_BOTH = [EXPORT.parent / "src/explainer/model" / name for name in ("activations.py", "manifest.py")]
DEFAULT = "storyteller"
SMALL = 1_000_000  # bytes in fp32: for a smaller model, rounding the weights saves too little


def digest(paths: Iterable[Path], *more: str) -> str:
    """Return 16 hex digits that change when any of the files, their names or `more` change."""
    whole = hashlib.sha256("\n".join(more).encode())
    for path in sorted(paths):
        whole.update(f"\n{path.name} {path.stat().st_size}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def our_checkpoints() -> list[Path]:
    return sorted(path.parent for path in CHECKPOINTS.glob("*/config.json"))


def exported(checkpoint: Path, cache: Path, say: Callable[[str], None]) -> Path:
    """Return the folder of an own checkpoint as a model, from the cache when neither it nor the exporter has changed."""
    from explainer.export.checkpoint.load import load_checkpoint
    from explainer.export.package import read_manifest, write_model
    from explainer.export.verify import record_fidelity

    # A checkpoint without weights is made from its twin's shape and tokenizer.
    twin = json.loads((checkpoint / "config.json").read_text(encoding="utf-8")).get("untrained_twin_of")
    folders = [checkpoint, CHECKPOINTS / twin] if twin else [checkpoint]
    files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    weights = sum(path.stat().st_size for path in files if path.suffix == ".safetensors")
    precision = "fp32" if weights < SMALL else "int8"
    key = digest(
        [*files, *(path for folder in EXPORTER for path in folder.glob("*.py")), *KNOWN_TO_BOTH],
        precision,
        metadata.version("onnx"),
    )
    folder = cache / "models" / key / checkpoint.name
    if not (folder / "manifest.json").is_file():
        say(f"exporting {checkpoint.name} ({precision})")
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_model(load_checkpoint(str(checkpoint)), folder, precision)
    if precision != "fp32" and read_manifest(folder).fidelity is None:
        record_fidelity(folder, load_checkpoint(str(checkpoint)))  # the page shows the error of the rounded weights
    return folder


def copy_models(folders: Iterable[Path], out: Path) -> dict:
    """Copy exported models into `out`, one folder each, and write index.json there; returns the index.

    Raises ExplainerError for a folder that is no exported model, lacks a file, or has the name of another model.
    """
    from explainer.export.package import read_manifest

    entries = {}
    for folder in folders:
        manifest = read_manifest(folder)
        if manifest.name in entries:
            raise ExplainerError(f"{folder}: there is already a model named {manifest.name}; export it under another name")
        files = [file for pair in manifest.graphs.values() for file in pair.values()]
        names = {
            "manifest.json",
            manifest.tokenizer["path"],
            *(file["path"] for file in files),
            *(part["path"] for part in manifest.weights["parts"]),
        }
        (out / manifest.name).mkdir(parents=True)
        for name in sorted(names):
            if not (folder / name).is_file():
                raise ExplainerError(f"{folder} lacks {name}, which its manifest names; export it again")
            shutil.copyfile(folder / name, out / manifest.name / name)
        entries[manifest.name] = {
            "name": manifest.name,
            "title": manifest.title,
            "description": manifest.description,
            "bytes": bytes_on_the_wire(manifest),
            "precision": manifest.precision,
            "manifest": f"{manifest.name}/manifest.json",
        }
    if not entries:
        raise ExplainerError("there is no model to show: train one of ours, or give an exported one with --model DIR")
    index = {"default": DEFAULT if DEFAULT in entries else next(iter(entries)), "models": list(entries.values())}
    (out / "index.json").write_text(json.dumps(index, indent=1))
    return index
