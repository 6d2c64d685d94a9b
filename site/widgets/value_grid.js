// A map: a value for every pair of a row and a column, on canvas, readable cell by cell.

import { colour, onTheme, ramp } from "../lib/colour.js";
import { fontFamily, h, widthOf } from "../lib/dom.js";
import { canvas } from "../lib/heat.js";
import { frame } from "../lib/scheduler.js";
import { cursor } from "./cursor.js";

const [NAMES, HEAD] = [64, 20];
const [WIDEST, TALLEST] = [56, 28];
const ROOM = 30; // less is too narrow for any number
const FONTS = [11, 10, 9]; // px
const BOTH = 50; // from this width on a cell has room for its number and a stroke

/**
 * label: of the grid; read(row, col): a cell in words; enter(row, col): the reader chooses it; hover([row, col] or null).
 */
export function map(host, { label, read, enter, hover = () => {} }) {
  const element = h("div", { class: "map" });
  host.append(element);
  const [rows, columns] = [
    h("div", { class: "map-rows", "aria-hidden": "true" }),
    h("div", { class: "map-columns", "aria-hidden": "true" }),
  ];
  const body = h("div", { class: "map-body" });
  element.append(columns, rows, body);
  const drawing = canvas(body);
  const box = widthOf(element, () => draw());
  let now = null;
  let size = { w: 1, h: 1 };
  let at = [0, 0];

  const pointer = cursor(body, {
    label,
    size: () => [now?.rows ?? 1, now?.columns ?? 1],
    box: (row, col) => ({ x: col * size.w, y: row * size.h, width: size.w, height: size.h }),
    read,
    move: (row, col) => {
      at = [row, col];
      hover(at);
    },
    enter,
  });
  const under = (event) => {
    if (!now) return null;
    const { left, top } = body.getBoundingClientRect();
    const [row, col] = [Math.floor((event.clientY - top) / size.h), Math.floor((event.clientX - left) / size.w)];
    return row >= 0 && col >= 0 && row < now.rows && col < now.columns ? [row, col] : null;
  };
  body.addEventListener("pointermove", (event) => hover(under(event)));
  body.addEventListener("pointerleave", () => hover(pointer.focused ? at : null));
  body.addEventListener("click", (event) => {
    const cell = under(event);
    if (cell) enter(...cell);
  });

  const draw = frame(() => {
    if (!now) return false;
    const room = box.width - NAMES;
    if (room <= 0) return false; // closed
    size = {
      w: Math.max(2, Math.min(now.wide ?? WIDEST, room / now.columns)),
      h: now.tall ?? TALLEST,
    };
    if (size.w > 6) size.w = Math.floor(size.w);
    const [width, height] = [size.w * now.columns, size.h * now.rows];
    Object.assign(body.style, { left: `${NAMES}px`, top: `${HEAD}px`, width: `${width}px`, height: `${height}px` });
    element.style.height = `${HEAD + height + 2}px`;
    const context = drawing.size(width, height);
    const table = ramp(now.kind);
    const gap = size.w > 8 ? 1 : 0;
    const strong = (value) => Math.abs(value) / now.limit > (now.kind === "signed" ? 0.62 : 0.5);
    context.textAlign = "center";
    context.textBaseline = "middle";
    // All numbers in one size, or none: a few left out would seem to be nothing.
    const longest = (font) => {
      context.font = `${font}px ${fontFamily()}`;
      return Math.max(0, ...texts.flat().map((text) => context.measureText(text).width));
    };
    const struckOut = (row, col) => Boolean(now.struck?.(row, col)) && size.w < BOTH;
    const texts = Array.from({ length: now.rows }, (_, row) =>
      Array.from({ length: now.columns }, (_, col) => {
        const value = now.value(row, col);
        return now.quiet || size.w < ROOM || value === null || struckOut(row, col) ? "" : now.text(value);
      }),
    );
    const numbered = FONTS.some((font) => longest(font) < size.w - gap - 1);
    for (let row = 0; row < now.rows; row++) {
      for (let col = 0; col < now.columns; col++) {
        const [x, y] = [col * size.w, row * size.h];
        const value = now.value(row, col);
        const [w, tall] = [size.w - gap, size.h - 1];
        if (value === null) {
          context.fillStyle = colour("raised");
          context.fillRect(x, y, w, tall);
        } else {
          const share = now.kind === "signed" ? (value / now.limit + 1) / 2 : value / now.limit;
          const pixel = table[Math.max(0, Math.min(255, Math.round(share * 255)))];
          context.fillStyle = `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
          context.fillRect(x, y, w, tall);
          if (numbered) {
            context.fillStyle = colour(strong(value) ? "paper" : "ink");
            context.fillText(texts[row][col], x + w / 2, y + tall / 2 + 0.5);
          }
        }
        if (now.struck?.(row, col)) {
          // Beside a number, across an empty cell.
          const from = numbered && value !== null && !struckOut(row, col) ? x + w - 11 : x + 2;
          context.strokeStyle = colour(value !== null && strong(value) ? "paper" : "ink");
          context.lineWidth = 1.5;
          context.beginPath();
          context.moveTo(from, y + tall - 3);
          context.lineTo(x + w - 3, y + 3);
          context.stroke();
        }
      }
    }
    if (now.chosen) {
      const [row, col] = now.chosen;
      context.strokeStyle = colour("ink");
      context.lineWidth = 2;
      context.strokeRect(col * size.w + 1, row * size.h + 1, Math.max(2, size.w - gap - 2), size.h - 3);
    }
    names(width);
    if (pointer.focused) pointer.refresh();
    else pointer.place(...(now.chosen ?? [Math.min(at[0], now.rows - 1), Math.min(at[1], now.columns - 1)]));
  });

  function names(width) {
    rows.replaceChildren(
      ...Array.from({ length: now.rows }, (_, row) => {
        const name = h("span", { class: "map-name", text: now.rowName(row) });
        name.style.top = `${HEAD + row * size.h + size.h / 2 - 8}px`;
        return name;
      }),
    );
    const every = Math.ceil((now.nameWidth ?? 20) / size.w);
    columns.replaceChildren(
      ...Array.from({ length: Math.ceil(now.columns / every) }, (_, i) => {
        const name = h("span", { class: "map-name" }, now.columnName(i * every));
        Object.assign(name.style, { left: `${NAMES + i * every * size.w}px`, width: `${Math.min(every * size.w, width)}px` });
        return name;
      }),
    );
  }
  onTheme(draw);
  return {
    element,
    /** what: {rows, columns, value(row, col) or null, kind, limit, rowName(row), columnName(col), chosen, struck(row, col), quiet: no numbers in cells,
     * text(value): those numbers} */
    draw(what) {
      now = what;
      draw();
    },
    get at() {
      return at;
    },
  };
}
