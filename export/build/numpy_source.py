"""Build numpy for Pyodide from its source: Debian's Emscripten in a throw-away folder, numpy's sdist from pip.

It is needed only where neither a wheel nor Pyodide's CDN is available. It takes about 6 minutes on two idle cores and 2.5 GB of
disk, needs root (debootstrap and chroot) on a Debian-like system, and installs nothing outside its own work folder.

Emscripten need not be the exact version that built Pyodide: a side module only shares the ABI (exceptions, longjmp),
which the flags below fix. numpy_wheel.py imports the result in Pyodide before it is used.
"""

from __future__ import annotations

import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from explainer.export.errors import ExplainerError

SUITE = "forky"  # the Debian release with Python 3.14 and Emscripten 6
NEEDED_GB = 4
PACKAGES = (
    "emscripten",
    "python3.14",
    "python3.14-dev",
    "python3.14-venv",
    "libpython3.14-dev",
    "ca-certificates",
    "build-essential",
    "ninja-build",
)
TOOLS = ("meson-python", "cython", "build", "wheel")
SYSCONFIGDATA = "_sysconfigdata__emscripten_wasm32-emscripten"
FLAGS = ("-g0", "-fwasm-exceptions", "-sSUPPORT_LONGJMP=wasm")

NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child")

# pip builds a package merely to learn its name when it downloads an sdist; this backend answers at once.
NAME_ONLY_BACKEND = """
import pathlib
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = pathlib.Path(folder, "numpy-{version}.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: numpy\\nVersion: {version}\\n")
    return info.name
"""

CROSS_FILE = """[binaries]
c = 'emcc'
cpp = 'em++'
ar = 'emar'
ranlib = 'emranlib'
[properties]
needs_exe_wrapper = true
skip_sanity_check = true
has_function_backtrace = false
longdouble_format = 'IEEE_QUAD_LE'
[built-in options]
c_args = {compile}
cpp_args = {compile}
c_link_args = {link}
cpp_link_args = {link}
[host_machine]
system = 'emscripten'
cpu_family = 'wasm32'
cpu = 'wasm'
endian = 'little'
"""


def why_not() -> str | None:
    """Return the reason why this machine cannot build numpy, or None when it can."""
    if sys.platform != "linux" or not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return "building it needs a Debian-like Linux"
    if os.geteuid() != 0:
        return "building it needs root (for debootstrap and chroot)"
    return None


def build_from_source(pyodide: Path, version: str, info: dict, work: Path, say: Callable[[str], None]) -> Path:
    """Build numpy `version` for the Pyodide in folder `pyodide`; returns the wheel's path, inside `work`.

    info: the "info" table of pyodide-lock.json (python, abi_version, platform, arch). work: an empty folder of at least
    4 GB, which the caller removes. Raises ExplainerError, naming the step and the log, when a step fails.
    """
    if shutil.disk_usage(work).free < NEEDED_GB << 30:
        raise ExplainerError(f"building numpy needs {NEEDED_GB} GB free in {work}")
    python = "python" + ".".join(info["python"].split(".")[:2])
    job = _Job(work, say)
    root = work / "root"
    with job.step("fetch debootstrap and numpy's source", 20):
        _fetch_debootstrap(job)
        _fetch_python_packages(job, version, python.removeprefix("python"))
    with job.step(f"unpack Debian {SUITE} with Emscripten in {root} (removed afterwards)", 90):
        _debootstrap(job, root)
    with job.step("set up the compiler for Pyodide's Python", 15):
        _prepare(job, root, pyodide, python)
    with job.step("compile numpy", 240):
        wheel = _compile(job, root, version, info)
    return wheel


class _Job:
    """Runs commands with their output in one log, and says which step is running and how long each took."""

    def __init__(self, work: Path, say: Callable[[str], None]):
        self.work, self.say, self.log, self.number, self.name = work, say, work / "build.log", 0, ""

    def step(self, name: str, seconds: int) -> _Job:
        self.number += 1
        self.name = name
        self.say(f"  [{self.number}/4] {name} (about {seconds} s) ...")
        return self

    def __enter__(self) -> None:
        self.started = time.monotonic()

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            self.say(f"  [{self.number}/4] done in {time.monotonic() - self.started:.0f} s")

    def run(self, *command: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None) -> None:
        with self.log.open("a") as log:
            print("$", *command, file=log, flush=True)
            result = subprocess.run(
                [str(part) for part in command],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=cwd or self.work,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", **(env or {})},
            )
        if result.returncode:
            lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
            kept = shutil.copy(self.log, self.work.parent / "numpy-build.log")
            raise ExplainerError(f'numpy\'s build failed at "{self.name}": {lines[-1]} (the whole log: {kept})')

    def chroot(self, root: Path, script: str, env: dict[str, str] | None = None) -> None:
        """Run a shell script in `root`. Its mounts and processes are in namespaces of their own: none outlives it."""
        inner = f'mount -t proc proc "{root}/proc" && exec chroot "{root}" /bin/sh -ec \'{script}\''
        clean = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
        names = [f"{key}={value}" for key, value in {**clean, **(env or {})}.items()]
        self.run("env", "-i", *names, *NAMESPACES, "sh", "-ec", inner)


