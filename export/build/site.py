"""`explainer build`: writes one folder that any static host can serve under any path, and that loads nothing from elsewhere."""

from __future__ import annotations

import hashlib
import importlib.metadata as metadata
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from explainer.export.build import bokehjs, npm, packages, stdlib
from explainer.export.build.bundle import PAGE, bundle, imported
from explainer.export.build.licences import write_licences
from explainer.export.build.models import copy_models, digest, exported, our_checkpoints
from explainer.export.build.numpy_wheel import find_numpy
from explainer.export.build.pyodide import CORE
from explainer.export.errors import ExplainerError

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
NOT_SERVED = {"package.json", "package-lock.json", ".npmrc", "biome.json", "tsconfig.json", "node_modules", "images"}
TYPES = ".d.ts"  # for the editor and the check of types, not for a browser
STYLES = "styles/index.css"
STAMP = "build.json"
ORT = [f"ort.{name}.min.mjs" for name in ("wasm", "jspi", "webgpu")] + [
    f"ort-wasm-simd-threaded{name}.{ending}" for name in ("", ".jspi", ".asyncify") for ending in ("mjs", "wasm")
]


def cache_folder() -> Path:
    """Return the folder that keeps everything that is downloaded or slow to make between builds."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "explainer"


def build(out: Path, models: Sequence[Path] = (), say=print) -> None:
    """Write the site to `out`: Python, ONNX Runtime, the page, the project's own models and those in the folders `models`.

    `out` is replaced as a whole when all is well; otherwise it stays as it was. Raises ExplainerError.
    """
    started = time.monotonic()
    out, cache = Path(out).resolve(), cache_folder()
    if not SITE.is_dir():
        raise ExplainerError(f"{SITE} is missing: explainer build needs a clone of the project (pip install -e .)")
    if out.exists() and not (out.is_dir() and ((out / STAMP).is_file() or not any(out.iterdir()))):
        raise ExplainerError(f"{out} exists and is not a site of ours: remove it or choose another --out")
    stamp = inputs(models)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-part-") as work:
            part = Path(work) / "site"
            index = _write(part, cache, models, say)
            _write_json(part / "sizes.json", sizes(part))
            write_shell(part)
            _write_json(part / STAMP, {"inputs": stamp, "versions": versions(), "models": index["models"]})
            _replace(out, part, Path(work) / "old")
    except OSError as error:
        raise ExplainerError(f"{error.filename or out} cannot be written: {error.strerror or error}") from None
    total = sum(sizes(out).values())
    say(f"{out}: {total / 1e6:.1f} MB, built in {time.monotonic() - started:.0f} s")


def _write(part: Path, cache: Path, models: Sequence[Path], say) -> dict:
    shutil.copytree(SITE, part, ignore=not_served)
    modules = npm.install(SITE, cache, say)
    write_styles(part)
    bundle(part, modules)
    page = part / "index.html"
    page.write_text(preloading(page.read_text(), imported(part, [PAGE])))
    copy_vendor(modules, part)
    numpy = find_numpy(modules / "pyodide", cache, say)
    copy_python(modules / "pyodide", numpy, cache, part / "pyodide", say)
    write_licences(part / "licences", modules, numpy, packages.PACKAGES)
    ours = [exported(checkpoint, cache, say) for checkpoint in our_checkpoints()]
    index = copy_models([*ours, *models], part / "models")
    _write_json(part / "first-picture.json", first_picture(part / "models", index["default"]))
    return index


def not_served(folder: str, names: Sequence[str]) -> set[str]:
    """Return the names in a folder of site/ that no visitor of the site needs."""
    types = {name for name in names if name.endswith(TYPES)}
    return types | (NOT_SERVED & set(names) if Path(folder) == SITE else set())


def write_styles(part: Path) -> None:
    """Replace the imports in styles/index.css by the style sheets themselves: one request instead of thirty."""
    styles = part / STYLES
    seen: list[Path] = []

    def whole(path: Path) -> str:
        seen.append(path)
        return re.sub(r'@import "([^"]+)";\n?', lambda found: whole((path.parent / found[1]).resolve()), path.read_text())

    styles.write_text(whole(styles.resolve()))
    for path in seen[1:]:
        path.unlink()


def preloading(html: str, modules: Sequence[str]) -> str:
    """Return the page with preloads of all modules; otherwise a browser finds a module only after reading one that imports it."""
    links = "".join(f'<link rel="modulepreload" href="{name}">\n    ' for name in modules)
    return html.replace('<script type="module"', f'{links}<script type="module"')


def copy_vendor(modules: Path, part: Path) -> None:
    """Copy ONNX Runtime and the tokenizer from npm, and write the needed part of the installed Bokeh's and Panel's scripts."""
    (part / "ort").mkdir()
    (part / "vendor").mkdir()
    for name in ORT:
        shutil.copyfile(modules / "onnxruntime-web/dist" / name, part / "ort" / name)
    shutil.copyfile(modules / "@huggingface/tokenizers/dist/tokenizers.min.mjs", part / "vendor/tokenizers.mjs")
    bokehjs.cut(part / "vendor/bokeh.mjs")


def copy_python(pyodide: Path, numpy: Path, cache: Path, out: Path, say) -> None:
    """Write Pyodide's core and the packages into the folder `out`."""
    out.mkdir()
    for name in CORE:
        if name != stdlib.NAME:
            shutil.copyfile(pyodide / name, out / name)
    # The lock file says for which Python the packages are; it names no package, so nothing can come from elsewhere.
    info = json.loads((pyodide / "pyodide-lock.json").read_text())["info"]
    _write_json(out / "pyodide-lock.json", {"info": info, "packages": {}})
    made = [packages.third_party(numpy), packages.app(), stdlib.Stdlib(pyodide / stdlib.NAME)]
    packages.write_compiled(made, out, pyodide, cache / "packages", say)


