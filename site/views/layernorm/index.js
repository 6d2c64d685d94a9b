// Shows a LayerNorm step by step: the vector, its mean taken off, divided by its spread, scaled and shifted.
import contract from "../../generated/contract.js";
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { toggle } from "../../widgets/toggle.js";
import { partHead, View, whereText } from "../view.js";
import { normFormulas } from "./formulas.js";
import { Lines } from "./lines.js";

const words = strings.layernorm;
const NORMS = contract.norms;

/** @extends {View<import("../../generated/contract").LayerNormShown>} */
class LayerNorm extends View {
  static differs = true;
  same = this.memo();
  rows = []; // of the strips, with {text, stage: whether it is the vector at a stage, not a weight or bias}

  layout() {
    this.where = h("span", { class: "head-small" });
    this.norms = toggle({
      label: words.which,
      names: NORMS,
      text: (name) => words.short[name],
      title: (name) => words.names[name],
      choose: (norm) => this.choose({ norm }),
    });
    const [steps, lines, about] = [h("div"), h("div", { class: "ln-lines" }), h("p", { class: "head-small" })];
    const text = (row, entry) => words.cell(row.text, entry + 1, number(row.values[entry], 4));
    this.strips = this.entryStrips(steps, text, () => this.drawEntry());
    this.lines = new Lines(lines, {
      about,
      point: (entry, symbol) => {
        this.strips.point(entry, typeof symbol === "number" ? symbol : null);
        this.note.links.light(symbol);
        this.lighten(symbol);
      },
      choose: (entry) => this.choose({ entry }),
    });
    const samelines = this.memo();
    this.drawLines = this.piece(() => {
      if (!samelines(this.data, this.box.width)) this.lines.draw(this.rows, this.box.width, this.data.off);
      this.drawEntry();
    }, lines);
    return [
      partHead(words.title, this.where, this.norms.element),
      steps,
      h("div", { class: "opened" }, h("h3", { text: words.lines }), about),
      lines,
    ];
  }

  place({ block, norm }) {
    this.where.textContent = [norm !== "ln_final" && whereText({ block }), words.names[norm]].filter(Boolean).join(", ");
  }

  updated() {
    const { data } = this;
    const line = (values, name, group, stage, sign) => ({
      values,
      name,
      text: [sign, name].filter(Boolean).join(" "),
      group: words.groups[group],
      activation: stage ? name : `${data.norm}.${name}`,
      stage,
      sign,
    });
    this.rows = [
      line(data.x, data.reads, "vector", true),
      line(data.centred, words.rows.centred, "vector", true),
      line(data.normal, words.rows.normal, "normal", true),
      line(data.weight, words.rows.weight, "weight", false),
      line(data.scaled, words.rows.scaled, "normal", true),
      line(data.bias, words.rows.bias, "bias", false),
      line(data.result, data.norm, "normal", true, "+ β ="),
    ];
  }

  isOutrun() {
    return this.data.norm !== state.norm || super.isOutrun();
  }

  controls() {
    this.norms.check(state.norm);
  }

  draw(width) {
    // Where only Python can answer a choice, the figure stays as it is until then.
    if (this.same(this.data, width, state.entry)) return false;
    this.strips.draw({ rows: this.rows, token: this.data.token, entry: state.entry, width });
    this.drawLines();
    this.formulasSoon();
  }

  drawEntry() {
    if (!this.showsDifference) this.lines.drawEntry(this.strips.entry, this.lit);
  }

  lightened() {
    this.drawEntry();
  }
  lighten(symbol) {
    this.lit = symbol;
    this.drawEntry();
  }

  describe() {
    const { data, rows } = this;
    const norm = (values) => number(Math.hypot(...values));
    this.note.say(
      ...words[data.off ? "saysOff" : "says"]({
        token: { token: data.labels[data.token] },
        block: data.block === null ? null : data.block + 1,
        reads: data.reads,
        mean: number(data.mean),
        spread: number(Math.sqrt(data.variance)),
        norm: norm(data.x),
        after: norm(data.result),
      }),
    );
    this.note.table(() => ({
      caption: words.caption(data.norm, data.labels[data.token]),
      columns: words.columns(data.reads, data.norm),
      rows: (function* () {
        for (let i = 0; i < data.x.length; i++) yield [i + 1, ...rows.map(({ values }) => number(values[i], 5))];
      })(),
    }));
  }

  formulas() {
    return normFormulas(this.data, this.strips.entry);
  }
}

export default LayerNorm;
