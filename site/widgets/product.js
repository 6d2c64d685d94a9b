// Draws a vector times a matrix plus a bias, so that what is multiplied stands together: the vector above, the matrix turned so
// that every row makes one entry of the result, bias and result at the ends of the rows.

import { sameNumbers } from "../lib/arrays.js";
import { colour, fit, ramp } from "../lib/colour.js";
import { morphChildren, fontFamily, h } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { paint, picture, sharpness } from "../lib/heat.js";
import { frame } from "../lib/scheduler.js";
import strings from "../strings/index.js";
import { gridCanvas } from "./grid_canvas.js";
import { legend } from "./note.js";
import { labelRoom } from "./strips.js";
import { termOf } from "./terms.js";

const [VECTOR, GAP, SIDE] = [16, 6, 16];
const ENDS = 2 * SIDE + 44; // room for bias and result, right of the matrix
const [BIAS, RESULT] = [12, SIDE + 32]; // their places, right of it
const TOP = VECTOR + GAP + 14; // top of the matrix

/**
 * @typedef {object} Shown
 * @property {Float32Array} x (inputs,)
 * @property {Float32Array} w (rows, cols), where a cell stands for step[0] x step[1] weights
 * @property {Float32Array} [bias] (outputs,)
 * @property {Float32Array} result (outputs,)
 * @property {number} rows
 * @property {number} cols
 * @property {number[]} step
 * @property {number} entry the opened output
 * @property {number[]} [borders] inputs at which another head begins
 * @property {{x: string, w: string, result: string, meaning?: string}} names
 *
 * @typedef {import("./cell.js").Cell & {entry: number, i: number | null}} ProductCell a weight; where i is null, a bias or a result
 */

/**
 * Adds the figure to `host`. weight(entry, i) -> {value, text} of one weight; look(cell or null): another ProductCell, its symbol as in
 * dotFormula (terms.js), is under the pointer or in focus; choose(entry).
 */
export const product = (host, options) => new Product(host, options);

class Product {
  /** @type {Shown} */
  #shown = null;
  #pictures = null; // made when they are painted first
  #pictureOfMatrix = matrixPictures();
  #hover = null; // the cell under the pointer or in focus
  #marked = { symbol: null }; // what a formula lights
  #size = { label: 96, width: 1, height: 1 };