def first_picture(models: Path, default: str) -> dict:
    """Return what the page shows before Python has started: the default model's first example, computed by the app itself."""
    from explainer.hosts import first_picture as prerender
    from explainer.runtimes.native import NativeLibrary

    return prerender.first_picture(NativeLibrary(models, default))


def inputs(models: Sequence[Path] = ()) -> str:
    """Return a stamp that changes when anything that the site is made of changes (versions, sources, checkpoints, models)."""
    files = [
        path
        for folder in (SITE, ROOT / "src/explainer", ROOT / "export")
        for path in folder.rglob("*")
        if path.is_file() and not {"node_modules", "__pycache__", "train"} & set(path.parts)
    ]
    manifests = [Path(folder) / "manifest.json" for folder in models]
    for path in manifests:
        if not path.is_file():
            raise ExplainerError(f"{path.parent} is not an exported model: it has no manifest.json")
    paths = (str(path.relative_to(ROOT)) for path in sorted(files))
    return digest([*files, *manifests], json.dumps(versions()), *paths)


def versions() -> dict[str, str]:
    """Return the versions that the site is made with."""
    python = {name: metadata.version(name) for name in ("explainer", *packages.PACKAGES)}
    return python | json.loads((SITE / "package.json").read_text())["dependencies"]


def is_current(dist: Path, models: Sequence[Path] = ()) -> bool:
    """Return whether the site in `dist` is what a build would write now."""
    try:
        return json.loads((dist / STAMP).read_text())["inputs"] == inputs(models)
    except (OSError, ValueError, KeyError):
        return False


def sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of every file below `folder`, by its path there; the page's progress bar takes its totals from them."""
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}


def write_shell(folder: Path) -> None:
    """Write shell.js: the files that the service worker keeps, path -> first 16 hex digits of its sha256.

    Models' parts are not in it: they have hashes of their own and are kept by the page (site/workers/download.js).
    """
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    shell = {
        name: path
        for name, path in names.items()
        if name not in {"sw.js", "shell.js", STAMP}
        and (not name.startswith("models/") or path.name in {"index.json", "manifest.json"})
    }
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for name, path in shell.items()}
    (folder / "shell.js").write_text(f"self.SHELL = {json.dumps(hashes, indent=0)};\n")


def _write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")))


def _replace(out: Path, part: Path, old: Path) -> None:
    """Put `part` in the place of `out`: a folder cannot be renamed onto a full one, so the old site moves aside first."""
    if out.exists():
        out.rename(old)
    try:
        part.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
