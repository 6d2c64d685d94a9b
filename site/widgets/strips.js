// Draws vectors of one width as strips, one below the other, and a lens that prints the numbers of some entries.
import { colour, fit, ramp } from "../lib/colour.js";
import { morphChildren, h, unchanged } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { paint, picture, sharpness } from "../lib/heat.js";
import { frame } from "../lib/scheduler.js";
import strings from "../strings/index.js";
import { gridCanvas } from "./grid_canvas.js";
import { Lens, named } from "./lens.js";
import { beyondText, legend } from "./note.js";

/** Returns the room for the names, left of the strips. */
export const labelRoom = (width) => (width < 600 ? 80 : 96);
const [HEIGHT, GAP] = [18, 10];

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} [activation] of its cells (cell.js), where it differs from the name
 * @property {ArrayLike<number> & Iterable<number>} values
 * @property {string} group rows of one group share a scale, and the legend names it
 * @property {string | null} [sign] stands before the name: "+", "=", "×"
 * @property {string} [meaning] a colour's name
 */

/**
 * Adds strips to `host`. options: label; text(row, entry): a cell in words; look(entry): the entry under the pointer or the chosen one has
 * changed; choose(entry): the reader takes one; links: those of the formulas (formula_links.js) whose parts stand for the rows, by row
 * number, if there are any.
 */
export const strips = (host, options) => new Strips(host, options);

class Strips {
  #shown = null;
  #peek = null; // the entry under the pointer
  #lit = null; // the row under the pointer, here or in a formula
  #limits = new Map(); // group -> its scale
  #size = { label: 96, strip: 1 };
  #images = []; // {same, canvas} of each row: making a canvas takes longer than drawing into it

