"""`explainer new-view` adds a part in four places and overwrites nothing."""

from __future__ import annotations

import re
import shutil

import pytest
from explainer.export import new_view as module
from explainer.export.build.site import SITE
from explainer.export.errors import ExplainerError


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A copy of the folders and files that the command writes into."""
    for path in (module.CHOICES, module.STRINGS):
        (tmp_path / path.relative_to(module.ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(module.ROOT))
    for folder in ("site/views/mlp", "src/explainer/views"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(module, "CHOICES", tmp_path / module.CHOICES.relative_to(module.ROOT))
    monkeypatch.setattr(module, "STRINGS", tmp_path / module.STRINGS.relative_to(module.ROOT))
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module.subprocess, "run", lambda *args, **options: None)
    return tmp_path


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_part_is_laid_and_named_in_two_lists(clone):
    before = contents(clone)
    module.new_view("norms", "Norms, block by block")
    after = contents(clone)
    assert {name for name in after if name not in before} == {
        "src/explainer/views/norms.py",
        "site/views/norms/index.js",
        "site/views/norms/words.en.js",
        "site/views/norms/style.css",
    }
    choices, strings = after["src/explainer/state/choices.py"], after["site/strings/en.js"]
    assert '"vectors", "norms"),\n}' in choices and choices.count('"norms"') == 1
    assert 'import norms from "../views/norms/words.en.js";\n' in strings and "  norms,\n};" in strings
    compile(after["src/explainer/views/norms.py"], "norms.py", "exec")
    assert "Norms, block by block" in after["site/views/norms/words.en.js"]


def test_the_laid_page_uses_what_the_page_has(clone):
    module.new_view("norms")
    page = (clone / "site/views/norms/index.js").read_text()
    for names, path in re.findall(r'^import \{ (.+?) \} from "(.+?)";', page, re.M):
        source = (SITE / "views/norms" / path).resolve().read_text()
        for name in names.split(", "):
            assert re.search(rf"^export (async )?(function|class|const|let) \*?{name}\b", source, re.M), (name, path)
    cell = re.search(r"return \{ (activation: .+?) \};", page)[1]
    keys = {part.split(":")[0].strip() for part in re.sub(r"\[.*?\]|\(.*?\)", "", cell).split(",")}
    known = re.findall(r"@property \{.+?\} \[?(\w+)", (SITE / "widgets/cell.js").read_text())
    assert keys <= set(known) and "symbol" in keys


@pytest.mark.parametrize("name", ["mlp", "../evil", "Norms", "class", "a b", "", "x" * 40, "1st"])
def test_what_cannot_be_a_part_changes_nothing(clone, name):
    before = contents(clone)
    with pytest.raises(ExplainerError):
        module.new_view(name)
    assert contents(clone) == before


def test_a_title_that_is_code_changes_nothing(clone):
    before = contents(clone)
    with pytest.raises(ExplainerError):
        module.new_view("norms", '"; alert(1); "')
    assert contents(clone) == before
