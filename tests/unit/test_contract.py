"""The contract between the halves: views' data conform to their types, and the page has what Python defines."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path
from typing import Annotated, TypedDict, get_type_hints

import numpy as np
import pytest
from explainer.export.build import contract

import explainer
from explainer.app.app import App
from explainer.model.edits import MAX_NUMBER, Mask
from explainer.model.notices import NOTICES
from explainer.state.choices import ALTERS, MIRRORED, NAMES, PARTS
from explainer.state.sweep import MASKS, SINKS, SWEEPS, masks
from explainer.views import VIEWS, View
from explainer.views.terms import LISTED, dot
from tests.checks import tools
from tests.helpers.apps import make_library
from tests.helpers.conforms import faults, sizes_of

SITE = contract.FOLDER.parent
TEXT = "the cat and the hat, the cat"
MODELS = {
    "one": {"n_ctx": 60, "n_layer": 3, "n_head": 2, "seed": 3},
    "untied": {"tied": False, "n_layer": 2, "n_head": 4, "n_ctx": 300, "activation_function": "relu"},
    "letters": {"d_vocab": 100, "n_layer": 1, "n_head": 1, "n_ctx": 8},
}
CHANGES = {"edits": "z.1.0=0;pattern.1.1.2=1,1;embed.0=0.5", "mask": "sinks:4:2"}
# (the model, choices, actions before each part opens)
SCENES: dict[str, tuple[str, dict, list[dict]]] = {
    "a text": ("one", {"prompt": TEXT, "find": "the", "surprise": True, "norm": "ln_final"}, []),
    "a changed model": ("one", {"prompt": TEXT, **CHANGES, "other": "a hat", "surprise": True}, []),
    "an untouched one": ("one", {"prompt": TEXT, **CHANGES, "shows": "original"}, []),
    "a difference": ("one", {"prompt": TEXT, **CHANGES, "shows": "difference", "surprise": True, "find": "t"}, []),
    "a patched model": ("one", {"prompt": "the cat", "other": "a hat s", "edits": "z.1=patch;mlp_out.0=mean"}, []),
    "one token": ("one", {"prompt": "a", "greedy": True}, []),
    "nothing": ("one", {"prompt": ""}, []),
    "a story": ("one", {"prompt": "the", "top_k": 3, "top_p": 0.6, "seed": 5}, [{"run": 4}, {"force": 8}, {"goto": 0}]),
    "more than the context": ("letters", {"prompt": "É∑ abc def ghi", "block": 9, "head": 9}, [{"step": 2}]),
    "a long text": ("untied", {"prompt": "the hat in the ring " * 20, "heads": "0.1,1.2", "rows": "2-5", "neuron": 3}, []),
    "a long changed one": ("untied", {"prompt": "in the hat " * 40, "mask": "full", "shows": "difference"}, []),
    **{kind: ("one", {"prompt": TEXT, "other": TEXT[::-1], "measure": kind}, [{"sweep": kind}]) for kind in SWEEPS},
}


def form_of(view: type[View], shown: dict) -> object:
    """Returns the type of a view's data."""
    method = view.difference if view.has_own_difference and shown.get("shows") == "difference" else view.show
    return get_type_hints(method, include_extras=True)["return"]


def _others(app: App) -> str:
    """Returns a text of other words with the same number of tokens."""
    return app.model.tokenizer.decode(list(app.trace.ids)[::-1])


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("contract"), **MODELS)


async def everything(library, scene: str) -> list[tuple[str, dict, dict]]:
    """Returns all data of all views in a scene, each part opened in turn: (slot, data, lengths of axes)."""
    model, choices, actions = SCENES[scene]
    app = App(library, model=model, **choices)
    told = []

    def tell(view: View) -> None:
        sizes = sizes_of(app.model.config, len(app.trace)) if app.model is not None else {}
        told.append((view.slot, view.shown, sizes))

    for view in app.views:
        view.on_shown = tell
    await app.run()
    for action in actions:
        if "sweep" in action and action["sweep"] in ("heads", "positions"):
            await app.set(other=_others(app))
        await app.do(**action)
    for part in PARTS:
        await app.set(part=part)
    await app.set(no_such=1)
    return told


@pytest.mark.parametrize("scene", SCENES)
async def test_every_view_shows_what_its_type_says(library, scene):
    views = {view.slot: view for view in VIEWS}
    found = [
        fault
        for slot, shown, sizes in await everything(library, scene)
        for fault in faults(shown, form_of(views[slot], shown), sizes, slot)
    ]
    assert not found, "\n".join(dict.fromkeys(found))