  constructor(host, { label, weight, look, choose }) {
    this.host = host;
    this.weight = weight;
    this.figure = h("div", { class: "vec product" });
    this.names = h("div");
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.legends = h("div", { class: "strip-legends" });
    this.note = h("span", { class: "head-small" });
    host.append(this.figure, this.readout, this.legends);
    this.figure.append(this.names);
    this.grid = gridCanvas(this.figure, {
      label,
      locate: (px, py) => this.#locate(px, py),
      box: (row, col) => ({
        x: this.#size.label + this.#x(col),
        y: this.#y(row),
        width: Math.max(3, this.#size.width / this.#inputs),
        height: Math.max(3, this.#size.height / this.#outputs),
      }),
      cell: (row, col) => this.#cell(row, col),
      point: (cell) => {
        this.#hover = cell;
        this.#paint();
        look(cell);
      },
      choose: ({ entry }) => choose(entry),
    });
    this.render = frame(() => this.#render(), host);
  }

  get #inputs() {
    return this.#shown.x.length;
  }
  get #outputs() {
    return this.#shown.result.length;
  }
  #x(i) {
    return (i / this.#inputs) * this.#size.width;
  }
  #y(entry) {
    return TOP + (entry / this.#outputs) * this.#size.height;
  }

  /**
   * Finds the cell at a point. Besides the matrix's cells there are those of the vector, in row -1, and of bias and result, in the two
   * columns after the last.
   * @returns {[number, number] | null}
   */
  #locate(px, py) {
    const { label, width, height } = this.#size;
    const i = Math.floor(((px - label) / width) * this.#inputs);
    const within = i >= 0 && i < this.#inputs;
    if (within && py >= 0 && py < VECTOR) return [-1, i];
    const entry = Math.floor(((py - TOP) / height) * this.#outputs);
    if (entry < 0 || entry >= this.#outputs || i < 0) return null;
    if (within) return [entry, i];
    return [entry, this.#inputs + (this.#shown.bias && px - label < width + (BIAS + SIDE + RESULT) / 2 ? 0 : 1)];
  }

  /** @returns {ProductCell} */
  #cell(row, i) {
    const entry = row < 0 ? this.#shown.entry : row;
    const { w, result } = this.#shown.names;
    if (i < this.#inputs)
      return { activation: w, at: [i, entry], entry, i, symbol: `${row < 0 ? "x" : "t"}${i}`, ...this.weight(entry, i) };
    const [symbol, name, value, digits] =
      i === this.#inputs ? ["b", "b", this.#shown.bias[entry], 3] : ["y", result, this.#shown.result[entry], 4];
    return {
      activation: name,
      at: [entry],
      entry,
      i: null,
      symbol,
      value,
      text: strings.product.end(name, entry + 1, number(value, digits)),
    };
  }

  #paint() {
    const layout = {
      rows: this.#outputs,
      columns: this.#inputs,
      width: this.#size.width / this.#inputs,
      height: this.#size.height / this.#outputs,
      left: this.#size.label,
    };
    const context = this.grid.lay(layout, [this.#size.width + ENDS, TOP + this.#size.height]);
    const [bias, result] = [this.#size.width + BIAS, this.#size.width + RESULT];
    this.#pictures ??= picturesOf(this.#shown, this.#size, this.#pictureOfMatrix);
    paint(context, this.#pictures.x, 0, 0, this.#size.width, VECTOR);
    paint(context, this.#pictures.w, 0, TOP, this.#size.width, this.#size.height);
    if (this.#pictures.bias) paint(context, this.#pictures.bias, bias, TOP, SIDE, this.#size.height);
    paint(context, this.#pictures.result, result, TOP, SIDE, this.#size.height);
    Object.assign(context, { fillStyle: colour("muted"), font: `12px ${fontFamily()}`, textAlign: "center" });
    if (this.#pictures.bias) context.fillText("b", bias + SIDE / 2, TOP - 6);
    context.fillStyle = colour("ink");
    for (const border of this.#shown.borders ?? []) context.fillRect(this.#x(border) - 0.5, -2, 1, TOP + this.#size.height + 2);
    this.#paintRows(context);
    this.#paintLit(context, this.#hover ?? this.#marked, this.#hover?.entry ?? this.#shown.entry);
    this.readout.textContent = this.#hover?.text ?? strings.product.hint;
  }
  #outline(context, from, wide, entry, name, thick) {
    const high = Math.max(this.#size.height / this.#outputs, 3);
    context.strokeStyle = colour(name);
    context.lineWidth = thick;
    context.strokeRect(from - 0.5, this.#y(entry + 0.5) - high / 2 - 0.5, wide + 1, high + 1);
  }
  #paintRows(context) {
    const row = (entry, name, thick) => {
      this.#outline(context, 0, this.#size.width, entry, name, thick);
      this.#outline(context, this.#size.width + RESULT, SIDE, entry, name, thick);
    };
    row(this.#shown.entry, "ink", 1.5);
    if (this.#hover && this.#hover.entry !== this.#shown.entry) row(this.#hover.entry, "control", 1);
  }
  /** Outlines what a symbol of the formulas stands for; of x and W only the inputs `from` .. `to` - 1. */
  #paintLit(context, { symbol, from = 0, to = this.#inputs }, entry) {
    if (symbol === "w" || symbol === "s") this.#outline(context, 0, this.#size.width, entry, "ink", 3);
    if (symbol === "b") this.#outline(context, this.#size.width + BIAS, SIDE, entry, "ink", 3);
    if (symbol === "y") this.#outline(context, this.#size.width + RESULT, SIDE, entry, "ink", 3);
    context.strokeStyle = colour("ink");
    context.lineWidth = 2;
    const across = (top, high) => context.strokeRect(this.#x(from) + 1, top + 1, this.#x(to) - this.#x(from) - 2, high - 2);
    if (symbol === "x" || symbol === "s" || symbol === "xW") across(0, VECTOR);
    if (symbol === "W" || symbol === "xW") across(TOP, this.#size.height);
    const term = termOf(symbol);
    if (term === null || term >= this.#inputs) return;
    const wide = Math.max(3, this.#size.width / this.#inputs);
    const left = this.#x(term + 0.5) - wide / 2;
    context.lineWidth = 1;
    if (symbol[0] !== "w") context.strokeRect(left - 0.5, -0.5, wide + 1, VECTOR + 1);
    if (symbol[0] !== "x") this.#outline(context, left, wide, entry, "ink", 1);
  }

  #render() {
    const { names: named, step, cols } = this.#shown;
    this.host.style.setProperty("--label", `${this.#size.label - 8}px`);
    this.figure.style.height = `${TOP + this.#size.height}px`;
    const place = (name, top, meaning = null) => {
      const element = h("span", { class: `strip-name${meaning ? ` is-${meaning}` : ""}` }, name);
      element.style.top = `${top}px`;
      return element;
    };
    const made = place(named.result, 0, named.meaning);
    Object.assign(made.style, { left: `${this.#size.label + this.#size.width + BIAS}px`, width: `${2 * SIDE + 20}px` });
    morphChildren(this.names, place(named.x, 0), place(named.w, TOP + Math.max(0, Math.min(24, this.#size.height / 2 - 8))), made);
    this.#paint();
    const { x, w, sum } = this.#pictures.limits;
    morphChildren(
      this.legends,
      ...[
        [named.x, x],
        [named.w, w],
        [strings.product.ends(named.result), sum],
      ].map(scaleOf),
      this.note,
    );
    const pooled = step[0] * Math.ceil((cols * step[1]) / this.#pictures.w.width);
    this.note.textContent = pooled > 1 ? strings.product.pooled(pooled) : "";
    this.grid.follow(this.#shown.entry, this.grid.at[1]);
  }

  /** Lights what a symbol of dotFormula stands for; "W": the whole matrix, "xW": x as well; of these and "x" only inputs from .. to - 1. */
  mark(symbol, from = undefined, to = undefined) {
    if (!this.#shown || (symbol === this.#marked.symbol && from === this.#marked.from && to === this.#marked.to)) return;
    this.#marked = { symbol, from, to };
    this.#paint();
  }
  /** Draws soon, see `frame`. high: pixels that the matrix may take. @param {Shown & {width: number, high: number}} next */
  draw({ width, high, ...next }) {
    if (next.x.length !== this.#shown?.x.length || next.result.length !== this.#shown.result.length) this.#hover = null;
    this.#shown = next;
    this.#pictures = null;
    this.#size.label = labelRoom(width);
    this.#size.width = Math.max(96, width - this.#size.label - ENDS);
    if (this.#inputs * 16 < this.#size.width) this.#size.width = this.#inputs * 16;
    this.#size.height = this.#shown.rows * Math.max(1, Math.min(12, Math.floor(high / this.#shown.rows)));
    this.render();
  }
}

function scaleOf([name, top]) {
  const bar = legend();
  bar.show("signed", `\u2212${number(top)}`, number(top), name);
  return bar.element;
}

/** Returns a function that makes the matrix's picture, and keeps it: the matrix, by far the most to draw, is the same for every token. */
function matrixPictures() {
  let last = { w: null };
  return ({ w, rows, cols }, most) => {
    const table = ramp("signed");
    if (last.table !== table || last.most !== most || !sameNumbers(last.w, w)) {
      const { limit } = fit(w);
      last = { w, limit, most, table, picture: picture(w, rows, cols, { kind: "signed", limit, maxCols: most }) };
    }
    return last;
  };
}

/** Makes the pictures of the vector, the matrix and both columns, and the limits of their scales. */
function picturesOf(shown, size, pictureOfMatrix) {
  const { x, bias, result } = shown;
  const limit = fit(x).limit;
  const sum = Math.max(bias ? fit(bias).limit : 0, fit(result).limit); // one scale for bias and result
  const column = (values) => picture(values, values.length, 1, { kind: "signed", limit: sum, maxRows: size.height * sharpness() });
  const w = pictureOfMatrix(shown, size.width * sharpness());
  return {
    x: picture(x, 1, x.length, { kind: "signed", limit, maxCols: size.width * sharpness() }),
    w: w.picture,
    bias: bias && column(bias),
    result: column(result),
    limits: { x: limit, w: w.limit, sum },
  };
}
