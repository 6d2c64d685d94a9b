"""Reads from the sources which module imports which, in both halves; runs nothing."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, set[str]]

COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
JS_IMPORT = re.compile(
    r"""^\s*(?:import|export)\b[^;"'(]*?["'](\.[^"']+)["']|\bimport\(\s*["'](\.[^"']+)["']\s*\)""", re.MULTILINE
)


def javascript(site: Path) -> Graph:
    """Returns {module: the modules it imports, at its top or in a function}, as paths below `site`."""
    paths = [path for path in site.rglob("*.js") if "node_modules" not in path.parts]
    return {path.relative_to(site).as_posix(): set(_of_javascript(site, path)) for path in paths}


def _of_javascript(site: Path, path: Path) -> Iterator[str]:
    folder = path.relative_to(site).parent.as_posix()
    for static, dynamic in JS_IMPORT.findall(COMMENT.sub("", path.read_text())):
        yield posixpath.normpath(posixpath.join(folder, static or dynamic))


def python(roots: Mapping[str, Path], types: bool = False) -> Graph:
    """Returns {module: the modules among these that it imports, at its top or in a function}, by their dotted names.

    roots: package -> its folder.  types: also imports for annotations only, below `if TYPE_CHECKING`.
    """
    modules: dict[str, Path] = {}
    for package, folder in roots.items():
        for path in folder.rglob("*.py"):
            parts = [package, *path.relative_to(folder).with_suffix("").parts]
            modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return {name: set(_of_python(name, path, modules, types)) for name, path in modules.items()}


def _of_python(name: str, path: Path, modules: Mapping[str, Path], types: bool) -> Iterator[str]:
    for node in _statements(ast.parse(path.read_text()), types):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            for _ in range(node.level - 1):
                package = package.rpartition(".")[0]
            source = ".".join(filter(None, [package if node.level else "", node.module or ""]))
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                if whole in modules:  # a module of a package
                    yield whole
                elif source in modules:
                    yield source


def _statements(node: ast.AST, types: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test) and not types:
            continue
        yield child
        yield from _statements(child, types)


def circles(graph: Graph) -> list[list[str]]:
    """Returns groups of modules in which each imports, through others of the group, every other (Tarjan's components)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in graph.get(name, ()):
            if other not in order:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], order[other])
        if low[name] == order[name]:
            at = stack.index(name)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1 or name in graph.get(name, ()):
                found.append(sorted(group))

    for name in graph:
        if name not in order:
            visit(name)
    return found
