"""Every check of tests/checks.py passes, and the checks of imports find forbidden imports."""

from __future__ import annotations

import pytest

from tests import checks
from tests.helpers import imports


@pytest.mark.parametrize("name", checks.CHECKS)
def test_check(name):
    complaints = checks.CHECKS[name]()
    assert not complaints, complaints


def test_a_circle_within_functions_is_seen(tmp_path):
    (tmp_path / "a.py").write_text("def f():\n    from p import b\n")
    (tmp_path / "b.py").write_text("import p.c\n")
    (tmp_path / "c.py").write_text("from p.a import f\n")
    (tmp_path / "d.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.e\n")
    (tmp_path / "e.py").write_text("from p.d import x\n")
    graph = imports.python({"p": tmp_path})
    assert imports.circles(graph) == [["p.a", "p.b", "p.c"]]
    assert ["p.d", "p.e"] in imports.circles(imports.python({"p": tmp_path}, types=True))


def test_a_circle_of_the_pages_modules_is_seen(tmp_path):
    (tmp_path / "views").mkdir()
    (tmp_path / "a.js").write_text('import {\n  one,\n} from "./views/b.js";\n// import "./d.js"\n/* import "./d.js" */\n')
    (tmp_path / "views/b.js").write_text('export { two } from "../c.js";\n')
    (tmp_path / "c.js").write_text('const later = () => import("./a.js");\n')
    (tmp_path / "d.js").write_text('import "./a.js";\nconst text = "./c.js";\n')
    graph = imports.javascript(tmp_path)
    assert graph["d.js"] == {"a.js"}
    assert imports.circles(graph) == [["a.js", "c.js", "views/b.js"]]


def test_a_step_up_is_seen(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "views/attention").mkdir(parents=True)
    (tmp_path / "lib/dom.js").write_text('import { state } from "../state/choices.js";\n')
    (tmp_path / "views/attention/index.js").write_text('import { h } from "../../lib/dom.js";\n')
    (tmp_path / "views/attention/words.en.js").write_text('import { h } from "../../lib/dom.js";\n')
    monkeypatch.setattr(checks, "SITE", tmp_path)
    found = list(checks.site_floors())
    assert [complaint.partition(":")[0] for complaint in found] == [
        "site/lib/dom.js imports state/choices.js",
        "site/views/attention/words.en.js imports lib/dom.js",
    ]
