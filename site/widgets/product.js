// A vector times a matrix plus a bias, drawn so that what is multiplied stands together: the vector above, the matrix
// turned so that every row makes one entry of the result, bias and result at the ends of the rows.
import { sameNumbers } from "../lib/arrays.js";
import { colour, fit, ramp } from "../lib/colour.js";
import { cursor } from "./cursor.js";
import { become, fontFamily, h } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { frame } from "../lib/scheduler.js";
import { canvas, paint, picture } from "../lib/heat.js";
import { legend } from "./note.js";
import { labelRoom } from "./strips.js";
import { termOf } from "./terms.js";
import strings from "../strings/index.js";

const [VECTOR, GAP, SIDE] = [16, 6, 16];
const ENDS = 2 * SIDE + 44; // room for bias and result, right of the matrix
const [BIAS, RESULT] = [12, SIDE + 32]; // where they are, right of it

/**
 * options: label; read(entry, i) -> text of one weight; look({entry, i, key} or null): under the pointer or the focus, key as
 * in dotFormula (terms.js), i null where it is of no term; choose(entry).
 * -> {mark(key), draw({x, w, bias, result, rows, cols, entry, step, borders, names, width, high})}: x (n,), w (rows,
 * cols) where a cell stands for step[0] x step[1] weights, bias and result (outputs,), names {x, w, result}, high: pixels
 * that the matrix may take.
 */
