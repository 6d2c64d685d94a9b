// Shows the spine of the overview: one path per token from the embedding to the last norm. Its thickness is the norm of the
// residual stream; what attention and MLP of every block write branches off and is added back, in the same measure.
import { fit } from "../../lib/colour.js";
import { morphChildren, calm, h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { canvas, picture } from "../../lib/heat.js";
import { coloured, formula, row, sub, tied } from "../../lib/math.js";
import { chosen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { GUTTER, lanes, onTurn, turned } from "../../widgets/lanes.js";
import { between, columns, interior } from "../../widgets/stream.js";
import { View } from "../view.js";
import { Head } from "./head.js";
import { streamLegends } from "./legends.js";
import { drawSpine } from "./spine.js";

const words = strings.residual;
const UNFOLD_MS = 240;
const DEPTH_TURNED = 560;

/** @extends {View<import("../../generated/contract").ResidualShown>} */
class Residual extends View {
  static follows = ["token", "block", "head", "hover", "unfolded"];
  columns = null; // where columns are on the screen now; they move towards the chosen block
  motion = null; // {from, block, since} while they move
  strip = null; // the picture of all streams
  scaled = null; // the limits of both measures
  under = null; // block under the pointer
  drawnLanes = 0;
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
    this.body.addEventListener("pointermove", (event) => this.data && !this.motion && this.look(event));
    this.body.addEventListener("pointerleave", () => this.leave());
    this.body.addEventListener("click", (event) => this.data && this.press(event));
    return [this.head.element, this.body];
  }
  begin() {
    this.legends = document.getElementById("legends") ?? this.slot.appendChild(h("div"));
    onTurn(() => {
      this.columns = null;
      this.redraw();
    });
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
  /** Fits one measure for the stream and for what is written into it, over all blocks, so that thicknesses compare. */
  prepare() {
    const { resid_norm, attn_norm, mlp_norm, resid_strip } = this.data;
    const all = new Float32Array([...resid_norm, ...attn_norm, ...mlp_norm]);
    this.scaled = { ...fit(all), strip: fit(resid_strip) };
    const [rows, cols] = resid_strip.shape;
    this.strip = picture(resid_strip, rows, cols, { kind: "signed", limit: this.scaled.strip.limit, maxCols: 128 });
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
  }

  draw(width) {
    if (this.width !== undefined && this.width !== width) this.columns = null;
    this.width = width;
    this.settle(width);
    const token = this.hovered() ?? this.token(); // the numbers follow the pointer
    this.head.draw({
      columns: this.columns,
      open: this.block(),
      under: this.under,
      layers: this.data.n_layer,
      head: this.nowHead(),
      heads: this.data.n_head,
      moving: Boolean(this.motion),
      facts: this.facts(this.block(), token),
    });
    this.drawBody();
    if (!this.sameFormulas(this.data, this.under ?? this.block(), token)) this.formulasSoon();
    if (!this.sameSaid(this.data, this.block(), this.token(), state.head, this.strip?.width, this.drawnLanes)) this.describeSoon();
  }
  /** Moves the columns to the chosen block, step by step. */
  settle(width) {
    const to = columns(turned() ? DEPTH_TURNED : width, this.data.n_layer, this.block());
    const { columns: now } = this;
    const moved = now && now.starts.length === to.starts.length && now.starts.some((x, i) => Math.abs(x - to.starts[i]) > 2);
    if (moved && !calm()) {
      if (this.motion?.block !== this.block()) this.motion = { from: now, block: this.block(), since: performance.now() };
      const share = Math.min(1, (performance.now() - this.motion.since) / UNFOLD_MS);
      this.columns = between(this.motion.from, to, 1 - (1 - share) ** 3);
      if (share < 1) {
        this.redraw();
        return;
      }
    }
    this.columns = to;
    this.motion = null;
  }
  drawBody() {
    const { data, drawing, slot } = this;
    const layout = lanes(slot.parentElement, data.labels.length);
    this.drawnLanes = layout.lanes.length;
    const [depth, breadth] = [Math.ceil(this.columns.end), layout.total];
    const context = turned() ? drawing.size(breadth, depth) : drawing.size(depth, breadth);
    // Everything is drawn as if depth ran to the right; turned, x and y change places.
    if (turned()) {
      const { a } = context.getTransform();
      context.setTransform(0, a, a, 0, 0, 0);
    }
    Object.assign(slot.style, turned() ? { minWidth: `${GUTTER + breadth}px` } : { minWidth: "" });
    this.head.element.style.height = turned() ? `${depth}px` : "";
    drawSpine(context, {
      data,
      layout,
      place: this.columns,
      depth,
      breadth,
      open: this.block(),
      head: this.nowHead(),
      token: this.token(),
      hover: this.hovered(),
      limit: this.scaled.limit,
      strip: this.strip,
      fresh: state.block === data.block,
      moving: Boolean(this.motion),
    });
  }

  /** Finds what is under the pointer: its lane, its block, and the open block's part, by its name in head.js. */
  locate(event) {
    const box = this.drawing.element.getBoundingClientRect();
    let [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (turned()) [x, y] = [y, x];
    const layout = lanes(this.slot.parentElement, this.data.labels.length);
    const found = this.columns.starts.findLastIndex((start) => x >= start);
    const block = found >= 0 && found < this.data.n_layer ? found : null;
    const part = block === null ? null : partAt(x, this.columns.starts, this.block());
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
    const box = body.getBoundingClientRect();
    const left = event.clientX - box.left - tip.offsetWidth / 2;
    tip.style.top = `${event.clientY - box.top + 16}px`;
    tip.style.left = `${Math.max(0, Math.min(box.width - tip.offsetWidth, left))}px`;
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

  /** Returns formulas of the token and block under the pointer. Norms add up only where vectors point the same way, so none is a sum. */
  formulas() {
    const [block, token] = [this.under ?? this.block(), this.hovered() ?? this.token()];
    const { before, attention, mlp, after } = this.facts(block, token);
    const by = this.data.shows === "difference" ? ["Δ"] : [];
    const normOf = (name, part, value, meaning = null) => {
      const inside = tied(part, row("‖", ...by, sub(name, `${block + 1}, ${token + 1}`), "‖", "=", value));
      return meaning ? coloured(meaning, inside) : inside;
    };
    const adds = (to, from, part, what) => formula(to, "=", from, "+", tied(part, coloured(part, row(...what))));
    return [
      adds("resid_mid", tied("stream", "resid_pre"), "attention", ["Attn", "(", "ln1", ")"]),
      adds("resid_post", "resid_mid", "mlp", ["MLP", "(", "ln2", ")"]),
      formula(normOf("resid_pre", "stream", before), ",\u2002", normOf("attn_out", "attention", attention, "attention")),
      formula(
        normOf("mlp_out", "mlp", mlp, "mlp"),
        ",\u2002",
        normOf("resid_post", block + 1 === this.data.n_layer ? "final" : "stream", after),
      ),
    ];
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
    const pooled = data.resid_strip.shape[1] / (this.strip?.width ?? 1);
    morphChildren(
      this.legends,
      ...streamLegends({ scaled: this.scaled, pooled, difference, head: state.head, lanes: this.drawnLanes }),
    );
  }
}

/** Returns which of the open block's parts is at the depth `x`, null outside of it. */
function partAt(x, starts, open) {
  if (x < starts[open] || x >= starts[open + 1]) return null;
  const { strip, attention, add } = interior(starts[open], starts[open + 1]);
  return x < strip[1] ? "stream" : x < attention ? "attention" : x < add ? "mlp" : null;
}

export default Residual;
