// Vectors of one width as strips, one below the other, and a lens on some of their entries with the numbers printed.
import { colour, fit, ramp } from "../lib/colour.js";
import { cursor } from "./cursor.js";
import { attribute, become, h, setText } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { frame } from "../lib/scheduler.js";
import { canvas, paint, picture } from "../lib/heat.js";
import { legend } from "./note.js";
import strings from "../strings/index.js";

/** Room for the names, left of what is drawn. */
export const labelRoom = (width) => (width < 600 ? 80 : 96);
const [HEIGHT, GAP] = [18, 10];
const CELL = 68; // width in the lens of the longest number there can be, such as −1.23e−10
const MOST = 16; // entries in the lens

/**
 * options: label; read(row, entry) -> text of one cell for a screen reader; look(entry): the entry under the pointer
 * or the chosen one has changed; choose(entry): the reader takes one;
 * ties: of the formulas whose parts are tied to the rows, by their numbers (ties.js), if there are any.
 * -> {entry, point(entry, row), draw({rows, entry, borders, width})}. rows: [{name, values, group, sign, meaning}]: rows of
 * one group share a scale and the legend names it; sign ("+", "=", "×") stands before the name; meaning is a colour's name.
 * borders: entries at which something new begins (heads).
 */
export function strips(host, { label, read, look, choose, ties }) {
  const figure = h("div", { class: "vec" });
  const names = h("div");
  const previous = h("button", { type: "button", class: "step", text: "‹", "aria-label": strings.strips.previous });
  const next = h("button", { type: "button", class: "step", text: "›", "aria-label": strings.strips.next });
  const where = h("span", { class: "head-small" });
  const table = h("table", { class: "lens", "aria-hidden": "true" });
  const legends = h("div", { class: "strip-legends" });
  host.append(figure, h("div", { class: "lens-head" }, where, previous, next), table, legends);
  figure.append(names);
  const drawing = canvas(figure);
  let shown = null;
  let peek = null; // the entry under the pointer
  let limits = new Map(); // group -> its scale
  const size = { label: 96, strip: 1, page: MOST, cell: CELL };
  let lit = null; // the row under the pointer, here or in a formula
  const images = []; // {of: row, canvas} by their places: to make a canvas takes longer than to draw into it
  let lens = { key: null }; // its cells
  let page = null; // of the lens: turned by its buttons, otherwise where the entry is

  const N = () => shown.rows[0].values.length;
  const entry = () => Math.min(peek ?? shown.entry, N() - 1);
  const top = (row) => row * (HEIGHT + GAP);
  const x = (at) => (at / N()) * size.strip;

  const pointer = cursor(figure, {
    label,
    size: () => [shown.rows.length, N()],
    box: (row, col) => ({ x: size.label + x(col), y: top(row), width: Math.max(3, size.strip / N()), height: HEIGHT }),
    read,
    move(row, col) {
      lit = row;
      if (col !== shown.entry) return take(col);
      paintAll();
      tell();
    },
    enter: (_row, col) => take(col),
  });
  // A step puts a new cell in the old one's place: only a focus that has left the figure counts.
  figure.addEventListener("focusout", () => requestAnimationFrame(() => pointer.focused || point(peek, null)));
  function take(at) {
    peek = page = null;
    shown.entry = at;
    choose(at);
    paintAll();
    tell();
  }
  const turn = (by) => {
    const pages = Math.ceil(N() / size.page);
    page = Math.max(0, Math.min(pages - 1, (page ?? Math.floor(entry() / size.page)) + by));
    paintAll();
  };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));

  function paintAll() {
    const { rows, borders = [] } = shown;
    const context = drawing.size(size.strip, top(rows.length) - GAP + 4);
    rows.forEach((row, at) => {
      if (row.width !== size.strip || images[at]?.of !== row) row.image = null;
      row.width = size.strip;
      const options = {
        kind: "signed",
        limit: limits.get(row.group).limit,
        maxCols: size.strip * Math.min(3, devicePixelRatio || 1),
      };
      row.image ??= picture(row.values, 1, N(), options, images[at]?.canvas);
      images[at] = { of: row, canvas: row.image };
      paint(context, row.image, 0, top(at), size.strip, HEIGHT);
      if (size.strip / N() >= 6) {
        context.fillStyle = colour("paper");
        for (let i = 1; i < N(); i++) context.fillRect(x(i) - 0.5, top(at), 1, HEIGHT);
      }
      context.fillStyle = context.strokeStyle = colour("ink");
      if (at === lit) context.strokeRect(0.5, top(at) + 0.5, size.strip - 1, HEIGHT - 1);
      for (const border of borders) context.fillRect(x(border) - 0.5, top(at) - 2, 1, HEIGHT + 4);
    });
    // The entry: a line through the gaps; the lens: a bracket under every strip.
    const now = entry();
    const from = (page ?? Math.floor(now / size.page)) * size.page;
    const to = Math.min(N(), from + size.page);
    const wide = Math.max(2, size.strip / N());
    rows.forEach((_, at) => {
      context.fillStyle = colour("control");
      context.fillRect(x(from), top(at) + HEIGHT + 1, x(to) - x(from), 1);
      context.fillStyle = colour("ink");
      context.fillRect(x(now + 0.5) - wide / 2, top(at) + HEIGHT, wide, 3);
    });
    context.lineWidth = 1;
    context.strokeStyle = colour("ink");
    if (wide >= 4) rows.forEach((_, at) => context.strokeRect(x(now) + 0.5, top(at) + 0.5, wide - 1, HEIGHT - 1));
    drawLens(from, to, now);
    // A button that is disabled loses the focus; turn() goes no further than there are pages.
    attribute(previous, "aria-disabled", from === 0);
    attribute(next, "aria-disabled", to === N());
    where.textContent = strings.strips.lens(from + 1, to, N());
  }

  /** Cells stay while the same entries of the same rows are shown: to change a hundred texts takes less than to compare nodes. */
  function drawLens(from, to, now) {
    const entries = Array.from({ length: to - from }, (_, i) => from + i);
    const key = `${from}/${to}/${shown.rows.map(({ name, sign, meaning }) => [name, sign, meaning]).join("/")}`;
    if (key !== lens.key) lens = newLens(key, entries);
    const levels = ramp("signed");
    shown.rows.forEach((row, index) => {
      lens.rows[index].line.classList.toggle("lit", index === lit);
      const { limit } = limits.get(row.group);
      entries.forEach((at, i) => {
        const cell = lens.rows[index].cells[i];
        setText(cell.value, number(row.values[at]));
        const level = Math.max(0, Math.min(255, Math.round(((row.values[at] / limit + 1) / 2) * 255)));
        const shade = levels[level];
        if (cell.shade === shade) return;
        cell.shade = shade;
        cell.swatch.style.background = `rgb(${shade & 255} ${(shade >> 8) & 255} ${(shade >> 16) & 255})`;
      });
    });
    if (now === lens.now) return;
    lens.now = now;
    for (const cell of table.querySelectorAll("[data-entry]")) cell.classList.toggle("at", Number(cell.dataset.entry) === now);
  }
  function newLens(key, entries) {
    const rows = shown.rows.map((row) => {
      const cells = entries.map((at) => {
        const [swatch, value] = [h("i"), h("span")];
        return { at, swatch, value, shade: null };
      });
      const line = h(
        "tr",
        {},
        named(row, "th"),
        cells.map(({ at, swatch, value }) => h("td", { "data-entry": at }, swatch, value)),
      );
      return { line, cells };
    });
    const heads = entries.map((at) => h("td", { "data-entry": at, text: String(at + 1) }));
    table.replaceChildren(h("tr", {}, h("th", {}, strings.strips.entry), heads), ...rows.map(({ line }) => line));
    return { key, rows, now: null };
  }
  const named = (row, tag) =>
    h(
      tag,
      { class: row.meaning ? `is-${row.meaning}` : null },
      row.sign && h("span", { class: "strip-sign", text: row.sign }),
      row.name,
    );
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-entry]");
    if (cell) take(Number(cell.dataset.entry));
  });

  function tell() {
    look(entry());
    ties?.light(lit);
  }
  ties?.follow((key) => {
    const row = key === null || !(Number(key) < shown?.rows.length) ? null : Number(key);
    if (row === lit) return;
    lit = row;
    paintAll();
  });

  const locate = (event) => {
    const box = drawing.element.getBoundingClientRect();
    const found = Math.floor(((event.clientX - box.left) / size.strip) * N());
    const row = Math.floor((event.clientY - box.top) / (HEIGHT + GAP));
    return { entry: found >= 0 && found < N() ? found : null, row: row >= 0 && row < shown.rows.length ? row : null };
  };
  function point(entry, row) {
    if (!shown || (entry === peek && row === lit)) return;
    [peek, lit] = [entry, row];
    paintAll();
    tell();
  }
  figure.addEventListener("pointermove", (event) => {
    if (!shown || event.pointerType === "touch") return;
    const found = locate(event);
    if (found.entry !== peek) page = null;
    point(found.entry, found.row);
  });
  figure.addEventListener("pointerleave", () => point(null, null));
  table.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const cell = event.target.closest("[data-entry]");
    const line = (event.target.closest("tr")?.rowIndex ?? 0) - 1;
    page ??= Math.floor(entry() / size.page); // what is under the pointer stays there
    point(cell && Number(cell.dataset.entry), line < 0 ? null : line);
  });
  table.addEventListener("pointerleave", () => point(null, null));
  figure.addEventListener("click", (event) => {
    const found = shown ? locate(event).entry : null;
    if (found !== null) take(found);
  });

  const render = frame(() => {
    drawing.element.style.left = `${size.label}px`;
    host.style.setProperty("--label", `${size.label - 8}px`);
    host.style.setProperty("--cell", `${size.cell}px`);
    figure.style.height = `${top(shown.rows.length) - GAP + 4}px`;
    become(
      names,
      ...shown.rows.map((row, at) => {
        const element = named(row, "span");
        element.classList.add("strip-name");
        element.style.top = `${top(at) + 1}px`;
        return element;
      }),
    );
    const pooled = N() > size.strip * Math.min(3, devicePixelRatio || 1);
    become(
      legends,
      ...[...limits].map(([group, { limit, beyond, largest }]) => {
        const scale = legend();
        const more = [group, beyond && strings.vectors.beyond(beyond, number(largest))].filter(Boolean).join("; ");
        scale.show("signed", `\u2212${number(limit)}`, number(limit), more);
        return scale.element;
      }),
      ...(pooled ? [h("span", { class: "head-small", text: strings.strips.pooled })] : []),
    );
    paintAll();
    if (pointer.focused) pointer.refresh();
    else pointer.place(pointer.at[0], entry());
  }, host);

  return {
    get entry() {
      return entry();
    },
    /** The reader points at an entry, and a row, elsewhere; null for none. */
    point,
    /** Soon, see `frame`; `entry` is the new one at once. Width is the host's, read by the caller once for all that it draws. */
    draw({ width, ...next }) {
      if (shown?.entry !== next.entry) page = null;
      shown = next;
      size.label = labelRoom(width);
      size.strip = Math.max(96, width - size.label);
      // Few entries get whole pixels each, many fill the width.
      if (N() * 48 < size.strip) size.strip = N() * 48;
      size.page = Math.max(1, Math.min(MOST, N(), Math.floor((width - size.label) / CELL)));
      size.cell = Math.min(CELL + 12, Math.floor((width - size.label) / size.page));
      limits = new Map();
      for (const { group } of shown.rows) {
        if (limits.has(group)) continue;
        const all = shown.rows.filter((row) => row.group === group).map((row) => [...row.values]);
        limits.set(group, fit(Float32Array.from(all.flat())));
      }
      render();
    },
  };
}
