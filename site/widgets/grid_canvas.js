// Cells on a canvas: the pixels, what is under the pointer, the keyboard's and the screen reader's way in, the ring around a cell.
import { colour } from "../lib/colour.js";
import { fontFamily } from "../lib/dom.js";
import { canvas } from "../lib/heat.js";
import { cellName, originOf } from "./cell.js";
import { cursor } from "./cursor.js";

const LEAST = 6; // pixels of a cell that has lines around it

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
 * @property {number} [count] of cells, where they fill a line after the other and the last line is not full
 *
 * @typedef {[number, number]} Place row and column of a cell
 */

/**
 * Adds a canvas and its cursor to `host`.
 * @template {import("./cell.js").Cell} C
 * @param {HTMLElement} host
 * @param {object} options
 * @param {string} options.label of the grid, for a screen reader
 * @param {(row: number, column: number) => C | null} options.cell the cell there
 * @param {(cell: C | null, place: Place | null) => void} [options.point] another cell is under the pointer or in focus, null for none
 * @param {(cell: C, place: Place, key: string) => void} [options.choose] the reader takes a cell; key: "click", "Enter" or " "
 * @param {((cell: C, place: Place) => void) | null} [options.move] the keyboard came to a cell: it is taken too, where this is left out; null: it
 *   is only pointed at
 * @param {(x: number, y: number) => Place | null} [options.locate] what is under a point of the host, where cells are no plain grid
 * @param {(row: number, column: number) => {x: number, y: number, width: number, height: number}} [options.box] and where a cell is
 */
