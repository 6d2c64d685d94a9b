"""Writes the contract between the two halves for the page, from what Python defines (see explainer.views.shown).

    python -m explainer.export.build.contract            writes contract.js, contract.d.ts and views.css in site/generated
    python -m explainer.export.build.contract --check    only says whether they are what Python defines now

contract.js is one dict of the lists that both halves need. contract.d.ts has its type, and those of every view's data, of the
choices and of all messages; only the checks of the page's sources read it. views.css imports the views' style sheets.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np
import param

from explainer.app import messages
from explainer.model import activations, edits, notices, sampling, tokenizer
from explainer.state import choices, roles, story, sweep
from explainer.views import VIEWS, View, attention, heads, terms, token_changes
from explainer.views import merges as merges_view
from explainer.views import output as output_view
from explainer.views import sampling as sampling_view
from explainer.views import story as story_view
from explainer.views import unembedding as unembedding_view
from explainer.views import whatif as whatif_view

FOLDER = Path(__file__).parents[2] / "site/generated"
COMMAND = "python -m explainer.export.build.contract"

# The lists of names that become types for the page.
NAMED = {
    "Slot": tuple(view.slot for view in VIEWS),
    "Part": choices.PARTS,
    "Shows": choices.SHOWS,
    "Matrix": choices.MATRICES,
    "Norm": choices.NORMS,
    "Stage": choices.STAGES,
    "Order": choices.ORDERS,
    "Measure": choices.MEASURES,
    "Role": tuple(roles.ROLES),
    "SweepKind": tuple(sweep.SWEEPS),
    "MaskKind": tuple(edits.MASKS),
    "TrunkPoint": activations.TRUNK,
}


def lists() -> dict[str, Any]:
    """Return the content of contract.js."""
    return {
        # The views in the order in which the page shows them, and the parts in the order of computation.
        "slots": list(NAMED["Slot"]),
        "parts": list(choices.PARTS),
        "partGroups": choices.PART_GROUPS,
        "views": {
            view.slot: {
                "part": view.part,
                "compares": list(view.compares),
                "both": view.has_own_difference,
                "pairs": view.shows_other_prompt,
            }
            for view in VIEWS
        },
        # The reader's choices, groups of their names, and the values that they can have.
        "choices": {name: choice(choices.State.param[name]) for name in choices.NAMES},
        "mirrored": list(choices.MIRRORED),
        "sampling": [field.name for field in fields(sampling.Sampling)],
        "alters": list(choices.ALTERS),
        "shows": list(choices.SHOWS),
        "matrices": list(choices.MATRICES),
        "norms": list(choices.NORMS),
        "stages": list(choices.STAGES),
        "orders": list(choices.ORDERS),
        "roles": dict(roles.ROLES),
        # Kinds of sweeps with the axes of their maps; the masks that a sweep tries, row by row.
        "sweeps": {kind: list(axes) for kind, axes in sweep.SWEEPS.items()},
        "sweep_masks": list(sweep.MASKS),
        "sinks": sweep.SINKS,
        # Kinds of masks with the numbers in their texts, and the mask that the reader gets on choosing a kind.
        "masks": {kind: list(numbers) for kind, numbers in edits.MASKS.items()},
        "first_masks": sweep.FIRST,
        "edits": {
            "means": list(edits.MEANS),
            "norms": list(edits.NORMS),
            "scaled": list(edits.SCALED),
            "patched": list(edits.PATCHED),
        },
        "hooks": {
            point: {
                "kinds": {kind: activations.IDENTITIES[kind] for kind in kinds},
                "axes": list(activations.HOOKED_AXES[point]),
                "of": list(activations.SUBLAYERS.get(point, edits.QKV if point == "qkv" else (point,))),
            }
            for point, kinds in activations.HOOK_POINTS.items()
        },
        "activations": {
            each.name: {"axes": list(each.axes), "graph": each.graph, "meaning": each.meaning}
            for each in activations.ACTIVATIONS
        },
        "computed": {
            name: {
                "operation": made.operation,
                "of": list(made.of),
                "by": list(made.by),
                **({"else_of": made.else_of} if made.else_of else {}),
            }
            for name, made in activations.COMPUTED.items()
        },
        "operations": activations.OPERATIONS,
        "actions": list(get_type_hints(messages.Actions)),
        "notices": {name: list(get_type_hints(form)) for name, form in notices.NOTICES.items()},
        "story_root": story.PROMPT,
        "story_kinds": list(story_view.NODE_KINDS),
        "kept_kinds": list(sampling_view.CUT_KINDS),
        "share_kinds": list(sampling_view.SHARE_KINDS),
        "found_kinds": list(tokenizer.MATCH_KINDS),
        "compared": list(whatif_view.COMPARED),
        # The most that is shown or accepted.
        "limits": {
            "prompt": choices.MAX_PROMPT,
            "find": choices.MAX_FIND,
            "edits": edits.MAX_EDITS,
            "mask_number": edits.MAX_NUMBER,
            "generated": messages.MAX_GENERATED,
            "terms": terms.LISTED,
            "changed_tokens": token_changes.LISTED,
            "merge_bytes": merges_view.MAX_BYTES,
            "merge_steps": merges_view.STEPS,
            "found": unembedding_view.FOUND,
        },
        # The most rows and columns of a matrix's smaller picture; each of its cells is the number farthest from 0 of those
        # that it stands for.
        "pooled": {"thumb": attention.THUMB, "average": heads.MAX_SIDE, "projection": [output_view.ROWS, output_view.COLUMNS]},
    }


def choice(of: param.Parameter) -> dict[str, Any]:
    """Return a choice's kind and default, and its names, pattern or bounds if it has them."""
    kinds = {
        param.Selector: "name",
        param.String: "text",
        param.Boolean: "switch",
        param.Integer: "integer",
        param.Number: "number",
    }
    found: dict[str, Any] = {
        "kind": next(kind for parameter, kind in kinds.items() if isinstance(of, parameter)),
        "default": of.default,
    }
    if found["kind"] == "name":
        found["names"] = list(of.objects)
    elif found["kind"] == "text" and of.regex:
        found["pattern"] = of.regex.replace(r"\Z", "$")
    elif found["kind"] in ("integer", "number"):
        found["least"], found["most"] = of.bounds
    return found


