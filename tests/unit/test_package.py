"""Model directories are written as a whole or not at all, with the same bytes every time, and no other files are touched."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from explainer.export import package
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.cli import main
from explainer.export.errors import ExplainerError
from explainer.export.graph import precision as graph
from explainer.export.graph.precision import BuiltModel
from explainer.export.package import read_manifest, summary, write_model

from explainer.model.activations import ACTIVATIONS
from tests.helpers.checkpoints import make_checkpoint

Usage = namedtuple("Usage", "total used free")


class Chunks:
    """A blob of weights; iteration raises `fails_with` after the chunks."""

    def __init__(self, *chunks, nbytes: int | None = None, fails_with: BaseException | None = None):
        self.chunks, self.fails_with = chunks, fails_with
        self.nbytes = sum(len(chunk) for chunk in chunks) if nbytes is None else nbytes
        self.table = {}

    def __iter__(self):
        yield from self.chunks
        if self.fails_with:
            raise self.fails_with


def build_from(monkeypatch, weights: Chunks, notes: dict | None = None) -> None:
    """Replaces the construction of the graphs: this module tests files only."""
    shared = {"trunk": b"trunk", "unembed": b"unembed"}
    graphs = {"wasm": shared, "webgpu": {"trunk": b"another trunk", "unembed": b"unembed"}}
    monkeypatch.setattr(graph, "build_graphs", lambda checkpoint, precision: BuiltModel(graphs, weights, notes or {}))


def contents(folder: Path) -> dict[str, bytes]:
    """Returns every file below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def checkpoint(tmp_path):
    return load_checkpoint(str(make_checkpoint(tmp_path / "from" / "small")))


