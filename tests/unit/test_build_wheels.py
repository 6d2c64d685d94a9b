"""Slim wheels: what is in them, that they never vary, and that Pyodide's own Python imports them."""
from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import zipfile
from pathlib import PurePosixPath

import pytest

from export.build import npm, stdlib, wheels
from export.build.numpy_wheel import find_numpy
from export.build.pyodide import run_in_pyodide
from export.build.site import SITE, cache_folder, copy_python
from export.errors import ExplainerError

SHIPPED = [*wheels.PACKAGES, "numpy", "pandas"]
INFO = {"python": "3.14.2", "abi_version": "2026_0", "platform": "emscripten_5_0_3", "arch": "wasm32"}


def names(wheel: wheels.Wheel, *endings: str) -> list[str]:
    return [name for name in wheel.files if name.endswith(endings)]


@pytest.mark.parametrize("path, kept", [
    ("panel/pane/base.py", True), ("panel/package.json", True), ("panel/_templates/doc_nb_js.js", True),
    ("panel/theme/css/default.css", True), ("bokeh/core/_templates/file.html", True),
    ("panel/dist/panel.min.js", False), ("panel/tests/test_x.py", False), ("bokeh/server/static/js/bokeh.js", False),
    ("panel/__pycache__/x.cpython-311.pyc", False), ("markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so", False),
    ("panel-1.9.4.dist-info/RECORD", False), ("single.py", False), ("panel/py.typed", False), ("panel/x.pyi", False),
])
def test_only_what_python_reads_in_a_browser_is_kept(path, kept):
    assert wheels.wanted(PurePosixPath(path)) is kept


@pytest.mark.parametrize("name", wheels.PACKAGES)
def test_installed_packages_are_slimmed(name):
    wheel = wheels.installed_wheel(name, SHIPPED)
    assert names(wheel, ".py") and not names(wheel, ".so", ".pyd", ".map", ".pyi", ".ts", ".pyc")
    assert sum(map(len, wheel.files.values())) < 5_000_000
    assert set(wheel.requires) <= set(SHIPPED)
    assert any("/licenses/" in file for file in wheel.files), "a licence travels with its package"


def test_a_missing_package_is_named():
    with pytest.raises(ExplainerError, match="no-such-package is not installed"):
        wheels.installed_wheel("no-such-package", SHIPPED)


def test_the_same_files_give_the_same_bytes(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder, order in zip(folders, (1, -1)):
        folder.mkdir()
        files = dict(list({"x/a.py": b"1", "x/b.py": b"2"}.items())[::order])
        wheels.Wheel("x", "1.0", files, ["param", "numpy"][::order]).write(folder)
    first, second = ((folder / "x-1.0-py3-none-any.whl").read_bytes() for folder in folders)
    assert first == second


def test_a_wheel_is_a_valid_one(tmp_path):
    path = wheels.Wheel("Some-Name", "1.0", {"some_name/__init__.py": b"x = 1\n"}, ["numpy"]).write(tmp_path)
    assert path.name == "some_name-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("some_name-1.0.dist-info/RECORD").decode())))
        assert {row[0] for row in rows} == set(archive.namelist())
        for name, digest, size in rows[:-1]:
            data = archive.read(name)
            assert digest == f"sha256={wheels._digest(data)}" and int(size) == len(data)
        assert "Requires-Dist: numpy" in archive.read("some_name-1.0.dist-info/METADATA").decode()


def test_the_lock_file_names_exactly_the_wheels_beside_it(tmp_path):
    made = [wheels.pandas_wheel(), wheels.app_wheel()]
    paths = [wheel.write(tmp_path) for wheel in made]
    wheels.write_lock(tmp_path, INFO, made)
    lock = json.loads((tmp_path / "pyodide-lock.json").read_text())
    assert lock["info"] == INFO and set(lock["packages"]) == {"pandas", "explainer"}
    for path, entry in zip(paths, lock["packages"].values()):
        assert entry["file_name"] == path.name, "relative: the site can lie anywhere"
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert lock["packages"]["explainer"]["imports"] == ["explainer"]
    assert lock["packages"]["explainer"]["depends"] == ["numpy", "pandas", "panel", "param"]


def test_a_numpy_wheel_loses_tests_headers_and_libraries(tmp_path):
    path = tmp_path / "numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("numpy/__init__.py", "numpy/_core/x.so", "numpy/_core/include/numpy/a.h", "numpy/_core/lib/b.a",
                     "numpy/tests/test_a.py", "numpy/__init__.pyi", "numpy-2.4.6.dist-info/licenses/LICENSE.txt",
                     "numpy-2.4.6.dist-info/RECORD"):
            archive.writestr(name, "")
    wheel = wheels.numpy_wheel(path)
    assert wheel.file_name == path.name
    assert {name for name in wheel.files if not name.endswith(("METADATA", "WHEEL"))} == {
        "numpy/__init__.py", "numpy/_core/x.so", "numpy-2.4.6.dist-info/licenses/LICENSE.txt"}


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The site's Python as the build writes it. Skipped where numpy would first have to be fetched or built."""
    if not os.environ.get("EXPLAINER_WHEELS") and not list(cache_folder().glob("numpy-*/numpy-*.whl")):
        pytest.skip("no numpy for Pyodide yet: set EXPLAINER_WHEELS or run explainer build once")
    modules = npm.install(SITE, cache_folder())
    out = tmp_path_factory.mktemp("site") / "pyodide"
    numpy = find_numpy(modules / "pyodide", cache_folder())
    copy_python(modules / "pyodide", numpy, cache_folder(), out, print)
    return out


def test_pyodide_imports_the_app_and_nothing_that_is_not_there(python):
    packages = json.loads((python / "pyodide-lock.json").read_text())["packages"]
    assert {entry["file_name"] for entry in packages.values()} == {path.name for path in python.glob("*.whl")}
    code = """
import importlib.metadata, json, sys
import numpy, panel, bokeh, explainer.browser
from explainer.views import VIEWS
json.dumps({
    "dot": float(numpy.dot([1, 2], [3, 4])), "views": len(VIEWS),
    "panel": panel.__version__, "bokeh": bokeh.__version__, "metadata": importlib.metadata.version("panel"),
    "compiled": [bool(module.__cached__) for module in (numpy, panel, explainer.browser)],
    "not needed": [name for name in ("tornado", "PIL", "contourpy", "requests", "narwhals") if name in sys.modules],
})
"""
    import bokeh
    import panel

    # Naming the app is enough: the lock file knows what it needs.
    found = json.loads(run_in_pyodide(python, code, ("explainer",)))
    assert found["not needed"] == []
    assert found["dot"] == 11 and found["views"] >= 6 and all(found["compiled"])
    assert found["panel"] == found["metadata"] == panel.__version__ and found["bokeh"] == bokeh.__version__


def test_what_fails_in_pyodide_is_said_in_one_line(python):
    with pytest.raises(ExplainerError, match="ZeroDivisionError: division by zero"):
        run_in_pyodide(python, "1 / 0")


def test_sources_that_the_target_cannot_compile_are_named(python, tmp_path):
    with pytest.raises(ExplainerError, match="broken.py"):
        wheels.compile_sources([wheels.Wheel("x", "1", {"x/broken.py": b"def (:\n"})], python, tmp_path)


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
