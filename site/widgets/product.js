// A vector times a matrix plus a bias, drawn so that what is multiplied stands together: the vector above, the matrix
// turned so that every row makes one entry of the result, bias and result at the ends of the rows.

import { sameNumbers } from "../lib/arrays.js";
import { colour, fit, ramp } from "../lib/colour.js";
import { become, fontFamily, h } from "../lib/dom.js";
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
const [BIAS, RESULT] = [12, SIDE + 32]; // where they are, right of it
const TOP = VECTOR + GAP + 14; // of the matrix

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
 * @property {number[]} [borders] inputs at which something new begins (heads)
 * @property {{x: string, w: string, result: string, meaning?: string}} names
 *
 * @typedef {import("./cell.js").Cell & {entry: number, i: number | null}} ProductCell a weight, or where i is null a bias or a result
 */

/**
 * weight(entry, i) -> {value, text} of one weight; look(cell or null): a ProductCell, its key as in dotFormula (terms.js), is under the
 * pointer or in focus; choose(entry).
 */
export function product(host, { label, weight, look, choose }) {
  const figure = h("div", { class: "vec product" });
  const names = h("div");
  const readout = h("p", { class: "readout", "aria-hidden": "true" });
  const [legends, note] = [h("div", { class: "strip-legends" }), h("span", { class: "head-small" })];
  host.append(figure, readout, legends);
  figure.append(names);
  /** @type {Shown} */
  let shown = null;
  let pictures = null; // made when they are painted
  const pictureOfMatrix = matrixPictures();
  let hover = null; // the cell under the pointer or in focus
  let marked = { key: null }; // what else is lit
  const size = { label: 96, width: 1, height: 1 };

  const inputs = () => shown.x.length;
  const outputs = () => shown.result.length;
  const x = (i) => (i / inputs()) * size.width;
  const y = (entry) => TOP + (entry / outputs()) * size.height;

  const grid = gridCanvas(figure, {
    label,
    // Beside the matrix's cells those of the vector, in row -1, of the bias and of the result, in the two columns behind the last.
    locate(px, py) {
      const i = Math.floor(((px - size.label) / size.width) * inputs());
      const within = i >= 0 && i < inputs();
      if (within && py >= 0 && py < VECTOR) return [-1, i];
      const entry = Math.floor(((py - TOP) / size.height) * outputs());
      if (entry < 0 || entry >= outputs() || i < 0) return null;
      if (within) return [entry, i];
      return [entry, inputs() + (shown.bias && px - size.label < size.width + (BIAS + SIDE + RESULT) / 2 ? 0 : 1)];
    },
    box: (row, col) => ({
      x: size.label + x(col),
      y: y(row),
      width: Math.max(3, size.width / inputs()),
      height: Math.max(3, size.height / outputs()),
    }),
    cell: cellAt,
    point(cell) {
      hover = cell;
      paintAll();
      look(cell);
    },
    choose: ({ entry }) => choose(entry),
  });

  /** @returns {ProductCell} */
  function cellAt(row, i) {
    const entry = row < 0 ? shown.entry : row;
    const { w, result } = shown.names;
    if (i < inputs()) return { activation: w, at: [i, entry], entry, i, key: `${row < 0 ? "x" : "t"}${i}`, ...weight(entry, i) };
    const [key, name, value, digits] = i === inputs() ? ["b", "b", shown.bias[entry], 3] : ["y", result, shown.result[entry], 4];
    return {
      activation: name,
      at: [entry],
      entry,
      i: null,
      key,
      value,
      text: strings.product.end(name, entry + 1, number(value, digits)),
    };
  }

  function paintAll() {
    const layout = {
      rows: outputs(),
      columns: inputs(),
      width: size.width / inputs(),
      height: size.height / outputs(),
      left: size.label,
    };
    const context = grid.lay(layout, [size.width + ENDS, TOP + size.height]);
    const [bias, result] = [size.width + BIAS, size.width + RESULT];
    pictures ??= picturesOf(shown, size, pictureOfMatrix);
    paint(context, pictures.x, 0, 0, size.width, VECTOR);
    paint(context, pictures.w, 0, TOP, size.width, size.height);
    if (pictures.bias) paint(context, pictures.bias, bias, TOP, SIDE, size.height);
    paint(context, pictures.result, result, TOP, SIDE, size.height);
    Object.assign(context, { fillStyle: colour("muted"), font: `12px ${fontFamily()}`, textAlign: "center" });
    if (pictures.bias) context.fillText("b", bias + SIDE / 2, TOP - 6);
    context.fillStyle = colour("ink");
    for (const border of shown.borders ?? []) context.fillRect(x(border) - 0.5, -2, 1, TOP + size.height + 2);
    paintRows(context);
    paintLit(context, hover ?? marked, hover?.entry ?? shown.entry);
    readout.textContent = hover?.text ?? strings.product.hint;
  }
  function outline(context, from, wide, entry, name, thick) {
    const high = Math.max(size.height / outputs(), 3);
    context.strokeStyle = colour(name);
    context.lineWidth = thick;
    context.strokeRect(from - 0.5, y(entry + 0.5) - high / 2 - 0.5, wide + 1, high + 1);
  }
  function paintRows(context) {
    const row = (entry, name, thick) => {
      outline(context, 0, size.width, entry, name, thick);
      outline(context, size.width + RESULT, SIDE, entry, name, thick);
    };
    row(shown.entry, "ink", 1.5);
    if (hover && hover.entry !== shown.entry) row(hover.entry, "control", 1);
  }
  /** What a key of the formulas stands for; of x and W from input `from` to `to`. */
  function paintLit(context, { key, from = 0, to = inputs() }, entry) {
    if (key === "w" || key === "s") outline(context, 0, size.width, entry, "ink", 3);
    if (key === "b") outline(context, size.width + BIAS, SIDE, entry, "ink", 3);
    if (key === "y") outline(context, size.width + RESULT, SIDE, entry, "ink", 3);
    context.strokeStyle = colour("ink");
    context.lineWidth = 2;
    const across = (top, high) => context.strokeRect(x(from) + 1, top + 1, x(to) - x(from) - 2, high - 2);
    if (key === "x" || key === "s" || key === "xW") across(0, VECTOR);
    if (key === "W" || key === "xW") across(TOP, size.height);
    const term = termOf(key);
    if (term === null || term >= inputs()) return;
    const wide = Math.max(3, size.width / inputs());
    const left = x(term + 0.5) - wide / 2;
    context.lineWidth = 1;
    if (key[0] !== "w") context.strokeRect(left - 0.5, -0.5, wide + 1, VECTOR + 1);
    if (key[0] !== "x") outline(context, left, wide, entry, "ink", 1);
  }

  const render = frame(() => {
    const { names: named, step, cols } = shown;
    host.style.setProperty("--label", `${size.label - 8}px`);
    figure.style.height = `${TOP + size.height}px`;
    const place = (name, top, meaning = null) => {
      const element = h("span", { class: `strip-name${meaning ? ` is-${meaning}` : ""}` }, name);
      element.style.top = `${top}px`;
      return element;
    };
    const made = place(named.result, 0, named.meaning);
    Object.assign(made.style, { left: `${size.label + size.width + BIAS}px`, width: `${2 * SIDE + 20}px` });
    become(names, place(named.x, 0), place(named.w, TOP + Math.max(0, Math.min(24, size.height / 2 - 8))), made);
    paintAll();
    const { x, w, sum } = pictures.limits;
    become(
      legends,
      ...[
        [named.x, x],
        [named.w, w],
        [strings.product.ends(named.result), sum],
      ].map(scaleOf),
      note,
    );
    const pooled = step[0] * Math.ceil((cols * step[1]) / pictures.w.width);
    note.textContent = pooled > 1 ? strings.product.pooled(pooled) : "";
    grid.follow(shown.entry, grid.at[1]);
  }, host);

  return {
    /** Lights what a key of dotFormula stands for; "W": all of the matrix, "xW": and x, of these and "x" terms from .. to - 1. */
    mark(key, from = undefined, to = undefined) {
      if (!shown || (key === marked.key && from === marked.from && to === marked.to)) return;
      marked = { key, from, to };
      paintAll();
    },
    /** Soon, see `frame`. high: pixels that the matrix may take. @param {Shown & {width: number, high: number}} next */
    draw({ width, high, ...next }) {
      if (next.x.length !== shown?.x.length || next.result.length !== shown.result.length) hover = null;
      shown = next;
      pictures = null;
      size.label = labelRoom(width);
      size.width = Math.max(96, width - size.label - ENDS);
      if (inputs() * 16 < size.width) size.width = inputs() * 16;
      size.height = shown.rows * Math.max(1, Math.min(12, Math.floor(high / shown.rows)));
      render();
    },
  };
}

function scaleOf([name, top]) {
  const bar = legend();
  bar.show("signed", `\u2212${number(top)}`, number(top), name);
  return bar.element;
}

/** The matrix, by far the most to look through and to draw, is the same for every token: its picture stays. */
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

/** Pictures of the vector, the matrix and both columns, and the limits of their scales. */
function picturesOf(shown, size, pictureOfMatrix) {
  const { x, bias, result } = shown;
  const limit = fit(x).limit;
  const sum = Math.max(bias ? fit(bias).limit : 0, fit(result).limit); // one scale for what is added and what comes out of it
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
