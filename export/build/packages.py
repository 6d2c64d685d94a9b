"""Packs the Python packages that the page needs into two archives; site/workers/python/unpack.js unpacks them.

The files come from the distributions that are installed beside this module, so the Python of Panel and Bokeh and their
JavaScript (site.py copies it from the same place) can never differ. Files that Python does not read in a browser are left
out: JavaScript, CSS, images, tests, type stubs, compiled modules of this machine.
The bytecode is compiled by the Python that will run it, which nearly halves the time of the imports.

The archives are no wheels: one gzip over all files is a tenth smaller than one for each, and Pyodide's own way, unpacking in
Python and starting every compiled module whether it is imported or not, takes three times as long.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata as metadata
import io
import re
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from explainer.export.build.pyodide import run_in_pyodide
from explainer.export.errors import ExplainerError
from packaging.utils import canonicalize_name

# The packages that `import panel` and the app import in Pyodide (found by trying; test_build_packages.py tries it again).
PACKAGES = ("bokeh", "jinja2", "markupsafe", "packaging", "panel", "param", "pyviz-comms", "pyyaml", "tqdm")
PACKAGE_ROOT = Path(__file__).parents[2] / "src" / "explainer"

KEEP = {".py", ".html", ".jinja", ".txt", ".json"}  # sources, templates, Panel's package.json
DROP_FOLDERS = {
    "tests",
    "test",
    "testing",
    "static",
    "dist",
    "bundled",
    "sampledata",
    "node_modules",
    "__pycache__",
    "command",
    "models_ts",
    "sphinxext",
    "bin",
}
READ_AT_IMPORT = {"pyviz_comms": {".js"}, "panel": {".css"}}  # notebook.js; theme/css, read by Panel's design
DROP_FILES = {"package-lock.json"}
# Templates of pages that Python would write to a disk. They are emptied: compiling them takes a tenth of the import's time.
EMPTY = "_templates"
MAX_DATA = 200_000  # a larger .json or .txt is for JavaScript, not for Python
# Folders and modules. The app draws random numbers with Python: numpy's nine compiled modules take 0.3 s at the first draw.
NUMPY_DROP = {
    "tests",
    "include",
    "f2py",
    "distutils",
    "fft",
    "polynomial",
    "random",
    "testing",
    "typing",
    "__pycache__",
    "lapack_lite",
}

# Panel's Pyodide support imports pandas only to patch two of its readers, and Bokeh asks for three classes.
PANDAS = '''"""A stand-in for pandas: the names that Panel and Bokeh ask for at import. It holds no data frames."""
__version__ = "3.0.0"


class DataFrame: ...
class Series: ...
class Index: ...
class Timestamp: ...
class Timedelta: ...
class Period: ...
class NaT: ...


def read_csv(*args, **kwargs):
    raise NotImplementedError("pandas is not part of this page")


read_json = read_csv
'''

# Parts of Panel that nothing here uses. Panel always imports them, which takes a quarter of its import's time.
UNUSED = (
    "chat",
    "template",
    *(
        f"pane/{name}"
        for name in (
            "alert",
            "deckgl",
            "echarts",
            "equation",
            "holoviews",
            "ipywidget",
            "media",
            "perspective",
            "plot",
            "plotly",
            "streamz",
            "textual",
            "vega",
            "vizzu",
            "vtk",
        )
    ),
    *(
        f"widgets/{name}"
        for name in (
            "codeeditor",
            "debugger",
            "file_selector",
            "icon",
            "indicators",
            "misc",
            "player",
            "speech_to_text",
            "tables",
            "terminal",
            "text_to_speech",
            "texteditor",
        )
    ),
)
STAND_IN = '''"""A stand-in for a part of Panel: the names that Panel asks for at import, and nothing behind them."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {})
'''


class Archive:
    """Files for Pyodide's site-packages, packed and compiled. files: contents by path inside."""

    def __init__(self, name: str, files: dict[str, bytes]):
        self.name, self.files = name, files

    @property
    def file_name(self) -> str:
        return f"{self.name}.bin"  # no host knows this type, so none adds a content encoding

    def digest(self, *more: str) -> str:
        """Return 16 hex digits that change when any file changes, or `more`."""
        parts = [*more, *(f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in sorted(self.files.items()))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def add_bytecode(self, folder: Path) -> None:
        """Replace the sources by the modules compiled into `folder`."""
        for name in [name for name in self.files if name.endswith(".py")]:
            del self.files[name]
            self.files[f"{name}c"] = (folder / f"{name}c").read_bytes()

    def write(self, folder: Path) -> Path:
        """Write the archive, a tar file in gzip; the same files give the same bytes."""
        path = folder / self.file_name
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            # Similar files lie together, so that gzip finds what they share.
            for name in sorted(self.files, key=lambda name: (PurePosixPath(name).suffix, name)):
                entry = tarfile.TarInfo(name)
                entry.size = len(self.files[name])
                archive.addfile(entry, io.BytesIO(self.files[name]))
        path.write_bytes(gzip.compress(tar.getvalue(), compresslevel=9, mtime=0))
        return path


def installed(name: str) -> dict[str, bytes]:
    """Return the files of an installed distribution that the page needs, by path inside. Raises ExplainerError if it is missing."""
    try:
        dist = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise ExplainerError(f"the Python package {name} is not installed here: pip install {name}") from None
    files = {}
    for path in dist.files or []:
        inside, where = PurePosixPath(path), Path(dist.locate_file(path))
        if ".." in inside.parts or inside.is_absolute():
            continue  # a console script
        if inside.parent.name == "_sri" and inside.stem != dist.version:
            continue  # hashes of every version's scripts: Bokeh reads those of its own version
        if wanted(inside) and (inside.suffix == ".py" or where.stat().st_size <= MAX_DATA):
            files[str(inside)] = b"" if EMPTY in inside.parts else where.read_bytes()
    if not files:
        raise ExplainerError(f"the installed {name} lists no files: reinstall it with pip")
    if name == "panel":
        files = without_unused(files)
    return files | metadata_file(name, dist.version)


def without_unused(panel: dict[str, bytes]) -> dict[str, bytes]:
    """Return Panel's files with a stand-in for every unused part. Raises ExplainerError for a part that Panel lacks."""
    kept = {
        path: data
        for path, data in panel.items()
        if not path.startswith(tuple(f"panel/{part}{end}" for part in UNUSED for end in ("/", ".py")))
    }
    for part in UNUSED:
        module = next((path for path in (f"panel/{part}.py", f"panel/{part}/__init__.py") if path in panel), None)
        if not module:
            raise ExplainerError(f"this version of Panel has no panel/{part}: see UNUSED in export/build/packages.py")
        kept[module] = STAND_IN.encode()
    return kept


def metadata_file(name: str, version: str) -> dict[str, bytes]:
    """Return the file from which importlib.metadata knows a package."""
    return {
        f"{canonicalize_name(name).replace('-', '_')}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    }


def wanted(path: PurePosixPath) -> bool:
    """Return whether Python reads a file of an installed package in the browser."""
    if path.parts[0].endswith((".dist-info", ".egg-info", ".data")):
        return False
    if path.name in DROP_FILES:
        return False
    if path.suffix not in KEEP | READ_AT_IMPORT.get(path.parts[0], set()) and EMPTY not in path.parts:
        return False
    return len(path.parts) > 1 and not DROP_FOLDERS & set(path.parts[1:-1])


def app() -> Archive:
    """Return the archive of the app itself, from the source tree: Python and the JavaScript modules beside it."""
    files = {
        f"explainer/{path.relative_to(PACKAGE_ROOT).as_posix()}": path.read_bytes()
        for path in sorted(PACKAGE_ROOT.rglob("*"))
        if path.suffix in {".py", ".js"} and "__pycache__" not in path.parts
    }
    return Archive("explainer", files)


def numpy_files(wheel: Path) -> dict[str, bytes]:
    """Return the files of numpy's wheel for Pyodide without tests, headers, static libraries, type stubs and unused modules."""
    version = re.match(r"numpy-([^-]+)-", wheel.name)[1]
    with zipfile.ZipFile(wheel) as archive:
        return {
            entry: archive.read(entry)
            for entry in archive.namelist()
            if entry.endswith((".py", ".so")) and not NUMPY_DROP & set(entry.replace(".", "/").split("/"))
        } | metadata_file("numpy", version)


def third_party(numpy: Path) -> Archive:
    """Return the archive of all packages of others. numpy: its wheel for Pyodide."""
    files = {"pandas/__init__.py": PANDAS.encode(), **metadata_file("pandas", "3.0.0"), **numpy_files(numpy)}
    for name in PACKAGES:
        files |= installed(name)
    return Archive("packages", files)


def write_compiled(archives: Iterable[Archive], out: Path, pyodide: Path, cache: Path, say: Callable[[str], None]) -> None:
    """Write each archive into `out`, compiled. They are kept in `cache`: only a changed one is compiled again."""
    maker = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (pyodide / "python_stdlib.zip", Path(__file__))]
    kept = {archive: cache / f"{archive.digest(*maker)}-{archive.file_name}" for archive in archives}
    missing = [archive for archive, path in kept.items() if not path.is_file()]
    if missing:
        say(f"compiling {', '.join(archive.name for archive in missing)} with Pyodide's Python")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="part-") as work:
            compile_sources(missing, pyodide, Path(work))
            for archive in missing:
                archive.add_bytecode(Path(work) / archive.name)
                archive.write(Path(work)).rename(kept[archive])
    for archive, path in kept.items():
        shutil.copyfile(path, out / archive.file_name)


def compile_sources(archives: Iterable[Archive], pyodide: Path, work: Path) -> None:
    """Compile the sources of each with the Python in folder `pyodide`, to `work`/NAME/PATH.pyc."""
    for archive in archives:
        for name, data in archive.files.items():
            if name.endswith(".py"):
                path = work / archive.name / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    failures = run_in_pyodide(pyodide, COMPILE, mounts={"/work": work}, env={"PYTHONNODEBUGRANGES": "1"})
    if failures.strip():
        raise ExplainerError(f"not valid for Pyodide's Python: {failures.strip().splitlines()[0]}")


# Paths in tracebacks are those of the installed package, not of the build. Docstrings, columns of expressions
# (PYTHONNODEBUGRANGES) and asserts are left out: a third of the bytes. Pyodide's own modules keep their docstrings, because
# it reads them when it starts.
COMPILE = """
import pathlib, py_compile, sys, sysconfig
site = sysconfig.get_path("purelib")
stdlib = next(path for path in sys.path if path.endswith(".zip"))
failures = []
for path in sorted(pathlib.Path("/work").rglob("*.py")):
    package, *inside = path.relative_to("/work").parts
    home = stdlib if package == "python_stdlib" else site
    level = 1 if inside[0] in ("pyodide", "_pyodide") else 2
    try:
        py_compile.compile(str(path), cfile=f"{path}c", dfile="/".join([home, *inside]), doraise=True, optimize=level,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError as error:
        failures.append(str(error.msg).strip().replace("\\n", " "))
    path.unlink()
"\\n".join(failures)
"""
