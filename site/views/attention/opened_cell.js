// Shows one opened cell of attention: its formula with the numbers and, where it is a sum, the terms.
import { colour, fit } from "../../lib/colour.js";
import { morphChildren, h, pointIn } from "../../lib/dom.js";
import { canvas, paintCells } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { formulaLinks } from "../../widgets/formula_links.js";
import { light, terms } from "../../widgets/terms.js";
import { token } from "../../widgets/token.js";
import { cellFormulas } from "./cell_formulas.js";
import { pair } from "./says.js";

const words = strings.attention.opened;
const STRIP = 14;
const NAMES = ["query", "key", "product"];

export class OpenedCell {
  #lit = null; // the entry under the pointer, in the strips, in the list or in the formula
  #whole = null; // the strip that a part of the formula stands for
  #vectors = null; // of a score: {query, key, product, d}
  #width = 240;
  #drawn = {}; // what is drawn: {head, now, cell}
  #told;

  /**
   * told(symbol or null): the part of the formulas under the pointer. Symbols: "query", "key": a row, a column; "scores", "scaled",
   * "masked", "softmax": a cell of that stage; "powers": those of a row, "power": one of them; "weights", "values": all that are
   * mixed, "weight:3", "value:3", "term:3": those of one key, and both; "z": their sum; "first": the weight that is left out.
   */
  constructor({ told }) {
    this.#told = told;
    this.title = h("p", { class: "opened-title" });
    this.formulas = h("div", { class: "formulas" });
    this.list = h("div", { class: "opened-terms" });
    this.strips = h("div", { class: "opened-strips" });
    this.rows = NAMES.map((name) => {
      const line = h("div", { class: "opened-strip" });
      this.strips.append(h("span", { class: `is-${name}`, text: words.strips[name] }), line);
      return { name, drawing: canvas(line) };
    });
    this.element = h("div", { class: "cell-opened" }, this.title, this.formulas, this.strips, this.list);
    this.links = formulaLinks(this.formulas);
    this.links.follow((key) => this.#follow(key));
    this.strips.addEventListener("pointermove", (event) => this.#pointAt(event));
    this.strips.addEventListener("pointerleave", () => this.#glow(null));
  }

  #follow(key) {
    const [kind, at] = (key ?? "").split(":");
    this.#whole = key === "scores" ? "product" : key;
    this.#lit = kind === "entry" ? Number(at) : null;
    if (this.#vectors) {
      light(this.list, this.#lit);
      this.#drawStrips();
    }
    this.#told(kind === "entry" ? null : key);
  }
  #pointAt(event) {
    const line = event.target.closest(".opened-strip");
    if (!line || !this.#vectors) return;
    const { d } = this.#vectors;
    const entry = Math.floor((pointIn(event, line)[0] / this.#width) * d);
    if (entry !== this.#lit && entry >= 0 && entry < d) this.#glow(entry);
  }
  /** Lights the entry that is pointed at, in the strips or in the list, and writes its product in the formula. */
  #glow(entry) {
    this.#lit = entry;
    light(this.list, entry);
    this.#drawStrips();
    this.#fill();
    this.links.light(entry === null ? null : `entry:${entry}`);
  }

  #drawStrips() {
    if (!this.#vectors) return;
    const { d } = this.#vectors;
    const width = this.#width;
    for (const { name, drawing } of this.rows) {
      const context = drawing.size(width, STRIP);
      const limit = fit(this.#vectors[name]).limit;
      paintCells(context, this.#vectors[name], 1, d, { kind: "signed", limit }, 0, 0, width, STRIP);
      context.strokeStyle = colour("ink");
      context.lineWidth = 1.5;
      if (name === this.#whole) context.strokeRect(0.75, 0.75, width - 1.5, STRIP - 1.5);
      if (this.#lit === null) continue;
      context.strokeRect((this.#lit / d) * width + 0.75, 0.75, Math.max(2, width / d - 1.5), STRIP - 1.5);
    }
  }
  #fill() {
    const { cell } = this.#drawn;
    if (!cell) return;
    morphChildren(
      this.formulas,
      ...(cell.unknown ? [h("p", { text: strings.attention.unknown })] : cellFormulas({ ...cell, lit: this.#lit })),
    );
    this.links.lightAgain();
  }

  /**
   * place: {stage, query, key, entry}; head: see arithmetic.js, own: the same with the model's weights; scale: attn_scale;
   * room: px; over(key or null): the key whose term is under the pointer; pointed: the part of the formula for what is under
   * the pointer in the figure, see `told`.
   * While the order plays this stage, done: how many keys' values are added; half: the division is still to come;
   * unknown: so is the cell.
   */
  draw(place, { room, over, pointed, labels, done = null, half = false, unknown = false, ...numbers }) {
    const { head, sink } = numbers;
    const { stage, query, key, entry } = place;
    const cell = { ...place, ...numbers, done: done ?? head.T, half, unknown };
    // A term under the pointer must stay the same element: what is drawn already is left alone.
    const now = [stage, query, stage === "values" ? entry : key, sink, room, cell.done, half, unknown].join();
    if (this.#drawn.head === head && this.#drawn.now === now) {
      if (stage === "values" && this.#drawn.cell.key !== key) {
        this.#drawn.cell = cell;
        light(this.list, key);
        this.#fill();
      }
      if (this.#lit === null) this.links.light(pointed);
      return;
    }
    this.#drawn = { head, now, cell };
    this.#lit = null;
    this.#name(cell, labels);
    this.#list(cell, labels, room, over);
    this.#fill();
    this.links.light(pointed);
  }
  #name({ stage, query, key, entry }, labels) {
    const names = pair(labels, query, key);
    const shown = stage === "values" ? [words.entry(entry + 1), names[0]] : names;
    morphChildren(this.title, ...shown, `, ${strings.attention.stages[stage]}`);
  }
  /** Lists the terms of the cell, where it is a sum. */
  #list({ stage, query, key, entry, head, done, unknown }, labels, room, over) {
    this.#vectors = null;
    this.strips.hidden = stage !== "scores" || unknown;
    if (unknown || !["scores", "values"].includes(stage)) this.list.replaceChildren();
    else if (stage === "scores") {
      const [a, b] = [head.q(query), head.k(key)];
      this.#vectors = { query: a, key: b, product: a.map((x, i) => x * b[i]), d: head.d };
      this.#width = Math.max(64, Math.min(320, room - 72));
      this.#drawStrips();
      terms(this.list, { name: "q · k", x: "q", w: "k", ...head.products(query, key), hover: (i) => this.#glow(i) });
    } else {
      const label = (i) => token(labels[i]);
      terms(this.list, {
        name: `z[${entry + 1}]`,
        x: words.weight,
        head: words.key,
        w: "v",
        ...head.entry(query, entry, done),
        label,
        hover: over,
      });
      light(this.list, key);
    }
  }
  /** Makes the next draw begin anew: colours have changed. */
  forget() {
    this.#drawn = {};
  }
}
