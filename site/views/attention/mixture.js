// Shows how z is mixed: for every key its weight, its value and the product of both, and below them the sum, a row for each.
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";
import { HEAD, layOut, ROW } from "./mixture_layout.js";
import { MixtureLines } from "./mixture_lines.js";
import { LISTED, MANY, mixtureRows } from "./mixture_rows.js";
import { MixtureStrips } from "./mixture_strips.js";

const words = strings.attention.mixture;

export class Mixture {
  #all = false; // whether all keys are listed
  #now = null; // what is drawn
  #rows = []; // see mixture_rows.js
  /** @type {import("./mixture_layout.js").Place | null} */
  #place = null;

  /**
   * choose(key or null, entry): the reader chooses a cell; over({key, entry, column, sum} or null): the cell under the pointer.
   * column: "label", "score", "power", "weight", "value", "product" or "share"; sum: whether the row is that of z.
   */
  constructor(host, { choose, over }) {
    this.lines = new MixtureLines();
    this.body = h("div", { class: "mix-body" }, this.lines.element);
    this.strips = new MixtureStrips(this.body);
    this.more = h("button", { type: "button", class: "link", onclick: () => this.#listAll() });
    host.append(this.body, h("div", { class: "mix-foot" }, this.strips.scale.element, this.more));
    this.grid = gridCanvas(this.body, {
      label: words.grid,
      locate: (x, y) => this.#locate(x, y),
      box: (row, entry) => ({
        x: this.#place.left + entry * this.#place.cell,
        y: HEAD + row * ROW,
        width: this.#place.cell,
        height: ROW,
      }),
      cell: (row, at) => this.#cell(row, at),
      point: (cell) => over(cell?.place ?? null),
      choose: ({ place: { key, entry } }) => choose(key, entry ?? this.#now.entry),
    });
  }
  get focused() {
    return this.grid.focused;
  }

  #listAll() {
    this.#all = !this.#all;
    this.draw(this.#now);
  }

  /**
   * Finds the place at a point. The grid's columns are the entries of the products, behind these those of the values, then the rest.
   * @returns {[number, number] | null}
   */
  #locate(x, y) {
    const row = Math.floor((y - HEAD) / ROW);
    if (!this.#rows[row]) return null;
    const { columns, values, left, width, cell } = this.#place;
    const d = this.#now.head.d;
    const at = columns.findIndex(([, end]) => x < end);
    const name = columns[at]?.[0] ?? "share";
    const from = name === "value" ? values : name === "product" ? left : x + 1;
    if (x >= from && x < from + width) return [row, Math.floor((x - from) / cell) + (name === "value" ? d : 0)];
    return [row, 2 * d + (at < 0 ? columns.length - 1 : at)];
  }
  #cell(row, at) {
    const here = this.#rows[row];
    if (!here) return null;
    const d = this.#now.head.d;
    const entry = at < 2 * d ? at % d : null;
    const column = at < d ? "product" : at < 2 * d ? "value" : this.#place.columns[at - 2 * d][0];
    return {
      activation: column === "value" ? "v" : "z",
      at: [here.key ?? row, entry ?? at],
      place: { key: here.key, entry, column, sum: here.isZ },
      text: entry === null ? "" : this.#text(here, entry),
    };
  }
  #text({ key, name, vector }, entry) {
    const value = number(vector[entry], 4);
    return key === null ? words.other(name, entry + 1, value) : words.cell(this.#now.labels[key], entry + 1, value);
  }

  /**
   * head: see arithmetic.js, own: the same with the model's weights; room: px; done: null, or what the player has computed:
   * {scores: boolean, powers: boolean, weights: boolean, values: number of keys};
   * lit: null, or what a formula's part stands for: {column, key}, key null for all keys, "z" for the sum.
   */
  draw(now) {
    const { head, query, key, entry, room, labels } = now;
    const { rows, keys, listed } = mixtureRows(now, this.#all);
    const place = layOut(room, head.d);
    [this.#now, this.#rows, this.#place] = [now, rows, place];
    const height = rows.length * ROW;
    this.body.style.height = `${HEAD + height}px`;
    this.lines.draw({ rows, keys, place, now });
    const cells = { rows: rows.length, columns: head.d, width: place.cell, height: ROW, left: place.left, top: HEAD };
    this.strips.draw(this.grid.lay(cells, [place.width, height]), { rows, place, now });
    const shown = this.grid.focused ? this.grid.at[0] : Math.max(0, listed.indexOf(key));
    this.grid.place(Math.min(rows.length - 1, shown), entry);
    setText(this.more, this.#all ? words.fewer(LISTED) : words.all(integer(keys.length)));
    this.more.hidden = keys.length <= MANY;
    attribute(this.body, "data-query", labels[query]);
  }
}
