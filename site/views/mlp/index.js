// One block's MLP under the chosen token: its neurons before and after the activation function, the strongest and what
// they write, and how the whole is added to the stream. One neuron and one entry open as dot products.
import contract from "../../generated/contract.js";
import { become, h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { strips } from "../../widgets/strips.js";
import { light, terms } from "../../widgets/terms.js";
import { toggle } from "../../widgets/toggle.js";
import { token } from "../../widgets/token.js";
import { partHead, View, whereText } from "../view.js";
import { curve } from "./curve.js";
import { mlpFormulas } from "./formulas.js";
import { GUTTER, profiles } from "./profiles.js";
import { strongestNeurons } from "./strongest.js";

const words = strings.mlp;
const WIDE = 760; // from here on the curve stands beside the profiles
const CURVE = 320; // its width then

/**
 * @typedef {import("../../widgets/cell.js").Cell & {neuron?: number, i?: number}} Pointed a number of a neuron, or a product of an opened sum:
 *   i is its term
 * @extends {View<import("../../generated/contract").MlpShown, Pointed>}
 */
class Mlp extends View {
  static differs = true;
  same = this.memo();
  sameNeurons = this.memo();
  sameProfiles = this.memo();
  sameLists = this.memo();
  sameEntry = this.memo();
  /** The first data with these numbers and this opened neuron. */
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
    this.strongest = strongestNeurons({
      point: (neuron) => this.point(neuron === null ? null : this.neuron(neuron, "written")),
      open: (neuron) => this.choose({ neuron }),
    });
    const down = h("div", {});
    this.strips = strips(down, {
      label: words.strips,
      text: ({ name, values }, entry) => words.stripCell(name, entry + 1, number(values[entry], 4)),
      look: () => this.formulasSoon(),
      choose: (entry) => this.choose({ entry }),
      links: this.note.links,
    });
    this.drawStrongest = this.piece(() => this.strongest.draw(this.data), this.strongest.element);
    return [
      partHead(words.title, this.where, this.orders.element),
      this.layNeurons(),
      h("h3", { class: "sub", text: words.strongest }),
      h("p", { class: "head-small", text: words.strongestAbout }),
      this.strongest.element,
      h("h3", { class: "sub", text: words.down }),
      h("p", { class: "head-small", text: words.downAbout }),
      down,
      this.laySums(),
    ];
  }
  layNeurons() {
    const [left, right] = [h("div", {}), h("div", {})];
    const figure = h("div", { class: "neurons" }, left, right);
    const shared = {
      cell: (neuron, key) => this.neuron(neuron, key),
      open: (neuron) => this.choose({ neuron }),
    };
    this.profiles = profiles(left, { ...shared, point: (cell) => this.point(cell) });
    this.curve = curve(right, { ...shared, point: (cell) => this.point(cell ?? this.profiles.inFocus) });
    this.drawNeurons = this.piece(() => this.showNeurons(figure), figure);
    this.drawMarks = this.piece(() => this.markNeurons(), figure);
    return figure;
  }
  laySums() {
    const column = () => {
      const [head, list] = [h("h3", {}), h("div")];
      return { head, list, element: h("div", {}, head, list) };
    };
    this.neuronSum = column();
    this.entrySum = column();
    this.drawNeuronSum = this.piece(() => this.listNeuron(), this.neuronSum.element);
    this.drawEntrySum = this.piece(() => this.listEntry(), this.entrySum.element);
    return h("div", { class: "pair" }, this.neuronSum.element, this.entrySum.element);
  }

  /** A neuron's number; key: "pre", "post", "curve" or "written", as the formulas' parts. @returns {Pointed} */
  neuron(neuron, key) {
    const { pre, post, written, token: at } = this.data;
    const [activation, values] = { pre: ["mlp_pre", pre], written: ["written", written] }[key] ?? ["mlp_post", post];
    const text = words.cell(neuron + 1, number(pre[neuron], 4), number(post[neuron], 4), number(written[neuron]));
    return { activation, at: [at, neuron], value: values[neuron], key, text, neuron };
  }
  /** The neuron that is pointed at, else the opened one. */
  now() {
    return this.pointed?.neuron ?? this.data.opened.neuron;
  }
  /** The product of the opened neuron's sum ("in") or entry's ("out") that is pointed at, else its largest. */
  term(key) {
    const { terms: all } = key === "in" ? this.data.neuron_terms : this.data.entry_terms;
    const at = this.pointed?.key === key ? this.pointed.i : key === "out" ? this.now() : null;
    return all.find(({ i }) => i === at) ?? all[0];
  }

  place({ block, labels, token: at, difference }) {
    become(this.where, `${whereText({ block })}, `, token(labels[at]));
    this.orders.element.hidden = Boolean(difference);
  }
  take() {
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
    // A choice that only Python can answer: what is there stays as it is until then.
    if (this.same(data, width, state.order, state.entry)) return false;
    if (!this.sameProfiles(neurons, width, state.order)) this.drawNeurons();
    this.strips.draw({ rows: this.rows, token: data.token, entry: Math.min(state.entry, data.d_model - 1), width });
    if (!this.sameLists(neurons)) {
      this.drawStrongest();
      this.drawNeuronSum();
    }
    if (!this.sameEntry(data.version, data.block, data.token, data.entry)) this.drawEntrySum();
    this.formulasSoon();
  }
  showNeurons(figure) {
    const { width } = this.box;
    const [wide, { sorted }] = [width >= WIDE, this];
    figure.classList.toggle("wide", wide);
    const room = Math.max(120, (wide ? width - CURVE - 40 : width) - GUTTER);
    this.profiles.draw(this.data, { sorted, bySize: state.order === "size", width: room });
    this.curve.draw(this.data, { sorted, width: wide ? CURVE : Math.min(width, 400) });
    this.markNeurons();
    this.profiles.follow(this.data.opened.neuron);
  }
  markNeurons() {
    const [now, opened] = [this.now(), this.data.opened.neuron];
    const marks = /** @type {import("./profiles.js").Marks} */ ({
      marked: [[opened, "ink"], ...(now === opened ? [] : [[now, "residual"]])],
      lit: this.lit ?? this.pointed?.key ?? null,
      now,
    });
    this.profiles.mark(marks);
    this.curve.mark(marks);
  }
  listNeuron() {
    const { opened, neuron_terms } = this.data;
    const n = opened.neuron + 1;
    this.neuronSum.head.textContent = words.neuronOpened(n);
    terms(this.neuronSum.list, {
      ...neuron_terms,
      name: `mlp_pre ${n}`,
      x: "ln2",
      w: "W_in",
      hover: (i) => this.point(i === null ? null : { activation: "W_in", at: [i, opened.neuron], key: "in", text: "", i }),
    });
  }
  listEntry() {
    const { entry, entry_terms } = this.data;
    this.entrySum.head.textContent = words.entryOpened(entry + 1);
    terms(this.entrySum.list, {
      ...entry_terms,
      name: `mlp_out ${entry + 1}`,
      x: "mlp_post",
      w: "W_out",
      label: (i) => words.neuron(i + 1),
      hover: (i) => this.point(i === null ? null : { activation: "W_out", at: [i, entry], key: "out", text: "", i, neuron: i }),
      choose: (neuron) => this.choose({ neuron }),
    });
  }

  pointing() {
    const neuron = this.pointed?.neuron ?? null;
    light(this.entrySum.list, neuron);
    this.strongest.light(neuron);
    this.drawMarks();
  }
  /** What the formulas have of the lists: a neuron's line, all products of a sum, one of them. */
  lightened() {
    if (!this.data) return;
    const key = this.lit;
    this.strongest.light(key === "written" ? this.now() : null);
    this.neuronSum.list.classList.toggle("lit", key === "reads");
    this.entrySum.list.classList.toggle("lit", key === "writes");
    light(this.neuronSum.list, key === "in" ? this.term("in").i : null);
    light(this.entrySum.list, key === "out" ? this.term("out").i : null);
    this.drawMarks();
  }
  chosen(changes) {
    super.chosen(changes);
    if (changes.neuron >= 0) this.strongest.press(changes.neuron); // at once; what it opens only Python knows
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