export function product(host, { label, read, look, choose }) {
  const figure = h("div", { class: "vec product" });
  const names = h("div");
  const readout = h("p", { class: "readout", "aria-hidden": "true" });
  const [legends, note] = [h("div", { class: "strip-legends" }), h("span", { class: "head-small" })];
  host.append(figure, readout, legends);
  figure.append(names);
  const drawing = canvas(figure);
  let shown = null;
  let images = null; // made when they are painted
  let matrix = { w: null }; // the picture of the last one
  let hover = null; // {entry, i, key}
  let marked = { key: null }; // what else is lit
  const size = { label: 96, width: 1, height: 1, top: 0 };

  const inputs = () => shown.x.length;
  const outputs = () => shown.result.length;
  const x = (i) => (i / inputs()) * size.width;
  const y = (entry) => size.top + (entry / outputs()) * size.height;

  const pointer = cursor(figure, {
    label,
    size: () => [outputs(), inputs()],
    box: (row, col) => ({
      x: size.label + x(col),
      y: y(row),
      width: Math.max(3, size.width / inputs()),
      height: Math.max(3, size.height / outputs()),
    }),
    read,
    move(row, col) {
      marked = { key: `t${col}` };
      look({ entry: row, i: col, key: marked.key });
      if (row !== shown.entry) choose(row);
      else paintAll();
    },
    enter: (row) => choose(row),
  });
  // A step puts a new cell in the old one's place: only a focus that has left the figure counts.
  figure.addEventListener("focusout", () =>
    requestAnimationFrame(() => {
      if (pointer.focused) return;
      mark(null);
      look(hover);
    }),
  );

  function paintAll() {
    const context = drawing.size(size.width + ENDS, size.top + size.height);
    const { borders = [] } = shown;
    const [bias, result] = [size.width + BIAS, size.width + RESULT];
    images ??= pictures();
    paint(context, images.x, 0, 0, size.width, VECTOR);
    paint(context, images.w, 0, size.top, size.width, size.height);
    if (images.bias) paint(context, images.bias, bias, size.top, SIDE, size.height);
    paint(context, images.result, result, size.top, SIDE, size.height);
    context.fillStyle = colour("muted");
    context.font = `12px ${fontFamily()}`;
    context.textAlign = "center";
    if (images.bias) context.fillText("b", bias + SIDE / 2, size.top - 6);
    context.fillStyle = colour("ink");
    for (const border of borders) context.fillRect(x(border) - 0.5, -2, 1, size.top + size.height + 2);
    const high = Math.max(size.height / outputs(), 3);
    const outline = (from, wide, entry, name, width) => {
      context.strokeStyle = colour(name);
      context.lineWidth = width;
      context.strokeRect(from - 0.5, y(entry + 0.5) - high / 2 - 0.5, wide + 1, high + 1);
    };
    const row = (entry, ...look) => {
      outline(0, size.width, entry, ...look);
      outline(result, SIDE, entry, ...look);
    };
    row(shown.entry, "ink", 1.5);
    if (hover && hover.entry !== shown.entry) row(hover.entry, "control", 1);
    const { key, from = 0, to = inputs() } = hover ?? marked;
    const entry = hover?.entry ?? shown.entry;
    if (key === "w" || key === "s") outline(0, size.width, entry, "ink", 3);
    if (key === "b") outline(bias, SIDE, entry, "ink", 3);
    if (key === "y") outline(result, SIDE, entry, "ink", 3);
    context.strokeStyle = colour("ink");
    context.lineWidth = 2;
    const across = (top, high) => context.strokeRect(x(from) + 1, top + 1, x(to) - x(from) - 2, high - 2);
    if (key === "x" || key === "s" || key === "xW") across(0, VECTOR);
    if (key === "W" || key === "xW") across(size.top, size.height);
    const lit = termOf(key);
    if (lit !== null && lit < inputs()) {
      const wide = Math.max(3, size.width / inputs());
      const left = x(lit + 0.5) - wide / 2;
      context.lineWidth = 1;
      if (key[0] !== "w") context.strokeRect(left - 0.5, -0.5, wide + 1, VECTOR + 1);
      if (key[0] !== "x") outline(left, wide, entry, "ink", 1);
    }
    readout.textContent = hover ? say(hover) : strings.product.hint;
  }
  function say({ entry, i, key }) {
    if (i !== null) return read(entry, i);
    if (key === "b") return strings.product.end("b", entry + 1, number(shown.bias[entry]));
    return strings.product.end(shown.names.result, entry + 1, number(shown.result[entry], 4));
  }

  const locate = (event) => {
    const box = drawing.element.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const i = Math.floor((px / size.width) * inputs());
    const within = i >= 0 && i < inputs();
    if (within && py >= 0 && py < VECTOR) return { entry: shown.entry, i, key: `x${i}` };
    const entry = Math.floor(((py - size.top) / size.height) * outputs());
    if (entry < 0 || entry >= outputs() || i < 0) return null;
    if (within) return { entry, i, key: `t${i}` };
    return { entry, i: null, key: shown.bias && px < size.width + (BIAS + SIDE + RESULT) / 2 ? "b" : "y" };
  };
  figure.addEventListener("pointermove", (event) => {
    if (!shown || event.pointerType === "touch") return;
    const found = locate(event);
    if (found?.entry === hover?.entry && found?.key === hover?.key) return;
    hover = found;
    paintAll();
    look(hover);
  });
  figure.addEventListener("pointerleave", () => {
    if (!shown || !hover) return;
    hover = null;
    paintAll();
    look(null);
  });
  figure.addEventListener("click", (event) => {
    const found = shown && locate(event);
    if (found) choose(found.entry);
  });

  /** The matrix, by far the most to look through and to draw, is the same for every token: its picture stays. */
  function matrixPicture(sharp) {
    const { w, rows, cols } = shown;
    const [most, table] = [size.width * sharp, ramp("signed")];
    if (matrix.table !== table || matrix.most !== most || !sameNumbers(matrix.w, w)) {
      const { limit } = fit(w);
      matrix = { w, limit, most, table, picture: picture(w, rows, cols, { kind: "signed", limit, maxCols: most }) };
    }
    return matrix;
  }
  function pictures() {
    const { x, bias, result } = shown;
    const sharp = Math.min(3, devicePixelRatio || 1);
    const limit = fit(x).limit;
    const sum = Math.max(bias ? fit(bias).limit : 0, fit(result).limit); // one scale for what is added and what comes out of it
    const column = (values) => picture(values, values.length, 1, { kind: "signed", limit: sum, maxRows: size.height * sharp });
    const w = matrixPicture(sharp);
    return {
      x: picture(x, 1, inputs(), { kind: "signed", limit, maxCols: size.width * sharp }),
      w: w.picture,
      bias: bias && column(bias),
      result: column(result),
      limits: { x: limit, w: w.limit, sum },
    };
  }

  const render = frame(() => {
    const {
      cols,
      step,
      names: { x: above, w: below, result },
    } = shown;
    drawing.element.style.left = `${size.label}px`;
    host.style.setProperty("--label", `${size.label - 8}px`);
    figure.style.height = `${size.top + size.height}px`;
    const place = (name, top, meaning = null) => {
      const element = h("span", { class: `strip-name${meaning ? ` is-${meaning}` : ""}` }, name);
      element.style.top = `${top}px`;
      return element;
    };
    const made = place(result, 0, shown.names.meaning);
    Object.assign(made.style, { left: `${size.label + size.width + BIAS}px`, width: `${2 * SIDE + 20}px` });
    become(names, place(above, 0), place(below, size.top + Math.max(0, Math.min(24, size.height / 2 - 8))), made);
    paintAll();
    const { x, w, sum } = images.limits;
    become(
      legends,
      ...[
        [above, x],
        [below, w],
        [strings.product.ends(result), sum],
      ].map(([name, top]) => {
        const bar = legend();
        bar.show("signed", `\u2212${number(top)}`, number(top), name);
        return bar.element;
      }),
      note,
    );
    const pooled = step[0] * Math.ceil((cols * step[1]) / images.w.width);
    note.textContent = pooled > 1 ? strings.product.pooled(pooled) : "";
    if (pointer.focused) pointer.refresh();
    else pointer.place(shown.entry, pointer.at[1]);
  }, host);

  function mark(key, from, to) {
    if (!shown || (key === marked.key && from === marked.from && to === marked.to)) return;
    marked = { key, from, to };
    paintAll();
  }

  return {
    /** Lights what a key of dotFormula stands for; "W": all of the matrix, "xW": and x, of these and "x" terms from .. to - 1. */
    mark,
    /** Soon, see `frame`. */
    draw({ width, high, ...next }) {
      if (next.x.length !== shown?.x.length || next.result.length !== shown.result.length) hover = null;
      shown = next;
      images = null;
      size.label = labelRoom(width);
      size.width = Math.max(96, width - size.label - ENDS);
      if (inputs() * 16 < size.width) size.width = inputs() * 16;
      size.top = VECTOR + GAP + 14;
      size.height = shown.rows * Math.max(1, Math.min(12, Math.floor(high / shown.rows)));
      render();
    },
  };
}
