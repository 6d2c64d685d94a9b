"""Slim wheels of the Python packages that the page needs, and the lock file that lets Pyodide load them.

They are cut from the very distributions that are installed beside this module, so the Python half of Panel and Bokeh
and their JavaScript (site.py copies it from the same place) can never differ. Left out is what Python does not read in
a browser: JavaScript, CSS, images, tests, type stubs, compiled modules of this machine. That turns 27 MB into 3.
The bytecode is compiled by the Python that will run it, which nearly halves the time that the imports take.
"""
from __future__ import annotations

import hashlib
import importlib.metadata as metadata
import json
import re
import shutil
import tempfile
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from export.build.pyodide import run_in_pyodide
from export.errors import ExplainerError

# What `import panel` and the app import in Pyodide (found by trying; test_build_pyodide.py tries it again).
PACKAGES = ("bokeh", "jinja2", "markupsafe", "packaging", "panel", "param", "pyviz-comms", "pyyaml", "tqdm")
PACKAGE_ROOT = Path(__file__).parents[2] / "src" / "explainer"

KEEP = {".py", ".html", ".jinja", ".txt", ".json"}      # sources, templates, Panel's package.json
DROP_FOLDERS = {"tests", "test", "testing", "static", "dist", "bundled", "sampledata", "node_modules", "__pycache__",
                "command", "models_ts", "sphinxext", "bin"}
READ_AT_IMPORT = {"pyviz_comms": {".js"}, "panel": {".css"}}    # notebook.js; theme/css, read by Panel's design
MAX_DATA = 200_000          # a larger .json or .txt is JavaScript's, not Python's
NUMPY_DROP = {"tests", "include", "f2py", "distutils", "__pycache__"}
CACHE_TAG = "cpython-314"     # of Pyodide's Python
EPOCH = (1980, 1, 1, 0, 0, 0)

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


class Archive:
    """Python files that the page gets packed and compiled. files: contents by path inside."""

    name: str
    files: dict[str, bytes]

    @property
    def file_name(self) -> str:
        return f"{self.name}.zip"

    def digest(self, *more: str) -> str:
        """16 hex digits that change when any file changes, or `more`."""
        parts = [*more, *(f"{name} {_digest(data)}" for name, data in sorted(self.files.items()))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def add_bytecode(self, folder: Path) -> None:
        """Put the modules compiled into `folder` in the place of their sources (beside them for our own package)."""
        for name in [name for name in self.files if name.endswith(".py")]:
            if self.name == "explainer":
                parent, _, module = name.rpartition("/")
                self.files[f"{parent}/__pycache__/{module.removesuffix('.py')}.{CACHE_TAG}.pyc"] = (
                    folder / f"{name}c").read_bytes()
            else:
                del self.files[name]
                self.files[f"{name}c"] = (folder / f"{name}c").read_bytes()

    def write(self, folder: Path) -> Path:
        """Write the archive; the same files give the same bytes."""
        path = folder / self.file_name
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in sorted(self.files.items()):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data, compresslevel=9)
        return path


class Wheel(Archive):
    """A wheel in the making. files: contents by path inside, without metadata; requires: names of packages."""

    def __init__(self, name: str, version: str, files: dict[str, bytes], requires: Iterable[str] = (),
                 tag: str = "py3-none-any"):
        self.name, self.version, self.tag = canonicalize_name(name).replace("-", "_"), version, tag
        self.requires = sorted(requires)
        self.files = {**files, f"{self.info}/METADATA": "\n".join([
            "Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {version}",
            *(f"Requires-Dist: {name}" for name in self.requires), ""]).encode(),
            f"{self.info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: explainer\nRoot-Is-Purelib: "
                                  f"{str(tag.endswith('any')).lower()}\nTag: {tag}\n".encode()}

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}-{self.tag}.whl"

    @property
    def info(self) -> str:
        return f"{self.name}-{self.version}.dist-info"

    def write(self, folder: Path) -> Path:
        record = f"{self.info}/RECORD"
        lines = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in sorted(self.files.items()) if name != record]
        self.files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
        return super().write(folder)


