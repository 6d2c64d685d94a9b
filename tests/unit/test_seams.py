"""The private names of other libraries that the seams use: each is checked against the pinned version."""

from __future__ import annotations

import ast
import importlib.metadata as metadata
import inspect
import json
import re
import shutil
import subprocess
from pathlib import Path

import panel.custom
import pytest
from bokeh.model import Model
from explainer.export.build import npm
from explainer.export.build.site import ROOT, SITE, cache_folder

from explainer.hosts import panel_seam

# Method of Panel's component -> the arguments that the bridge's override takes or passes on.
OVERRIDDEN = {
    "_handle_msg": ["self", "data"],
    "_process_bokeh_event": ["self", "doc", "event"],
    "_process_event": ["self", "event"],
    "_update_properties": ["self", "*events", "doc"],
    "_update_model": ["self", "events", "msg", "root", "model", "doc", "comm"],
}
# Function of panel.io.pyodide (only Pyodide can import that) -> its arguments.
LINKS = {
    "init_doc": [],
    "_doc_json": ["doc", "root_els"],
    "_convert_json_patch": ["json_patch"],
    "_link_docs_worker": ["doc", "dispatch_fn", "msg_id", "setter"],
}


@pytest.mark.parametrize("package", ["panel", "bokeh"])
def test_the_version_is_pinned(package):
    wanted = f'"{package}=={metadata.version(package)}",'
    assert wanted in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_panel_calls_its_component_so(name):
    parameters = inspect.signature(getattr(panel.custom.JSComponent, name)).parameters.values()
    told = [f"*{each.name}" if each.kind is each.VAR_POSITIONAL else each.name for each in parameters]
    assert told == OVERRIDDEN[name]


@pytest.mark.parametrize("name", ["_esm", "_bundle", "_linked_properties"])
def test_panel_reads_this_of_its_component(name):
    assert hasattr(panel.custom.JSComponent, name)


def test_bokeh_asks_its_models_for_their_signature():
    source = inspect.getsource(inspect.getmodule(Model))
    assert "cls.parameters()" in source, "else what is left out of the import is not asked for any more"
    assert Model.parameters() == []


@pytest.mark.parametrize("name", LINKS)
def test_panel_links_documents_so(name):
    tree = ast.parse((Path(panel.__file__).parent / "io/pyodide.py").read_text())
    found = {node.name: [each.arg for each in node.args.args] for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert found[name] == LINKS[name]


def test_a_component_that_ships_its_own_javascript_is_not_compiled():
    assert panel_seam.unbundled(panel_seam.Bridge)._bundle == panel_seam.Bridge._esm


# Use in pyodide_seam.js -> an expression that must be true for a running Pyodide `p`.
PYODIDE = {
    "where packages lie": "typeof p._api.sitePackages === 'string' && p._api.sitepackages === p._api.sitePackages",
    "objects that Python holds from the start": "p._api.getExpectedKeys().length > 0",
    "the build": "/^[0-9a-f]{64}$/.test(p._api.config.BUILD_ID)",
    "fatal errors": "'on_fatal' in p._api || typeof p._api.fatal_error === 'function'",
    "the table of objects": "typeof p._module.__hiwire_get === 'function' && typeof p._module.__hiwire_immortal_get === 'function'",
    "compiled modules": "typeof p._module.LDSO.loadedLibsByName === 'object'",
    "loading one": "typeof p._module.loadDynamicLibrary === 'function' && typeof p._module.loadWebAssemblyModule === 'function'",
    "growing the memory": "typeof p._module.growMemory === 'function'",
    "waiting for what it needs": "typeof p._module.addRunDependency === 'function' && typeof p._module.removeRunDependency === 'function'",
}


@pytest.fixture(scope="module")
def answers() -> dict[str, bool]:
    folder = npm.install(SITE, cache_folder()) / "pyodide"
    asked = ", ".join(f"{json.dumps(name)}: Boolean({expression})" for name, expression in PYODIDE.items())
    program = f"""
      const {{ loadPyodide }} = await import({json.dumps((folder / "pyodide.mjs").as_uri())});
      const p = await loadPyodide({{ indexURL: {json.dumps(f"{folder}/")} }});
      console.log("\\n" + JSON.stringify({{ {asked} }}));"""
    result = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr[-2000:]
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
@pytest.mark.parametrize("name", PYODIDE)
def test_pyodide_has_it(answers, name):
    assert answers[name]


def test_pyodide_s_version_is_pinned():
    assert json.loads((SITE / "package.json").read_text())["dependencies"]["pyodide"][0].isdigit()


def test_private_names_are_in_the_seams_alone():
    for path in (ROOT / "src").rglob("*.py"):
        if path.name != "panel_seam.py":
            assert "panel.io" not in path.read_text(), path
    for path in (SITE / "workers").rglob("*.js"):
        if path.name != "pyodide_seam.js":
            assert not re.search(r"pyodide\._|__hiwire|LDSO|_loadSnapshot", path.read_text()), path
