"""`explainer new-view NAME`: writes the files of a new part of the page, which works at once and is meant to be changed.

The new part shows the norm of the chosen token's residual stream after every block. docs/adding-a-view.md explains it.
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path

from explainer.export.errors import ExplainerError

ROOT = Path(__file__).parents[1]
CHOICES = ROOT / "src/explainer/state/choices.py"
STRINGS = ROOT / "site/strings/en.js"

PYTHON = '''"""{title}: the norm of the chosen token's residual stream after every block."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from explainer.views.arrays import float32
from explainer.views.base import Scene, View
from explainer.views.shown import TextShown


class {name}Shown(TextShown):
    """norms: of resid_post at the chosen token, one for each block."""

    norms: Annotated[np.ndarray, "layer"]


class {name}(View):
    """What every block leaves of the stream, by its length."""

    needs = ("resid_post",)
    reads = ("token",)
    part = True

    def show(self, scene: Scene) -> {name}Shown:
        stream = scene.trace["resid_post"][:, scene.token]
        return {{"labels": scene.labels, "token": scene.token, "norms": float32(np.linalg.norm(stream, axis=-1))}}
'''
PAGE = """// {title}: the norm of the chosen token's residual stream after every block.
import {{ h, morphChildren }} from "../../lib/dom.js";
import {{ number }} from "../../lib/format.js";
import {{ formula, row, sub, tied }} from "../../lib/math.js";
import strings from "../../strings/index.js";
import {{ partHead, View }} from "../view.js";

const words = strings.{slot};

/** @extends {{View<import("../../generated/contract").{name}Shown>}} */
class {name} extends View {{
  same = this.memo();

  layout() {{
    this.list = h("ol", {{ class: "{slot}-list" }});
    return [partHead(words.title), this.list];
  }}

  /** The norm after a block. */
  cell(block) {{
    const value = this.data.norms[block];
    const text = words.cell(block + 1, number(value));
    return {{ activation: "length", at: [block], value, symbol: block, text }};
  }}

  draw() {{
    if (this.same(this.data, this.pointed, this.lit)) return false;
    const most = Math.max(...this.data.norms);
    morphChildren(this.list, ...Array.from(this.data.norms, (norm, block) => this.line(norm / most, this.cell(block))));
  }}
  line(share, cell) {{
    const bar = h("span", {{ class: "{slot}-bar" }});
    bar.style.setProperty("--share", share);
    const lit = this.pointed?.symbol === cell.symbol || this.lit === String(cell.symbol);
    const handlers = {{ onpointerenter: () => this.point(cell), onpointerleave: () => this.point(null) }};
    return h("li", {{ class: lit ? "lit" : null, ...handlers }}, bar, h("span", {{ text: cell.text }}));
  }}

  describe() {{
    const {{ norms, labels, token }} = this.data;
    const last = norms.length - 1;
    this.note.say(...words.says({{ token: {{ token: labels[token] }}, first: number(norms[0]), last: number(norms[last]) }}));
    this.note.table(() => ({{
      caption: words.caption(labels[token]),
      columns: words.columns,
      rows: Array.from(norms, (norm, block) => [block + 1, number(norm, 5)]),
    }}));
  }}
  formulas() {{
    const {{ symbol, value }} = this.pointed ?? this.cell(this.data.norms.length - 1);
    return [formula(tied(symbol, row("‖", sub("resid_post", String(Number(symbol) + 1)), "‖", "=", number(value))))];
  }}
}}

export default {name};
"""
WORDS = """// What {slot} says, in English.
export default {{
  bar: {{ name: "{title}", title: "{title}" }},
  title: "{title}",
  cell: (block, norm) => `after block ${{block}}: ${{norm}}`,
  says: ({{ token, first, last }}) => [
    "The stream of ",
    token,
    ` has the norm ${{first}} after the first block and ${{last}} after the last.`,
  ],
  explain: [
    "The norm of a vector is its length: the square root of the sum of its squares. Every block adds what its attention and its MLP " +
      "write to the stream, so the norm says how much has gathered there so far, and not what it means.",
  ],
  caption: (token) => `Norm of the stream of ${{token}} after every block`,
  columns: ["block", "norm of resid_post"],
}};
"""
STYLE = """.{slot}-list {{ list-style: none; font-size: var(--small); line-height: 24px; }}
.{slot}-list li {{ display: grid; grid-template-columns: 160px auto; gap: 8px; align-items: center; }}
.{slot}-list .lit {{ background: var(--raised); }}
.{slot}-bar {{ height: 8px; background: linear-gradient(var(--residual) 0 0) 0 0 / calc(var(--share) * 100%) 100% no-repeat; }}
"""


def new_view(slot: str, title: str | None = None) -> list[Path]:
    """Write the files of the part `slot` and add it to the lists of parts; returns the paths that were written or changed.

    Nothing that exists is overwritten. Raises ExplainerError.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]{1,30}", slot) or keyword.iskeyword(slot):
        raise ExplainerError(f"{slot} cannot be a part's name: small letters and digits, a letter first, no word of Python's")
    folder = ROOT / "site/views" / slot
    view = ROOT / "src/explainer/views" / f"{slot}.py"
    for path in (folder, view):
        if path.exists():
            raise ExplainerError(f"{path.relative_to(ROOT)} exists: choose another name")
    names = {"slot": slot, "name": slot.capitalize(), "title": title or slot.capitalize()}
    if not re.fullmatch(r"[\w ,.?'()-]{1,40}", names["title"]):
        raise ExplainerError("the title may have 40 letters, digits, spaces and , . ? ' ( ) -")
    folder.mkdir()
    laid = {view: PYTHON, folder / "index.js": PAGE, folder / "words.en.js": WORDS, folder / "style.css": STYLE}
    for path, text in laid.items():
        path.write_text(text.format(**names), encoding="utf-8")
    _add(CHOICES, r'("reference": \((?:"\w+"(?:, )?)+)', rf'\1, "{slot}"')
    _add(
        STRINGS,
        r"((?:import \w+ from \"../views/\w+/words\.en\.js\";\n)+)",
        rf'\1import {slot} from "../views/{slot}/words.en.js";\n',
    )
    _add(STRINGS, r"(\n  (?:\w+,\s+)*\w+),?\n\};", rf"\1,\n  {slot},\n}};")
    subprocess.run([sys.executable, "-m", "explainer.export.build.contract"], check=True)
    return [*laid, CHOICES, STRINGS]


def _add(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    if not count:
        raise ExplainerError(f"{path.relative_to(ROOT)} has no list of parts where one was: add the new one by hand")
    path.write_text(text, encoding="utf-8")
