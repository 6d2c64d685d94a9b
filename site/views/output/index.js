// Shows what the heads write together: their z side by side, projected, and added to the residual stream.
import { h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { product } from "../../widgets/product.js";
import { light, termOf, terms } from "../../widgets/terms.js";
import { partHead, View, whereText } from "../view.js";
import { outputFormulas } from "./formulas.js";
import { headShares, percent } from "./shares.js";

const words = strings.output;

/**
 * @typedef {import("../../widgets/cell.js").Cell & {entry?: number, i?: number | null, line?: number}} Pointed a number of the product,
 *   with the entry and i of its cells, or the length of what a head or the bias writes, with its line in the list
 * @extends {View<import("../../generated/contract").OutputShown, Pointed>}
 */
class Output extends View {
  static differs = true;
  same = this.memo();
  sameNumbers = this.memo();
  rows = []; // of the strips

  layout() {
    this.where = h("span", { class: "head-small" });
    this.opened = h("h3");
    this.norms = h("span", { class: "head-small" });
    const [matrix, sums] = [h("div"), h("div")];
    this.list = h("div", { class: "term-list" });
    const choose = (entry) => this.choose({ entry });
    this.product = product(matrix, {
      label: words.matrix,
      weight: (entry, i) => this.weight(entry, i),
      look: (cell) => {
        light(this.list, cell?.entry === this.data.entry ? cell.symbol : null);
        this.point(cell);
      },
      choose,
    });
    this.strips = this.entryStrips(sums, ({ name, values }, entry) => words.cell(name, entry + 1, number(values[entry], 4)));
    this.shares = headShares({
      point: (cell) => {
        this.point(cell);
        this.mark("xW", cell?.line ?? this.data.n_head);
      },
      choose: (head) => this.choose({ head }),
    });
    const left = h(
      "div",
      {},
      h("h3", { text: words.heads }),
      h("p", { class: "head-small", text: words.headsAre }),
      this.shares.element,
    );
    const right = h("div", {}, this.opened, this.list);
    this.drawShares = this.piece(() => {
      this.shares.draw(this.data);
      this.shares.check(this.head());
    }, left);
    this.drawTerms = this.piece(() => this.listTerms(), right);
    return [
      partHead(words.title, this.where),
      matrix,
      h("div", { class: "sides" }, left, right),
      h("div", { class: "opened" }, h("h3", { text: words.sum }), this.norms),
      sums,
    ];
  }

  head() {
    return Math.min(state.head, this.data.n_head - 1);
  }
  headOf(i) {
    return Math.floor(i / this.data.d_head);
  }
  /** Names the head that wrote entry `i` of z. */
  headName(i) {
    return whereText({ block: this.data.block, head: this.headOf(i) });
  }
  /** Returns one weight: exact in the opened row, elsewhere that of the picture's cell that it is in. */
  weight(entry, i) {
    const { column, z, w, pooled } = this.data;
    const [down, across] = pooled;
    const exact = entry === this.data.entry || down * across === 1;
    const value = entry === this.data.entry ? column[i] : w[Math.floor(entry / down) * w.shape[1] + Math.floor(i / across)];
    const at = [i + 1, this.headName(i), entry + 1];
    const text = exact
      ? words.weight(...at, number(z[i]), number(value), number(z[i] * value))
      : words.pooled(...at, number(value));
    return { value, text };
  }
  /** Returns the line whose length the formula shows. */
  line() {
    const { line, i } = this.pointed ?? {};
    return line ?? (Number.isInteger(i) ? this.headOf(i) : this.head());
  }

  place({ block }) {
    this.where.textContent = whereText({ block });
  }
  updated(old) {
    if (old && old.z.length !== this.data.z.length) this.pointed = null;
    const line = (name, sign = null, meaning = null) => ({ name, sign, meaning, values: this.data[name], group: words.group });
    this.rows = [line("resid_pre"), line("attn_out", "+", "attention"), line("resid_mid", "=")];
  }

  draw(width) {
    const entry = Math.min(state.entry, this.data.z.length - 1);
    // Where only Python can answer a choice, the figure stays as it is until then.
    if (this.same(this.data, width, entry, this.head())) return false;
    this.strips.draw({ rows: this.rows, token: this.data.token, entry, width });
    if (!this.sameNumbers(this.data, width)) {
      this.drawProduct(width);
      this.drawShares();
      this.drawTerms();
    }
    this.shares.check(this.head());
    this.formulasSoon();
  }
  drawProduct(width) {
    const { z, w, bias, attn_out, pooled, entry, n_head, d_head } = this.data;
    this.product.draw({
      x: z,
      w,
      bias,
      result: attn_out,
      rows: w.shape[0],
      cols: w.shape[1],
      step: pooled,
      entry,
      borders: Array.from({ length: n_head - 1 }, (_, head) => (head + 1) * d_head),
      width,
      high: 200,
      names: { x: "z", w: "W_O", result: "attn_out", meaning: "attention" },
    });
  }
  listTerms() {
    const { terms: taken, entry } = this.data;
    this.opened.textContent = words.open(entry + 1);
    terms(this.list, {
      ...taken,
      name: `attn_out[${entry + 1}]`,
      x: "z",
      w: "W_O",
      label: (i) => `${i + 1}, ${this.headName(i)}`,
      point: (symbol) => {
        this.product.mark(symbol);
        this.point(
          symbol === null ? null : { activation: "W_O", at: [termOf(symbol), entry], entry, i: termOf(symbol), symbol, text: "" },
        );
      },
    });
  }

  /** Lights one head's share of the product, nothing for the bias. */
  mark(symbol, line) {
    const { n_head, d_head } = this.data;
    if (line < n_head) this.product.mark(symbol, line * d_head, (line + 1) * d_head);
    else this.product.mark(null);
  }
  pointing() {
    const i = this.pointed?.i;
    this.shares.light((line) => Number.isInteger(i) && line === this.headOf(i));
  }
  lightened() {
    if (!this.data) return;
    const symbol = this.lit;
    light(this.list, symbol);
    if (symbol === "z" || symbol === "W") this.mark(symbol === "z" ? "x" : "W", this.line());
    else this.product.mark({ all: "x", matrix: "W" }[symbol] ?? symbol);
    this.shares.light((line) => (symbol === "heads" && line < this.data.n_head) || (symbol === "length" && line === this.line()));
  }

  describe() {
    const { data, rows } = this;
    const [before, out, after] = rows.map(({ name }) => number(data.norms[name]));
    this.norms.textContent = words.norms(before, out, after);
    const ofHeads = data.shares.subarray(0, data.n_head);
    const top = ofHeads.indexOf(Math.max(...ofHeads));
    const along = data.resid_pre.reduce((total, value, i) => total + value * data.attn_out[i], 0);
    const cosine = along / (data.norms.resid_pre * data.norms.attn_out || 1);
    this.note.say(
      ...words.says({
        token: { token: data.labels[data.token] },
        block: data.block + 1,
        out,
        top: top + 1,
        share: percent(data.shares[top]),
        before,
        after,
        angle: integer(Math.round((Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI)),
      }),
    );
    this.note.table(() => ({
      caption: words.caption(data.labels[data.token]),
      columns: words.columnsTable,
      rows: Array.from(data.z, (_, i) => [i + 1, ...rows.map(({ values }) => number(values[i], 5))]),
    }));
  }
  formulas() {
    const { entry = this.data.entry, i = null } = this.pointed ?? {};
    return outputFormulas(this.data, { head: this.line(), entry, term: i, added: this.strips.entry });
  }
}

export default Output;