def _fetch_debootstrap(job: _Job) -> None:
    """Download debootstrap and Debian's keys, unpacked from their packages rather than installed."""
    folder = job.work / "debootstrap"
    folder.mkdir()
    # By default apt downloads as its own user, which cannot write here; root can.
    download = ("apt-get", "-o", "APT::Sandbox::User=root", "download", "debootstrap", "debian-archive-keyring")
    try:
        job.run(*download, cwd=folder)
    except ExplainerError:  # a machine that has never fetched its package lists
        job.run("apt-get", "update")
        job.run(*download, cwd=folder)
    for package in sorted(folder.glob("*.deb")):
        job.run("dpkg-deb", "-x", package, folder)
    script = folder / "usr/share/debootstrap/scripts" / SUITE
    if not script.exists():  # an older debootstrap does not know the suite: all current suites use sid's script
        script.symlink_to("sid")


def _fetch_python_packages(job: _Job, version: str, python: str) -> None:
    """Download numpy's sdist and the tools that build it, through this machine's pip and its settings."""
    backend = job.work / "backend"
    backend.mkdir()
    (backend / "mesonpy.py").write_text(NAME_ONLY_BACKEND.format(version=version))
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-cache-dir", "--disable-pip-version-check")
    job.run(
        *pip,
        "--dest",
        job.work / "sdist",
        "--no-deps",
        "--no-build-isolation",
        "--no-binary",
        "numpy",
        f"numpy=={version}",
        env={"PYTHONPATH": str(backend)},
    )
    machine = platform.machine()
    platforms = [f"--platform=manylinux{tag}_{machine}" for tag in ("_2_28", "_2_17", "2014")]
    job.run(*pip, "--dest", job.work / "tools", "--only-binary=:all:", f"--python-version={python}", *platforms, *TOOLS)


def _debootstrap(job: _Job, root: Path) -> None:
    folder = job.work / "debootstrap"
    command = (
        f'"{folder}/usr/sbin/debootstrap" --variant=minbase --include={",".join(PACKAGES)} '
        f'--keyring="{folder}/usr/share/keyrings/debian-archive-keyring.gpg" {SUITE} "{root}"'
    )
    job.run(*NAMESPACES, "sh", "-ec", command, env={"DEBOOTSTRAP_DIR": str(folder / "usr/share/debootstrap")})


def _prepare(job: _Job, root: Path, pyodide: Path, python: str) -> None:
    """Set up the venv with the build tools, the target's sysconfig and headers, and meson's cross file."""
    shutil.copytree(job.work / "tools", root / "tools")
    job.chroot(
        root, f"{python} -m venv /venv && /venv/bin/pip install --quiet --no-index --find-links /tools " + " ".join(TOOLS)
    )
    target = root / "target"
    target.mkdir()
    with zipfile.ZipFile(pyodide / "python_stdlib.zip") as stdlib:
        stdlib.extract(f"{SYSCONFIGDATA}.py", target)
    values = runpy.run_path(str(target / f"{SYSCONFIGDATA}.py"))["build_time_vars"]
    # Debian's headers are CPython's; only pyconfig.h depends on the machine. The folder is temporary, so overwrite it in place.
    names = set()
    for header in [*root.glob(f"usr/include/{python}/pyconfig.h"), *root.glob(f"usr/include/*/{python}/pyconfig.h")]:
        names.update(re.findall(r"^(?:#define|/\* #undef) (\w+)", header.read_text(), re.MULTILINE))
    (root / f"usr/include/{python}/pyconfig.h").write_text(pyconfig(values, names))
    (target / "cross.txt").write_text(
        CROSS_FILE.format(compile=["-O2", *FLAGS, "-fPIC", "-D_GNU_SOURCE"], link=["-O2", *FLAGS, "-sSIDE_MODULE=1"])
    )


def pyconfig(values: dict, names: set[str]) -> str:
    """Return pyconfig.h for the target. values: its sysconfig variables; names: the macros that a pyconfig.h can define."""
    lines = ["#ifndef Py_PYCONFIG_H", "#define Py_PYCONFIG_H", "#define _GNU_SOURCE 1"]
    for name in sorted(names - {"Py_PYCONFIG_H", "_GNU_SOURCE"}):
        value = values.get(name, 0)
        if value or (name.startswith(("SIZEOF_", "ALIGNOF_")) and name in values):
            lines.append(f"#define {name} {value}")
    return "\n".join([*lines, "#endif", ""])


def _compile(job: _Job, root: Path, version: str, info: dict) -> Path:
    (root / "src").mkdir()
    shutil.unpack_archive(job.work / "sdist" / f"numpy-{version}.tar.gz", root / "src", filter="data")
    settings = [
        "setup-args=--cross-file=/target/cross.txt",
        "setup-args=-Dallow-noblas=true",
        "setup-args=-Dblas=none",
        "setup-args=-Dlapack=none",
        "install-args=--tags=runtime,python-runtime,devel",
    ]
    target = {
        "_PYTHON_SYSCONFIGDATA_NAME": SYSCONFIGDATA,
        "PYTHONPATH": "/target",
        "_PYTHON_HOST_PLATFORM": f"{info['platform']}_{info['arch']}",
    }
    exports = " ".join(f"{key}={value}" for key, value in target.items())
    job.chroot(
        root,
        f"cd /src/numpy-{version}; export PATH=/venv/bin:$PATH; "
        f"{exports} python -m build --wheel --no-isolation --skip-dependency-check --outdir /out "
        + " ".join(f"-C{setting}" for setting in settings)
        + "; wheel tags --remove --platform-tag "
        + f"pyemscripten_{info['abi_version']}_{info['arch']} /out/*.whl",
    )
    wheels = list((root / "out").glob("numpy-*.whl"))
    if len(wheels) != 1:
        raise ExplainerError(f"numpy's build wrote {len(wheels)} wheels where one was expected")
    return wheels[0]
