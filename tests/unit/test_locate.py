"""The search for a checkpoint: the project's own names, a folder, the hub; and the error where there is none."""

from __future__ import annotations

import huggingface_hub
import pytest
from explainer.export.checkpoint import locate
from explainer.export.checkpoint.load import load_checkpoint
from huggingface_hub import errors as hub

from tests.helpers.checkpoints import make_checkpoint, refusal


def test_a_name_of_ours_comes_first(tmp_path, monkeypatch):
    monkeypatch.setattr(locate, "OUR_OWN", tmp_path / "checkpoints")
    make_checkpoint(tmp_path / "checkpoints" / "storyteller")
    monkeypatch.chdir(tmp_path)
    assert load_checkpoint("storyteller").name == "storyteller"


def test_a_local_folder_wins_over_a_hub_id(tmp_path, monkeypatch):
    make_checkpoint(tmp_path / "openai-community" / "GPT2 (mine)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *a, **k: pytest.fail("asked the hub"))
    assert load_checkpoint("openai-community/GPT2 (mine)").name == "gpt2-mine"


def test_a_hub_id_is_downloaded_without_pickles(tmp_path, monkeypatch):
    asked = {}

    def download(hub_id, allow_patterns, ignore_patterns):
        asked.update(hub_id=hub_id, patterns=allow_patterns)
        return str(make_checkpoint(tmp_path / "snapshots" / "0a1b2c"))

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    checkpoint = load_checkpoint("someone/Tiny-GPT2")
    assert asked["hub_id"] == "someone/Tiny-GPT2"
    assert not any(pattern.endswith((".bin", "*")) for pattern in asked["patterns"])
    assert (checkpoint.name, checkpoint.card["source"]) == ("tiny-gpt2", "someone/Tiny-GPT2")


def hub_error(kind, **attributes):
    error = kind.__new__(kind)
    Exception.__init__(error, "first line.\nsecond line")
    error.__dict__.update(attributes)
    return error


@pytest.mark.parametrize(
    "error, says",
    [
        (hub_error(hub.RepositoryNotFoundError), "no such model"),
        (hub_error(hub.GatedRepoError), "is gated"),
        (hub_error(hub.LocalEntryNotFoundError), "cannot be reached (first line)"),
        (hub.OfflineModeIsEnabled("offline"), "cannot be reached (offline)"),
        (hub_error(hub.HfHubHTTPError), "cannot be downloaded: first line"),
        (OSError(28, "No space left on device"), "disk full"),
        (RuntimeError("odd"), "cannot be downloaded: odd"),
    ],
)
def test_hub_errors(monkeypatch, error, says):
    def download(*_, **__):
        raise error

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    text = refusal("someone/model")
    assert says in text and "someone/model" in text


def test_a_hub_repository_with_pickles_only(tmp_path, monkeypatch):
    path = make_checkpoint(tmp_path / "snapshot")
    (path / "model.safetensors").unlink()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(path))
    monkeypatch.setattr(huggingface_hub, "list_repo_files", lambda *_: ["config.json", "pytorch_model.bin"])
    text = refusal("someone/model")
    assert "pytorch_model.bin is a pickle" in text and "from_pretrained('someone/model')" in text


@pytest.mark.parametrize("name", ["./nothing", "/no/such/folder", "a/b/c", "bad id!", "../x", "~no-such-user/x"])
def test_no_such_folder(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert f"there is no folder {name}" in refusal(name)


@pytest.mark.parametrize("name", ["x" * 5000, "", "two\nlines", "\0"])
def test_names_that_no_folder_can_have(name):
    assert f"there is no folder {name[:60]!r}" in refusal(name)