class Writer:
    """Writes Python's types as TypeScript's. `written` holds the interfaces by their names, in the order of first use."""

    def __init__(self) -> None:
        self.written: dict[str, str] = {}
        self._of: dict[str, type] = {}
        self._names = {frozenset(names): name for name, names in NAMED.items()}

    def type(self, of: Any) -> str:
        """Return the TypeScript for a Python type."""
        origin, args = get_origin(of), get_args(of)
        if of is Any:
            return "any"
        if of is None or of is type(None):
            return "null"
        if isinstance(of, type) and of in (bool, int, float, str):
            return {bool: "boolean", int: "number", float: "number", str: "string"}[of]
        if is_typeddict(of):
            return self.interface(of)
        if origin is Annotated:
            return self._annotated(*args)
        if origin in (NotRequired, Required):
            return self.type(args[0])
        if origin is Literal:
            return " | ".join(json.dumps(value) for value in args)
        if origin in (Union, types.UnionType):
            return " | ".join(dict.fromkeys(self.type(each) for each in args))
        if origin is list:
            inside = self.type(args[0])
            return f"({inside})[]" if " " in inside else f"{inside}[]"
        if origin is dict:
            return f"Record<{self.type(args[0])}, {self.type(args[1])}>"
        raise TypeError(f"the contract has no words for {of}")

    def _annotated(self, of: Any, meta: Any) -> str:
        if of is np.ndarray:
            return f"Floats<{len(meta.split())}>"
        if meta == "Choices":
            return "Partial<Choices>"
        if get_origin(of) is Union or of is not str:
            raise TypeError(f"the contract has no words for {of} by {meta}")
        return self.one_of(tuple(meta))

    def one_of(self, names: tuple[str, ...]) -> str:
        """Return the type of one of several names."""
        if "" in names:
            return f'"" | {self.one_of(tuple(name for name in names if name))}'
        return self._names.get(frozenset(names)) or " | ".join(json.dumps(name) for name in dict.fromkeys(names))

    def interface(self, of: Any) -> str:
        """Return the name of a TypedDict's interface, which is written once."""
        if self._of.setdefault(of.__name__, of) is not of:
            raise TypeError(f"two types of the contract are named {of.__name__}")
        if of.__name__ not in self.written:
            self.written[of.__name__] = ""
            self.written[of.__name__] = f"{_doc(of.__doc__)}export interface {of.__name__} {{\n{''.join(self._keys(of))}}}\n"
        return of.__name__

    def _keys(self, of: Any) -> Iterator[str]:
        for key, kind in get_type_hints(of, include_extras=True).items():
            optional = "?" if optional_key(of, key, kind) else ""
            axes = [f"({meta})" for meta in _axes(kind)]
            yield f"  {'/** ' + ', '.join(axes) + ' */ ' if axes else ''}{key}{optional}: {self.type(kind)};\n"


def optional_key(of: Any, key: str, kind: Any) -> bool:
    """Return whether a TypedDict may lack the key."""
    return get_origin(kind) is NotRequired or key in of.__optional_keys__


def forms(view: type[View]) -> list[Any]:
    """Return the types of a view's data: of `show`, and of `difference` where the view has one."""
    methods = [view.show, view.difference] if view.has_own_difference else [view.show]
    found: list[Any] = []
    for method in methods:
        of = get_type_hints(method, include_extras=True)["return"]
        found += [of] if is_typeddict(of) else get_args(of)
    return list(dict.fromkeys(found))


