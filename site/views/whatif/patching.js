// Shows the other text beside this one, and a map of where its vectors take the place of this one's.
import contract from "../../generated/contract.js";
import { h, setText } from "../../lib/dom.js";
import { choose, state } from "../../state/choices.js";
import { read, withEdit } from "../../state/edits.js";
import { openPart } from "../../state/open_part.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { ValueGrid } from "../../widgets/value_grid.js";

const words = strings.whatif.patch;
const PAUSE_MS = 500;
const MAX_PAIRS = 64;
const HEADED = contract.edits.patched.filter((name) => contract.activations[name].axes.includes("head"));

export class Patching {
  #now = null;
  #timer = 0;

  /** edit(text): the reader changes the edits. */
  constructor(send, { edit }) {
    this.send = send;
    this.edit = edit;
    this.field = h("input", {
      class: "patch-field",
      type: "text",
      "aria-label": words.label,
      placeholder: words.placeholder,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#run(), PAUSE_MS);
      },
      onkeydown: (event) => event.key === "Enter" && this.#run(),
    });
    const button = (text, onclick) => h("button", { type: "button", text, onclick });
    const prompt = () => /** @type {HTMLInputElement | null} */ (document.getElementById("prompt-text"))?.value ?? "";
    const copy = button(words.copy, () => this.#choose(prompt()));
    this.clear = button(words.clear, () => this.#choose(""));
    this.says = h("p", { class: "patch-says", role: "status" });
    this.pairs = h("ol", { class: "pairs", "aria-label": words.pairs });
    this.what = h(
      "select",
      { class: "quiet", "aria-label": words.what, onchange: () => this.#drawGrid() },
      Object.entries(words.names).map(([value, text]) => h("option", { value, text })),
    );
    const all = button(words.map, () => {
      choose(send, { measure: "positions" });
      openPart(send, "maps");
      send({ do: { sweep: "positions" } });
    });
    this.tools = h("div", { class: "patch-line" }, h("span", { class: "head-small", text: words.what }), this.what, all);
    this.host = h("div");
    const line = h("div", { class: "patch-line" }, this.field, copy, this.clear);
    this.element = h("div", {}, line, this.says, this.pairs, this.tools, this.host);
    this.grid = new ValueGrid(this.host, {
      label: words.grid,
      cell: (block, position) => this.#cell(block, position),
      choose: (block, position) => this.#turn(block, position),
    });
  }

  #choose(text) {
    this.field.value = text;
    this.field.focus();
    this.#run();
  }
  #run() {
    clearTimeout(this.#timer);
    choose(this.send, { other: this.field.value });
  }

  /** Returns the place in the chosen activation. */
  #at(block, position) {
    return HEADED.includes(this.what.value) ? [block, Math.min(state.head, this.#now.n_head - 1), position] : [block, position];
  }
  #patched(block, position) {
    const place = this.#at(block, position).join(".");
    const { value: name } = this.what;
    return read(this.#now.edits).some((edit) => edit.name === name && edit.value === "patch" && edit.at.join(".") === place);
  }
  /** @returns {import("../../widgets/cell.js").Cell} */
  #cell(block, position) {
    const { labels, other } = this.#now;
    const patched = this.#patched(block, position);
    const text = words.cell(block + 1, labels[position], other.labels[position], patched);
    return { activation: this.what.value, at: this.#at(block, position), value: patched ? 1 : 0, text };
  }
  #turn(block, position) {
    choose(this.send, { block });
    const value = this.#patched(block, position) ? null : "patch";
    this.edit(withEdit(this.#now.edits, this.what.value, this.#at(block, position), value));
  }

  /** @param {import("../../generated/contract").WhatIfShown} data edits: those that the reader has chosen */
  draw(data) {
    this.#now = data;
    const { labels, other } = data;
    const alike = other.labels.length === labels.length;
    const count = labels.filter((label, i) => label !== other.labels[i]).length;
    if (document.activeElement !== this.field && this.field.value !== other.text) this.field.value = other.text;
    this.clear.disabled = !this.field.value;
    setText(this.says, !other.text ? "" : alike ? words.alike(count) : words.unlike(labels.length, other.labels.length));
    this.#drawPairs();
    this.host.hidden = this.tools.hidden = !other.text || !alike;
    this.#drawGrid();
  }
  #drawPairs() {
    const { labels, other } = this.#now;
    const longest = Math.max(labels.length, other.labels.length);
    this.pairs.hidden = !other.text || longest > MAX_PAIRS;
    if (this.pairs.hidden) return;
    const shown = (label) => (label === undefined ? h("span", { text: "–" }) : token(label));
    this.pairs.replaceChildren(
      ...Array.from({ length: longest }, (_, i) => {
        const [here, there] = [labels[i], other.labels[i]];
        return h("li", { class: here !== there ? "differs" : null }, shown(here), shown(there));
      }),
    );
  }
  #drawGrid() {
    if (this.host.hidden) return;
    const { n_layer, labels } = this.#now;
    this.grid.draw({
      rows: n_layer,
      columns: labels.length,
      kind: "amount",
      limit: 1,
      cellWidth: 40,
      cellHeight: 20,
      value: (block, position) => (this.#patched(block, position) ? 1 : 0),
      rowName: (block) => words.block(block + 1),
      columnName: (position) => token(labels[position]),
      nameWidth: 32,
    });
  }
}
