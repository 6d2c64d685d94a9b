"""Finds a checkpoint: among the project's own, in a local folder, or on the Hugging Face hub."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
from explainer.export.errors import ExplainerError, first_line
from huggingface_hub import errors as hub

OUR_OWN = Path(__file__).parents[1] / "checkpoints"
# Never *.bin: pickles run code when they are opened.
WANTED = (
    "config.json",
    "model*.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
    "vocab.json",
    "merges.txt",
    "added_tokens.json",
    "README.md",
)
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
OTHER_WEIGHTS = (".h5", ".msgpack", ".onnx", ".gguf", ".tflite", ".npz", ".ot")
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")


@dataclass(frozen=True)
class Place:
    """A checkpoint's folder on this machine, its short name, and a text about its origin for the reader."""

    folder: Path
    name: str
    source: str
    hub_id: str | None = None


def locate(name_or_path: str) -> Place:
    """Returns a checkpoint's place; downloads it (with progress) when it is a hub id and nothing local has that name."""
    shown = name_or_path if name_or_path.isprintable() and 0 < len(name_or_path) < 300 else f"{name_or_path[:60]!r}"
    try:
        if re.fullmatch(r"[\w-]+", name_or_path) and (OUR_OWN / name_or_path / "config.json").is_file():
            return Place(OUR_OWN / name_or_path, name_or_path, "trained for this project")
        path = Path(name_or_path).expanduser()
        is_folder = bool(name_or_path) and path.is_dir()
    except (OSError, RuntimeError, ValueError):  # too long for a path, the ~ of an unknown user, a null byte
        raise ExplainerError(f"there is no folder {shown}") from None
    if is_folder:
        name = short_name(path.resolve().name)
        return Place(path, name, name)
    if path.suffix.lower() in PICKLES:
        raise ExplainerError(pickle_refusal(name_or_path, path.name))
    if path.is_file():
        raise ExplainerError(f"{path} is a file: give the folder that holds config.json and model.safetensors")
    if not HUB_ID.fullmatch(name_or_path) or len(path.parts) > 2:
        raise ExplainerError(f"there is no folder {shown}")
    return Place(_download(name_or_path), short_name(name_or_path.split("/")[-1]), name_or_path, hub_id=name_or_path)


def short_name(text: str) -> str:
    """Turns a text into a name for files and links: lower case, only [a-z0-9._-]."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-.") or "model"


def no_safetensors(place: Place) -> ExplainerError:
    """Returns the error for a folder without model.safetensors; for pickles it says how to convert them."""
    names = [path.name for path in place.folder.iterdir()]
    if place.hub_id:
        try:  # other formats were not downloaded: ask the hub for their names
            names = huggingface_hub.list_repo_files(place.hub_id)
        except Exception:  # only makes the message less precise
            pass
    where = place.hub_id or str(place.folder)
    for kinds in (PICKLES, OTHER_WEIGHTS):
        found = sorted(name for name in names if Path(name).suffix.lower() in kinds and name != "training_args.bin")
        if found and kinds is PICKLES:
            return ExplainerError(pickle_refusal(where, found[0]))
        if found:
            return ExplainerError(f"{where} has weights only as {found[0]}; only model.safetensors is read")
    return ExplainerError(f"{where} has no weights: no model.safetensors and no model.safetensors.index.json")


def pickle_refusal(where: str, file_name: str) -> str:
    source = where if Path(where).suffix.lower() not in PICKLES else str(Path(where).parent)
    return (
        f"{file_name} is a pickle, which can run any code when opened, and is not read; if you trust it, convert it "
        f'to safetensors: python -c "from transformers import GPT2LMHeadModel as M; '
        f"M.from_pretrained({source!r}).save_pretrained('converted')\" (then add its tokenizer files)"
    )


def _download(hub_id: str) -> Path:
    try:
        return Path(huggingface_hub.snapshot_download(hub_id, allow_patterns=list(WANTED), ignore_patterns=["*/*"]))
    except hub.HFValidationError:
        raise ExplainerError(f"there is no folder {hub_id}, and no hub id looks like this") from None
    except hub.GatedRepoError:
        raise ExplainerError(f"{hub_id} is gated: accept its conditions on the hub, then run `hf auth login`") from None
    except hub.RepositoryNotFoundError:
        raise ExplainerError(
            f"there is no folder {hub_id} here{_ours()} and no such model on the Hugging Face hub "
            "(if it is private: `hf auth login`)"
        ) from None
    except (hub.LocalEntryNotFoundError, hub.OfflineModeIsEnabled, ConnectionError, TimeoutError) as error:
        raise ExplainerError(
            f"there is no folder {hub_id} here{_ours()}, and the Hugging Face hub cannot be reached "
            f"({first_line(error.__cause__ or error)})"
        ) from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ExplainerError(f"disk full while downloading {hub_id} into the Hugging Face cache") from None
        raise ExplainerError(f"{hub_id} cannot be downloaded: {first_line(error)}") from None
    except Exception as error:  # the hub client passes on errors of its HTTP library, whichever that is
        raise ExplainerError(f"{hub_id} cannot be downloaded: {first_line(error)}") from None


def _ours() -> str:
    names = sorted(path.parent.name for path in OUR_OWN.glob("*/config.json"))
    return f" (our own: {', '.join(names)})" if names else ""
