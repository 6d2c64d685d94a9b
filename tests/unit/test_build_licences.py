"""The site contains the licence text of every project whose work it contains, or the build fails."""

from __future__ import annotations

import zipfile

import pytest
from explainer.export.build import packages
from explainer.export.build.licences import write_licences
from explainer.export.errors import ExplainerError


@pytest.fixture
def parts(tmp_path):
    """node_modules and numpy's wheel with nothing but licences."""
    modules = tmp_path / "node_modules"
    (modules / "@huggingface/tokenizers").mkdir(parents=True)
    (modules / "@huggingface/tokenizers/LICENSE").write_text("Apache License of the tokenizers")
    numpy = tmp_path / "numpy.whl"
    with zipfile.ZipFile(numpy, "w") as wheel:
        wheel.writestr("numpy-2.dist-info/licenses/LICENSE.txt", "terms of numpy")
        wheel.writestr("numpy-2.dist-info/licenses/numpy/ma/LICENSE", "terms of a part of it")
    return tmp_path / "licences", modules, numpy


def test_every_project_is_there_with_its_text(parts):
    out = parts[0]
    write_licences(*parts, packages.PACKAGES)
    found = {path.stem: path.read_text() for path in out.glob("*.txt")}
    assert set(found) == {
        "README",
        "pyodide",
        "python",
        "onnxruntime-web",
        "huggingface-tokenizers",
        "numpy",
        *packages.PACKAGES,
    }
    for name, words in {
        "pyodide": "Mozilla Public License Version 2.0",
        "python": "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
        "onnxruntime-web": "Microsoft Corporation",
        "huggingface-tokenizers": "Apache License",
        "bokeh": "Bokeh Contributors",
        "panel": "Redistribution and use",
        "numpy": "a part of it",
    }.items():
        assert words in found[name], name
    assert found["bokeh"].count("Redistribution and use") == 1, "the same text once"
    assert all(f"  {name}.txt" in found["README"] for name in found if name != "README")


def test_nothing_is_shipped_without_its_terms(parts):
    (parts[1] / "@huggingface/tokenizers/LICENSE").unlink()
    with pytest.raises(ExplainerError, match="huggingface-tokenizers was installed without its licence"):
        write_licences(*parts, packages.PACKAGES)
