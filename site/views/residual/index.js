// Shows the spine of the overview: one path per token from the embedding to the last norm. Its thickness is the norm of the
// residual stream; what attention and MLP of every block write branches off and is added back, in the same measure.
import { h, morphChildren } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import { chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { GUTTER, lanes, onRoom, onTurn, turned } from "../../widgets/lanes.js";
import { step } from "../../widgets/step.js";
import { View } from "../view.js";
import { Columns } from "./columns.js";
import { scalesOf } from "./figure.js";
import { streamFormulas } from "./formulas.js";
import { Head } from "./head.js";
import { streamLegends } from "./legends.js";
import { Pointing } from "./pointing.js";
import { stepsSaid } from "./says.js";
import { drawSpine } from "./spine.js";

const words = strings.residual;
const DEPTH_TURNED = 620;
const ABOVE = 56; // px above the lanes, for the names of the keys

/** @extends {View<import("../../generated/contract").ResidualShown>} */
class Residual extends View {
  static follows = ["token", "block", "head", "hover", "unfolded"];
  columns = new Columns();
  /** @type {import("./figure.js").Scales | null} */
  scales = null;
  scaled = null; // how the lengths are fitted, for the legend
  sameSaid = this.memo();
  sameFormulas = this.memo();

  layout() {
    this.head = new Head({
      send: this.send,
      block: (block) => this.goBlock(block),
      step: (by) => this.goBlock(this.block() + by),
      stepHead: (by) => this.choose({ head: Math.max(0, Math.min(this.data.n_head - 1, this.nowHead() + by)) }),
    });
    this.body = h("div", { class: "stream-body" });
    this.drawing = canvas(this.body);
    this.pointer = new Pointing(this, ABOVE);
    return [this.head.element, this.body];
  }
  begin() {
    this.legends = document.getElementById("legends") ?? this.slot.appendChild(h("div"));
    this.steps = { attention: step("attention"), mlp: step("mlp") };
    for (const when of [onTurn, onRoom]) {
      when(() => {
        this.columns.forget();
        this.redraw();
      });
    }
  }

  block() {
    return Math.min(state.block, this.data.n_layer - 1);
  }
  nowHead() {
    return Math.min(state.head, this.data.n_head - 1);
  }
  token() {
    return chosen(this.data.labels.length);
  }
  /** Returns the token under the pointer. The token list, and the pointer in it, may already show a longer text. */
  hovered() {
    return state.hover !== null && state.hover < this.data.labels.length ? state.hover : null;
  }
  goBlock(block) {
    this.choose({ block: Math.max(0, Math.min(this.data.n_layer - 1, block)) });
  }
  /** Returns the norms of a block at a token, as text. */
  facts(block, token) {
    const norm = (name, at) => number(this.data[name]?.[at * this.data.labels.length + token]);
    return {
      block: block + 1,
      before: norm("resid_norm", block),
      attention: norm("attn_norm", block),
      mlp: norm("mlp_norm", block),
      after: norm("resid_norm", block + 1),
    };
  }

  updated() {
    this.prepare();
    this.sameFormulas.forget();
  }
  prepare() {
    ({ scaled: this.scaled, scales: this.scales } = scalesOf(this.data, this.scales));
  }
  themed() {
    if (this.data) this.prepare();
  }
  isOutrun() {
    return false; // parts that still show another block are drawn fainter, one by one
  }
  chosen() {
    this.redraw();
  }
  lightened() {
    this.head.light(this.lit);
    this.redraw();
  }

  draw(width) {
    const depth = turned() ? DEPTH_TURNED : width;
    if (this.columns.settle(depth, this.data.n_layer, this.block())) this.redraw();
    const token = this.hovered() ?? this.token(); // the numbers follow the pointer
    this.head.draw({
      columns: this.columns.now,
      open: this.block(),
      under: this.pointer.block,
      layers: this.data.n_layer,
      head: this.nowHead(),
      heads: this.data.n_head,
      moving: this.columns.moving,
    });
    this.drawBody();
    if (!this.sameFormulas(this.data, this.pointer.block ?? this.block(), token)) this.formulasSoon();
    if (!this.sameSaid(this.data, this.block(), this.token(), state.head)) this.describeSoon();
  }
  drawBody() {
    const { data, drawing, slot } = this;
    const layout = lanes(slot.parentElement, data.labels.length);
    const above = turned() ? 8 : ABOVE;
    const [depth, breadth] = [Math.ceil(this.columns.now.end), layout.total];
    const context = turned() ? drawing.size(breadth + above, depth) : drawing.size(depth, breadth + above + 12);
    const { a } = context.getTransform();
    // Everything is drawn as if depth ran to the right; turned, x and y change places.
    if (turned()) context.setTransform(0, a, a, 0, a * above, 0);
    else context.setTransform(a, 0, 0, a, 0, a * above);
    Object.assign(slot.style, turned() ? { minWidth: `${GUTTER + breadth}px` } : { minWidth: "" });
    Object.assign(drawing.element.style, turned() ? { margin: `0 0 0 ${-above}px` } : { margin: `${-above}px 0 0` });
    this.head.element.style.height = turned() ? `${depth}px` : "";
    drawSpine(context, {
      data,
      layout,
      place: this.columns.now,
      depth,
      breadth,
      open: this.block(),
      head: this.nowHead(),
      token: this.token(),
      hover: this.hovered(),
      lit: this.lit,
      scales: this.scales,
      moving: this.columns.moving,
      named: !turned(),
    });
  }

  /** Returns formulas of the token and block under the pointer. */
  formulas() {
    const [block, token] = [this.pointer.block ?? this.block(), this.hovered() ?? this.token()];
    return streamFormulas({
      facts: this.facts(block, token),
      block: block + 1,
      token: token + 1,
      isDifference: this.data.shows === "difference",
      isLast: block + 1 === this.data.n_layer,
    });
  }
  describe() {
    const { data } = this;
    const token = this.token();
    const difference = data.shows === "difference";
    const says = difference ? strings.whatif.stream : words.says;
    this.note.say(...says({ ...this.facts(this.block(), token), token: { token: data.labels[token] } }));
    this.note.table(() => ({
      caption: words.caption(data.labels[token]),
      columns: words.columns,
      rows: Array.from({ length: data.n_layer }, (_, b) => Object.values(this.facts(b, token))),
    }));
    morphChildren(this.legends, ...streamLegends({ scaled: this.scaled, difference, block: this.block(), head: this.nowHead() }));
    this.saySteps(token, difference);
  }
  /** Says under the figure what attention and MLP do for the chosen token; not of a difference, where nobody looks at anything. */
  saySteps(token, difference) {
    const { data, steps } = this;
    const known = !difference && data.block === this.block() && data.head === this.nowHead();
    const said = known ? stepsSaid(data, token) : { attention: [], mlp: [] };
    for (const [name, say] of Object.entries(steps)) say(difference ? [words.changes] : said[name]);
  }
}

export default Residual;
