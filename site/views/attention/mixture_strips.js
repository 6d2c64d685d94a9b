// Paints the mixture's vectors: each key's product of weight and value, and, where there is room, its value.
import { colour, fit } from "../../lib/colour.js";
import { number } from "../../lib/format.js";
import { canvas, paintCells } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { legend } from "../../widgets/note.js";
import { HEAD, ROW } from "./mixture_layout.js";
import { isLit } from "./mixture_rows.js";

const words = strings.attention.mixture;

export class MixtureStrips {
  #rows = [];
  #place = null;
  #now = null;

  /** Adds the canvas of the values to `host`; the products are painted on the grid's. */
  constructor(host) {
    this.values = canvas(host);
    this.scale = legend();
  }

  /** context: of the products; rows: see mixture_rows.js; place: see mixture_layout.js; now: see Mixture.draw. */
  draw(context, { rows, place, now }) {
    [this.#rows, this.#place, this.#now] = [rows, place, now];
    const { key, lit } = now;
    const isNarrow = place.values === null;
    const { limit } = fit(Float32Array.from(rows.flatMap(({ vector }) => [...vector])));
    this.#paintRows(context, limit, (row) => this.#soFar(row));
    context.lineWidth = 1.5;
    context.strokeStyle = colour("ink");
    for (const at of [rows.findIndex((row) => row.key === key), rows.findIndex(({ last }) => last)])
      if (at >= 0 && this.#soFar(rows[at])) this.#mark(context, at);
    // Where the values have no column, a value is lit in its product.
    if (lit?.column === "product" || (lit?.column === "value" && isNarrow)) this.#light(context);
    this.values.element.hidden = isNarrow;
    if (isNarrow) this.scale.show("signed", `\u2212${number(limit)}`, number(limit), words.scale);
    else this.scale.show("signed", "\u2212", "+", words.scales(number(this.#drawValues()), number(limit)));
  }
  /** Returns the limit of the values' scale. */
  #drawValues() {
    const [rows, { values, width }] = [this.#rows, this.#place];
    const { limit } = fit(Float32Array.from(rows.flatMap(({ value }) => (value ? [...value] : []))));
    Object.assign(this.values.element.style, { left: `${values}px`, top: `${HEAD}px` });
    const context = this.values.size(width, rows.length * ROW);
    this.#paintRows(context, limit, ({ value }) => value);
    if (this.#now.lit?.column === "value") this.#light(context);
    return limit;
  }
  #paintRows(context, limit, vectorOf) {
    const { d } = this.#now.head;
    const { width, cell } = this.#place;
    const vectors = this.#rows.map(vectorOf);
    const [rows, height] = [vectors.length, vectors.length * ROW];
    const all = new Float32Array(rows * d);
    vectors.forEach((vector, at) => vector && all.set(vector, at * d));
    paintCells(context, all, rows, d, { kind: "signed", limit, blank: (at) => !vectors[at] }, 0, 0, width, height);
    context.fillStyle = colour("paper");
    for (let at = 0; at <= rows; at++) context.fillRect(0, at * ROW - 2, width, 4);
    if (cell >= 6) for (let i = 1; i < d; i++) context.fillRect(i * cell - 0.5, 0, 1, height);
  }
  #mark(context, at) {
    const { cell } = this.#place;
    context.strokeRect(this.#now.entry * cell + 0.5, at * ROW + 2.5, Math.max(cell - 1, 2), ROW - 5);
  }
  #light(context) {
    context.strokeStyle = colour("ink");
    context.lineWidth = 3;
    this.#rows.forEach((row, at) => isLit(row, this.#now.lit) && this.#mark(context, at));
  }
  /** Returns a row's vector as far as it is computed: while the order plays, z is the sum of what has been added. */
  #soFar(row) {
    const { head, query, done } = this.#now;
    if (!done) return row.vector;
    const added = head.seen(query).filter((each) => each < done.values);
    if (row.last) return done.values ? head.mixed(query, added) : null;
    if (row.key === null) return added.length === head.seen(query).length ? row.vector : null;
    return row.key < done.values ? row.vector : null;
  }
}
