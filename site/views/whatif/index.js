// Lets the reader change the model: switch parts off, make a row of attention by hand, take another mask or another text; and
// shows what becomes of the answer, beside the untouched model's.
import contract from "../../generated/contract.js";
import { h, setText, widthOf } from "../../lib/dom.js";
import { adopt, choose, state } from "../../state/choices.js";
import { read, valueAt, withEdit } from "../../state/edits.js";
import { latest } from "../../state/latest.js";
import strings from "../../strings/index.js";
import { divergence, outcomeTable } from "../../widgets/outcome.js";
import { toggle } from "../../widgets/toggle.js";
import { token } from "../../widgets/token.js";
import { View } from "../view.js";
import { Answer } from "./answer.js";
import { Masks } from "./masks.js";
import { Patching } from "./patching.js";
import { RowEditor } from "./row_editor.js";
import { says } from "./says.js";
import { Strengths } from "./strengths.js";
import { Switches } from "./switches.js";

const words = strings.whatif;
const WIDE = 760;
const OFF = { zero: "0", mean: "mean" }; // the edits' values that mean "off"

/** @extends {View<import("../../generated/contract").WhatIfShown>} */
class WhatIf extends View {
  off = "zero";
  same = this.memo();
  // Slider and drag change the edits faster than the model runs.
  line = latest(this.send, () => {});

  layout() {
    const edit = (text) => choose((message) => this.line.set(message.set), { edits: text });
    const select = (block, head) => this.choose({ block, head });
    this.switches = new Switches({ edit, select, off: () => OFF[this.off] });
    this.strengths = new Strengths({ edit });
    this.answer = new Answer();
    const written = (weights) => weights?.map((weight) => weight.toPrecision(4)).join(",");
    this.row = new RowEditor({ set: (weights) => edit(withEdit(this.data.edits, "pattern", this.rowPlace(), written(weights))) });
    this.rowTitle = h("h3");
    this.rowFrom = h("span", { class: "head-small" });
    this.masks = new Masks({ choose: (mask) => this.choose({ mask }) });
    this.patching = new Patching(this.send, { edit });
    const hint = (text) => h("span", { class: "head-small", text });
    const section = (head, ...inside) =>
      h("section", { class: "whatif-section" }, h("div", { class: "line-head" }, head), ...inside);
    const row = section([this.rowTitle, this.rowFrom, hint(words.row.hint)], this.row.element);
    this.drawRow = this.piece(() => this.paintRow(), row);
    this.drawMasks = this.piece(() => this.paintMasks(), this.masks.element);
    this.drawPatching = this.piece(() => this.patching.draw({ ...this.data, edits: state.edits }), this.patching.element);
    this.top = h("div", { class: "whatif-top" }, this.switchesSection(), this.answer.element);
    this.halves = h("div", { class: "whatif-top" }, row, section(h("h3", { text: words.mask.title }), this.masks.element));
    return [
      h("div", { class: "part-head" }, h("h2", { text: words.title }), hint(words.switchesHint)),
      this.top,
      this.halves,
      section(h("h3", { text: words.patch.title }), this.patching.element),
    ];
  }
  switchesSection() {
    this.offs = toggle({
      label: words.how,
      names: Object.keys(OFF),
      text: (name) => words.hows[name],
      choose: (name) => this.pickOff(name),
    });
    this.offs.check(this.off);
    const how = h("div", { class: "whatif-how" }, h("span", { text: words.how }), this.offs.element);
    const head = h("div", { class: "line-head" }, h("h3", { text: words.switches }), how);
    return h("section", {}, head, this.switches.element, this.strengths.elements);
  }

  begin() {
    this.rowBox = widthOf(this.row.element, () => this.redraw());
  }
  adopt(next) {
    super.adopt(next);
    adopt({ ...next, other: next.other.text }, contract.alters);
    this.line.answered(next);
  }
  isOutrun() {
    return state.edits !== this.data.edits || state.mask !== this.data.mask;
  }

  /** Chooses what a switch makes of a part. */
  pickOff(name) {
    if (name === "mean" && this.data && !this.data.means) return;
    this.off = name;
    this.offs.check(name);
  }
  /** Returns the place of the row of attention that is edited. */
  rowPlace() {
    return [this.data.block, this.data.head, this.data.token];
  }

  draw(width) {
    const { data } = this;
    const { n_layer, n_head, means } = data;
    const [block, head] = [Math.min(state.block, n_layer - 1), Math.min(state.head, n_head - 1)];
    if (!this.same(data)) this.answer.draw(data);
    this.top.classList.toggle("wide", width >= WIDE);
    this.halves.classList.toggle("halves", width >= WIDE);
    this.switches.draw({ n_layer, n_head, edits: state.edits, block, head });
    const mean = /** @type {HTMLButtonElement} */ (this.offs.buttons[1]);
    mean.disabled = !means;
    mean.title = means ? words.meanTitle(means.positions, means.of_text) : words.noMeans;
    if (!means) this.pickOff("zero");
    this.strengths.draw(data, [block, head]);
    this.drawRow();
    this.drawMasks();
    this.drawPatching();
  }
  paintRow() {
    const { data } = this;
    setText(this.rowTitle, words.row.title(data.block + 1, data.head + 1));
    this.rowFrom.replaceChildren(...words.row.from(token(data.labels[data.token])));
    if (!this.rowBox.width) return;
    const labels = data.labels.slice(0, data.token + 1);
    const byHand = valueAt(read(state.edits), "pattern", this.rowPlace())?.split(",");
    const own = (weights) => Array.from(weights.subarray(0, labels.length));
    this.row.draw({
      labels,
      room: this.rowBox.width,
      set: Boolean(byHand),
      before: own(data.row),
      // What the reader has set holds before Python has answered.
      weights: byHand ? labels.map((_, i) => Number(byHand[i] ?? 0)) : own(data.row_now),
    });
  }
  paintMasks() {
    const { data } = this;
    this.masks.draw({
      mask: state.mask,
      visible: state.mask === data.mask ? data.visible : null,
      length: data.labels.length,
      scores: data.scores,
      side: this.box.width >= WIDE ? 128 : 96,
    });
  }

  describe() {
    this.note.say(...says(this.data));
    this.note.table(() => outcomeTable(this.data.top));
  }
  formulas() {
    return this.data.compared ? [divergence(this.data.kl)] : [];
  }
}

export default WhatIf;
