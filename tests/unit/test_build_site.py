"""`explainer build` writes the site as a whole or not at all, from local files, and its errors say what to do."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from explainer.export.build import bokehjs, bundle, models, npm, site
from explainer.export.cli import main
from explainer.export.errors import ExplainerError
from explainer.export.package import write_model

from explainer.runtimes.native import NativeLibrary


@pytest.fixture
def model(tmp_path, make_checkpoint) -> Path:
    """An exported model of random weights."""
    from explainer.export.checkpoint.load import load_checkpoint

    return write_model(load_checkpoint(str(make_checkpoint(tmp_path / "tiny"))), tmp_path / "exported/tiny", "fp32")


@pytest.fixture
def quick(monkeypatch, tmp_path, model):
    """A build without Node, npm and the project's own checkpoints: only the assembly of the folder is left."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(site.npm, "install", lambda folder, cache, say: tmp_path)
    monkeypatch.setattr(site, "find_numpy", lambda pyodide, cache, say: tmp_path)
    monkeypatch.setattr(site, "copy_vendor", lambda modules, part: None)
    monkeypatch.setattr(site, "bundle", lambda part, modules: None)
    monkeypatch.setattr(site, "copy_python", lambda pyodide, numpy, cache, out, say: None)
    monkeypatch.setattr(site, "write_licences", lambda out, modules, numpy, packages: None)
    monkeypatch.setattr(site, "our_checkpoints", list)
    return tmp_path


def test_a_site_is_whole(quick, model):
    out = quick / "deep/dist"
    site.build(out, [model])
    assert {"index.html", "sw.js", "first-picture.json", "build.json", "sizes.json", "models"} <= {
        path.name for path in out.iterdir()
    }
    found = {path.name for path in out.rglob("*")}
    assert not {"package.json", "package-lock.json", ".npmrc", "biome.json", "tsconfig.json", "node_modules"} & found
    assert not [name for name in found if name.endswith(".d.ts")]
    index = json.loads((out / "models/index.json").read_text())
    assert index["default"] == "tiny"
    assert (out / "models" / index["models"][0]["manifest"]).is_file()
    assert json.loads((out / "first-picture.json").read_text())["views"]
    known = json.loads((out / "sizes.json").read_text())
    assert known["sw.js"] == (out / "sw.js").stat().st_size and "models/index.json" in known
    assert site.is_current(out, [model]) and not site.is_current(out, [])
    assert [path.name for path in out.parent.iterdir()] == ["dist"], "nothing half-written stays beside it"


def test_a_change_of_the_sources_makes_a_site_stale(quick, model, monkeypatch):
    site.build(quick / "dist", [model])
    monkeypatch.setattr(site, "versions", lambda: {"panel": "another"})
    assert not site.is_current(quick / "dist", [model])


