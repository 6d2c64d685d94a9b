// Vectors of one width as strips, one below the other, and a lens on some of their entries with the numbers printed.
import { colour, fit, ramp } from "../lib/colour.js";
import { attribute, become, h, setText, unchanged } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { paint, picture, sharpness } from "../lib/heat.js";
import { frame } from "../lib/scheduler.js";
import strings from "../strings/index.js";
import { gridCanvas } from "./grid_canvas.js";
import { legend } from "./note.js";

/** Room for the names, left of what is drawn. */
export const labelRoom = (width) => (width < 600 ? 80 : 96);
const [HEIGHT, GAP] = [18, 10];
const CELL = 68; // width in the lens of the longest number there can be, such as −1.23e−10
const MAX_IN_LENS = 16; // entries

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} [activation] of its cells (cell.js), where that is not its name
 * @property {ArrayLike<number> & Iterable<number>} values
 * @property {string} group rows of one group share a scale, and the legend names it
 * @property {string | null} [sign] stands before the name: "+", "=", "×"
 * @property {string} [meaning] a colour's name
 */

/**
 * options: label; text(row, entry): a cell in words; look(entry): the entry under the pointer or the chosen one has changed;
 * choose(entry): the reader takes one; links: the formulas' (formula_links.js) whose parts stand for the rows, by their numbers, if there
 * are any. -> {entry, point(entry, row), draw({rows, token, entry, borders, width})}; token: whose vectors they are; borders: entries at
 * which something new begins (heads).
 */