@pytest.fixture
def place(tmp_path) -> Path:
    """A folder for outputs alone, so that a test sees everything that is left there."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


# What is written


def test_the_directory_holds_what_its_manifest_names(checkpoint, place, monkeypatch):
    monkeypatch.setattr(package, "PART_BYTES", 10)
    blob = bytes(range(33))
    chunks = Chunks(blob[:3], memoryview(blob[3:25]), b"", bytearray(blob[25:]))
    build_from(monkeypatch, chunks, notes={"kept": ["wte"]})
    folder = write_model(checkpoint, place / "model", "int8")
    data = json.loads((folder / "manifest.json").read_text())
    parts = data["weights"]["parts"]
    assert data["weights"]["bytes"] == 33 and [part["bytes"] for part in parts] == [10, 10, 10, 3]
    assert b"".join((folder / part["path"]).read_bytes() for part in parts) == blob
    pairs = data["graphs"]["wasm"], data["graphs"]["webgpu"]
    assert pairs[0]["unembed"] == pairs[1]["unembed"] and pairs[0]["trunk"] != pairs[1]["trunk"]
    files = [*parts, data["tokenizer"], *(file for pair in pairs for file in pair.values())]
    for file in files:
        content = (folder / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
        assert file["sha256"][:16] in file["path"]
    assert {path.name for path in folder.iterdir()} == {"manifest.json", *(file["path"] for file in files)}
    assert (folder / data["tokenizer"]["path"]).read_bytes() == checkpoint.tokenizer_json
    assert [a["name"] for a in data["activations"]] == [a.name for a in ACTIVATIONS]
    assert [(hook["name"], hook["identity"]) for hook in data["hooks"]][:3] == [
        ("embed.scale", 1),
        ("embed.add", 0),
        ("resid.scale", 1),
    ]
    assert next(h for h in data["hooks"] if h["name"] == "attn_scores.scale")["identity"] == data["config"]["attn_scale"]
    assert (data["format"], data["name"], data["precision"], data["notes"]) == (4, "small", "int8", {"kept": ["wte"]})
    assert data["config"]["bos_token_id"] == 291 and data["fidelity"] is None
    assert "2 blocks of 2 heads" in data["description"] and data["licence"] == "unknown"
    assert list(place.iterdir()) == [folder]


def test_the_card_goes_into_the_manifest(tmp_path, place, monkeypatch):
    source = make_checkpoint(tmp_path / "named")
    (source / "README.md").write_text("---\nlicense: mit\nexplainer: {title: Märchen, examples: [Es war]}\n---\n")
    build_from(monkeypatch, Chunks(b"1"))
    manifest = read_manifest(write_model(load_checkpoint(str(source)), place / "model", "fp32"))
    assert (manifest.title, manifest.examples, manifest.licence) == ("Märchen", ("Es war",), "mit")
    assert manifest.config == load_checkpoint(str(source)).config


@pytest.mark.parametrize("precision", package.PRECISIONS)
def test_the_same_checkpoint_gives_the_same_bytes(checkpoint, tmp_path, place, precision):
    first = contents(write_model(checkpoint, place / "one", precision))
    again = load_checkpoint(str(tmp_path / "from" / "small"))
    assert contents(write_model(again, place / "elsewhere" / "two", precision)) == first


def test_equal_parts_are_one_file(checkpoint, place, monkeypatch):
    monkeypatch.setattr(package, "PART_BYTES", 8)
    build_from(monkeypatch, Chunks(bytes(20)))
    folder = write_model(checkpoint, place / "model", "fp32")
    assert [part["bytes"] for part in read_manifest(folder).weights["parts"]] == [8, 8, 4]
    assert len(list(folder.glob("weights-*"))) == 2


def test_an_older_export_is_replaced_as_a_whole(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(b"old weights"))
    before = contents(write_model(checkpoint, place / "model", "fp32"))
    build_from(monkeypatch, Chunks(b"new weights"))
    after = contents(write_model(checkpoint, place / "model", "fp32"))
    assert set(after) - set(before) and not [name for name in after if after[name] == b"old weights"]
    assert [path.name for path in place.iterdir()] == ["model"]


def test_leftovers_of_a_killed_run_are_cleared_up(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(b"weights"))
    expected = contents(write_model(checkpoint, place / "model", "fp32"))
    (place / "model").rename(place / ".model.old")  # killed between the two renames
    (place / ".model.new").mkdir()
    (place / ".model.new" / "weights-half").write_text("half")
    build_from(monkeypatch, Chunks(b"weights", fails_with=KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_model(checkpoint, place / "model", "fp32")
    assert contents(place) == {f"model/{name}": data for name, data in expected.items()}


def test_an_empty_folder_is_filled(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(b"weights"))
    assert write_model(checkpoint, place, "fp32") == place and read_manifest(place)


# What goes wrong

FAILURES = [
    KeyboardInterrupt(),
    RuntimeError("a bug"),
    OSError(errno.ENOSPC, "No space left on device"),
    PermissionError(errno.EACCES, "Permission denied"),
    OSError(errno.EIO, "Input/output error"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
@pytest.mark.parametrize("older", [False, True], ids=["new", "replacing"])
def test_a_failure_midway_leaves_everything_as_it_was(checkpoint, place, monkeypatch, failure, older):
    if older:
        build_from(monkeypatch, Chunks(b"old weights"))
        write_model(checkpoint, place / "deep" / "model", "fp32")
    before = contents(place)
    monkeypatch.setattr(package, "PART_BYTES", 4)
    build_from(monkeypatch, Chunks(b"two whole parts.", nbytes=100, fails_with=failure))
    with pytest.raises(ExplainerError if isinstance(failure, OSError) else type(failure)):
        write_model(checkpoint, place / "deep" / "model", "fp32")
    assert contents(place) == before
    assert [path.name for path in place.iterdir()] == (["deep"] if older else [])


def test_a_failure_of_the_last_rename_brings_the_older_export_back(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(b"old weights"))
    write_model(checkpoint, place / "model", "fp32")
    before = contents(place)
    build_from(monkeypatch, Chunks(b"new weights"))
    rename = Path.rename

    def fails_once(path, target):
        if path.name == ".model.new":
            raise OSError(errno.EIO, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails_once)
    with pytest.raises(ExplainerError, match="cannot be written"):
        write_model(checkpoint, place / "model", "fp32")
    assert contents(place) == before


def test_too_little_space_is_seen_before_writing(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(nbytes=5_000_000, fails_with=AssertionError("the weights were asked for")))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 1_234_567, 1_234_567))
    with pytest.raises(ExplainerError) as caught:
        write_model(checkpoint, place / "a" / "model", "fp32")
    needed = 5_000_000 + len(checkpoint.tokenizer_json) + len(b"trunkanother trunkunembed") + package.MARGIN_BYTES
    assert f"disk full: the model needs {needed:,} bytes, 1,234,567 are free" in str(caught.value)
    assert not list(place.iterdir())


def test_a_folder_that_cannot_be_made(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(b"weights"))
    (place / "file").write_text("in the way")
    for out, says in ((place / "file", "is a file"), (place / "file" / "model", "cannot be written: .*File exists")):
        with pytest.raises(ExplainerError, match=says):
            write_model(checkpoint, out, "fp32")
    assert contents(place) == {"file": b"in the way"}


def test_a_file_that_reads_back_differently_is_noticed(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(b"weights"))
    write_bytes = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: write_bytes(path, data[:-1]))
    with pytest.raises(ExplainerError, match="reads back differently"):
        write_model(checkpoint, place / "model", "fp32")
    assert not list(place.iterdir())


def test_weights_of_another_length_than_announced_are_a_bug(checkpoint, place, monkeypatch):
    build_from(monkeypatch, Chunks(b"weights", nbytes=8))
    with pytest.raises(RuntimeError, match="8 bytes were announced, 7 came"):
        write_model(checkpoint, place / "model", "fp32")
    assert not list(place.iterdir())


@pytest.mark.parametrize(
    "files, says",
    [
        ({"thesis.tex": "years of work"}, "is not empty and holds no exported model"),
        ({"manifest.json": '{"manifest_version": 3}'}, "not an exported model's"),
        ({"manifest.json": "not JSON"}, "not an exported model's"),
        ({"manifest.json": '{"format": 4, "graphs": {}}', "notes.txt": "mine"}, "not an export's (notes.txt)"),
    ],
)
def test_folders_of_others_are_left_alone(checkpoint, place, monkeypatch, files, says):
    build_from(monkeypatch, Chunks(b"weights"))
    for name, text in files.items():
        (place / name).write_text(text)
    with pytest.raises(ExplainerError) as caught:
        write_model(checkpoint, place, "fp32")
    assert says in str(caught.value) and "left alone" in str(caught.value)
    assert contents(place) == {name: text.encode() for name, text in files.items()}


def test_an_unknown_precision(checkpoint, place):
    with pytest.raises(ExplainerError, match="'fp16' is not one of fp32, int8, int4"):
        write_model(checkpoint, place / "model", "fp16")


@pytest.mark.parametrize(
    "text, says",
    [
        (None, "is not an exported model"),
        ("{}", "is not a manifest of this version"),
        ("[", "is not a manifest"),
        ('{"format": 4}', "is not a manifest"),
    ],
)
def test_reading_what_is_not_a_manifest(place, text, says):
    if text is not None:
        (place / "manifest.json").write_text(text)
    with pytest.raises(ExplainerError, match=says):
        read_manifest(place)


# The command


def test_the_command_sums_up(checkpoint, tmp_path, place, capsys):
    assert main(["export", str(tmp_path / "from" / "small"), "--out", str(place / "m"), "--precision", "fp32"]) == 0
    captured = capsys.readouterr()
    files = {path.name: path.stat().st_size for path in (place / "m").iterdir()}
    trunks = [size for name, size in files.items() if name.startswith("trunk")]  # one for each backend: one is loaded
    wire = sum(files.values()) - files["manifest.json"] - min(trunks)
    assert captured.out == f"{place / 'm'}: small, fp32, {wire:,} bytes on the wire, weights in 1 part\n"
    assert captured.out == summary(place / "m") + "\n" and captured.err == ""


def test_the_command_on_a_full_disk(checkpoint, tmp_path, place, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100, 100, 0))
    assert main(["export", str(tmp_path / "from" / "small"), "--out", str(place / "m")]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("explainer: error: disk full") and captured.err.count("\n") == 1
    assert not list(place.iterdir())


def test_the_command_stopped_with_ctrl_c(checkpoint, tmp_path, place, capsys, monkeypatch):
    build_from(monkeypatch, Chunks(b"weights", fails_with=KeyboardInterrupt()))
    assert main(["export", str(tmp_path / "from" / "small"), "--out", str(place / "m")]) == 130
    assert capsys.readouterr().err == "explainer: stopped\n" and not list(place.iterdir())