def _axes(kind: Any) -> Iterator[str]:
    """Yield the axes of every array in a type, except in TypedDicts inside it, which have names of their own."""
    if get_origin(kind) is Annotated and get_args(kind)[0] is np.ndarray:
        yield get_args(kind)[1]
    elif not is_typeddict(kind) and get_origin(kind) is not Literal:
        for inside in get_args(kind):
            if not isinstance(inside, (str, tuple)):
                yield from _axes(inside)


def _doc(text: str | None, indent: str = "") -> str:
    lines = cleandoc(text or "").splitlines()
    if not lines:
        return ""
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return "".join([f"{indent}/**\n", *(f"{indent} * {line}".rstrip() + "\n" for line in lines), f"{indent} */\n"])


def shape_of(value: Any, writer: Writer) -> str:
    """Return the type of a list or dict in contract.js."""
    if isinstance(value, dict):
        return "{ " + " ".join(f"{json.dumps(key)}: {shape_of(item, writer)};" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        if value and tuple(value) in NAMED.values():
            return f"{writer.one_of(tuple(value))}[]"
        inside = " | ".join(dict.fromkeys(shape_of(item, writer) for item in value)) or "string"
        return f"({inside})[]" if " " in inside else f"{inside}[]"
    return writer.type(type(value) if value is not None else None)


def script() -> str:
    """Return contract.js, one entry a line."""
    entries = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in lists().items())
    return f"// Written by {COMMAND}: change what Python defines, not this.\nexport default {{\n{entries},\n}};\n"


def declarations() -> str:
    """Return contract.d.ts."""
    writer = Writer()
    names = [f"export type {name} = {' | '.join(json.dumps(each) for each in of)};\n" for name, of in NAMED.items()]
    by_slot = {view.slot: " | ".join(writer.type(form) for form in forms(view)) for view in VIEWS}
    spoken = {name: writer.type(getattr(messages, name)) for name in ("Wish", "FromPage", "ToPage")}
    told = [
        f"{{ say: {json.dumps(name)} }}"
        if not get_type_hints(form)
        else f"({{ say: {json.dumps(name)} }} & {writer.type(form)})"
        for name, form in notices.NOTICES.items()
    ]
    chosen = {}
    for name in choices.NAMES:
        kind = choice(choices.State.param[name])
        chosen[name] = (
            writer.one_of(tuple(kind["names"]))
            if kind["kind"] == "name"
            else {"text": "string", "switch": "boolean", "integer": "number", "number": "number"}[kind["kind"]]
        )
    interfaces = [text for name, text in writer.written.items() if name != "Notice"]
    whole = "".join(f"  {json.dumps(key)}: {shape_of(value, writer)};\n" for key, value in lists().items())
    return "\n".join(
        [
            f"// Written by {COMMAND}: change what Python defines, not this.\n",
            "".join(names),
            "/** An array of a view's: its numbers in the order of its axes, the last one innermost. */\n"
            "export type Floats<Rank extends number> = Float32Array & { shape: Shape[Rank] };\n"
            "type Shape = { [rank: number]: number[]; 1: [number]; 2: [number, number]; 3: [number, number, number]; "
            "4: [number, number, number, number] };\n",
            _doc(choices.State.__doc__)
            + "export interface Choices {\n"
            + "".join(f"{_doc(choices.State.param[name].doc, '  ')}  {name}: {kind};\n" for name, kind in chosen.items())
            + "}\n",
            "/** What Python says of a choice, by name. */\nexport type Notice =\n  | " + "\n  | ".join(told) + ";\n",
            *interfaces,
            "/** What each view's data may be, by its slot. */\nexport interface ShownIn {\n"
            + "".join(f"  {slot}: {kind};\n" for slot, kind in by_slot.items())
            + "}\n",
            "".join(f"export type {name} = {kind};\n" for name, kind in spoken.items() if name != kind),
            f"declare const contract: {{\n{whole}}};\nexport default contract;\n",
        ]
    )


def styles() -> str:
    """Return views.css, which imports the style sheets of views in the order of the page."""
    slots = [view.slot for view in VIEWS if (FOLDER.parent / "views" / view.slot / "style.css").is_file()]
    head = f"/* Written by {COMMAND}: the views that have a style, in the order of the page. */\n"
    return head + "".join(f'@import "../views/{slot}/style.css";\n' for slot in slots)


def files() -> dict[Path, str]:
    """Return the content that each generated file should have."""
    return {FOLDER / "contract.js": script(), FOLDER / "contract.d.ts": declarations(), FOLDER / "views.css": styles()}


def main(arguments: list[str]) -> int:
    stale = [path for path, text in files().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        if stale:
            print(f"{' and '.join(path.name for path in stale)} are not what Python defines: run {COMMAND}")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(files()[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