export function strips(host, { label, text, look, choose, links = null }) {
  const figure = h("div", { class: "vec" });
  const names = h("div");
  const lensHost = h("div");
  const legends = h("div", { class: "strip-legends" });
  figure.append(names);
  host.append(figure, lensHost, legends);
  let shown = null;
  let peek = null; // the entry under the pointer
  let limits = new Map(); // group -> its scale
  const size = { label: 96, strip: 1 };
  let lit = null; // the row under the pointer, here or in a formula
  const images = []; // {same, canvas} by the rows' places: to make a canvas takes longer than to draw into it

  const N = () => shown.rows[0].values.length;
  const entry = () => Math.min(peek ?? shown.entry, N() - 1);
  const top = (row) => row * (HEIGHT + GAP);
  const x = (at) => (at / N()) * size.strip;

  const cellOf = (row, key, at) => ({
    activation: row.activation ?? row.name,
    at: [shown.token, at],
    value: row.values[at],
    key,
    text: text(row, at),
  });
  const grid = gridCanvas(figure, {
    label,
    // Before the first entry, where the names stand, a row alone is pointed at. (The figure may begin within a pixel.)
    locate(px, py) {
      const [row, at] = [Math.max(0, Math.floor(py / (HEIGHT + GAP))), Math.floor(((px - size.label) / size.strip) * N())];
      return row < shown.rows.length ? [row, at >= 0 && at < N() ? at : -1] : null;
    },
    cell: (row, at) => (at < 0 ? null : cellOf(shown.rows[row], row, at)),
    point(_, place) {
      const [row, at] = place ?? [null, -1];
      if (at !== (peek ?? -1)) lens.turnTo(null);
      point(at < 0 ? null : at, row);
    },
    choose: (_, [, at]) => take(at),
  });
  const lens = lensOf(lensHost, { entry, paint: () => paintAll(), point: (at, row) => point(at, row), take: (at) => take(at) });

  function take(at) {
    peek = null;
    lens.turnTo(null);
    shown.entry = at;
    choose(at);
    paintAll();
    tell();
  }
  function tell() {
    look(entry());
    links?.light(lit);
  }
  function point(at, row) {
    if (!shown || (at === peek && row === lit)) return;
    [peek, lit] = [at, row];
    paintAll();
    tell();
  }
  links?.follow((key) => {
    const row = key === null || !(Number(key) < shown?.rows.length) ? null : Number(key);
    if (row === lit) return;
    lit = row;
    paintAll();
  });

  function paintAll() {
    const { rows } = shown;
    const layout = { rows: rows.length, columns: N(), width: size.strip / N(), height: HEIGHT, gapY: GAP, left: size.label };
    const context = grid.lay(layout, [size.strip, top(rows.length) - GAP + 4]);
    rows.forEach((row, at) => paintRow(context, row, at));
    const { from, to, now } = lens.place(N());
    paintEntry(context, rows, from, to, now);
    lens.draw(shown.rows, limits, { from, to, now, lit });
  }
  function imageOf({ values, group }, at) {
    const [{ limit }, maxCols] = [limits.get(group), size.strip * sharpness()];
    images[at] ??= { same: unchanged() };
    if (!images[at].same(values, limit, maxCols, ramp("signed"))) {
      images[at].canvas = picture(values, 1, N(), { kind: "signed", limit, maxCols }, images[at].canvas);
    }
    return images[at].canvas;
  }
  function paintRow(context, row, at) {
    paint(context, imageOf(row, at), 0, top(at), size.strip, HEIGHT);
    if (size.strip / N() >= 6) {
      context.fillStyle = colour("paper");
      for (let i = 1; i < N(); i++) context.fillRect(x(i) - 0.5, top(at), 1, HEIGHT);
    }
    context.fillStyle = context.strokeStyle = colour("ink");
    if (at === lit) context.strokeRect(0.5, top(at) + 0.5, size.strip - 1, HEIGHT - 1);
    for (const border of shown.borders ?? []) context.fillRect(x(border) - 0.5, top(at) - 2, 1, HEIGHT + 4);
  }
  /** The entry: a line through the gaps; the lens: a bracket under every strip. */
  function paintEntry(context, rows, from, to, now) {
    const wide = Math.max(2, size.strip / N());
    context.lineWidth = 1;
    context.strokeStyle = colour("ink");
    rows.forEach((_, at) => {
      context.fillStyle = colour("control");
      context.fillRect(x(from), top(at) + HEIGHT + 1, x(to) - x(from), 1);
      context.fillStyle = colour("ink");
      context.fillRect(x(now + 0.5) - wide / 2, top(at) + HEIGHT, wide, 3);
      if (wide >= 4) context.strokeRect(x(now) + 0.5, top(at) + 0.5, wide - 1, HEIGHT - 1);
    });
  }

  const render = frame(() => {
    host.style.setProperty("--label", `${size.label - 8}px`);
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
    become(
      legends,
      ...[...limits].map(([group, scale]) => scaleOf(group, scale)),
      ...(pooled() ? [h("span", { class: "head-small", text: strings.strips.pooled })] : []),
    );
    paintAll();
    grid.follow(grid.at[0], entry());
  }, host);
  const pooled = () => N() > size.strip * sharpness();

  return {
    get entry() {
      return entry();
    },
    /** The reader points at an entry, and a row, elsewhere; null for none. */
    point,
    /** Soon, see `frame`; `entry` is the new one at once. Width is the host's, read by the caller once for all that it draws. */
    draw({ width, ...next }) {
      const entry = Math.min(next.entry, next.rows[0].values.length - 1);
      if (shown?.entry !== entry) lens.turnTo(null);
      shown = { ...next, entry };
      size.label = labelRoom(width);
      size.strip = Math.max(96, width - size.label);
      // Few entries get whole pixels each, many fill the width.
      if (N() * 48 < size.strip) size.strip = N() * 48;
      lens.fit(width - size.label, N(), host);
      limits = limitsOf(shown.rows);
      render();
    },
  };
}

/** A scale for every group of rows. */
function limitsOf(rows) {
  const groups = Map.groupBy ? Map.groupBy(rows, ({ group }) => group) : grouped(rows);
  return new Map([...groups].map(([group, some]) => [group, fit(Float32Array.from(some.flatMap(({ values }) => [...values])))]));
}
function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return groups;
}
function scaleOf(group, { limit, beyond, largest }) {
  const scale = legend();
  const more = [group, beyond && strings.vectors.beyond(beyond, number(largest))].filter(Boolean).join("; ");
  scale.show("signed", `\u2212${number(limit)}`, number(limit), more);
  return scale.element;
}
const named = (row, tag) =>
  h(
    tag,
    { class: row.meaning ? `is-${row.meaning}` : null },
    row.sign && h("span", { class: "strip-sign", text: row.sign }),
    row.name,
  );

/**
 * The lens: a page of entries with their numbers, which the reader turns; else it is where the entry is. entry() -> the entry now;
 * paint(): it was turned; point(entry, row): under the pointer; take(entry).
 */