export function gridCanvas(
  host,
  { label, cell, point = () => {}, choose = () => {}, move = (cell, place) => choose(cell, place, "move"), locate, box },
) {
  const drawing = canvas(host);
  /** @type {Required<Layout>} */
  let now = { rows: 1, columns: 1, width: 1, height: 1, left: 0, top: 0, gapX: 0, gapY: 0, count: 1 };
  /** @type {Place | null} */
  let under = null; // the place under the pointer
  let ready = false; // cells can be asked for

  const plainBox = (row, column) => ({
    x: now.left + column * (now.width + now.gapX),
    y: now.top + row * (now.height + now.gapY),
    width: Math.max(3, now.width),
    height: Math.max(3, now.height),
  });
  /** @returns {Place | null} */
  function plainLocate(x, y) {
    const column = Math.floor((x - now.left) / (now.width + now.gapX));
    const row = Math.floor((y - now.top) / (now.height + now.gapY));
    return row >= 0 && column >= 0 && row < now.rows && column < now.columns ? [row, column] : null;
  }
  const boxOf = box ?? plainBox;
  /** @param {Place} place */
  const within = ([row, column]) => row * now.columns + column < now.count;
  /** @param {Place | null} place */
  const cellAt = (place) => (ready && place && within(place) ? cell(place[0], place[1]) : null);
  /** Where the keyboard is: beyond the last cell, on that. @returns {Place} */
  const reached = (row, column) =>
    within([row, column]) ? [row, column] : [Math.floor((now.count - 1) / now.columns), (now.count - 1) % now.columns];

  const pointer = cursor(host, {
    label,
    size: () => [now.rows, now.columns],
    box: boxOf,
    read: (row, column) => cellAt(reached(row, column))?.text ?? "",
    mark(element, row, column) {
      const found = cellAt(reached(row, column));
      if (found) Object.assign(element.dataset, { cell: cellName(found), origin: originOf(found) });
    },
    move(row, column) {
      const place = reached(row, column);
      const found = cellAt(place);
      point(found, found && place);
      if (found && move) move(found, place);
    },
    enter(row, column, key) {
      const place = reached(row, column);
      const found = cellAt(place);
      if (found) choose(found, place, key);
    },
  });
  // A step puts a new element in the old one's place: only a focus that has left counts.
  host.addEventListener("focusout", () => requestAnimationFrame(() => pointer.focused || under || point(null, null)));

  const placeOf = (event) => {
    const { left, top } = host.getBoundingClientRect();
    const place = ready ? (locate ?? plainLocate)(event.clientX - left, event.clientY - top) : null;
    return place && within(place) ? place : null;
  };
  const look = (place) => {
    if (String(place) === String(under)) return;
    under = place;
    const at = under ?? (pointer.focused ? reached(pointer.at[0], pointer.at[1]) : null);
    point(cellAt(at), at);
  };
  host.addEventListener("pointermove", (event) => event.pointerType !== "touch" && look(placeOf(event)));
  host.addEventListener("pointerleave", () => look(null));
  host.addEventListener("click", (event) => {
    const place = placeOf(event);
    const found = cellAt(place);
    if (found) choose(found, place, "click");
  });

  return {
    /** The canvas. */
    element: drawing.element,
    get focused() {
      return pointer.focused;
    },
    /** The place of the cursor. */
    get at() {
      return pointer.at;
    },
    /** Lays cells out; the canvas covers them, or `size` [width, height] pixels. @param {Layout} layout -> its cleared 2D context. */
    lay({ left = 0, top = 0, gapX = 0, gapY = 0, count = Infinity, ...layout }, size = null) {
      now = { left, top, gapX, gapY, count, ...layout };
      ready = true;
      Object.assign(drawing.element.style, { left: `${left}px`, top: `${top}px` });
      const [width, height] = size ?? [now.columns * (now.width + gapX) - gapX, now.rows * (now.height + gapY) - gapY];
      return drawing.size(width, height);
    },
    /** Where a cell is on the canvas. */
    box(row, column) {
      const { x, y } = boxOf(row, column);
      return { x: x - now.left, y: y - now.top, width: now.width, height: now.height };
    },
    /** A ring `inset` pixels inside a cell's edge, at least 3 pixels wide. */
    ring(row, column, name = "ink", thick = 1.5, inset = 0.5) {
      const { x, y, width, height } = this.box(row, column);
      const { context } = drawing;
      context.strokeStyle = colour(name);
      context.lineWidth = thick;
      context.strokeRect(x + inset, y + inset, Math.max(width - 2 * inset, 3), Math.max(height - 2 * inset, 3));
    },
    /** The same around a whole row. */
    ringRow(row, name = "chosen", thick = 2) {
      const { y, height } = this.box(row, 0);
      const { context } = drawing;
      context.strokeStyle = colour(name);
      context.lineWidth = thick;
      context.strokeRect(1, y + 0.5, now.columns * (now.width + now.gapX) - 2, Math.max(height - 1, 3));
    },
    /** Lines of paper between cells, or between rows alone, where these are at least 6 pixels wide or high. */
    rule({ rows: rowsAlone = false } = {}) {
      const { context } = drawing;
      const [wide, high] = [now.columns * now.width, now.rows * now.height];
      context.fillStyle = colour("paper");
      if (now.height >= LEAST) for (let r = 1; r < now.rows; r++) context.fillRect(0, r * now.height - 0.5, wide, 1);
      if (rowsAlone || now.width < LEAST) return;
      for (let c = 1; c < now.columns; c++) context.fillRect(c * now.width - 0.5, 0, 1, high);
    },
    /** Text in a cell's middle. */
    write(text, row, column, name = "ink", font = 11) {
      const { x, y, width, height } = this.box(row, column);
      const { context } = drawing;
      Object.assign(context, {
        textAlign: "center",
        textBaseline: "middle",
        font: `${font}px ${fontFamily()}`,
        fillStyle: colour(name),
      });
      context.fillText(text, x + width / 2, y + height / 2 + 0.5);
    },
    /** The cursor follows the data, unless the reader is there: then the cell is read again. */
    follow(row, column) {
      if (pointer.focused) pointer.refresh();
      else pointer.place(row, column);
    },
    /** The cursor goes to a cell, also under the reader. */
    place: (row, column) => pointer.place(row, column),
  };
}
