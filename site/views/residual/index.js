// Shows the spine of the overview: one path per token from the embedding to the last norm. Its thickness is the norm of the
// residual stream; what attention and MLP of every block write branches off and is added back, in the same measure.
import { fit } from "../../lib/colour.js";
import { h, morphChildren, pointIn } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { canvas, picture } from "../../lib/heat.js";
import { chosen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { GUTTER, lanes, onRoom, onTurn, turned } from "../../widgets/lanes.js";
import { interior } from "../../widgets/stream.js";
import { step } from "../../widgets/step.js";
import { View } from "../view.js";
import { Columns } from "./columns.js";
import { streamFormulas } from "./formulas.js";
import { Head } from "./head.js";
import { streamLegends } from "./legends.js";
import { drawSpine } from "./spine.js";

const words = strings.residual;
const DEPTH_TURNED = 620;
const ABOVE = 56; // px above the lanes, for the names of the keys
const HUES = { embed: "signed", q: "query", k: "key", v: "value", z: "value", mlp: "mlp" };

/** @extends {View<import("../../generated/contract").ResidualShown>} */
class Residual extends View {
  static follows = ["token", "block", "head", "hover", "unfolded"];
  columns = new Columns();
  /** @type {import("./figure.js").Scales | null} */
  scales = null;
  scaled = null; // how the lengths are fitted, for the legend
  under = null; // block under the pointer
  sameSaid = this.memo();
  sameFormulas = this.memo();

  layout() {
    this.head = new Head({
      send: this.send,
      block: (block) => this.goBlock(block),
      step: (by) => this.goBlock(this.block() + by),
      stepHead: (by) => this.choose({ head: Math.max(0, Math.min(this.data.n_head - 1, this.nowHead() + by)) }),
    });
    this.tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.body = h("div", { class: "stream-body" });
    this.drawing = canvas(this.body);
    this.body.append(this.tip);
    this.body.addEventListener("pointermove", (event) => this.data && !this.columns.moving && this.look(event));
    this.body.addEventListener("pointerleave", () => this.leave());
    this.body.addEventListener("click", (event) => this.data && this.press(event));
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
  /** Fits one measure for the stream and for what is added to it, over all blocks, so that thicknesses compare; and makes the strips. */
  prepare() {
    const { data } = this;
    this.scaled = fit(new Float32Array([...data.resid_norm, ...data.attn_norm, ...data.mlp_norm]));
    const vector = fit(new Float32Array([...data.q_norm, ...data.k_norm, ...data.v_norm])).limit;
    const strips = Object.fromEntries(
      Object.entries(HUES).map(([name, kind]) => {
        const values = data[`${name}_strip`];
        const [rows, cols] = values.shape;
        return [name, picture(values, rows, cols, { kind, limit: fit(values).limit }, this.scales?.strips[name])];
      }),
    );
    this.scales = { norm: this.scaled.limit, vector, strips };
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
      under: this.under,
      layers: this.data.n_layer,
      head: this.nowHead(),
      heads: this.data.n_head,
      moving: this.columns.moving,
    });
    this.drawBody();
    if (!this.sameFormulas(this.data, this.under ?? this.block(), token)) this.formulasSoon();
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

  /** Finds what is under the pointer: its lane, its block, and the open block's part, by its name in head.js. */
  locate(event) {
    const [left, top] = pointIn(event, this.drawing.element);
    const [x, y] = turned() ? [top, left - 8] : [left, top - ABOVE];
    const layout = lanes(this.slot.parentElement, this.data.labels.length);
    const { starts } = this.columns.now;
    const found = starts.findLastIndex((start) => x >= start);
    const block = found >= 0 && found < this.data.n_layer ? found : null;
    const part = block === null ? null : partAt(x, starts, this.block());
    return { lane: layout.lanes[Math.floor(y / layout.size)], block, part };
  }
  look(event) {
    const { lane, block, part } = this.locate(event);
    if (block !== this.under) {
      this.under = block;
      this.redraw();
    }
    this.note.links.light(part);
    const token = lane && lane.from === lane.to ? lane.from : null;
    put({ hover: token });
    this.showTip(event, token, block);
  }
  /** Shows a folded block's numbers beside the pointer: the block has no room for them. */
  showTip(event, token, block) {
    const { tip, body } = this;
    tip.hidden = token === null || block === null || block === this.block();
    if (tip.hidden) return;
    tip.textContent = words.readout(this.facts(block, token));
    const [x, y] = pointIn(event, body);
    tip.style.top = `${y + 16}px`;
    tip.style.left = `${Math.max(0, Math.min(body.clientWidth - tip.offsetWidth, x - tip.offsetWidth / 2))}px`;
  }
  leave() {
    this.under = null;
    this.tip.hidden = true;
    this.note.links.light(null);
    put({ hover: null });
    if (this.data) this.redraw();
  }
  press(event) {
    const { lane, block } = this.locate(event);
    if (lane && lane.from !== lane.to) put({ unfolded: true });
    else if (block !== null && block !== this.block()) this.goBlock(block);
    else if (lane) this.choose({ token: lane.from });
  }

  /** Returns formulas of the token and block under the pointer. */
  formulas() {
    const [block, token] = [this.under ?? this.block(), this.hovered() ?? this.token()];
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
    if (!known) {
      for (const say of Object.values(steps)) say(difference ? [words.changes] : []);
      return;
    }
    const T = data.labels.length;
    const first = (data.patterns.shape[0] === data.n_head ? data.head : 0) * T * T + token * T;
    const row = data.patterns.subarray(first, first + T);
    const key = row.indexOf(Math.max(...row));
    const [query, top] = [{ token: data.labels[token] }, { token: data.labels[key] }];
    const head = strings.places.head(data.block + 1, data.head + 1);
    steps.attention(words.looks({ head, query, top, share: probability(row[key]), isAlone: token === 0, isItself: key === token }));
    steps.mlp(
      words.neurons({
        token: query,
        active: integer(data.mlp_active[token]),
        all: integer(data.d_mlp),
        isAdded: data.mlp_norm[data.block * T + token] > 0,
      }),
    );
  }
}

/** Returns which of the open block's parts is at the depth `x`, null outside of it. */
function partAt(x, starts, open) {
  if (x < starts[open] || x >= starts[open + 1]) return null;
  const { card, attention, add } = interior(starts[open], starts[open + 1]);
  return x < card[0] ? "stream" : x < attention ? "attention" : x < add ? "mlp" : null;
}

export default Residual;
