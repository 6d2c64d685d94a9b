"""The search for numpy for Pyodide: its order, and the wheels that it refuses. No test starts Node or uses the network."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from explainer.export.build import numpy_source, numpy_wheel
from explainer.export.build.numpy_wheel import find_numpy
from explainer.export.errors import ExplainerError

NAME = "numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
INFO = {"python": "3.14.2", "abi_version": "2026_0", "platform": "emscripten_5_0_3", "arch": "wasm32"}


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A machine with npm's pyodide, an empty cache, a CDN on localhost and no way to build; every wheel works."""
    monkeypatch.delenv("EXPLAINER_WHEELS", raising=False)
    monkeypatch.setattr(numpy_wheel, "run_in_pyodide", lambda *args, **options: "2.4.6")
    monkeypatch.setattr(numpy_source, "why_not", lambda: "building it needs root")
    wheel = make_wheel(tmp_path / "cdn")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(wheel.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pyodide = tmp_path / "pyodide"
    pyodide.mkdir()
    (pyodide / "package.json").write_text('{"version": "314.0.7"}')
    (pyodide / "pyodide-lock.json").write_text(
        json.dumps(
            {
                "info": INFO,
                "packages": {
                    "numpy": {"version": "2.4.6", "file_name": NAME, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
                },
            }
        )
    )
    monkeypatch.setattr(numpy_wheel, "cdn_address", lambda pyodide: f"http://127.0.0.1:{server.server_port}/")
    yield tmp_path
    server.shutdown()


def make_wheel(folder, name=NAME, content="x = 1\n"):
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr("numpy/__init__.py", content)
    return folder / name


def find(world) -> tuple[str, list[str]]:
    said = []
    return find_numpy(world / "pyodide", world / "cache", said.append), said


def test_the_folder_of_the_user_comes_first(world, monkeypatch):
    wheel = make_wheel(world / "mine", content="mine = 1\n")
    monkeypatch.setenv("EXPLAINER_WHEELS", str(wheel.parent))
    assert find(world)[0] == wheel and not (world / "cache").exists()


def test_the_newest_of_several_is_taken(world, monkeypatch):
    for version in ("2.4.6", "2.10.0", "2.9.1"):
        make_wheel(world / "mine", NAME.replace("2.4.6", version))
    monkeypatch.setenv("EXPLAINER_WHEELS", str(world / "mine"))
    assert "2.10.0" in find(world)[0].name


@pytest.mark.parametrize(
    "name, message",
    [
        (None, "no numpy-"),
        ("numpy-2.4.6-cp313-cp313-pyodide_2025_0_wasm32.whl", r"cp313.*needs numpy-\*-cp314-cp314-pyemscripten_2026_0"),
        ("numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl", "manylinux.*this Pyodide needs"),
    ],
)
def test_a_named_folder_must_serve(world, monkeypatch, name, message):
    (world / "mine").mkdir()
    if name:
        make_wheel(world / "mine", name)
    monkeypatch.setenv("EXPLAINER_WHEELS", str(world / "mine"))
    with pytest.raises(ExplainerError, match=message):
        find(world)


def test_a_folder_that_is_not_there_is_named(world, monkeypatch):
    monkeypatch.setenv("EXPLAINER_WHEELS", str(world / "gone"))
    with pytest.raises(ExplainerError, match="gone, which is no folder"):
        find(world)


@pytest.mark.parametrize("damage", [b"not a zip", None])
def test_a_damaged_wheel_is_refused(world, monkeypatch, damage):
    wheel = make_wheel(world / "mine")
    data = bytearray(wheel.read_bytes())
    data[45] ^= 0xFF  # within the only file's content
    wheel.write_bytes(damage or data)
    monkeypatch.setenv("EXPLAINER_WHEELS", str(wheel.parent))
    with pytest.raises(ExplainerError, match="is not a wheel|is damaged"):
        find(world)


def test_a_wheel_that_does_not_work_is_refused(world, monkeypatch):
    def fail(*args, **options):
        raise ExplainerError("AssertionError: matmul is wrong")

    monkeypatch.setenv("EXPLAINER_WHEELS", str(make_wheel(world / "mine").parent))
    monkeypatch.setattr(numpy_wheel, "run_in_pyodide", fail)
    with pytest.raises(ExplainerError, match="does not work in this Pyodide: .*matmul is wrong"):
        find(world)


def test_fetched_once_then_from_the_cache(world):
    first, said = find(world)
    assert "asking 127.0.0.1" in said[0] and first.read_bytes() == (world / "cdn" / NAME).read_bytes()
    shutil.rmtree(world / "cdn")
    assert find(world) == (first, [])
    assert not list(first.parent.glob("part-*"))


def test_a_cached_wheel_that_changed_is_not_used(world):
    first, _ = find(world)
    first.write_bytes(b"changed")
    again, said = find(world)
    assert said and again.read_bytes() == (world / "cdn" / NAME).read_bytes()


def test_another_file_than_the_lock_names_is_not_used(world):
    make_wheel(world / "cdn", content="another = 1\n")
    with pytest.raises(ExplainerError, match="wrong sha256.*needs root.*Ways out.*EXPLAINER_WHEELS"):
        find(world)
    assert not list((world / "cache").rglob("*.whl"))


def test_without_a_network_it_is_built_where_that_is_possible(world, monkeypatch):
    monkeypatch.setattr(numpy_wheel, "cdn_address", lambda pyodide: "http://127.0.0.1:1/")
    monkeypatch.setattr(numpy_source, "why_not", lambda: None)
    monkeypatch.setattr(
        numpy_source,
        "build_from_source",
        lambda pyodide, version, info, work, say: make_wheel(work / "out", content="built = 1\n"),
    )
    (world / "cache/numpy-3.14.2-2026_0/part-killed").mkdir(parents=True)
    wheel, said = find(world)
    assert any("cannot be reached" in line for line in said) and any("from source" in line for line in said)
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("numpy/__init__.py") == b"built = 1\n"
    assert not list(wheel.parent.glob("part-*")), "what a killed build left is gone too"


def test_with_every_way_closed_the_ways_out_are_said_in_one_line(world, monkeypatch):
    monkeypatch.setattr(numpy_wheel, "cdn_address", lambda pyodide: "http://127.0.0.1:1/")
    with pytest.raises(ExplainerError, match="cannot be reached.*needs root.*EXPLAINER_WHEELS.*Debian") as error:
        find(world)
    assert "\n" not in str(error.value)


def test_the_cdn_is_the_one_that_pyodides_loader_names(tmp_path):
    (tmp_path / "package.json").write_text('{"version": "314.0.7"}')
    (tmp_path / "pyodide.mjs").write_text("a??`https://cdn.example.net/pyodide/v${U}/full/`),b")
    assert numpy_wheel.cdn_address(tmp_path) == "https://cdn.example.net/pyodide/v314.0.7/full/"


def test_pyconfig_is_written_from_the_targets_own_values():
    text = numpy_source.pyconfig(
        {"SIZEOF_LONG": 4, "HAVE_FORK": 0, "HAVE_ERF": 1, "SIZEOF_X": 0, "CC": "cc"},
        {"SIZEOF_LONG", "HAVE_FORK", "HAVE_ERF", "SIZEOF_X", "HAVE_UNKNOWN"},
    )
    assert "#define SIZEOF_LONG 4" in text and "#define HAVE_ERF 1" in text and "#define SIZEOF_X 0" in text
    assert "HAVE_FORK" not in text and "CC" not in text and "HAVE_UNKNOWN" not in text


def test_a_failed_step_says_which_and_keeps_the_log(tmp_path):
    job = numpy_source._Job(tmp_path / "work", print)
    job.work.mkdir()
    message = r'failed at "a step": the last word .*numpy-build.log'
    with pytest.raises(ExplainerError, match=message), job.step("a step", 1):
        job.run("sh", "-c", "echo first; echo the last word; exit 3")
    assert "first" in (tmp_path / "numpy-build.log").read_text()