def _digest(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def installed_wheel(name: str, shipped: Iterable[str]) -> Wheel:
    """The slim wheel of an installed distribution. shipped: canonical names of all packages that the site ships."""
    try:
        dist = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise ExplainerError(f"the Python package {name} is not installed here: pip install {name}") from None
    files, licences = {}, {}
    for path in dist.files or []:
        inside, where = PurePosixPath(path), Path(dist.locate_file(path))
        if ".." in inside.parts or inside.is_absolute():
            continue        # a console script
        if wanted(inside) and (inside.suffix == ".py" or where.stat().st_size <= MAX_DATA):
            files[str(inside)] = where.read_bytes()
        elif ".dist-info" in inside.parts[0] and re.match(r"(LICEN[CS]E|COPYING|NOTICE)", path.name, re.IGNORECASE):
            licences[path.name] = where.read_bytes()
    if not files:
        raise ExplainerError(f"the installed {name} lists no files: reinstall it with pip")
    needs = map(Requirement, dist.requires or [])
    wheel = Wheel(name, dist.version, files, {canonicalize_name(need.name) for need in needs
                                              if "extra" not in str(need.marker)} & set(shipped))
    wheel.files.update({f"{wheel.info}/licenses/{name}": text for name, text in licences.items()})
    return wheel


def wanted(path: PurePosixPath) -> bool:
    """Whether a file of an installed package is read by Python in the browser."""
    if path.parts[0].endswith((".dist-info", ".egg-info", ".data")):
        return False
    if path.suffix not in KEEP | READ_AT_IMPORT.get(path.parts[0], set()) and "_templates" not in path.parts:
        return False
    return len(path.parts) > 1 and not DROP_FOLDERS & set(path.parts[1:-1])


def app_wheel() -> Wheel:
    """The app itself, from the source tree: Python and the ESM beside it."""
    files = {f"explainer/{path.relative_to(PACKAGE_ROOT).as_posix()}": path.read_bytes()
             for path in sorted(PACKAGE_ROOT.rglob("*"))
             if path.suffix in {".py", ".js"} and "__pycache__" not in path.parts}
    return Wheel("explainer", metadata.version("explainer"), files, ["numpy", "pandas", "panel", "param"])


def pandas_wheel() -> Wheel:
    return Wheel("pandas", "3.0.0", {"pandas/__init__.py": PANDAS.encode()})


def numpy_wheel(path: Path) -> Wheel:
    """A slim copy of numpy's wheel for Pyodide: no tests, headers, static libraries or type stubs."""
    name, version, tag = re.fullmatch(r"(numpy)-([^-]+)-(.+)\.whl", path.name).groups()
    with zipfile.ZipFile(path) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()
                 if "/licenses/" in entry and not entry.endswith("/")
                 or entry.endswith((".py", ".so")) and not NUMPY_DROP & set(entry.split("/"))}
    return Wheel(name, version, files, tag=tag)


def site_wheels(numpy: Path) -> list[Wheel]:
    """Every wheel of the site, with sources."""
    shipped = [*PACKAGES, "numpy", "pandas"]
    return [app_wheel(), pandas_wheel(), numpy_wheel(numpy), *(installed_wheel(name, shipped) for name in PACKAGES)]


def write_compiled(archives: Iterable[Archive], out: Path, pyodide: Path, cache: Path, say: Callable[[str], None]) -> None:
    """Write each into `out`, compiled. They are kept in `cache`: only what changed is made again."""
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


# Paths in tracebacks are those of the installed package, not of the build. What only people read (docstrings, columns
# of expressions: PYTHONNODEBUGRANGES) is left out, and with it asserts: that is a third of the bytes. Pyodide reads
# docstrings of its own modules when it starts.
COMPILE = '''
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
'''


def write_lock(folder: Path, info: Mapping[str, str], wheels: Iterable[Wheel]) -> None:
    """pyodide-lock.json in `folder`, naming exactly these wheels, which lie there: nothing can come from elsewhere.

    info: the same table of the lock file that Pyodide came with. (The pyodide-lock package would write this too, but no
    release of it takes wheels with the platform tag of PEP 783, which numpy's has.)
    """
    packages = {}
    for wheel in wheels:
        name = canonicalize_name(wheel.name)
        packages[name] = {
            "name": name, "version": wheel.version, "file_name": wheel.file_name, "install_dir": "site",
            "sha256": hashlib.sha256((folder / wheel.file_name).read_bytes()).hexdigest(), "package_type": "package",
            "imports": sorted({path.split("/")[0].split(".")[0] for path in wheel.files if ".dist-info/" not in path}),
            "depends": wheel.requires, "unvendored_tests": False}
    (folder / "pyodide-lock.json").write_text(json.dumps({"info": dict(info), "packages": packages}, indent=1))
