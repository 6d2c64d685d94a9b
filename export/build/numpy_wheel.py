"""Find the one compiled package that the page needs: numpy for Pyodide.

It is on neither PyPI nor npm. It is searched for in this order: the folder in EXPLAINER_WHEELS, the cache, Pyodide's CDN
(checked against the sha256 in the npm package), built from source. The wheel is imported and tested in Pyodide before it
is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from explainer.export.build import numpy_source
from explainer.export.build.packages import Archive, numpy_files
from explainer.export.build.pyodide import run_in_pyodide
from explainer.export.errors import ExplainerError

PART = "part-"
TIMEOUT = 20  # seconds without a byte until the CDN counts as out of reach

CHECK = """
import numpy as np
a = np.arange(12, dtype=np.float32).reshape(3, 4)
assert (a @ a.T)[2, 1] == 8 * 4 + 9 * 5 + 10 * 6 + 11 * 7, "matmul is wrong"
assert np.allclose(np.exp(np.log(a + 1)), a + 1), "exp or log is wrong"
assert np.argsort(-a[0]).tolist() == [3, 2, 1, 0] and np.float16(0.1) == np.float16("0.1"), "argsort, float16"
assert np.allclose(np.linalg.svd(a)[1][0], 22.4092981), "svd is wrong"
np.__version__
"""


def find_numpy(pyodide: Path, cache: Path, say: Callable[[str], None] = print) -> Path:
    """Return the path of a wheel of numpy that works in the Pyodide of folder `pyodide` (npm's: core files and lock file).

    Raises ExplainerError when a folder or wheel named by the user does not fit, and when every way fails.
    """
    lock = json.loads((pyodide / "pyodide-lock.json").read_text())
    info, entry = lock["info"], lock["packages"]["numpy"]
    store = cache / f"numpy-{'-'.join(str(info[key]) for key in ('python', 'abi_version'))}"
    if folder := os.environ.get("EXPLAINER_WHEELS"):
        return _from_user_folder(Path(folder), pyodide, info, say)
    if wheel := _cached(store, info):
        return wheel
    store.mkdir(parents=True, exist_ok=True)
    failures = []
    with _locked(store, say), tempfile.TemporaryDirectory(dir=store, prefix=PART) as work:
        if wheel := _cached(store, info):  # another build has made it meanwhile
            return wheel
        for way in (_from_cdn, _from_source):
            try:
                wheel = way(pyodide, entry, info, Path(work), say)
                _verify(wheel, pyodide, info)
                return _keep(wheel, store)
            except _WayFailed as failed:
                failures.append(str(failed))
    raise ExplainerError(
        f"numpy for Pyodide could not be had: {'; '.join(failures)}. Ways out: build where there is a network; or put "
        f"{entry['file_name']} into a folder and name it in EXPLAINER_WHEELS; or build as root on Debian"
    )


@contextmanager
def _locked(store: Path, say) -> Iterator[None]:
    """Let one build at a time look for numpy: the next one finds it in the cache."""
    try:
        import fcntl
    except ImportError:  # Windows, where numpy is only downloaded
        yield
        return
    with (store / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("numpy: waiting for another build that is getting it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _WayFailed(Exception):
    """Raised when a way to numpy is not possible on this machine; its text says why."""


def tag(info: dict) -> str:
    """Return the tag of wheels with compiled modules for this Pyodide, such as cp314-cp314-pyemscripten_2026_0_wasm32."""
    python = "cp" + "".join(info["python"].split(".")[:2])
    return f"{python}-{python}-pyemscripten_{info['abi_version']}_{info['arch']}"


def _from_user_folder(folder: Path, pyodide: Path, info: dict, say) -> Path:
    """Return the newest fitting wheel in the user's folder. If the user names a folder, nothing else is tried."""
    if not folder.is_dir():
        raise ExplainerError(f"EXPLAINER_WHEELS names {folder}, which is no folder")
    found = sorted(folder.glob("numpy-*.whl"))
    fitting = [wheel for wheel in found if wheel.name.endswith(f"-{tag(info)}.whl")]
    if not fitting:
        names = ", ".join(wheel.name for wheel in found) or "no numpy-*.whl"
        raise ExplainerError(f"EXPLAINER_WHEELS ({folder}) holds {names}; this Pyodide needs numpy-*-{tag(info)}.whl")
    wheel = max(fitting, key=lambda path: [int(part) for part in re.findall(r"\d+", path.name.split("-")[1])])
    say(f"numpy: {wheel}")
    _verify(wheel, pyodide, info)
    return wheel


def _cached(store: Path, info: dict) -> Path | None:
    """Return the wheel that an earlier build verified and kept; delete one that has changed since."""
    for wheel in store.glob(f"numpy-*-{tag(info)}.whl"):
        mark = wheel.with_suffix(".sha256")
        if mark.is_file() and mark.read_text() == hashlib.sha256(wheel.read_bytes()).hexdigest():
            return wheel
        wheel.unlink()
    return None


def _keep(wheel: Path, store: Path) -> Path:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (store / wheel.name).with_suffix(".sha256").write_text(digest)
    part = shutil.copy(wheel, store / f"{wheel.name}.part")
    return Path(part).rename(store / wheel.name)


def cdn_address(pyodide: Path) -> str:
    """Return the address from which Pyodide itself would fetch packages: its loader names it."""
    version = json.loads((pyodide / "package.json").read_text())["version"]
    address = re.search(r"https://[\w./-]+/v\$\{\w+\}/full/", (pyodide / "pyodide.mjs").read_text())
    if not address:
        raise _WayFailed("Pyodide's loader names no CDN")
    return re.sub(r"\$\{\w+\}", version, address[0])


def _from_cdn(pyodide: Path, entry: dict, info: dict, work: Path, say) -> Path:
    address = os.environ.get("EXPLAINER_CDN") or cdn_address(pyodide)
    host = address.split("/")[2]
    say(f"numpy: asking {host} for {entry['file_name']}")
    wheel = work / entry["file_name"]
    try:
        with urllib.request.urlopen(address + entry["file_name"], timeout=TIMEOUT) as answer, wheel.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except (OSError, urllib.error.URLError) as error:
        say(f"numpy: {host} cannot be reached ({getattr(error, 'reason', error)})")
        raise _WayFailed(f"{host} cannot be reached ({getattr(error, 'reason', error)})") from None
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != entry["sha256"]:
        say(f"numpy: what {host} sent is not the file that Pyodide's lock file names; not used")
        raise _WayFailed(f"{host} sent a file with the wrong sha256")
    return wheel


def _from_source(pyodide: Path, entry: dict, info: dict, work: Path, say) -> Path:
    if reason := numpy_source.why_not():
        raise _WayFailed(reason)
    say(f"numpy: building {entry['version']} from source, once (about 6 minutes on 2 idle cores; kept in the cache)")
    started = time.monotonic()
    for left in work.parent.glob(f"{PART}*"):  # of a build that was killed
        if left != work:
            shutil.rmtree(left, ignore_errors=True)
    wheel = numpy_source.build_from_source(pyodide, entry["version"], info, work, say)
    say(f"numpy: built in {(time.monotonic() - started) / 60:.1f} minutes")
    return wheel


def _verify(wheel: Path, pyodide: Path, info: dict) -> None:
    """Import numpy from `wheel` in Pyodide and compare some results. Raises ExplainerError where that fails."""
    if not wheel.name.endswith(f"-{tag(info)}.whl"):
        raise ExplainerError(f"{wheel.name} does not fit this Pyodide: its tag must be {tag(info)}")
    try:
        with zipfile.ZipFile(wheel) as archive:
            broken = archive.testzip()
    except (OSError, zipfile.BadZipFile) as error:
        raise ExplainerError(f"{wheel} is not a wheel: {error}") from None
    if broken:
        raise ExplainerError(f"{wheel} is damaged: {broken}")
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive("numpy", numpy_files(wheel)).write(Path(folder))
        try:
            run_in_pyodide(pyodide, CHECK, (archive,))
        except ExplainerError as error:
            raise ExplainerError(f"{wheel} does not work in this Pyodide: {error}") from None
