// A square of queries (rows) and keys (columns): a picture, names where they fit, and a way in for the keyboard.
import { colour } from "../lib/colour.js";
import { become, h, unchanged } from "../lib/dom.js";
import { canvas, paint } from "../lib/heat.js";
import { cursor } from "./cursor.js";
import { token } from "./token.js";

export const LABEL = 88; // room for the queries' names, left
const NAMED = 14; // from this cell size on every row and column has its name
const WIDEST = 36; // a cell

/** The side of a square of n cells in `room` pixels: whole pixels a cell, unless too much room would be left over. */
export function sideIn(room, n) {
  const whole = n * Math.min(WIDEST, Math.floor(room / n));
  return Math.max(8, whole > 0.85 * room || room / n > 6 ? whole : Math.floor(room));
}

/**
 * Adds one to `host`. label: what it shows; read(query, key): a cell in words; take(query, key): the reader's choice;
 * over(cell or null): the one under the pointer.
 */
export function matrix(host, { label, read, take, over }) {
  const element = h("div", { class: "matrix" });
  const [queries, keys] = [h("div", { class: "queries" }), h("div", { class: "keys" })];
  element.append(queries, keys);
  host.append(element);
  const drawing = canvas(element);
  const same = unchanged();
  let now = { n: 1, side: 8, left: 0, top: 16, labels: [""] };
  let under = null;
  const cell = () => now.side / now.n;

  const pointer = cursor(element, {
    label,
    size: () => [now.n, now.n],
    box: (query, key) => ({
      x: now.left + key * cell(),
      y: now.top + query * cell(),
      width: Math.max(4, cell()),
      height: Math.max(4, cell()),
    }),
    read,
    move: take,
    enter: take,
  });
  const locate = (event) => {
    const box = drawing.element.getBoundingClientRect();
    const [key, query] = [event.clientX - box.left, event.clientY - box.top].map((px) => Math.floor(px / cell()));
    return query >= 0 && key >= 0 && query < now.n && key < now.n ? { query, key } : null;
  };
  const move = (at) => {
    if (at?.query === under?.query && at?.key === under?.key) return;
    under = at;
    over(at);
  };
  element.addEventListener("pointermove", (event) => move(locate(event)));
  element.addEventListener("pointerleave", () => move(null));
  element.addEventListener("click", (event) => {
    const at = locate(event);
    if (at) take(at.query, at.key);
  });

  return {
    element,
    get focused() {
      return pointer.focused;
    },
    /**
     * labels; side: of the square in CSS pixels; names: whether the queries' names stand left of it;
     * images: [{image, alpha}] one over the other; row: the chosen query; query, key: the opened cell;
     * near: the query under the pointer elsewhere; rows: [first, last] where several are chosen; cover(context, cell);
     * lit: {query, key, last} that a formula's part stands for, null for a whole row or column, `last` of several queries.
     */
    draw({ labels, side, names, images, row, query, key, near = null, rows = null, cover = null, lit = null }) {
      // What covers it moves from step to step.
      if (cover) same.forget();
      else if (
        same(
          labels,
          side,
          names,
          row,
          query,
          key,
          near,
          String(rows),
          lit?.query,
          lit?.key,
          lit?.last,
          ...images.flatMap(({ image, alpha }) => [image, alpha]),
        )
      )
        return;
      const n = labels.length;
      const size = side / n;
      const named = size >= NAMED;
      const short = labels.every((label) => [...label].length <= 2); // such names need not lie on their side
      now = { n, side, labels, short, left: names ? LABEL : 0, top: named ? (short ? 24 : 56) : 20 };
      Object.assign(element.style, { width: `${now.left + side}px`, height: `${now.top + side}px` });
      Object.assign(drawing.element.style, { left: `${now.left}px`, top: `${now.top}px` });
      const context = drawing.size(side, side);
      for (const { image, alpha } of images) {
        context.globalAlpha = alpha ?? 1;
        paint(context, image, 0, 0, side, side);
      }
      context.globalAlpha = 1;
      if (size >= 6) {
        context.fillStyle = colour("paper");
        for (let i = 1; i < n; i++) {
          context.fillRect(i * size - 0.5, 0, 1, side);
          context.fillRect(0, i * size - 0.5, side, 1);
        }
      }
      if (cover) cover(context, size);
      context.lineWidth = 1.5;
      context.strokeStyle = colour("chosen");
      const [first, last] = rows ?? [row, row];
      const height = Math.max((last - first + 1) * size - 0.5, 3);
      context.strokeRect(0.75, Math.min(first * size + 0.25, side - height - 0.75), side - 1.5, height);
      context.strokeStyle = colour("ink");
      context.strokeRect(key * size + 0.5, query * size + 0.5, Math.max(size - 1, 3), Math.max(size - 1, 3));
      if (lit) outline(context, size, lit);
      drawNames(named, size, names, query, key, near);
      if (!pointer.focused) pointer.place(query, key);
      else pointer.refresh();
    },
  };

  function outline(context, size, { query = null, key = null, last = query }) {
    const [x, wide] = key === null ? [0, now.side] : [key * size, size];
    const [y, high] = query === null ? [0, now.side] : [query * size, (last - query + 1) * size];
    context.lineWidth = 3;
    context.strokeStyle = colour("ink");
    context.strokeRect(x + 1.5, y + 1.5, Math.max(wide - 3, 2), Math.max(high - 3, 2));
  }

  function drawNames(named, size, names, query, key, near) {
    const { n, side, top, left, labels, short } = now;
    const all = [...Array(n).keys()];
    const make = (index, active, name) => {
      const element = token(labels[index]);
      element.classList.add("name");
      element.classList.toggle("is-near", index === near);
      element.classList.toggle(`is-${name}`, active);
      return element;
    };
    become(
      queries,
      ...(names ? (named ? all : [query]) : []).map((i) => {
        const element = make(i, i === query, "query");
        element.style.top = `${top + Math.max(0, Math.min(side - 16, i * size + size / 2 - 8))}px`;
        return element;
      }),
    );
    const upright = named && !short;
    become(
      keys,
      ...(named ? all : [key]).map((i) => {
        const element = make(i, i === key, "key");
        element.classList.toggle("upright", upright);
        element.classList.toggle("short", named && !upright);
        const middle = left + (i + 0.5) * size;
        if (named)
          Object.assign(element.style, {
            left: `${middle - (upright ? 8 : 16)}px`,
            top: upright ? null : `${top - 20}px`,
          });
        // The only name stays over the matrix: on the right half it ends at its column.
        else if (i * 2 < n) element.style.left = `${left + i * size}px`;
        else Object.assign(element.style, { left: "auto", right: `${Math.max(0, side - (i + 1) * size)}px` });
        return element;
      }),
    );
  }
}
