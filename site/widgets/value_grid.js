// Draws a value for every pair of a row and a column on a canvas, with the names of both beside it.
import { colour, onTheme, ramp } from "../lib/colour.js";
import { fontFamily, h, widthOf } from "../lib/dom.js";
import { frame } from "../lib/scheduler.js";
import { gridCanvas } from "./grid_canvas.js";

const [LEFT, TOP] = [64, 20]; // room for the names of rows and of columns
export const MAX_CELL_WIDTH = 56;
const CELL_HEIGHT = 28;
const NUMBER_WIDTH = 30; // a narrower cell has no room for any number
const BOTH_WIDTH = 50; // from this width on a cell has room for its number and a stroke
const FONTS = [11, 10, 9]; // px

/**
 * @typedef {object} Values
 * @property {number} rows
 * @property {number} columns
 * @property {(row: number, column: number) => number | null} value null: there is none yet
 * @property {"amount" | "signed"} kind from 0 to the limit, or as far to both sides of 0
 * @property {number} limit
 * @property {((value: number) => string) | null} [text] numbers in cells; none where this is left out
 * @property {(row: number) => string} rowName
 * @property {(column: number) => string | Node} columnName
 * @property {number} [nameWidth] of a column's name, px: where columns are narrower, not all are named
 * @property {number} [cellWidth] at most, px
 * @property {number} [cellHeight]
 * @property {[number, number] | null} [chosen]
 * @property {((row: number, column: number) => boolean) | null} [struck] cells with a stroke through them
 */

export class ValueGrid {
  /** @type {Values | null} */
  #now = null;
  #width = 1; // of a cell, with the line beside it
  #height = 1;
  #font = FONTS[0]; // of the numbers, px
  #at = [0, 0]; // where the keyboard was last

  /**
   * @param {HTMLElement} host
   * @param {{label: string, cell(row: number, column: number): import("./cell.js").Cell, choose(row: number, column: number): void,
   *   point?(cell: import("./cell.js").Cell | null): void}} options see widgets/grid_canvas.js
   */
  constructor(host, { label, cell, choose, point = () => {} }) {
    this.rowNames = h("div", { class: "map-rows", "aria-hidden": "true" });
    this.columnNames = h("div", { class: "map-columns", "aria-hidden": "true" });
    this.body = h("div", { class: "map-body" });
    this.element = h("div", { class: "map" }, this.columnNames, this.rowNames, this.body);
    host.append(this.element);
    this.grid = gridCanvas(this.body, {
      label,
      cell,
      point,
      choose: (_, [row, column]) => choose(row, column),
      move: (_, place) => {
        this.#at = place;
      },
      box: (row, column) => ({
        x: column * this.#width,
        y: row * this.#height,
        width: this.#width,
        height: this.#height,
      }),
    });
    this.redraw = frame(() => this.#paint());
    this.box = widthOf(this.element, this.redraw);
    onTheme(this.redraw);
  }

  /** The place of the keyboard's cursor: [row, column]. */
  get at() {
    return this.grid.at;
  }
  /** @param {Values} values */
  draw(values) {
    this.#now = values;
    this.redraw();
  }

  #paint() {
    const room = this.box.width - LEFT;
    if (!this.#now || room <= 0) return false; // the part is closed
    const { rows, columns, chosen = null } = this.#now;
    const context = this.#lay(room);
    const texts = this.#textsIn(context);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) this.#paintCell(context, row, column, texts?.[row][column] ?? "");
    }
    if (chosen) this.grid.ring(...chosen, "ink", 2, 1);
    this.#nameAll();
    const [row, column] = chosen ?? [Math.min(this.#at[0], rows - 1), Math.min(this.#at[1], columns - 1)];
    this.grid.follow(row, column);
  }

  #lay(room) {
    const { rows, columns, cellWidth = MAX_CELL_WIDTH, cellHeight = CELL_HEIGHT } = this.#now;
    const fits = Math.max(2, Math.min(cellWidth, room / columns));
    this.#width = fits > 6 ? Math.floor(fits) : fits;
    this.#height = cellHeight;
    const [width, height] = [this.#width * columns, this.#height * rows];
    Object.assign(this.body.style, { left: `${LEFT}px`, top: `${TOP}px`, width: `${width}px`, height: `${height}px` });
    this.element.style.height = `${TOP + height + 2}px`;
    const gapX = this.#width > 8 ? 1 : 0;
    const cell = { width: this.#width - gapX, height: this.#height - 1, gapX, gapY: 1 };
    return this.grid.lay({ rows, columns, ...cell }, [width, height]);
  }

  /** Returns the cells' numbers as texts, all in one size; null where one has no room: a few left out would seem to be no values. */
  #textsIn(context) {
    const { rows, columns, value, text } = this.#now;
    if (!text || this.#width < NUMBER_WIDTH) return null;
    const textOf = (row, column) => {
      const number = value(row, column);
      const crossed = this.#width < BOTH_WIDTH && this.#now.struck?.(row, column);
      return number === null || crossed ? "" : text(number);
    };
    const texts = Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => textOf(row, column)));
    const room = this.grid.box(0, 0).width - 1;
    const font = FONTS.find((size) => {
      context.font = `${size}px ${fontFamily()}`;
      return texts.flat().every((text) => context.measureText(text).width < room);
    });
    this.#font = font ?? this.#font;
    return font ? texts : null;
  }

  #paintCell(context, row, column, text) {
    const { value, kind, limit, struck } = this.#now;
    const { x, y, width, height } = this.grid.box(row, column);
    const number = value(row, column);
    const share = Math.abs(number) / limit;
    const ink = number !== null && share > (kind === "signed" ? 0.62 : 0.5) ? "paper" : "ink";
    context.fillStyle = number === null ? colour("raised") : shade(kind, number / limit);
    context.fillRect(x, y, width, height);
    if (text) this.grid.write(text, row, column, ink, this.#font);
    if (!struck?.(row, column)) return;
    const from = text ? x + width - 11 : x + 2; // beside a number, across an empty cell
    context.strokeStyle = colour(ink);
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(from, y + height - 3);
    context.lineTo(x + width - 3, y + 3);
    context.stroke();
  }

  #nameAll() {
    const { rows, columns, rowName, columnName, nameWidth = 20 } = this.#now;
    const name = (content, style) => {
      const element = h("span", { class: "map-name" }, content);
      Object.assign(element.style, style);
      return element;
    };
    const top = (row) => `${TOP + (row + 0.5) * this.#height - 8}px`;
    this.rowNames.replaceChildren(...Array.from({ length: rows }, (_, row) => name(rowName(row), { top: top(row) })));
    const every = Math.ceil(nameWidth / this.#width);
    const width = `${Math.min(every, columns) * this.#width}px`;
    this.columnNames.replaceChildren(
      ...Array.from({ length: Math.ceil(columns / every) }, (_, i) =>
        name(columnName(i * every), { left: `${LEFT + i * every * this.#width}px`, width }),
      ),
    );
  }
}

/** Returns the colour for a share of the limit. */
function shade(kind, share) {
  const pixel = ramp(kind)[Math.max(0, Math.min(255, Math.round((kind === "signed" ? (share + 1) / 2 : share) * 255)))];
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}