async def test_the_scenes_show_every_form_and_every_key(library):
    """Every optional key is present at least once, so that no type stays untested."""
    views = {view.slot: view for view in VIEWS}
    forms = {id(form): set(get_type_hints(form)) for view in VIEWS for form in contract.forms(view)}
    names = {id(form): form.__name__ for view in VIEWS for form in contract.forms(view)}
    for scene in ("a text", "a changed model", "a difference"):
        for slot, shown, _ in await everything(library, scene):
            for form in contract.forms(views[slot]):
                if not set(shown) - set(get_type_hints(form)):
                    forms[id(form)] -= set(shown)
    assert {names[form]: keys for form, keys in forms.items() if keys} == {}


class Example(TypedDict):
    """A type with every kind of key that can have a fault."""

    name: Annotated[str, ("a", "b")]
    row: Annotated[np.ndarray, "n"]
    both: list[Annotated[np.ndarray, "n pos"]]
    count: int | None


@pytest.mark.parametrize(
    "change, fault",
    [
        ({}, None),
        ({"name": "c"}, "not one of"),
        ({"row": np.zeros(2)}, "no array of float32"),
        ({"row": np.zeros(4, np.float32)}, "n is 4"),
        ({"both": [np.zeros((3, 6), np.float32)]}, "pos is 5"),
        ({"count": 1.5}, "no int"),
        ({"count": True}, "no int"),
        ({"count": None}, None),
        ({"more": 1}, "which Example lacks"),
    ],
)
def test_a_fault_is_found(change, fault):
    whole = {"name": "a", "row": np.zeros(3, np.float32), "both": [np.zeros((3, 5), np.float32)], "count": 1}
    found = list(faults(whole | change, Example, {"pos": 5}))
    assert (found == []) if fault is None else fault in found[0]
    assert list(faults({key: value for key, value in whole.items() if key != "row"}, Example, {"pos": 5}))


def test_the_page_has_what_python_defines():
    """contract.js and contract.d.ts are what the generator writes."""
    for path, text in contract.files().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run {contract.COMMAND}"


def test_the_check_says_so_in_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(contract, "FOLDER", tmp_path / "generated")
    assert contract.main(["--check"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert contract.main([]) == 0 and contract.main(["--check"]) == 0


def test_every_notice_is_in_the_list_with_its_fields():
    """Reads the sources, because nothing checks notices against the list in the browser."""
    used: dict[str, set[str]] = {}
    for path in Path(explainer.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("notice", "NotPossible"):
                names = [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []
                if not names and ast.unparse(node.args[0]) == "prompt.notice":
                    names = ["empty", "nothing", "cut"]  # see explainer.model.model.PreparedText
                for name in names:
                    used[name] = {keyword.arg for keyword in node.keywords}
    assert used == {name: set(get_type_hints(form)) for name, form in NOTICES.items()}


def test_a_sweep_tries_masks_in_the_order_of_the_list():
    tried = masks((2, 8))
    assert [[Mask.parse(text).kind for text in row] for row in tried] == [[kind] * 2 for kind in MASKS]
    assert [[Mask.parse(text).size for text in row] for row in tried] == [[2, 8]] * len(MASKS)
    assert {Mask.parse(text).more for text in tried[MASKS.index("sinks")]} == {SINKS}


def test_a_dot_product_has_as_many_terms_as_the_list_says():
    many = np.ones(LISTED + 5)
    assert len(dot(many, many, None, 1.0)["terms"]) == LISTED


def test_a_masks_numbers_end_where_the_page_is_told():
    assert Mask.parse(f"window:{MAX_NUMBER}").size == MAX_NUMBER
    with pytest.raises(ValueError):
        Mask.parse(f"window:{MAX_NUMBER + 1}")


def test_names_in_the_lists_are_those_of_the_choices():
    assert set(MIRRORED) | set(ALTERS) <= set(NAMES)
    assert set(PARTS) == {view.slot for view in VIEWS if view.part}
    for view in VIEWS:
        assert set(view.reads) <= set(NAMES)


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_types_are_typescript(tmp_path):
    """tsc checks contract.d.ts itself, strictly."""
    result = subprocess.run(
        [tools() / "tsc", "--ignoreConfig", "--noEmit", "--strict", "generated/contract.d.ts"],
        cwd=SITE,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout


def test_a_union_has_a_form_for_each():
    writer = contract.Writer()
    assert writer.type(int | None) == "number | null"
    assert writer.type(list[Annotated[str, PARTS]]) == "Part[]"
    assert writer.type(Annotated[np.ndarray, "layer head pos"]) == "Floats<3>"
    with pytest.raises(TypeError, match="no words"):
        writer.type(complex)
