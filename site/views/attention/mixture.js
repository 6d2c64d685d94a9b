// Shows how z is mixed: for every key its weight, its value and the product of both, and below them the sum, a row for each.
import { colour, fit } from "../../lib/colour.js";
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, number, percent, probability } from "../../lib/format.js";
import { canvas, paintCells } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";
import { legend } from "../../widgets/note.js";
import { token } from "../../widgets/token.js";
import { LISTED, MANY, mixtureRows } from "./mixture_rows.js";

const words = strings.attention.mixture;
const [ROW, HEAD] = [20, 24];
const WIDE_ROOM = 640; // from this width on all columns are shown
const WIDE_COLUMNS = ["label", "score", "power", "weight", "value", "product", "share"];
const NARROW_COLUMNS = ["label", "weight", "product", "share"];
const BAR = 56; // of the largest weight, px
const WIDE = { label: 88, score: 48, power: 64, weight: 112, share: 64, gap: 16 };
const NARROW = { label: 80, weight: 56, share: 56, gap: 8 };

const weightText = ({ weight, last }) => (weight === undefined ? "" : last ? percent(weight) : probability(Math.min(1, weight)));
const isSum = ({ last, name }) => Boolean(last) && name !== words.own;

export class Mixture {
  #all = false; // whether all keys are listed
  #now = null; // what is drawn
  #rows = []; // {key or null, element, parts, ...}, see mixture_rows.js
  #built = "";
  #place = { cell: 4, left: 0, width: 1, values: null, columns: [] }; // columns: [name, where it ends] from left to right

