// Shows a head's queries, keys and values under every token, and how one number of them is made.
import contract from "../../generated/contract.js";
import { fit } from "../../lib/colour.js";
import { h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { legend } from "../../widgets/note.js";
import { partHead, View, whereText } from "../view.js";
import { entryFormulas } from "./formulas.js";
import { OpenedEntry, openedVector } from "./opened_entry.js";
import { trio } from "./trio.js";

const words = strings.qkv;
const NAMES = contract.matrices;

/**
 * @typedef {import("../../widgets/cell.js").Cell & {name: string, row: number, entry: number}} HeadCell an entry of q, k or v; row counts
 *   the tokens that are shown
 * @extends {View<import("../../generated/contract").QkvShown, HeadCell>}
 */
class Qkv extends View {
  static differs = true;
  same = this.memo();
  sameNumbers = this.memo();
  within = null; // the cell of the product, or the line of the list, that is pointed at
  scales = null; // of the three pictures

  layout() {
    this.where = h("span", { class: "head-small" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    const three = h("div", { class: "trio" });
    this.trio = trio(three, {
      names: NAMES,
      cell: (name, row, entry) => this.cell(name, row, entry),
      point: (cell) => this.point(cell),
      choose: (changes) => this.choose(changes),
    });
    this.opened = new OpenedEntry({
      data: () => this.data,
      point: (found) => this.follow(found),
      choose: (changes) => this.choose(changes),
    });
    this.drawTrio = this.piece(
      () =>
        this.trio.draw(this.data, this.box.width, {
          scales: this.scales,
          pointed: this.pointed,
          ring: this.lit === "y" && this.target(),
        }),
      three,
    );
    this.drawTerms = this.piece(() => this.opened.drawTerms(), this.opened.list);
    const scale = legend();
    scale.show("signed", "\u2212", "+", words.scale);
    return [partHead(words.title, this.where), three, this.readout, scale.element, ...this.opened.elements];
  }

  value(name, row, entry) {
    return this.data[name][row * this.data.d_head + entry];
  }
  /** @returns {HeadCell} */
  cell(name, row, entry) {
    const { labels, first } = this.data;
    const value = this.value(name, row, entry);
    return {
      activation: name,
      at: [row + first, entry],
      value,
      symbol: "y",
      token: row + first,
      name,
      row,
      entry,
      text: words.cell(words.names[name], labels[row + first], entry + 1, number(value, 4)),
    };
  }
  row() {
    return this.data.token - this.data.first;
  }
  /** Returns the number that the formula shows: pointed at, else chosen. @returns {{name: string, row: number, entry: number}} */
  target() {
    return this.pointed ?? { name: this.data.matrix, row: this.row(), entry: this.within?.entry ?? this.data.entry };
  }

  place(next) {
    const { head, block, q, labels, first } = next;
    const rows = q?.shape[0];
    this.where.textContent = [whereText({ block, head }), rows < labels.length && words.window(first + 1, first + rows)]
      .filter(Boolean)
      .join(", ");
  }
  updated(old) {
    if (old && String(old.q.shape) !== String(this.data.q.shape)) this.pointed = this.within = null;
    this.scales = Object.fromEntries(NAMES.map((name) => [name, fit(this.data[name])]));
  }
  isOutrun() {
    return super.isOutrun() || this.data.head !== state.head;
  }
  controls() {
    this.opened.matrices.check(state.matrix);
  }
  chosen() {
    this.redraw();
  }

  draw(width) {
    const { data } = this;
    // Where only Python can answer a choice, the figure stays as it is until then.
    if (this.same(data, width, chosen(data.labels.length), state.matrix, state.entry, state.hover, this.pointed)) return false;
    this.drawTrio();
    this.readout.textContent = this.readoutText();
    if (this.sameNumbers(data, width)) return;
    this.opened.drawProduct(width);
    this.drawTerms();
  }
  readoutText() {
    const { data, pointed } = this;
    // Read again: the cell under the pointer stays while the numbers change below it.
    if (pointed) return this.cell(pointed.name, pointed.row, pointed.entry).text;
    const row = Math.max(0, Math.min(data.q.shape[0] - 1, chosen(data.labels.length) - data.first));
    return this.cell(state.matrix, row, Math.min(state.entry, data.d_head - 1)).text;
  }

  pointing() {
    if (this.pointed) this.within = null;
    this.redraw();
  }
  /** Points at a cell of the product, or at a line of the list. */
  follow(found) {
    this.within = found;
    if (found) this.pointed = null; // one in focus would stay
    this.note.links.light(this.linkedSymbol());
    this.formulasSoon();
  }
  lightened() {
    this.opened.light(this.lit);
    if (this.data) this.drawTrio();
  }
  linkedSymbol() {
    return this.pointed ? "y" : (this.within?.symbol ?? null);
  }

  themed() {
    this.trio.forget();
  }
  describe() {
    const { data } = this;
    const name = data.matrix;
    this.note.say(
      ...words.says({
        name: words.names[name],
        token: { token: data.labels[data.token] },
        head: data.head + 1,
        block: data.block + 1,
        n: data.d_head,
        norm: number(Math.hypot(...openedVector(data))),
        wide: integer(data.d_model),
        from: data.start + 1,
        to: data.start + data.d_head,
        all: integer(3 * data.d_model),
      }),
    );
    this.note.table(() => ({
      caption: words.caption(data.labels[data.token]),
      columns: words.columns,
      rows: Array.from({ length: data.d_head }, (_, i) => [
        i + 1,
        ...NAMES.map((each) => number(this.value(each, this.row(), i), 5)),
      ]),
    }));
  }
  formulas() {
    const at = this.target();
    const opened = at.name === this.data.matrix && at.row === this.row();
    return entryFormulas(this.data, {
      name: at.name,
      row: at.row,
      entry: at.entry,
      value: this.value(at.name, at.row, at.entry),
      opened,
      term: this.within?.i,
    });
  }
}

export default Qkv;
