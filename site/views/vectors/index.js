// Shows the vectors under the tokens at any named point of the model: all of them as strips, the chosen one entry by entry.
import { fit } from "../../lib/colour.js";
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { beyondText, legend } from "../../widgets/note.js";
import { View, whereText } from "../view.js";
import { entryCells } from "./entry_cells.js";
import { pointFormulas } from "./point_formulas.js";
import { pointList } from "./point_list.js";
import { tokenStrips } from "./token_strips.js";

const words = strings.vectors;

/**
 * @typedef {import("../../widgets/cell.js").Cell & {row?: number, entry?: number | null}} Pointed a token's vector, by its row counted from
 *   the first shown token, or an entry; or a named point
 * @extends {View<import("../../generated/contract").VectorsShown, Pointed>}
 */
class Vectors extends View {
  same = this.memo();
  sameRow = this.memo();
  entry = 0; // the entry that is read: it stays when the pointer leaves
  scaled = null; // the numbers' scale

  layout() {
    this.title = h("h2");
    this.where = h("span", { class: "head-small" });
    this.meaning = h("p", { class: "meaning" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.scale = legend();
    const [strips, cells] = [h("div", { class: "strips" }), h("div", { class: "cells" })];
    this.about = h("p", { class: "head-small" });
    this.points = pointList({
      point: (name) => this.point(name === null ? null : { activation: name, at: [], symbol: name, text: name }),
      choose: (point) => this.choose({ point }),
    });
    this.strips = tokenStrips(strips, {
      label: words.strips,
      cell: (row, entry) => this.vectorCell(row, entry),
      point: (cell) => this.point(cell),
      choose: ({ token }) => this.choose({ token }),
    });
    this.cells = entryCells(cells, {
      label: words.cells,
      cell: (entry) => this.entryCell(entry),
      point: (cell) => this.point(cell),
    });
    this.drawStrips = this.piece(() => this.showStrips(), strips);
    this.drawCells = this.piece(() => this.showCells(), cells);
    const aboutCells = h("p", { class: "head-small", text: words.one });
    const head = h("div", { class: "part-head stays" }, this.title, this.where);
    return [head, this.points.element, this.meaning, this.about, strips, aboutCells, cells, this.readout, this.scale.element];
  }

  value(row, entry) {
    return this.data.values[row * this.data.values.shape[1] + entry];
  }
  /** Returns the row of the chosen token, counted from the first shown token. */
  row() {
    const { labels, first, values } = this.data;
    return Math.max(0, Math.min(values.shape[0] - 1, chosen(labels.length) - first));
  }
  /** Returns the row that is read. */
  now() {
    return this.pointed?.row ?? this.row();
  }
  /** Returns whether entries are keys. */
  scored() {
    return this.data.axes.at(-1) === "key_pos";
  }
  isDifference() {
    return this.data.shows === "difference";
  }
  text(row, entry) {
    const { labels, first, values } = this.data;
    const value = number(this.value(row, entry), 4);
    return this.scored()
      ? words.key(labels[row + first], labels[entry], value)
      : words.cell(labels[row + first], entry + 1, values.shape[1], value);
  }
  /** Returns a token's vector, or the entry of it that is under the pointer, as a cell. @returns {Pointed} */
  vectorCell(row, entry) {
    const { point, norms, labels, first } = this.data;
    const [token, norm] = [row + first, norms[row + first]];
    const text = `${labels[token]}, ${words.norm(number(norm))}`;
    const read = entry === null ? { at: [token], value: norm, text } : { at: [token, entry], value: this.value(row, entry), text };
    return { activation: point, ...read, symbol: "token", token, row, entry };
  }
  /** Returns an entry of the chosen token's vector as a cell. @returns {Pointed} */
  entryCell(entry) {
    const { point, first } = this.data;
    const row = this.row();
    return {
      activation: point,
      at: [row + first, entry],
      value: this.value(row, entry),
      symbol: "entry",
      text: this.text(row, entry),
      entry,
    };
  }

  updated(old) {
    const { values, points } = this.data;
    if (old && String(old.values.shape) !== String(values.shape)) this.pointed = null;
    this.entry = Math.min(this.entry, values.shape[1] - 1);
    this.scaled = fit(values);
    this.points.draw(points);
  }
  isOutrun() {
    const { point, axes, block, head } = this.data;
    return (
      point !== state.point || (axes.includes("layer") && block !== state.block) || (axes.includes("head") && head !== state.head)
    );
  }
  controls() {
    const { points, point } = this.data;
    this.points.check(points.some(({ name }) => name === state.point) ? state.point : point);
  }

  draw(width) {
    const { data } = this;
    const row = this.row();
    if (this.same(data, width, row, this.entry, state.hover, this.pointed?.row, this.lit)) return false;
    this.title.textContent = data.point;
    this.where.textContent = whereText(data);
    this.meaning.textContent = data.points.find(({ name }) => name === data.point)?.meaning ?? "";
    this.drawStrips();
    this.drawCells();
    if (!this.sameRow(data, row)) this.describeSoon();
    this.formulasSoon();
  }
  /** Returns the scale of a picture of the numbers. */
  scaleOfPicture() {
    return { kind: this.data.point === "pattern" && !this.isDifference() ? "amount" : "signed", limit: this.scaled.limit };
  }
  showStrips() {
    const { labels, first, values } = this.data;
    const [rows, columns] = values.shape;
    const pooled = this.strips.draw(this.data, this.box.width, {
      scale: this.scaleOfPicture(),
      chosen: this.row(),
      near: state.hover === null ? null : state.hover - first,
      lit: { row: this.lit === "token" ? this.now() : null, entry: this.lit === "entry" ? this.entry : null },
    });
    this.about.textContent = [
      words.all(columns),
      rows < labels.length && words.window(first + 1, first + rows),
      pooled > 1 && words.pooled(pooled),
    ]
      .filter(Boolean)
      .join("; ");
  }
  showCells() {
    const columns = this.data.values.shape[1];
    const scale = this.scaleOfPicture();
    const vector = this.data.values.subarray(this.row() * columns, (this.row() + 1) * columns);
    this.cells.draw(vector, this.box.width, { scale, entry: this.entry, lit: this.lit === "entry" });
    this.readout.textContent = this.text(this.now(), this.entry);
    const { limit } = this.scaled;
    const least = scale.kind === "amount" ? "0" : `\u2212${number(limit)}`;
    this.scale.show(scale.kind, least, number(limit), beyondText(this.scaled));
  }

  pointing() {
    this.entry = this.pointed?.entry ?? this.entry;
    this.redraw();
  }
  lightened() {
    this.points.light(this.lit);
    this.redraw();
  }
  chosen() {
    this.redraw();
  }
  themed() {
    this.strips.forget();
  }

  describe() {
    const { data } = this;
    const [row, columns] = [this.row(), data.values.shape[1]];
    const token = row + data.first;
    const vector = data.values.subarray(row * columns, (row + 1) * columns);
    const far = vector.reduce((best, value, i) => (Math.abs(value) > Math.abs(vector[best]) ? i : best), 0);
    this.note.say(
      ...(this.isDifference() ? strings.whatif.vectors : words.says)({
        point: h("code", { text: data.point }),
        token: { token: data.labels[token] },
        n: columns,
        mean: number(data.mean[token]),
        std: number(data.std[token]),
        norm: number(data.norms[token]),
        high: far + 1,
        highValue: number(vector[far]),
      }),
    );
    this.note.table(() => ({
      caption: words.caption(data.point, data.labels[token]),
      columns: this.scored() ? words.keys : words.columns,
      rows: Array.from(vector, (value, i) => [this.scored() ? { token: data.labels[i] } : i + 1, number(value, 5)]),
    }));
  }
  formulas() {
    if (this.isDifference()) return []; // the formulas do not hold for differences
    const now = this.now();
    return pointFormulas(this.data, { row: now, entry: this.entry, value: this.value(now, this.entry) });
  }
}

export default Vectors;
