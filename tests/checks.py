"""All checks of the sources: format, lint, types, and imports between folders.

`python -m tests.checks` runs them, a line each, and exits with 1 if one fails; `python -m tests.checks ruff tsc` runs those whose
names begin so; with `--fix` the formatters and linters first change what they can.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from explainer.export.build import npm
from explainer.export.build.site import SITE, cache_folder

from tests.helpers import imports

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src/explainer"
EXPORT = ROOT / "export"

# A folder of site/ -> the folders it may import from. Words of a view count as strings. Strings and generated files are leaves.
LEAVES = {"strings", "generated"}
SITE_FLOORS = {
    "strings": {"strings", "generated"},
    "generated": {"generated"},
    "lib": {"lib", *LEAVES},
    "state": {"state", "lib", *LEAVES},
    "widgets": {"widgets", "state", "lib", *LEAVES},
    "views": {"views", "widgets", "state", "lib", *LEAVES},
    "workers": {"workers", "lib", *LEAVES},
    "page": {"page", "views", "widgets", "state", "lib", "workers", *LEAVES},
}
# A package of explainer -> the packages it may import from.
PYTHON_FLOORS = {
    "model": {"model"},
    "runtimes": {"runtimes", "model"},
    "state": {"state", "model"},
    "views": {"views", "state", "model"},
    "app": {"app", "views", "state", "model"},
    "hosts": {"hosts", "app", "runtimes", "views", "state", "model"},
}
FOR_TYPES = {("runtimes", "app")}  # allowed below `if TYPE_CHECKING`: the protocols that a runtime fulfils


@cache
def tools() -> Path:
    """Return the folder of biome and tsc."""
    return npm.install(SITE, cache_folder(), dev=True) / ".bin"


def command(*words: str | Path, cwd: Path = ROOT) -> str:
    """Run a command; return its output when it fails, else an empty text."""
    result = subprocess.run(
        list(map(str, words)), cwd=cwd, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "0"}
    )
    return "" if result.returncode == 0 else f"{result.stdout}{result.stderr}".strip() or f"exit status {result.returncode}"


def python(module: str, *words: str) -> str:
    return command(sys.executable, "-m", module, *words)


def own_sources() -> str:
    """Return a complaint where this Python has the `explainer` of another checkout: the checks would look at that one."""
    spec = importlib.util.find_spec("explainer.app")
    found = Path(spec.origin) if spec and spec.origin else Path()
    return "" if SRC in found.parents else f"this Python has {found}: install this checkout, pip install -e '.[test]'"


def ruff_format() -> str:
    return python("ruff", "format", "--check", "--quiet", "--diff", ".")


def ruff_lint() -> str:
    return python("ruff", "check", "--quiet", ".")


def mypy() -> str:
    return python("mypy", "--no-error-summary")


def biome() -> str:
    # From site/, where its configuration is: from the folder above, biome would take that for a second configuration.
    folders = ("tests", "src", "export")
    return command(tools() / "biome", "ci", "--colors=off", ".", *(f"../{folder}" for folder in folders), cwd=SITE)


def tsc() -> str:
    return command(tools() / "tsc", "-p", SITE, "--pretty", "false")


def contract() -> str:
    """Check that the page's generated files are what Python defines of views, choices and messages."""
    name = "explainer.export.build.contract"
    return python(name, "--check") if importlib.util.find_spec(name) else ""


def circles() -> str:
    """Check that no module imports itself through others, not even from within a function."""
    halves = (imports.javascript(SITE), imports.python({"explainer": SRC, "explainer.export": EXPORT}))
    return lines(f"import each other: {', '.join(group)}" for graph in halves for group in imports.circles(graph))


def floors() -> str:
    """Check that no module imports from a higher floor."""
    return lines([*site_floors(), *python_floors()])


def site_floors() -> Iterable[str]:
    for name, wanted in sorted(imports.javascript(SITE).items()):
        may = SITE_FLOORS.get(floor(name))
        for other in sorted(wanted):
            if may is not None and floor(other) not in may:
                yield f"site/{name} imports {other}: {floor(name)} may import from {', '.join(sorted(may))}"


def floor(path: str) -> str:
    """Return the floor of a module of site/; its own name where it is in no folder."""
    return "strings" if path.split("/")[-1].startswith("words.") else path.split("/")[0]


def python_floors() -> Iterable[str]:
    roots = {"explainer": SRC, "explainer.export": EXPORT}
    run, typed = imports.python(roots), imports.python(roots, types=True)
    for name, wanted in sorted(typed.items()):
        package = (name.split(".") + [""])[1]
        if package == "export":
            continue
        for other in sorted(wanted):
            target = (other.split(".") + [""])[1]
            allowed = target in PYTHON_FLOORS.get(package, set()) or target == ""
            for_types = (package, target) in FOR_TYPES and other not in run[name]
            if not allowed and not for_types:
                yield f"{name} imports {other}: not a floor below it"


def lines(complaints: Iterable[str]) -> str:
    return "\n".join(complaints)


# Each check returns its complaints as a text, which is empty if there are none.
CHECKS: dict[str, Callable[[], str]] = {
    "sources": own_sources,
    "ruff format": ruff_format,
    "ruff check": ruff_lint,
    "mypy": mypy,
    "biome": biome,
    "tsc": tsc,
    "contract": contract,
    "import circles": circles,
    "import floors": floors,
}


def fix() -> None:
    """Let the formatters and linters change what they can."""
    for words in (("format", "-q", "."), ("check", "-q", "--fix", ".")):
        command(sys.executable, "-m", "ruff", *words)
    for folder in (".", "../tests", "../src", "../export"):
        command(tools() / "biome", "check", "--write", folder, cwd=SITE)


def main(wanted: list[str]) -> int:
    if "--fix" in wanted:
        fix()
        wanted = [name for name in wanted if name != "--fix"]
    bad = 0
    for name, check in CHECKS.items():
        if wanted and not name.startswith(tuple(wanted)):
            continue
        began = time.monotonic()
        found = check()
        bad += bool(found)
        print(f"{'FAILED' if found else 'ok':8}{name:16}{time.monotonic() - began:5.1f} s", flush=True)
        if found:
            print(found, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
