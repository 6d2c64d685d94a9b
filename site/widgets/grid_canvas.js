// Owns cells on a canvas: pixels, hit test, the way in for keyboard and screen reader, the ring around a cell.
import { colour } from "../lib/colour.js";
import { fontFamily, pointIn } from "../lib/dom.js";
import { canvas } from "../lib/heat.js";
import { cellName, originOf } from "./cell.js";
import { cursor } from "./cursor.js";

const LEAST = 6; // px: smaller cells have no lines between them

/**
 * @typedef {object} Layout of cells, in CSS pixels
 * @property {number} rows
 * @property {number} columns
 * @property {number} width of a cell
 * @property {number} height of a cell
 * @property {number} [left] where the first cell begins in the host
 * @property {number} [top]
 * @property {number} [gapX] between cells
 * @property {number} [gapY]
 * @property {number} [count] of cells, where they fill one row after another and the last row is not full
 *
 * @typedef {[number, number]} Place row and column of a cell
 */

/**
 * @template {import("./cell.js").Cell} C
 * @typedef {object} Options
 * @property {string} label of the grid, for a screen reader
 * @property {(row: number, column: number) => C | null} cell the cell there
 * @property {(cell: C | null, place: Place | null) => void} [point] another cell is under the pointer or in focus, null for none
 * @property {(cell: C, place: Place, key: string) => void} [choose] the reader takes a cell; key: "click", "Enter" or " "
 * @property {((cell: C, place: Place) => void) | null} [move] the keyboard came to a cell; left out: the cell is also chosen, null: it is
 *   only pointed at
 * @property {(x: number, y: number) => Place | null} [locate] finds the place at a point of the host, where cells are no plain grid
 * @property {(row: number, column: number) => {x: number, y: number, width: number, height: number}} [box] finds a cell's place there
 */

/**
 * Adds a canvas and its cursor to `host`.
 * @template {import("./cell.js").Cell} C
 * @param {HTMLElement} host
 * @param {Options<C>} options
 */
export const gridCanvas = (host, options) => new GridCanvas(host, options);

/** @template {import("./cell.js").Cell} C */
class GridCanvas {
  /** @type {Required<Layout>} */
  #now = { rows: 1, columns: 1, width: 1, height: 1, left: 0, top: 0, gapX: 0, gapY: 0, count: 1 };
  /** @type {Place | null} */
  #under = null; // the place under the pointer
  #ready = false; // whether cells have been laid out
  #drawing;
  #cursor;
  #cell;
  #point;
  #choose;
  #move;
  #locate;
  #box;

