// Writes the mixture's names and numbers: a line for every row, with a bar for its weight.
import { h, setText } from "../../lib/dom.js";
import { number, percent, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { isLit } from "./mixture_rows.js";

const words = strings.attention.mixture;
const BAR = 56; // px, of the largest weight

const weightText = ({ weight, last }) => (weight === undefined ? "" : last ? percent(weight) : probability(Math.min(1, weight)));

export class MixtureLines {
  #lines = []; // {element, parts: {column: its element}}
  #built = "";

  constructor() {
    this.element = h("div", { class: "mix-lines", "aria-hidden": "true" });
  }

  /** rows, keys: see mixture_rows.js; place: see mixture_layout.js; now: see Mixture.draw. */
  draw({ rows, keys, place, now }) {
    const columns = place.columns.map(([name]) => name);
    this.#build(rows, columns, now.labels);
    this.element.style.gridTemplateColumns = place.widths.map((px) => `${px}px`).join(" ");
    this.element.style.columnGap = `${place.gap}px`;
    const { power } = now.head.softmax(now.query);
    const most = Math.max(1e-9, ...rows.filter(({ last }) => !last).map(({ weight }) => weight));
    rows.forEach((row, at) => this.#fill(this.#lines[at], row, { power, most, isMixed: now.done?.values >= keys.length, now }));
  }
  #build(rows, columns, labels) {
    const shape = `${columns.join()}/${rows.map(({ key, name }) => key ?? name).join()}/${labels.join()}`;
    if (shape === this.#built) return;
    this.#built = shape;
    const head = lineOf(columns, "mix-head");
    for (const name of columns)
      head.parts[name].append(...(name === "power" ? ["e", h("sup", { text: words.heads.score })] : [words.heads[name]]));
    this.#lines = rows.map(({ key, name, last }) => {
      const line = lineOf(columns, last ? "mix-sum" : "");
      line.parts.label.append(key === null ? name : token(labels[key]));
      line.parts.weight.append(h("span", { class: "mix-bar" }), h("span", { class: "mix-number" }));
      return line;
    });
    this.element.replaceChildren(head.element, ...this.#lines.map(({ element }) => element));
  }
  #fill({ element, parts }, row, { power, most, isMixed, now }) {
    const { head, query, key, done, lit, sink } = now;
    element.classList.toggle("is-open", row.key !== null && row.key === key);
    for (const name in parts) parts[name].classList.toggle("lit", lit?.column === name && isLit(row, lit));
    const show = (name, text, isThere, at = parts[name]) => {
      if (!parts[name]) return;
      setText(at, text);
      parts[name].classList.toggle("later", Boolean(done) && !isThere);
    };
    show("score", row.key === null ? "" : number(head.score(query, row.key)), done?.scores);
    show("power", row.key === null ? "" : number(power(row.key)), done?.powers);
    const isDropped = sink && row.key === 0;
    show("weight", isDropped ? words.dropped : weightText(row), done?.weights, parts.weight.lastChild);
    parts.weight.firstChild.style.width = `${row.last || isDropped ? 0 : (row.weight / most) * BAR}px`;
    show("share", row.share === undefined ? "" : percent(row.share), isMixed);
  }
}

function lineOf(columns, kind) {
  const parts = Object.fromEntries(columns.map((name) => [name, h("span", { class: `mix-${name}` })]));
  return { element: h("div", { class: `mix-line ${kind}` }, Object.values(parts)), parts };
}
