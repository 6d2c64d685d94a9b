"""The packages of the page: their files, that equal sources give equal bytes, and that Pyodide's own Python imports them."""

from __future__ import annotations

import gzip
import json
import os
import tarfile
import zipfile
from pathlib import PurePosixPath

import pytest
from explainer.export.build import npm, packages, stdlib
from explainer.export.build.numpy_wheel import find_numpy
from explainer.export.build.pyodide import run_in_pyodide
from explainer.export.build.site import SITE, cache_folder, copy_python
from explainer.export.errors import ExplainerError


@pytest.mark.parametrize(
    "path, kept",
    [
        ("panel/pane/base.py", True),
        ("panel/package.json", True),
        ("panel/_templates/doc_nb_js.js", True),
        ("panel/theme/css/default.css", True),
        ("bokeh/core/_templates/file.html", True),
        ("panel/dist/panel.min.js", False),
        ("panel/tests/test_x.py", False),
        ("bokeh/server/static/js/bokeh.js", False),
        ("panel/__pycache__/x.cpython-311.pyc", False),
        ("markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so", False),
        ("panel-1.9.4.dist-info/RECORD", False),
        ("panel/package-lock.json", False),
        ("single.py", False),
        ("panel/py.typed", False),
        ("panel/x.pyi", False),
    ],
)
def test_only_what_python_reads_in_a_browser_is_kept(path, kept):
    assert packages.wanted(PurePosixPath(path)) is kept


@pytest.mark.parametrize("name", packages.PACKAGES)
def test_installed_packages_are_slimmed(name):
    files = packages.installed(name)
    endings = {PurePosixPath(path).suffix for path in files}
    assert ".py" in endings and not endings & {".so", ".pyd", ".map", ".pyi", ".ts", ".pyc"}
    assert sum(map(len, files.values())) < 5_000_000
    assert {len(text) for path, text in files.items() if "/_templates/" in path} <= {0}, "there for the import only"


def test_a_missing_package_is_named():
    with pytest.raises(ExplainerError, match="no-such-package is not installed"):
        packages.installed("no-such-package")


@pytest.mark.slow
def test_parts_of_panel_that_nothing_uses_have_a_stand_in_and_one_that_is_gone_is_named(monkeypatch):
    files = packages.installed("panel")
    assert files["panel/chat/__init__.py"] == files["panel/widgets/tables.py"] == packages.STAND_IN.encode()
    assert "panel/chat/feed.py" not in files and len(files["panel/widgets/button.py"]) > 1000
    monkeypatch.setattr(packages, "UNUSED", ("pane/no_such_part",))
    with pytest.raises(ExplainerError, match="no panel/pane/no_such_part"):
        packages.installed("panel")


def test_the_same_files_give_the_same_bytes(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder, order in zip(folders, (1, -1)):
        folder.mkdir()
        packages.Archive("x", dict(list({"x/a.py": b"1", "x/b.py": b"2"}.items())[::order])).write(folder)
    first, second = ((folder / "x.bin").read_bytes() for folder in folders)
    assert first == second


def test_an_archive_holds_its_files_also_under_long_names(tmp_path):
    files = {f"{'folder/' * 20}module.py": b"x = 1\n", "x/empty.py": b"", "x/data.so": bytes(range(256)) * 5}
    path = packages.Archive("x", dict(files)).write(tmp_path)
    with gzip.open(path) as unzipped, tarfile.open(fileobj=unzipped) as archive:
        assert {entry.name: archive.extractfile(entry).read() for entry in archive} == files


def test_numpy_loses_tests_headers_libraries_and_what_nothing_imports(tmp_path):
    path = tmp_path / "numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (
            "numpy/__init__.py",
            "numpy/_core/x.so",
            "numpy/_core/include/numpy/a.h",
            "numpy/_core/lib/b.a",
            "numpy/tests/test_a.py",
            "numpy/fft/__init__.py",
            "numpy/__init__.pyi",
            "numpy/random/mtrand.x.so",
            "numpy/linalg/lapack_lite.x.so",
            "numpy-2.4.6.dist-info/licenses/LICENSE.txt",
            "numpy-2.4.6.dist-info/RECORD",
        ):
            archive.writestr(name, "")
    assert set(packages.numpy_files(path)) == {"numpy/__init__.py", "numpy/_core/x.so", "numpy-2.4.6.dist-info/METADATA"}


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The site's Python as the build writes it. Skipped where numpy would first have to be downloaded or built."""
    if not os.environ.get("EXPLAINER_WHEELS") and not list(cache_folder().glob("numpy-*/numpy-*.whl")):
        pytest.skip("no numpy for Pyodide yet: set EXPLAINER_WHEELS or run explainer build once")
    modules = npm.install(SITE, cache_folder())
    out = tmp_path_factory.mktemp("site") / "pyodide"
    numpy = find_numpy(modules / "pyodide", cache_folder())
    copy_python(modules / "pyodide", numpy, cache_folder(), out, print)
    return out


@pytest.mark.slow
def test_pyodide_imports_the_app_and_nothing_that_is_not_there(python):
    assert json.loads((python / "pyodide-lock.json").read_text())["packages"] == {}
    code = """
import importlib.metadata, json, sys
import numpy, explainer.hosts.browser, panel, bokeh
from explainer.views import VIEWS
json.dumps({
    "dot": float(numpy.dot([1, 2], [3, 4])), "views": len(VIEWS),
    "panel": panel.__version__, "bokeh": bokeh.__version__, "metadata": importlib.metadata.version("panel"),
    "compiled": [module.__file__.endswith(".pyc") for module in (numpy, panel, explainer.hosts.browser)],
    "not needed": [name for name in ("tornado", "PIL", "contourpy", "requests", "narwhals") if name in sys.modules],
})
"""
    import bokeh
    import panel

    found = json.loads(run_in_pyodide(python, code, (python / "packages.bin", python / "explainer.bin")))
    assert found["not needed"] == []
    assert found["dot"] == 11 and found["views"] >= 6 and all(found["compiled"])
    assert found["panel"] == found["metadata"] == panel.__version__ and found["bokeh"] == bokeh.__version__


def test_what_fails_in_pyodide_is_said_in_one_line(python):
    with pytest.raises(ExplainerError, match="ZeroDivisionError: division by zero"):
        run_in_pyodide(python, "1 / 0")


def test_sources_that_the_target_cannot_compile_are_named(python, tmp_path):
    with pytest.raises(ExplainerError, match="broken.py"):
        packages.compile_sources([packages.Archive("x", {"x/broken.py": b"def (:\n"})], python, tmp_path)


def test_the_standard_library_leaves_out_what_no_page_uses_and_is_written_the_same_twice(tmp_path):
    files = ["json/__init__.py", "encodings/utf_8.py", "encodings/big5.py", "pdb.py", "xml/dom/minidom.py", "asyncio/log.py"]
    with zipfile.ZipFile(tmp_path / "python_stdlib.zip", "w") as archive:
        archive.mkdir("json")
        for name in files:
            archive.writestr(name, f"name = {name!r}")
    made = stdlib.Stdlib(tmp_path / "python_stdlib.zip")
    assert sorted(made.files) == ["asyncio/log.py", "encodings/utf_8.py", "json/__init__.py"]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert made.write(tmp_path / "a").read_bytes() == made.write(tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a/python_stdlib.zip") as written:
        assert written.read("asyncio/log.py") == b"name = 'asyncio/log.py'"