  constructor(host, { label, text, look, choose, links = null }) {
    this.host = host;
    this.text = text;
    this.look = look;
    this.choose = choose;
    this.links = links;
    this.figure = h("div", { class: "vec" });
    this.names = h("div");
    const lensHost = h("div");
    this.legends = h("div", { class: "strip-legends" });
    this.figure.append(this.names);
    host.append(this.figure, lensHost, this.legends);
    this.grid = gridCanvas(this.figure, {
      label,
      locate: (x, y) => this.#locate(x, y),
      cell: (row, at) => (at < 0 ? null : this.#cell(this.#shown.rows[row], row, at)),
      point: (_, place) => this.#pointAt(place),
      choose: (_, [, at]) => this.#chooseEntry(at),
    });
    this.lens = new Lens(lensHost, {
      entry: () => this.entry,
      paint: () => this.#paint(),
      point: (at, row) => this.point(at, row),
      choose: (at) => this.#chooseEntry(at),
    });
    links?.follow((symbol) => this.#follow(symbol));
    this.render = frame(() => this.#render(), host);
  }

  get #N() {
    return this.#shown.rows[0].values.length;
  }
  /** The entry under the pointer, else the chosen one. */
  get entry() {
    return Math.min(this.#peek ?? this.#shown.entry, this.#N - 1);
  }
  #x(at) {
    return (at / this.#N) * this.#size.strip;
  }
  #cell(row, symbol, at) {
    return {
      activation: row.activation ?? row.name,
      at: [this.#shown.token, at],
      value: row.values[at],
      symbol,
      text: this.text(row, at),
    };
  }
  /**
   * Finds the place at a point. Left of the first entry, where the names stand, it is a row alone. (The figure may begin within a pixel.)
   * @returns {import("./grid_canvas.js").Place | null}
   */
  #locate(px, py) {
    const { label, strip } = this.#size;
    const [row, at] = [Math.max(0, Math.floor(py / (HEIGHT + GAP))), Math.floor(((px - label) / strip) * this.#N)];
    return row < this.#shown.rows.length ? [row, at >= 0 && at < this.#N ? at : -1] : null;
  }

  #pointAt(place) {
    const [row, at] = place ?? [null, -1];
    if (at !== (this.#peek ?? -1)) this.lens.turnTo(null);
    this.point(at < 0 ? null : at, row);
  }
  /** Notes that the reader points at an entry and a row, here or elsewhere; null for none. */
  point(at, row) {
    if (!this.#shown || (at === this.#peek && row === this.#lit)) return;
    this.#peek = at;
    this.#lit = row;
    this.#paint();
    this.#tell();
  }
  #chooseEntry(at) {
    this.#peek = null;
    this.lens.turnTo(null);
    this.#shown.entry = at;
    this.choose(at);
    this.#paint();
    this.#tell();
  }
  #tell() {
    this.look(this.entry);
    this.links?.light(this.#lit);
  }
  /** Lights the row that the part of the formulas under the pointer stands for. */
  #follow(symbol) {
    const row = symbol === null || !(Number(symbol) < this.#shown?.rows.length) ? null : Number(symbol);
    if (row === this.#lit) return;
    this.#lit = row;
    this.#paint();
  }

  #paint() {
    const { rows } = this.#shown;
    const { label, strip } = this.#size;
    const layout = { rows: rows.length, columns: this.#N, width: strip / this.#N, height: HEIGHT, gapY: GAP, left: label };
    const context = this.grid.lay(layout, [strip, highOf(rows)]);
    rows.forEach((row, at) => this.#paintRow(context, row, at));
    const { from, to, now } = this.lens.place(this.#N);
    this.#paintEntry(context, rows, from, to, now);
    this.lens.draw(rows, this.#limits, { from, to, now, lit: this.#lit });
  }
  #image({ values, group }, at) {
    const [{ limit }, maxCols, images] = [this.#limits.get(group), this.#size.strip * sharpness(), this.#images];
    images[at] ??= { same: unchanged() };
    if (!images[at].same(values, limit, maxCols, ramp("signed"))) {
      images[at].canvas = picture(values, 1, this.#N, { kind: "signed", limit, maxCols }, images[at].canvas);
    }
    return images[at].canvas;
  }
  #paintRow(context, row, at) {
    const [N, { strip }, y] = [this.#N, this.#size, topOf(at)];
    paint(context, this.#image(row, at), 0, y, strip, HEIGHT);
    if (strip / N >= 6) {
      context.fillStyle = colour("paper");
      for (let i = 1; i < N; i++) context.fillRect(this.#x(i) - 0.5, y, 1, HEIGHT);
    }
    context.fillStyle = context.strokeStyle = colour("ink");
    if (at === this.#lit) context.strokeRect(0.5, y + 0.5, strip - 1, HEIGHT - 1);
    for (const border of this.#shown.borders ?? []) context.fillRect(this.#x(border) - 0.5, y - 2, 1, HEIGHT + 4);
  }
  /** Marks the current entry by a line through the gaps, and the lens by a bracket under every strip. */
  #paintEntry(context, rows, from, to, now) {
    const wide = Math.max(2, this.#size.strip / this.#N);
    context.lineWidth = 1;
    context.strokeStyle = colour("ink");
    rows.forEach((_, at) => {
      const y = topOf(at);
      context.fillStyle = colour("control");
      context.fillRect(this.#x(from), y + HEIGHT + 1, this.#x(to) - this.#x(from), 1);
      context.fillStyle = colour("ink");
      context.fillRect(this.#x(now + 0.5) - wide / 2, y + HEIGHT, wide, 3);
      if (wide >= 4) context.strokeRect(this.#x(now) + 0.5, y + 0.5, wide - 1, HEIGHT - 1);
    });
  }

  #render() {
    const { rows } = this.#shown;
    this.host.style.setProperty("--label", `${this.#size.label - 8}px`);
    this.figure.style.height = `${highOf(rows)}px`;
    morphChildren(
      this.names,
      ...rows.map((row, at) => {
        const element = named(row, "span");
        element.classList.add("strip-name");
        element.style.top = `${topOf(at) + 1}px`;
        return element;
      }),
    );
    const isPooled = this.#N > this.#size.strip * sharpness();
    morphChildren(
      this.legends,
      ...[...this.#limits].map(([group, scale]) => scaleOf(group, scale)),
      ...(isPooled ? [h("span", { class: "head-small", text: strings.strips.pooled })] : []),
    );
    this.#paint();
    this.grid.follow(this.grid.at[0], this.entry);
  }

  /**
   * Draws soon, see `frame`; `entry` is the new one at once. token: whose vectors they are; borders: entries at which another head
   * begins; width: the host's, which the caller reads once for all that it draws.
   * @param {{rows: Row[], token: number, entry: number, borders?: number[], width: number}} next
   */
  draw({ width, ...next }) {
    const entry = Math.min(next.entry, next.rows[0].values.length - 1);
    if (this.#shown?.entry !== entry) this.lens.turnTo(null);
    this.#shown = { ...next, entry };
    const size = this.#size;
    size.label = labelRoom(width);
    size.strip = Math.max(96, width - size.label);
    // Few entries get whole pixels each, many fill the width.
    if (this.#N * 48 < size.strip) size.strip = this.#N * 48;
    this.lens.fit(width - size.label, this.#N, this.host);
    this.#limits = limitsOf(next.rows);
    this.render();
  }
}

const topOf = (row) => row * (HEIGHT + GAP);
const highOf = (rows) => topOf(rows.length) - GAP + 4;

/** Returns the scale of every group of rows. */
function limitsOf(rows) {
  const groups = Map.groupBy ? Map.groupBy(rows, ({ group }) => group) : grouped(rows);
  return new Map([...groups].map(([group, some]) => [group, fit(Float32Array.from(some.flatMap(({ values }) => [...values])))]));
}
function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return groups;
}
function scaleOf(group, scaled) {
  const scale = legend();
  const [limit, more] = [number(scaled.limit), [group, beyondText(scaled)].filter(Boolean).join("; ")];
  scale.show("signed", `\u2212${limit}`, limit, more);
  return scale.element;
}