  /**
   * choose(key or null, entry): the reader chooses a cell; over({key, entry, column, sum} or null): the cell under the pointer.
   * column: "label", "score", "power", "weight", "value", "product" or "share"; sum: whether the row is that of z.
   */
  constructor(host, { choose, over }) {
    this.lines = h("div", { class: "mix-lines", "aria-hidden": "true" });
    this.body = h("div", { class: "mix-body" }, this.lines);
    this.values = canvas(this.body);
    this.more = h("button", { type: "button", class: "link", onclick: () => this.#listAll() });
    this.scale = legend();
    host.append(this.body, h("div", { class: "mix-foot" }, this.scale.element, this.more));
    this.grid = gridCanvas(this.body, {
      label: words.grid,
      locate: (x, y) => this.#locate(x, y),
      box: (row, entry) => ({
        x: this.#place.left + entry * this.#place.cell,
        y: HEAD + row * ROW,
        width: this.#place.cell,
        height: ROW,
      }),
      cell: (row, at) => this.#cell(row, at),
      point: (cell) => over(cell?.place ?? null),
      choose: ({ place: { key, entry } }) => choose(key, entry ?? this.#now.entry),
    });
  }
  get focused() {
    return this.grid.focused;
  }

  #listAll() {
    this.#all = !this.#all;
    this.draw(this.#now);
  }

  /**
   * Finds the place at a point. The grid's columns are the entries of the products, behind these those of the values, then the rest.
   * @returns {[number, number] | null}
   */
  #locate(x, y) {
    const row = Math.floor((y - HEAD) / ROW);
    if (!this.#rows[row]) return null;
    const { columns, values, left, width, cell } = this.#place;
    const d = this.#now.head.d;
    const at = columns.findIndex(([, end]) => x < end);
    const name = columns[at]?.[0] ?? "share";
    const from = name === "value" ? values : name === "product" ? left : x + 1;
    if (x >= from && x < from + width) return [row, Math.floor((x - from) / cell) + (name === "value" ? d : 0)];
    return [row, 2 * d + (at < 0 ? columns.length - 1 : at)];
  }
  #cell(row, at) {
    const here = this.#rows[row];
    if (!here) return null;
    const d = this.#now.head.d;
    const entry = at < 2 * d ? at % d : null;
    const column = at < d ? "product" : at < 2 * d ? "value" : this.#place.columns[at - 2 * d][0];
    const place = { key: here.key, entry, column, sum: isSum(here) };
    return {
      activation: column === "value" ? "v" : "z",
      at: [here.key ?? row, entry ?? at],
      place,
      text: entry === null ? "" : this.#text(here, entry),
    };
  }
  #text({ key, name, vector }, entry) {
    const value = number(vector[entry], 4);
    return key === null ? words.other(name, entry + 1, value) : words.cell(this.#now.labels[key], entry + 1, value);
  }

  #build(found, wide) {
    const { labels } = this.#now;
    const shape = `${wide}/${found.map(({ key, name }) => key ?? name).join()}/${labels.join()}`;
    if (shape !== this.#built) {
      this.#built = shape;
      const columns = wide ? WIDE_COLUMNS : NARROW_COLUMNS;
      const head = lineOf(columns, "mix-head");
      for (const name of columns)
        head.parts[name].append(...(name === "power" ? ["e", h("sup", { text: words.heads.score })] : [words.heads[name]]));
      this.#rows = found.map(({ key, name, last }) => {
        const { element, parts } = lineOf(columns, last ? "mix-sum" : "");
        parts.label.append(key === null ? name : token(labels[key]));
        parts.weight.append(h("span", { class: "mix-bar" }), h("span", { class: "mix-number" }));
        return { element, parts };
      });
      this.lines.replaceChildren(head.element, ...this.#rows.map(({ element }) => element));
    }
    this.#rows = this.#rows.map(({ element, parts }, at) => ({ element, parts, ...found[at] }));
  }
  #lay(room, wide, d) {
    const width = wide ? WIDE : NARROW;
    const names = wide ? WIDE_COLUMNS : NARROW_COLUMNS;
    const fixed = Object.values(width).reduce((sum, px) => sum + px) - width.gap;
    const strips = (room - fixed - (names.length - 1) * width.gap) / (wide ? 2 : 1);
    const cell = Math.min(16, strips < 240 ? strips / d : Math.floor(strips / d));
    const strip = Math.round(cell * d);
    const template = names.map((name) => (name === "value" || name === "product" ? strip : width[name]));
    const left = (column) => template.slice(0, column).reduce((sum, px) => sum + px + width.gap, 0);
    this.#place = {
      cell,
      left: left(names.indexOf("product")),
      width: strip,
      values: wide ? left(names.indexOf("value")) : null,
      columns: names.map((name, at) => [name, left(at + 1) - width.gap / 2]),
    };
    this.lines.style.gridTemplateColumns = template.map((px) => `${px}px`).join(" ");
    this.lines.style.columnGap = `${width.gap}px`;
  }

  /**
   * head: see arithmetic.js, own: the same with the model's weights; room: px; done: null, or what the player has computed:
   * {scores: boolean, powers: boolean, weights: boolean, values: number of keys};
   * lit: null, or what a formula's part stands for: {column, key}, key null for all keys, "z" for the sum.
   */
  draw(next) {
    this.#now = next;
    const { head, query, key, entry, room, labels } = next;
    const wide = room >= WIDE_ROOM;
    const { found, keys, listed } = mixtureRows(next, this.#all);
    this.#build(found, wide);
    this.#lay(room, wide, head.d);
    this.body.style.height = `${HEAD + this.#rows.length * ROW}px`;
    this.#fillLines(keys);
    this.#drawStrips(found);
    const shown = this.grid.focused ? this.grid.at[0] : Math.max(0, listed.indexOf(key));
    this.grid.place(Math.min(this.#rows.length - 1, shown), entry);
    setText(this.more, this.#all ? words.fewer(LISTED) : words.all(integer(keys.length)));
    this.more.hidden = keys.length <= MANY;
    attribute(this.body, "data-query", labels[query]);
  }

  #fillLines(keys) {
    const { head, query, key, done, lit, sink } = this.#now;
    const { power } = head.softmax(query);
    const most = Math.max(1e-9, ...this.#rows.filter(({ last }) => !last).map(({ weight }) => weight));
    for (const row of this.#rows) {
      const { parts, element } = row;
      element.classList.toggle("is-open", row.key !== null && row.key === key);
      for (const name in parts) parts[name].classList.toggle("lit", lit?.column === name && this.#isLit(row));
      const show = (name, text, there, at = parts[name]) => {
        if (!parts[name]) return;
        setText(at, text);
        parts[name].classList.toggle("later", Boolean(done) && !there);
      };
      show("score", row.key === null ? "" : number(head.score(query, row.key)), done?.scores);
      show("power", row.key === null ? "" : number(power(row.key)), done?.powers);
      const dropped = sink && row.key === 0;
      show("weight", dropped ? words.dropped : weightText(row), done?.weights, parts.weight.lastChild);
      parts.weight.firstChild.style.width = `${row.last || dropped ? 0 : (row.weight / most) * BAR}px`;
      show("share", row.share === undefined ? "" : percent(row.share), done?.values > keys.length - 1);
    }
  }
  #isLit(row) {
    const { lit } = this.#now;
    return lit.key === "z" ? isSum(row) : row.key !== null && (lit.key === null || lit.key === row.key);
  }

  #drawStrips(found) {
    const { key, lit } = this.#now;
    const { values: valuesLeft } = this.#place;
    const scaled = fit(Float32Array.from(found.flatMap(({ vector }) => [...vector])));
    const { rows, columns, width, height } = {
      rows: this.#rows.length,
      columns: this.#now.head.d,
      width: this.#place.cell,
      height: ROW,
    };
    const context = this.grid.lay({ rows, columns, width, height, left: this.#place.left, top: HEAD }, [
      this.#place.width,
      rows * ROW,
    ]);
    this.#paintRows(context, scaled.limit, (row) => this.#soFar(row));
    context.lineWidth = 1.5;
    context.strokeStyle = colour("ink");
    for (const at of [this.#rows.findIndex((row) => row.key === key), this.#rows.findIndex(({ last }) => last)])
      if (at >= 0 && this.#soFar(this.#rows[at])) this.#mark(context, at);
    // Where the values have no column, a value is lit in its product.
    if (lit?.column === "product" || (lit?.column === "value" && valuesLeft === null)) this.#light(context);
    this.values.element.hidden = valuesLeft === null;
    if (valuesLeft === null) this.scale.show("signed", `\u2212${number(scaled.limit)}`, number(scaled.limit), words.scale);
    else {
      const limit = this.#drawValues(found, valuesLeft);
      this.scale.show("signed", "\u2212", "+", words.scales(number(limit), number(scaled.limit)));
    }
  }
  #drawValues(found, left) {
    const { limit } = fit(Float32Array.from(found.flatMap(({ value }) => (value ? [...value] : []))));
    Object.assign(this.values.element.style, { left: `${left}px`, top: `${HEAD}px` });
    const context = this.values.size(this.#place.width, this.#rows.length * ROW);
    this.#paintRows(context, limit, ({ value }) => value);
    if (this.#now.lit?.column === "value") this.#light(context);
    return limit;
  }
  #paintRows(context, limit, vectorOf) {
    const { d } = this.#now.head;
    const { width, cell } = this.#place;
    const height = this.#rows.length * ROW;
    const vectors = this.#rows.map(vectorOf);
    const all = new Float32Array(this.#rows.length * d);
    vectors.forEach((vector, at) => vector && all.set(vector, at * d));
    paintCells(context, all, this.#rows.length, d, { kind: "signed", limit, blank: (at) => !vectors[at] }, 0, 0, width, height);
    context.fillStyle = colour("paper");
    for (let at = 0; at <= this.#rows.length; at++) context.fillRect(0, at * ROW - 2, width, 4);
    if (cell >= 6) for (let i = 1; i < d; i++) context.fillRect(i * cell - 0.5, 0, 1, height);
  }
  #mark(context, at) {
    const { cell } = this.#place;
    context.strokeRect(this.#now.entry * cell + 0.5, at * ROW + 2.5, Math.max(cell - 1, 2), ROW - 5);
  }
  #light(context) {
    context.strokeStyle = colour("ink");
    context.lineWidth = 3;
    this.#rows.forEach((row, at) => this.#isLit(row) && this.#mark(context, at));
  }
  /** Returns a row's vector as far as it is computed: while the order plays, z is the sum of what has been added. */
  #soFar(row) {
    const { head, query, done } = this.#now;
    if (!done) return row.vector;
    const added = head.seen(query).filter((each) => each < done.values);
    if (row.last) return done.values ? head.mixed(query, added) : null;
    if (row.key === null) return added.length === head.seen(query).length ? row.vector : null;
    return row.key < done.values ? row.vector : null;
  }
}

function lineOf(columns, kind) {
  const parts = Object.fromEntries(columns.map((name) => [name, h("span", { class: `mix-${name}` })]));
  return { element: h("div", { class: `mix-line ${kind}` }, Object.values(parts)), parts };
}