function lensOf(host, { entry, paint, point, take }) {
  const button = (text, name, by) =>
    h("button", { type: "button", class: "step", text, "aria-label": name, onclick: () => turn(by) });
  const [previous, next] = [button("‹", strings.strips.previous, -1), button("›", strings.strips.next, 1)];
  const where = h("span", { class: "head-small" });
  const table = h("table", { class: "lens", "aria-hidden": "true" });
  host.append(h("div", { class: "lens-head" }, where, previous, next), table);
  let page = null; // turned to, null: where the entry is
  let size = MAX_IN_LENS; // entries on a page
  let N = 1;
  let cells = { key: null }; // made once for the same entries of the same rows

  function turn(by) {
    const pages = Math.ceil(N / size);
    page = Math.max(0, Math.min(pages - 1, (page ?? Math.floor(entry() / size)) + by));
    paint();
  }
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-entry]");
    if (cell) take(Number(cell.dataset.entry));
  });
  table.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const cell = event.target.closest("[data-entry]");
    const line = (event.target.closest("tr")?.rowIndex ?? 0) - 1;
    page ??= Math.floor(entry() / size); // what is under the pointer stays there
    point(cell && Number(cell.dataset.entry), line < 0 ? null : line);
  });
  table.addEventListener("pointerleave", () => point(null, null));

  function make(key, rows, entries) {
    const made = rows.map((row) => {
      const line = entries.map((at) => ({ at, swatch: h("i"), value: h("span"), shade: null }));
      const element = h(
        "tr",
        {},
        named(row, "th"),
        line.map(({ at, swatch, value }) => h("td", { "data-entry": at }, swatch, value)),
      );
      return { element, cells: line };
    });
    const heads = entries.map((at) => h("td", { "data-entry": at, text: String(at + 1) }));
    table.replaceChildren(h("tr", {}, h("th", {}, strings.strips.entry), heads), ...made.map(({ element }) => element));
    return { key, rows: made, now: null };
  }
  /** Cells stay while the same entries are shown: to change a hundred texts takes less than to compare nodes. */
  function fill(rows, limits, entries) {
    const levels = ramp("signed");
    rows.forEach((row, index) => {
      const { limit } = limits.get(row.group);
      entries.forEach((at, i) => {
        const cell = cells.rows[index].cells[i];
        setText(cell.value, number(row.values[at]));
        const shade = levels[Math.max(0, Math.min(255, Math.round(((row.values[at] / limit + 1) / 2) * 255)))];
        if (cell.shade === shade) return;
        cell.shade = shade;
        cell.swatch.style.background = `rgb(${shade & 255} ${(shade >> 8) & 255} ${(shade >> 16) & 255})`;
      });
    });
  }

  return {
    turnTo(to) {
      page = to;
    },
    /** As many entries as fit into `room` pixels. */
    fit(room, all, element) {
      N = all;
      size = Math.max(1, Math.min(MAX_IN_LENS, N, Math.floor(room / CELL)));
      element.style.setProperty("--cell", `${Math.min(CELL + 12, Math.floor(room / size))}px`);
    },
    /** The entries it shows. */
    place(all) {
      N = all;
      const now = entry();
      const from = (page ?? Math.floor(now / size)) * size;
      return { from, to: Math.min(N, from + size), now };
    },
    draw(rows, limits, { from, to, now, lit }) {
      const entries = Array.from({ length: to - from }, (_, i) => from + i);
      const key = `${from}/${to}/${rows.map(({ name, sign, meaning }) => [name, sign, meaning]).join("/")}`;
      if (key !== cells.key) cells = make(key, rows, entries);
      fill(rows, limits, entries);
      cells.rows.forEach(({ element }, index) => element.classList.toggle("lit", index === lit));
      // A button that is disabled loses the focus; turn() goes no further than there are pages.
      attribute(previous, "aria-disabled", from === 0);
      attribute(next, "aria-disabled", to === N);
      where.textContent = strings.strips.lens(from + 1, to, N);
      if (now === cells.now) return;
      cells.now = now;
      for (const cell of table.querySelectorAll("[data-entry]")) cell.classList.toggle("at", Number(cell.dataset.entry) === now);
    },
  };
}