def test_a_failed_build_leaves_the_old_site_alone(quick, model, monkeypatch):
    out = quick / "dist"
    site.build(out, [model])
    before = sorted(out.rglob("*"))
    monkeypatch.setattr(site, "first_picture", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        site.build(out, [model])
    assert sorted(out.rglob("*")) == before and not list(quick.glob(".dist-*"))


def test_a_site_is_replaced_by_the_next(quick, model):
    out = quick / "dist"
    site.build(out, [model])
    (out / "left-over.js").write_text("old")
    site.build(out, [model])
    assert not (out / "left-over.js").exists()


def test_a_folder_of_somebody_else_is_never_replaced(quick, model):
    (quick / "thesis").mkdir()
    (quick / "thesis/chapter.txt").write_text("years of work")
    with pytest.raises(ExplainerError, match="is not a site of ours"):
        site.build(quick / "thesis", [model])
    assert (quick / "thesis/chapter.txt").read_text() == "years of work"


def test_where_the_site_cannot_be_written_is_said(quick, model):
    (quick / "file").write_text("")
    with pytest.raises(ExplainerError, match="cannot be written: "):
        site.build(quick / "file/dist", [model])


def test_models_that_cannot_be_shown_are_named(quick, model, capsys):
    assert main(["build", "--model", str(quick), "--out", str(quick / "dist")]) == 1
    assert "is not an exported model" in capsys.readouterr().err
    with pytest.raises(ExplainerError, match="already a model named tiny"):
        models.copy_models([model, model], quick / "models-a")
    with pytest.raises(ExplainerError, match="no model to show"):
        models.copy_models([], quick / "models-b")
    next(model.glob("weights-*")).unlink()
    with pytest.raises(ExplainerError, match="lacks weights-"):
        models.copy_models([model], quick / "models-c")
    assert not (quick / "dist").exists()


def test_a_model_is_listed_alike_on_the_site_and_by_the_native_library(tmp_path, model):
    (on_site,) = models.copy_models([model], tmp_path / "models")["models"]
    (native,) = NativeLibrary(tmp_path / "models").models
    assert native == {key: value for key, value in on_site.items() if key != "manifest"}
    graphs = json.loads((model / "manifest.json").read_text())["graphs"]
    of_backends = [sum((model / file["path"]).stat().st_size for file in pair.values()) for pair in graphs.values()]
    others = sum(path.stat().st_size for kind in ("weights-*", "tokenizer-*") for path in model.glob(kind))
    assert native["bytes"] == max(of_backends) + others


def test_an_export_is_made_once(tmp_path, make_checkpoint):
    checkpoint, said = make_checkpoint(tmp_path / "tiny"), []
    first = models.exported(checkpoint, tmp_path / "cache", said.append)
    assert models.exported(checkpoint, tmp_path / "cache", said.append) == first and said == ["exporting tiny (fp32)"]
    make_checkpoint(tmp_path / "tiny", seed=1)
    assert models.exported(checkpoint, tmp_path / "cache", said.append) != first


def test_scripts_are_those_of_the_installed_bokeh_and_panel(tmp_path):
    modules = tmp_path / "node_modules"
    for folder, names in (("onnxruntime-web/dist", site.ORT), ("@huggingface/tokenizers/dist", ["tokenizers.min.mjs"])):
        (modules / folder).mkdir(parents=True)
        for name in names:
            (modules / folder / name).write_text(name)
    part = tmp_path / "site"
    part.mkdir()
    site.copy_vendor(modules, part)
    assert len(list((part / "ort").iterdir())) == 9

    cut = (part / "vendor/bokeh.mjs").read_text()
    bundles = "".join(path.read_text() for path in bokehjs.scripts())
    table = cut[cut.index("const modules = [") : cut.index("\n];\n")].split("\n[")[1:]
    strange = [text for text in table if text.split(", ", 1)[1].rstrip(",").removesuffix("]") not in bundles]
    assert len(table) > 50 and len(strange) == 2, "word for word, but for the two that have a stand-in"
    assert len(cut) < len(bundles) / 5
    assert importlib.metadata.version("bokeh") in cut


def test_scripts_that_are_not_as_expected_stop_the_build(tmp_path, monkeypatch):
    (tmp_path / "bokeh.min.js").write_text("something else")
    monkeypatch.setattr(bokehjs, "scripts", lambda: [tmp_path / "bokeh.min.js"])
    with pytest.raises(ExplainerError, match="bokeh.min.js is not a bundle"):
        bokehjs.cut(tmp_path / "out.mjs")
    monkeypatch.undo()
    monkeypatch.setattr(bokehjs, "MODELS", ("models/of_another_panel",))
    with pytest.raises(ExplainerError, match="no module models/of_another_panel"):
        bokehjs.cut(tmp_path / "out.mjs")
    assert not (tmp_path / "out.mjs").exists()


def fake_tool(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A PATH of one empty folder, for stand-ins of node and npm."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    npm.need_node.cache_clear()
    yield folder
    npm.need_node.cache_clear()


@pytest.mark.parametrize(
    "node, message",
    [
        (None, "node was not found: the build needs Node.js 20"),
        ("echo v16.3.0", "node is v16.3.0"),
        ("exit 1", "node is not running"),
    ],
)
def test_node_must_be_there_and_new_enough(tools, tmp_path, node, message):
    if node:
        fake_tool(tools, "node", node)
    with pytest.raises(ExplainerError, match=message):
        npm.install(site.SITE, tmp_path / "cache")


def test_npm_must_be_there(tools, tmp_path):
    fake_tool(tools, "node", "echo v22.1.0")
    with pytest.raises(ExplainerError, match="npm was not found"):
        npm.install(site.SITE, tmp_path / "cache")


@pytest.mark.parametrize(
    "output, message",
    [
        (
            "npm error code ENOTFOUND\nnpm error network request failed, reason: getaddrinfo ENOTFOUND",
            r"npm ci failed: network request failed.*is there a network\?",
        ),
        ("npm error code EUSAGE\nnpm error The lock file is not in step", "npm ci failed: The lock file is not in step$"),
        ("killed", "npm ci failed: killed"),
    ],
)
def test_npms_own_last_word_is_shown(tools, tmp_path, output, message):
    fake_tool(tools, "node", "echo v22.1.0")
    fake_tool(tools, "npm", "\n".join(f"echo '{line}' >&2" for line in output.splitlines()) + "\nexit 1")
    with pytest.raises(ExplainerError, match=message):
        npm.install(site.SITE, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == [], "a failed install leaves nothing behind"


def test_an_install_is_made_once(tools, tmp_path):
    fake_tool(tools, "node", "echo v22.1.0")
    fake_tool(tools, "npm", '/bin/mkdir node_modules; echo "$@" >> ../count')
    for _ in range(2):
        assert npm.install(site.SITE, tmp_path / "cache").is_dir()
    assert (tmp_path / "cache/count").read_text() == "ci --no-progress --omit=dev\n"


def test_tools_of_tests_and_checks_are_installed_apart(tools, tmp_path):
    fake_tool(tools, "node", "echo v22.1.0")
    fake_tool(tools, "npm", '/bin/mkdir node_modules; echo "$@" >> ../count')
    places = {npm.install(site.SITE, tmp_path / "cache", dev=dev) for dev in (False, True, True)}
    assert len(places) == 2
    assert (tmp_path / "cache/count").read_text() == "ci --no-progress --omit=dev\nci --no-progress\n"


def test_the_lock_file_is_pinned_and_names_no_registry():
    packages = json.loads((site.SITE / "package.json").read_text())
    wanted = packages["dependencies"] | packages["devDependencies"]
    locked = json.loads((site.SITE / "package-lock.json").read_text())["packages"]
    for entry in locked.values():
        entry.pop("funding", None)  # addresses of donations
    assert "://" not in json.dumps(locked) and '"resolved"' not in json.dumps(locked)
    assert wanted == {name: locked[f"node_modules/{name}"]["version"] for name in wanted}
    assert not any(
        entry.get("hasInstallScript") and not name.endswith(("protobufjs", "esbuild")) for name, entry in locked.items()
    )


def test_the_runner_is_valid_javascript():
    from explainer.export.build.pyodide import RUNNER

    assert subprocess.run([npm.need_node(), "--check", str(RUNNER)], capture_output=True).returncode == 0


def test_a_zip_for_teachers_has_the_site_and_how_to_use_it(quick, model, capsys):
    assert main(["build", "--model", str(model), "--out", str(quick / "dist"), "--zip", str(quick / "out/gpt2.zip")]) == 0
    with zipfile.ZipFile(quick / "out/gpt2.zip") as archive:
        names = archive.namelist()
        assert b"http.server" in archive.read("explainer/HOW-TO.txt")
    assert {"explainer/site/index.html", "explainer/site/sw.js", "explainer/site/shell.js"} <= set(names)
    assert [path.name for path in (quick / "out").iterdir()] == ["gpt2.zip"] and "gpt2.zip" in capsys.readouterr().out


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    """The page's modules as the build bundles them."""
    folder = tmp_path_factory.mktemp("bundled") / "site"
    shutil.copytree(site.SITE, folder, ignore=site.not_served)
    bundle.bundle(folder, npm.install(site.SITE, site.cache_folder()))
    return folder


def test_the_page_needs_few_files_and_no_part_before_it_is_opened(bundled):
    names = bundle.imported(bundled, [bundle.PAGE])
    assert names[0] == bundle.PAGE and len(names) == len(set(names)) < 40
    assert all((bundled / name).is_file() for name in names)
    whole = "".join((bundled / name).read_text() for name in names)
    assert "story-dropped" in whole and "neuron-values" not in whole
    assert "neuron-values" in (bundled / "views/mlp/index.js").read_text()


def test_tests_and_benchmarks_load_modules_that_a_built_site_has():
    named = {
        name
        for path in sorted(Path(__file__).parents[1].rglob("*.*"))
        if path.suffix in {".py", ".js"}
        for name in re.findall(
            r'new URL\("(?:\.\./)?((?:lib|state|page|widgets)/[\w/]+\.js)"', path.read_text(encoding="utf-8")
        )
    }
    assert named and named <= {*bundle.ASKED_FOR, *bundle.ENTRIES}


def test_every_file_of_the_page_has_what_it_imports_and_no_source_is_left_over(bundled):
    left = {path.relative_to(bundled).as_posix() for folder in bundle.FOLDERS for path in (bundled / folder).rglob("*.js")}
    needed = set(bundle.imported(bundled, [*bundle.ENTRIES, *bundle.ASKED_FOR, *bundle.WORKERS]))
    assert left <= needed
    assert all((bundled / name).is_file() for name in needed)


def test_what_a_comment_names_is_no_import(tmp_path):
    (tmp_path / "a.js").write_text('import x from "./b.js";\nexport const f = () => 1\n/** @type {import("./c.js")} */\n')
    (tmp_path / "b.js").write_text('export { y } from "./d.js";\nexport default 1;\n')
    (tmp_path / "d.js").write_text("export const y = 2;\n")
    assert bundle.imported(tmp_path, ["a.js"]) == ["a.js", "b.js", "d.js"]


def test_the_page_asks_at_once_for_every_module_that_its_script_imports():
    html = site.preloading(
        '<script src="a.js"></script>\n<script type="module" src="page.js"></script>', ["page.js", "lib/x.js"]
    )
    assert html.index('modulepreload" href="lib/x.js"') < html.index('<script type="module"')