  /** @param {HTMLElement} host @param {Options<C>} options */
  constructor(host, { label, cell, point = () => {}, choose = () => {}, move, locate, box }) {
    this.#drawing = canvas(host);
    this.#cell = cell;
    this.#point = point;
    this.#choose = choose;
    this.#move = move === undefined ? (found, place) => choose(found, place, "move") : move;
    this.#locate = locate ?? ((x, y) => this.#plainLocate(x, y));
    this.#box = box ?? ((row, column) => this.#plainBox(row, column));
    this.#cursor = cursor(host, {
      label,
      size: () => [this.#now.rows, this.#now.columns],
      box: this.#box,
      read: (row, column) => this.#cellAt(this.#reached(row, column))?.text ?? "",
      mark: (element, row, column) => mark(element, this.#cellAt(this.#reached(row, column))),
      move: (row, column) => this.#moved(this.#reached(row, column)),
      enter: (row, column, key) => this.#chosen(this.#reached(row, column), key),
    });
    // A step replaces the cursor's element, which moves the focus: only a focus that is not back in the next frame counts.
    host.addEventListener("focusout", () => requestAnimationFrame(() => this.#cursor.focused || this.#under || point(null, null)));
    host.addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.#look(this.#placeOf(host, event)));
    host.addEventListener("pointerleave", () => this.#look(null));
    host.addEventListener("click", (event) => this.#chosen(this.#placeOf(host, event), "click"));
  }

  #plainBox(row, column) {
    const { left, top, width, height, gapX, gapY } = this.#now;
    return {
      x: left + column * (width + gapX),
      y: top + row * (height + gapY),
      width: Math.max(3, width),
      height: Math.max(3, height),
    };
  }
  /** @returns {Place | null} */
  #plainLocate(x, y) {
    const { left, top, width, height, gapX, gapY, rows, columns } = this.#now;
    const column = Math.floor((x - left) / (width + gapX));
    const row = Math.floor((y - top) / (height + gapY));
    return row >= 0 && column >= 0 && row < rows && column < columns ? [row, column] : null;
  }
  /** @param {Place} place */
  #within([row, column]) {
    return row * this.#now.columns + column < this.#now.count;
  }
  /** @param {Place | null} place */
  #cellAt(place) {
    return this.#ready && place && this.#within(place) ? this.#cell(place[0], place[1]) : null;
  }
  /** Returns where the keyboard is: on the last cell, where its place is beyond that. @returns {Place} */
  #reached(row, column) {
    if (this.#within([row, column])) return [row, column];
    const { count, columns } = this.#now;
    return [Math.floor((count - 1) / columns), (count - 1) % columns];
  }
  #placeOf(host, event) {
    const place = this.#ready ? this.#locate(...pointIn(event, host)) : null;
    return place && this.#within(place) ? place : null;
  }

  /** Reports that the keyboard came to a cell. */
  #moved(place) {
    const found = this.#cellAt(place);
    this.#point(found, found && place);
    if (found && this.#move) this.#move(found, place);
  }
  #chosen(place, key) {
    const found = this.#cellAt(place);
    if (found) this.#choose(found, place, key);
  }
  /** Reports that the pointer came to a place. */
  #look(place) {
    if (String(place) === String(this.#under)) return;
    this.#under = place;
    const [row, column] = this.#cursor.at;
    const at = place ?? (this.#cursor.focused ? this.#reached(row, column) : null);
    this.#point(this.#cellAt(at), at);
  }

  get element() {
    return this.#drawing.element;
  }
  get focused() {
    return this.#cursor.focused;
  }
  /** The place of the cursor. */
  get at() {
    return this.#cursor.at;
  }
  /** Lays cells out; the canvas covers them, or `size` [width, height] pixels. Returns its cleared 2D context. @param {Layout} layout */
  lay({ left = 0, top = 0, gapX = 0, gapY = 0, count = Infinity, ...layout }, size = null) {
    this.#now = { left, top, gapX, gapY, count, ...layout };
    this.#ready = true;
    Object.assign(this.#drawing.element.style, { left: `${left}px`, top: `${top}px` });
    const { rows, columns, width: wide, height: high } = layout;
    const [width, height] = size ?? [columns * (wide + gapX) - gapX, rows * (high + gapY) - gapY];
    return this.#drawing.size(width, height);
  }
  /** Returns where a cell is on the canvas. */
  box(row, column) {
    const { x, y } = this.#box(row, column);
    const { left, top, width, height } = this.#now;
    return { x: x - left, y: y - top, width, height };
  }
  /** Draws a ring `inset` pixels inside a cell's edge, at least 3 pixels wide. */
  ring(row, column, name = "ink", thick = 1.5, inset = 0.5) {
    const { x, y, width, height } = this.box(row, column);
    const { context } = this.#drawing;
    context.strokeStyle = colour(name);
    context.lineWidth = thick;
    context.strokeRect(x + inset, y + inset, Math.max(width - 2 * inset, 3), Math.max(height - 2 * inset, 3));
  }
  /** Draws a ring around a whole row. */
  ringRow(row, name = "chosen", thick = 2) {
    const { y, height } = this.box(row, 0);
    const { columns, width, gapX } = this.#now;
    const { context } = this.#drawing;
    context.strokeStyle = colour(name);
    context.lineWidth = thick;
    context.strokeRect(1, y + 0.5, columns * (width + gapX) - 2, Math.max(height - 1, 3));
  }
  /** Draws lines of paper between cells, or between rows alone, where these are at least 6 pixels wide or high. */
  rule({ rows: rowsAlone = false } = {}) {
    const { context } = this.#drawing;
    const { rows, columns, width, height } = this.#now;
    context.fillStyle = colour("paper");
    if (height >= LEAST) for (let r = 1; r < rows; r++) context.fillRect(0, r * height - 0.5, columns * width, 1);
    if (rowsAlone || width < LEAST) return;
    for (let c = 1; c < columns; c++) context.fillRect(c * width - 0.5, 0, 1, rows * height);
  }
  /** Writes text in the middle of a cell. */
  write(text, row, column, name = "ink", font = 11) {
    const { x, y, width, height } = this.box(row, column);
    const { context } = this.#drawing;
    Object.assign(context, {
      textAlign: "center",
      textBaseline: "middle",
      font: `${font}px ${fontFamily()}`,
      fillStyle: colour(name),
    });
    context.fillText(text, x + width / 2, y + height / 2 + 0.5);
  }
  /** Moves the cursor along with the data, except under the reader's focus: there the cell is read again. */
  follow(row, column) {
    if (this.#cursor.focused) this.#cursor.refresh();
    else this.#cursor.place(row, column);
  }
  /** Moves the cursor to a cell, also under the reader's focus. */
  place(row, column) {
    this.#cursor.place(row, column);
  }
}

/** Writes on a cell's element what the cell is and how it comes about. */
function mark(element, cell) {
  if (cell) Object.assign(element.dataset, { cell: cellName(cell), origin: originOf(cell) });
}
