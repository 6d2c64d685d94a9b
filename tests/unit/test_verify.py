"""`explainer verify`: its report, its result, and the figures that it writes."""

from __future__ import annotations

import builtins
import json

import numpy as np
import pytest
from explainer.export import verify as module
from explainer.export.checkpoint.load import load_checkpoint
from explainer.export.cli import main
from explainer.export.package import write_model
from explainer.export.verify import log_softmax, measure_fidelity, verify

from tests.helpers.checkpoints import make_checkpoint


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """(checkpoint, its model in 8 bits), with fewer positions than the command uses."""
    monkeypatch.setattr(module, "POSITIONS", 96)
    made = make_checkpoint(tmp_path / "small", d_model=64, seed=3)
    write_model(load_checkpoint(str(made)), tmp_path / "model", "int8")
    return made, tmp_path / "model"


def test_alone_it_checks_only_itself(folders, capsys):
    assert verify(folders[1])
    out = capsys.readouterr().out
    assert "only that the model agrees with itself" in out and "transformers" not in out


def test_against_its_checkpoint(folders, capsys, monkeypatch):
    monkeypatch.setattr(module, "MIN_TOP1", 0.9)  # random weights have near-ties
    made, model = folders
    assert verify(model, against=str(made), write=True)
    out = capsys.readouterr().out
    assert "float32 / transformers" in out and "wasm: KL" in out and "webgpu: KL" in out and "TOO FAR" not in out
    fidelity = json.loads((model / "manifest.json").read_text())["fidelity"]
    assert 0 < fidelity["kl"] < 0.01 and fidelity["top1"] > 0.9 and fidelity["positions"] == 96
    assert fidelity["reference"] == "fp32" and "logits" in fidelity["max_abs_error"]
    assert verify(model), "the manifest is still whole"


def test_a_broken_bound_is_exit_status_1(folders, capsys, monkeypatch):
    monkeypatch.setattr(module, "MAX_KL", 1e-9)
    assert main(["verify", str(folders[1]), "--against", str(folders[0])]) == 1
    assert "TOO FAR" in capsys.readouterr().out


def test_another_models_weights_are_too_far(folders, tmp_path, capsys):
    other = make_checkpoint(tmp_path / "other", d_model=64, seed=4)
    assert not verify(folders[1], against=str(other))


def test_another_shape_is_refused(folders, tmp_path, capsys):
    other = make_checkpoint(tmp_path / "other", d_model=32)
    assert main(["verify", str(folders[1]), "--against", str(other)]) == 1
    assert "was not exported from" in capsys.readouterr().err


def test_a_folder_that_is_no_model(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == 1
    assert "no manifest.json" in capsys.readouterr().err


def test_without_torch_it_says_so(folders, capsys, monkeypatch):
    real = builtins.__import__

    def without_torch(name, *args, **more):
        if name.split(".")[0] in ("torch", "transformers"):
            raise ImportError(f"No module named {name!r}", name=name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    monkeypatch.setattr(module, "MIN_TOP1", 0.9)
    assert verify(folders[1], against=str(folders[0]))
    assert "torch is not installed" in capsys.readouterr().out


def test_fidelity_of_a_model_to_itself(folders):
    from explainer.export.graph.calibrate import float32_engine

    engine = float32_engine(load_checkpoint(str(folders[0])))
    fidelity = measure_fidelity(engine, engine, np.arange(40))
    assert fidelity["kl"] == 0 and fidelity["top1"] == 1 and not any(fidelity["max_abs_error"].values())


def test_log_softmax():
    x = log_softmax(np.array([[1e4, 1e4 + np.log(3)]]))
    np.testing.assert_allclose(np.exp(x), [[0.25, 0.75]])


def test_published_outputs_are_read(folders, capsys, monkeypatch, tmp_path):
    """Tests the comparison itself, with a small model whose published outputs are its own with the erf form."""
    import dataclasses

    from explainer.export.graph.calibrate import float32_engine

    checkpoint = dataclasses.replace(load_checkpoint(str(folders[0])), name="gpt2")
    erf = float32_engine(dataclasses.replace(checkpoint, config=dataclasses.replace(checkpoint.config, act_fn="gelu")))
    ids = [5, 9, 100]
    found = module.activations(erf, np.array(ids))
    top = np.argsort(-found["logits"][-1])[:3]
    prompt = {
        "token_ids": ids,
        "vocab": checkpoint.config.d_vocab,
        "top_logits": [[int(i), float(found["logits"][-1, i])] for i in top],
        "attention": {"1.1": found["pattern"][1, 1].tolist()},
    }
    file = tmp_path / "published.json"
    monkeypatch.setattr(module, "PUBLISHED", file)
    for change, good in ((0.0, True), (0.02, False)):
        prompt["top_logits"][0][1] += change
        file.write_text(json.dumps({"prompts": [prompt]}))
        table = module.Table()
        module.check_published(table, checkpoint, float32_engine(checkpoint))
        assert table.good is good
    assert "erf GELU" in capsys.readouterr().out
