// Shows one block's MLP for the chosen token: its neurons before and after the activation function, the strongest and what
// they write, and how the whole is added to the stream. One neuron and one entry open as dot products.
import contract from "../../generated/contract.js";
import { morphChildren, h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { toggle } from "../../widgets/toggle.js";
import { token } from "../../widgets/token.js";
import { partHead, View, whereText } from "../view.js";
import { mlpFormulas } from "./formulas.js";
import { neuronFigure } from "./neurons.js";
import { strongestNeurons } from "./strongest.js";
import { openedSums } from "./sums.js";

const words = strings.mlp;

/**
 * @typedef {import("../../widgets/cell.js").Cell & {neuron?: number, i?: number}} Pointed a number of a neuron, or a product of an
 *   opened sum: i is its term
 * @extends {View<import("../../generated/contract").MlpShown, Pointed>}
 */
class Mlp extends View {
  static differs = true;
  same = this.memo();
  sameNeurons = this.memo();
  sameProfiles = this.memo();
  sameLists = this.memo();
  sameEntry = this.memo();
  /** The first data that had the present numbers and opened neuron. */
  neurons = null;
  sorted = null; // neurons from the lowest mlp_pre to the highest

  layout() {
    this.where = h("span", { class: "head-small" });
    this.orders = toggle({
      label: words.order,
      names: contract.orders,
      text: (name) => words.orders[name],
      choose: (order) => this.choose({ order }),
    });
    const point = (cell) => this.point(cell);
    const open = (neuron) => this.choose({ neuron });
    this.figure = neuronFigure({ cell: (neuron, symbol) => this.neuron(neuron, symbol), point, open });
    this.strongest = strongestNeurons({
      point: (neuron) => this.point(neuron === null ? null : this.neuron(neuron, "written")),
      open,
    });
    const down = h("div", {});
    this.strips = this.entryStrips(down, ({ name, values }, entry) => words.stripCell(name, entry + 1, number(values[entry], 4)));
    this.sums = openedSums({ point, open });
    this.drawNeurons = this.piece(() => this.showNeurons(), this.figure.element);
    this.drawMarks = this.piece(() => this.markNeurons(), this.figure.element);
    this.drawStrongest = this.piece(() => this.strongest.draw(this.data), this.strongest.element);
    this.drawNeuronSum = this.piece(() => this.sums.drawNeuron(this.data), this.sums.neuron);
    this.drawEntrySum = this.piece(() => this.sums.drawEntry(this.data), this.sums.entry);
    return [
      partHead(words.title, this.where, this.orders.element),
      this.figure.element,
      h("h3", { class: "sub", text: words.strongest }),
      h("p", { class: "head-small", text: words.strongestAbout }),
      this.strongest.element,
      h("h3", { class: "sub", text: words.down }),
      h("p", { class: "head-small", text: words.downAbout }),
      down,
      this.sums.element,
    ];
  }

  /** Returns a number of a neuron; symbol: "pre", "post", "curve" or "written", as in the formulas. @returns {Pointed} */
  neuron(neuron, symbol) {
    const { pre, post, written, token: at } = this.data;
    const [activation, values] = { pre: ["mlp_pre", pre], written: ["written", written] }[symbol] ?? ["mlp_post", post];
    const text = words.cell(neuron + 1, number(pre[neuron], 4), number(post[neuron], 4), number(written[neuron]));
    return { activation, at: [at, neuron], value: values[neuron], symbol, text, neuron };
  }
  /** Returns the neuron that is pointed at, else the opened one. */
  now() {
    return this.pointed?.neuron ?? this.data.opened.neuron;
  }
  /** Returns the product of the opened neuron's sum ("in") or entry's ("out") that is pointed at, else the largest. */
  term(symbol) {
    const { terms: all } = symbol === "in" ? this.data.neuron_terms : this.data.entry_terms;
    const at = this.pointed?.symbol === symbol ? this.pointed.i : symbol === "out" ? this.now() : null;
    return this.sums.listed(symbol, all).find(({ i }) => i === at) ?? all[0];
  }

  place({ block, labels, token: at, difference }) {
    morphChildren(this.where, `${whereText({ block })}, `, token(labels[at]));
    this.orders.element.hidden = Boolean(difference);
  }
  updated() {
    const { version, block, token: at, opened, pre, resid_mid, mlp_out, resid_post } = this.data;
    const group = "resid_mid, resid_post";
    this.rows = [
      { name: "resid_mid", values: resid_mid, group, meaning: "residual" },
      { name: "mlp_out", values: mlp_out, group: "mlp_out", sign: "+", meaning: "mlp" },
      { name: "resid_post", values: resid_post, group, sign: "=", meaning: "residual" },
    ];
    if (this.sameNeurons(version, block, at, opened.neuron)) return;
    this.neurons = this.data;
    this.pointed = null;
    this.sorted = Uint32Array.from(pre.keys()).sort((a, b) => pre[a] - pre[b]);
  }

  controls() {
    this.orders.check(state.order);
  }
  draw(width) {
    const { data, neurons } = this;
    // Where only Python can answer a choice, the figure stays as it is until then.
    if (this.same(data, width, state.order, state.entry)) return false;
    if (!this.sameProfiles(neurons, width, state.order)) this.drawNeurons();
    this.strips.draw({ rows: this.rows, token: data.token, entry: state.entry, width });
    if (!this.sameLists(neurons)) {
      this.drawStrongest();
      this.drawNeuronSum();
    }
    if (!this.sameEntry(data.version, data.block, data.token, data.entry)) this.drawEntrySum();
    this.formulasSoon();
  }
  showNeurons() {
    this.figure.draw(this.data, { sorted: this.sorted, bySize: state.order === "size", width: this.box.width });
    this.markNeurons();
    this.figure.follow(this.data.opened.neuron);
  }
  markNeurons() {
    this.figure.mark({ now: this.now(), opened: this.data.opened.neuron, lit: this.lit ?? this.pointed?.symbol ?? null });
  }

  pointing() {
    const neuron = this.pointed?.neuron ?? null;
    this.sums.lightNeuron(neuron);
    this.strongest.light(neuron);
    this.drawMarks();
  }
  lightened() {
    if (!this.data) return;
    this.strongest.light(this.lit === "written" ? this.now() : null);
    this.sums.light(this.lit, (symbol) => this.term(symbol));
    this.drawMarks();
  }
  chosen(changes) {
    super.chosen(changes);
    if (changes.neuron >= 0) this.strongest.press(changes.neuron); // at once: only what it opens comes from Python
    if ("order" in changes) this.describeSoon(); // the table has the figure's order
  }

  describe() {
    const { data } = this;
    const strongest = data.strongest[0];
    this.note.say(
      ...words.says({
        block: data.block + 1,
        token: { token: data.labels[data.token] },
        on: integer(data.post.filter((value) => value > 0).length),
        all: integer(data.d_mlp),
        neuron: strongest.neuron + 1,
        written: number(strongest.written),
        norm: number(Math.hypot(...data.mlp_out)),
        up: { token: strongest.up[0].text },
        effect: number(strongest.up[0].effect, 2),
      }),
    );
    this.note.table(() => ({
      caption: words.caption(data.labels[data.token], data.block + 1),
      columns: words.columns,
      rows: Array.from(state.order === "size" ? this.sorted : data.pre.keys(), (at) => [
        at + 1,
        ...[number(data.pre[at], 4), number(data.post[at], 4), number(data.written[at])],
      ]),
    }));
  }
  formulas() {
    return mlpFormulas(this.data, {
      neuron: this.now(),
      entry: this.strips.entry,
      read: this.term("in"),
      write: this.term("out"),
    });
  }
}

export default Mlp;
