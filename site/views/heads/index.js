// Shows all heads of all blocks at once: the reader opens one, finds those that look alike, averages several.
import { fit } from "../../lib/colour.js";
import { h, setText } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { legend } from "../../widgets/note.js";
import { toggle } from "../../widgets/toggle.js";
import { View } from "../view.js";
import { AlikeList } from "./alike_list.js";
import { Atlas } from "./atlas.js";
import { Average } from "./average.js";
import { movedFormulas, overlapFormulas } from "./formulas.js";
import { Likeness, same } from "./likeness.js";

const words = strings.heads;
const SIDE = 320; // room for the list and the average beside the atlas
const BESIDE = 800; // from this width on there is such room

/** Reads State.heads as [[block, head]], and writes it. */
const read = (text) => (text ? text.split(",").map((pick) => pick.split(".").map(Number)) : []);
const written = (picks) => picks.map((pick) => pick.join(".")).join(",");

/** @extends {View<import("../../generated/contract").HeadsShown>} */
class Heads extends View {
  mode = "open"; // what a click does
  hover = null; // [block, head]
  /** @type {Likeness | null} */
  likeness = null; // of the data
  besides = null; // what stands beside the pictures of `data`: {data, limit of a difference, room}
  sameSaid = this.memo();

  layout() {
    this.count = h("span", { class: "head-small" });
    this.modes = toggle({
      label: words.click,
      lead: words.click,
      names: Object.keys(words.modes),
      text: (mode) => words.modes[mode],
      choose: (mode) => this.setMode(mode),
    });
    const left = h("div");
    this.about = h("p", { class: "head-small" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.scale = legend();
    this.alikeList = new AlikeList({
      act: (at) => this.act(at),
      over: (at) => this.over(at),
      average: () => this.choose({ heads: written([this.likeness.chosen, ...this.likeness.nearest]) }),
    });
    this.average = new Average({
      choose: (changes) => this.choose(changes),
      changed: () => this.redraw(),
      wording: () => this.likeness.wording,
    });
    this.atlas = new Atlas(left, {
      label: words.grid,
      cell: (block, head) => this.data && { activation: "pattern", at: [block, head], text: this.text([block, head]) },
      act: (block, head, key) => this.act([block, head], key),
      // A focused name in the list keeps pointing at its head.
      over: (at) => (at || !this.alikeList.focused) && this.over(at),
    });
    left.append(this.readout, this.scale.element, this.about);
    this.body = h(
      "div",
      { class: "heads-body" },
      left,
      h("div", { class: "heads-side" }, this.alikeList.element, this.average.element),
    );
    this.drawings = [
      [() => this.drawAlike(), this.alikeList.list],
      [() => this.drawAverage(), this.average.host],
      [() => this.sayAlike(), this.note.place],
      // Newer data wait for `draw`, which makes what stands beside them.
    ].map(([draw, place]) => this.piece(() => (this.besides.data === this.data ? draw() : false), place));
    return [h("div", { class: "part-head" }, h("h2", { text: words.title }), this.count, this.modes.element), this.body];
  }

  now() {
    return [Math.min(state.block, this.data.n_layer - 1), Math.min(state.head, this.data.n_head - 1)];
  }
  picks() {
    return read(state.heads).filter(([block, head]) => block < this.data.n_layer && head < this.data.n_head);
  }
  text(at) {
    const picked = this.picks().some((pick) => same(pick, at));
    return this.likeness.text(at, picked);
  }
  /** Returns the two heads that the formula compares: the chosen one and the one that is pointed at, else the most alike. */
  pair() {
    const { chosen: a, listed } = this.likeness;
    return { a, b: this.hover ?? listed[0] ?? a };
  }

  act([block, head], key) {
    if (this.mode === "average" || key === " ") {
      const [picks, others] = [this.picks(), this.picks().filter((pick) => !same(pick, [block, head]))];
      this.choose({ heads: written(others.length < picks.length ? others : [...others, [block, head]]) });
    } else if (this.mode === "compare") {
      this.hover = null; // now others are compared with it
      this.choose({ block, head });
    } else this.choose({ block, head, part: "attention" });
  }
  setMode(mode) {
    this.mode = mode;
    this.redraw();
  }
  over(at) {
    this.hover = at;
    this.redraw();
  }

  updated() {
    const { data, hover } = this;
    this.likeness = new Likeness(data);
    this.average.update(data);
    if (hover && (hover[0] >= data.n_layer || hover[1] >= data.n_head)) this.hover = null; // the model is another one
  }
  isOutrun() {
    return !same(this.now(), this.likeness.chosen);
  }
  chosen() {
    this.redraw();
  }
  themed() {
    this.atlas.forget();
    this.average.forget();
    this.sameSaid.forget();
  }

  draw(width) {
    const { data, likeness } = this;
    if (this.slot.hidden) return false;
    setText(this.count, words.size(integer(data.n_layer), integer(data.n_head)));
    this.modes.check(this.mode);
    const beside = width >= BESIDE;
    this.body.classList.toggle("beside", beside);
    const scaled = data.difference ? fit(data.thumbs) : null;
    const limit = scaled?.limit;
    this.besides = { data, limit, room: beside ? SIDE : Math.min(width, 480) };
    this.atlas.draw({
      thumbs: data.thumbs,
      key: data.version,
      limit,
      room: beside ? width - SIDE - 48 : width,
      chosen: this.now(),
      lit: this.litHeads(),
      picked: this.picks(),
      lines: likeness.listed.map(([block, head]) => ({ block, head, text: number(likeness.of([block, head]), 2) })),
    });
    setText(this.readout, this.text(this.hover ?? this.now()));
    const step = Math.ceil(data.labels.length / data.thumbs.shape[2]);
    const about = [step > 1 && likeness.wording.pooled(step), data.compared && this.atlas.lined && likeness.wording.ringed];
    setText(this.about, about.filter(Boolean).join("; "));
    if (scaled) this.scale.showFit(scaled, "+");
    else this.scale.show("amount", ...strings.attention.range.weights, strings.attention.rooted);
    for (const draw of this.drawings) draw();
  }
  litHeads() {
    const { a, b } = this.pair();
    return { a: [a], b: [b], overlap: this.data.difference ? [b] : [a, b] }[this.lit] ?? [];
  }
  drawAlike() {
    const { hover, lit, likeness } = this;
    this.alikeList.draw(likeness, hover || lit === "b" || lit === "overlap" ? this.pair().b : null);
  }
  /** Returns the cell whose weights fill the formula, where there are so few tokens that the small pictures hold every weight. */
  cell() {
    return this.average.cell ?? { query: chosen(this.data.labels.length), key: this.average.strongest()[0] };
  }
  drawAverage() {
    const { room, limit } = this.besides;
    const { averageThem } = this.alikeList;
    const cell = this.cell();
    const lit = { queries: { query: 1, last: this.data.labels.length - 1 }, keys: { query: cell.query }, cell }[this.lit] ?? null;
    const after =
      averageThem.hidden || !this.likeness.listed.length ? this.modes.buttons.find(({ tabIndex }) => tabIndex === 0) : averageThem;
    this.average.draw({ room, limit, lit, picked: this.picks().length > 0, after });
  }

  formulas() {
    const { data } = this;
    const { a, b } = this.pair();
    const T = data.labels.length;
    const at = data.thumbs.shape[2] === T ? this.cell() : null;
    const weight = ([block, head]) => data.thumbs[((block * data.n_head + head) * T + at.query) * T + at.key];
    return (data.difference ? movedFormulas : overlapFormulas)({
      a,
      b,
      compared: data.compared,
      percent: this.likeness.percent(b),
      at,
      weight,
    });
  }
  sayAlike() {
    const { data, hover, likeness } = this;
    this.formulasSoon();
    const own = hover && !data.difference && same(hover, this.pair().a);
    if (this.lit === null) this.note.links.light(this.average.cell ? "cell" : hover ? (own ? "a" : "b") : null);
    if (this.sameSaid(data)) return;
    this.note.say(likeness.sentence());
    this.note.table(() => likeness.table());
  }
}

export default Heads;
