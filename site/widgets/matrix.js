// Draws a square of queries (rows) and keys (columns): a picture, names where they fit, and a way in for the keyboard.

import { colour } from "../lib/colour.js";
import { morphChildren, h, unchanged } from "../lib/dom.js";
import { paint } from "../lib/heat.js";
import { gridCanvas } from "./grid_canvas.js";
import { token } from "./token.js";

export const LABEL = 88; // room for the queries' names, on the left
const NAMED = 14; // from this cell size on every row and column is named
const WIDEST = 36; // px of a cell

/** Returns the side of a square of n cells in `room` pixels: whole pixels per cell, unless that leaves too much room over. */
export function sideIn(room, n) {
  const whole = n * Math.min(WIDEST, Math.floor(room / n));
  return Math.max(8, whole > 0.85 * room || room / n > 6 ? whole : Math.floor(room));
}

/**
 * Adds a matrix to `host`.
 * @template {import("./cell.js").Cell} C
 * @param {HTMLElement} host
 * @param {{label: string, cell(query: number, key: number): C | null, choose(cell: C): void, point(cell: C | null): void}} options
 */
export const matrix = (host, options) => new Matrix(host, options);

class Matrix {
  #now = { n: 1, side: 8, left: 0, top: 16, labels: [""], short: false, named: false };
  #same = unchanged();

  constructor(host, options) {
    this.element = h("div", { class: "matrix" });
    this.queries = h("div", { class: "queries" });
    this.keys = h("div", { class: "keys" });
    this.element.append(this.queries, this.keys);
    host.append(this.element);
    this.grid = gridCanvas(this.element, options);
  }

  get focused() {
    return this.grid.focused;
  }
  /**
   * labels; side: of the square in CSS pixels; names: whether the queries' names stand left of it;
   * images: [{image, alpha}], one over the other; row: the chosen query; query, key: the opened cell;
   * near: the query under the pointer elsewhere; rows: [first, last] where several are chosen; cover(context, cell size) paints over all;
   * lit: {query, key, last}, which a part of the formulas stands for: null for all queries or keys, `last` where queries are several.
   */
  draw({ labels, side, names, images, row, query, key, near = null, rows = null, cover = null, lit = null }) {
    // What covers the cells changes from step to step.
    const marks = [row, query, key, near, String(rows), lit?.query, lit?.key, lit?.last];
    if (cover) this.#same.forget();
    else if (this.#same(labels, side, names, ...marks, ...images.flatMap(({ image, alpha }) => [image, alpha]))) return;
    const n = labels.length;
    const named = side / n >= NAMED;
    const short = labels.every((text) => [...text].length <= 2); // such names are not turned on their side
    this.#now = { n, side, labels, short, named, left: names ? LABEL : 0, top: named ? (short ? 24 : 56) : 20 };
    Object.assign(this.element.style, { width: `${this.#now.left + side}px`, height: `${this.#now.top + side}px` });
    const context = this.#paintCells(images, cover);
    this.#paintMarks(context, rows ?? [row, row], query, key);
    if (lit) this.#outline(context, lit);
    const all = [...Array(n).keys()];
    morphChildren(this.queries, ...(names ? (named ? all : [query]) : []).map((i) => this.#queryName(i, i === query, near)));
    morphChildren(this.keys, ...(named ? all : [key]).map((i) => this.#keyName(i, i === key, near)));
    this.grid.follow(query, key);
  }

  #paintCells(images, cover) {
    const { n, side, left, top } = this.#now;
    const size = side / n;
    const context = this.grid.lay({ rows: n, columns: n, width: size, height: size, left, top });
    for (const { image, alpha } of images) {
      context.globalAlpha = alpha ?? 1;
      paint(context, image, 0, 0, side, side);
    }
    context.globalAlpha = 1;
    this.grid.rule();
    if (cover) cover(context, size);
    return context;
  }
  #paintMarks(context, [first, last], query, key) {
    const { n, side } = this.#now;
    const size = side / n;
    context.lineWidth = 1.5;
    context.strokeStyle = colour("chosen");
    const height = Math.max((last - first + 1) * size - 0.5, 3);
    context.strokeRect(0.75, Math.min(first * size + 0.25, side - height - 0.75), side - 1.5, height);
    this.grid.ring(query, key);
  }
  #outline(context, { query = null, key = null, last = query }) {
    const { n, side } = this.#now;
    const size = side / n;
    const [x, wide] = key === null ? [0, side] : [key * size, size];
    const [y, high] = query === null ? [0, side] : [query * size, (last - query + 1) * size];
    context.lineWidth = 3;
    context.strokeStyle = colour("ink");
    context.strokeRect(x + 1.5, y + 1.5, Math.max(wide - 3, 2), Math.max(high - 3, 2));
  }

  #name(index, active, kind, near) {
    const made = token(this.#now.labels[index]);
    made.classList.add("name");
    made.classList.toggle("is-near", index === near);
    made.classList.toggle(`is-${kind}`, active);
    return made;
  }
  #queryName(index, active, near) {
    const { n, side, top } = this.#now;
    const size = side / n;
    const made = this.#name(index, active, "query", near);
    made.style.top = `${top + Math.max(0, Math.min(side - 16, index * size + size / 2 - 8))}px`;
    return made;
  }
  #keyName(index, active, near) {
    const { n, side, top, left, named, short } = this.#now;
    const size = side / n;
    const upright = named && !short;
    const made = this.#name(index, active, "key", near);
    made.classList.toggle("upright", upright);
    made.classList.toggle("short", named && !upright);
    const middle = left + (index + 0.5) * size;
    if (named) Object.assign(made.style, { left: `${middle - (upright ? 8 : 16)}px`, top: upright ? null : `${top - 20}px` });
    // A name alone stays over the matrix: in the right half it ends at its column.
    else if (index * 2 < n) made.style.left = `${left + index * size}px`;
    else Object.assign(made.style, { left: "auto", right: `${Math.max(0, side - (index + 1) * size)}px` });
    return made;
  }
}
