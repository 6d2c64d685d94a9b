// Shows all heads of all blocks at once: the reader opens one, finds those that look alike, averages several.
import { fit } from "../../lib/colour.js";
import { morphChildren, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { legend } from "../../widgets/note.js";
import { toggle } from "../../widgets/toggle.js";
import { View } from "../view.js";
import { Atlas } from "./atlas.js";
import { Average } from "./average.js";
import { bar } from "./bars.js";
import { movedFormulas, overlapFormulas } from "./formulas.js";

const words = strings.heads;
const ALIKE = 6; // how many heads are listed
const SIDE = 320; // room for the list and the average beside the atlas
const BESIDE = 800; // from this width on there is such room

/** Reads State.heads as [[block, head]], and writes it. */
const read = (text) => (text ? text.split(",").map((pick) => pick.split(".").map(Number)) : []);
const written = (picks) => picks.map((pick) => pick.join(".")).join(",");
/** @param {number[]} a @param {number[]} b */
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** @extends {View<import("../../generated/contract").HeadsShown>} */
class Heads extends View {
  mode = "open"; // what a click does
  hover = null; // [block, head]
  besides = null; // what stands beside the pictures of `data`: {data, best: the heads most alike, limit, room}
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
    this.likeTitle = h("p", { class: "head-small" });
    this.likes = h("ol", { class: "alike" });
    this.averageThem = h("button", { type: "button", class: "link", text: words.averageThem, onclick: () => this.pickAlike() });
    this.average = new Average({
      choose: (changes) => this.choose(changes),
      changed: () => this.redraw(),
      wording: () => this.wording(),
    });
    this.atlas = new Atlas(left, {
      label: words.grid,
      cell: (block, head) => this.data && { activation: "pattern", at: [block, head], text: this.text([block, head]) },
      act: (block, head, key) => this.act([block, head], key),
      // A focused name in the list keeps pointing at its head.
      over: (at) => (at || !this.likes.contains(document.activeElement)) && this.over(at),
    });
    left.append(this.readout, this.scale.element, this.about);
    this.alikeSection = h("section", { class: "heads-alike" }, this.likeTitle, this.likes, this.averageThem);
    this.body = h("div", { class: "heads-body" }, left, h("div", { class: "heads-side" }, this.alikeSection, this.average.element));
    this.drawings = [
      [() => this.drawAlike(), this.likes],
      [() => this.drawAverage(), this.average.host],
      [() => this.sayAlike(), this.note.place],
      // Newer data wait for `draw`, which makes what stands beside them.
    ].map(([draw, place]) => this.piece(() => (this.besides.data === this.data ? draw() : false), place));
    return [h("div", { class: "part-head" }, h("h2", { text: words.title }), this.count, this.modes.element), this.body];
  }

  wording() {
    return this.data.difference ? words.difference : words;
  }
  now() {
    return [Math.min(state.block, this.data.n_layer - 1), Math.min(state.head, this.data.n_head - 1)];
  }
  picks() {
    return read(state.heads).filter(([block, head]) => block < this.data.n_layer && head < this.data.n_head);
  }
  /** @param {number[]} head [block, head] */
  alike([block, head]) {
    return this.data.alike[block * this.data.n_head + head];
  }
  /** Prints how alike a head is. Equal patterns print as 100 %: what they lack of it is the rounding of their weights. */
  percent(at) {
    return probability(this.alike(at) > 1 - 1e-6 ? 1 : this.alike(at));
  }
  text(at) {
    const { data } = this;
    const name = words.name(at[0] + 1, at[1] + 1);
    if (!data.difference && same(at, [data.block, data.head])) return `${name}: ${words.itself}`;
    if (!data.compared) return `${name}: ${words.alone}`;
    return this.wording().read(
      at[0] + 1,
      at[1] + 1,
      this.percent(at),
      this.picks().some((pick) => same(pick, at)),
    );
  }
  /** Returns the other heads, the most alike first; for a difference all heads, those first that changed most. */
  ranked() {
    const { n_layer, n_head, block, head, difference } = this.data;
    const all = Array.from({ length: n_layer * n_head }, (_, at) => [Math.floor(at / n_head), at % n_head]);
    return all.filter((at) => difference || !same(at, [block, head])).sort((a, b) => this.alike(b) - this.alike(a));
  }
  /** Returns the two heads that the formula compares: the chosen one and the one that is pointed at, else the most alike. */
  pair() {
    const chosenHead = [this.data.block, this.data.head];
    return { a: chosenHead, b: this.hover ?? this.besides.best[0] ?? chosenHead };
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
  pickAlike() {
    this.choose({ heads: written([[this.data.block, this.data.head], ...this.ranked().slice(0, ALIKE)]) });
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
    this.average.update(data);
    if (hover && (hover[0] >= data.n_layer || hover[1] >= data.n_head)) this.hover = null; // the model is another one
  }
  isOutrun() {
    return !same(this.now(), [this.data.block, this.data.head]);
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
    const { data } = this;
    if (this.slot.hidden) return false;
    setText(this.count, words.size(integer(data.n_layer), integer(data.n_head)));
    this.modes.check(this.mode);
    const beside = width >= BESIDE;
    this.body.classList.toggle("beside", beside);
    const best = (data.compared ? this.ranked().slice(0, ALIKE) : []).filter((at) => !data.difference || this.alike(at) > 0);
    const scaled = data.difference ? fit(data.thumbs) : null;
    const limit = scaled?.limit;
    this.besides = { data, best, limit, room: beside ? SIDE : Math.min(width, 480) };
    this.atlas.draw({
      thumbs: data.thumbs,
      key: data.version,
      limit,
      room: beside ? width - SIDE - 48 : width,
      chosen: this.now(),
      lit: this.litHeads(),
      picked: this.picks(),
      lines: best.map(([block, head]) => ({ block, head, text: number(this.alike([block, head]), 2) })),
    });
    setText(this.readout, this.text(this.hover ?? this.now()));
    const step = Math.ceil(data.labels.length / data.thumbs.shape[2]);
    const about = [step > 1 && this.wording().pooled(step), data.compared && this.atlas.lined && this.wording().ringed];
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
    const { data, hover, lit, likes, besides } = this;
    setText(this.likeTitle, this.wording().alike(data.block + 1, data.head + 1));
    this.alikeSection.hidden = !besides.best.length;
    this.averageThem.hidden = data.difference;
    const near = hover || lit === "b" || lit === "overlap" ? this.pair().b : null;
    const key = `${data.version}/${besides.best.join()}/${near ?? ""}`;
    if (likes.dataset.key === key) return;
    likes.dataset.key = key;
    morphChildren(likes, ...besides.best.map((at) => this.line(at, near && same(at, near))));
  }
  line(at, lit) {
    const [point, leave] = [() => this.over(at), () => this.over(null)];
    const handlers = { onclick: () => this.act(at), onpointerenter: point, onpointerleave: leave, onfocus: point, onblur: leave };
    const name = h("button", { type: "button", class: "link", text: words.name(at[0] + 1, at[1] + 1), ...handlers });
    return h("li", { class: lit ? "lit" : null }, name, bar(this.alike(at)), h("span", { text: this.percent(at) }));
  }
  /** Returns the cell whose weights fill the formula, where there are so few tokens that the small pictures hold every weight. */
  cell() {
    return this.average.cell ?? { query: chosen(this.data.labels.length), key: this.average.strongest()[0] };
  }
  drawAverage() {
    const { best, room, limit } = this.besides;
    const cell = this.cell();
    const lit = { queries: { query: 1, last: this.data.labels.length - 1 }, keys: { query: cell.query }, cell }[this.lit] ?? null;
    const after =
      this.averageThem.hidden || !best.length ? this.modes.buttons.find(({ tabIndex }) => tabIndex === 0) : this.averageThem;
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
      percent: this.percent(b),
      at,
      weight,
    });
  }
  sayAlike() {
    const { data, hover, besides } = this;
    this.formulasSoon();
    const own = hover && !data.difference && same(hover, this.pair().a);
    if (this.lit === null) this.note.links.light(this.average.cell ? "cell" : hover ? (own ? "a" : "b") : null);
    if (this.sameSaid(data)) return;
    this.note.say(this.sentence(besides.best));
    const rows = [...(data.difference ? [] : [[data.block, data.head]]), ...this.ranked()];
    this.note.table(() => ({
      caption: this.wording().caption(data.block + 1, data.head + 1),
      columns: this.wording().columns,
      rows: rows.map((at) => [
        at[0] + 1,
        at[1] + 1,
        number(this.alike(at), 4),
        data.picked.some((pick) => same(pick, at)) ? words.yes : "",
      ]),
    }));
  }
  sentence([best]) {
    const { data } = this;
    const compared = integer(data.compared);
    const name = best?.map((i) => i + 1);
    if (data.difference)
      return best ? words.difference.says({ head: name, share: this.percent(best), compared }) : words.difference.same;
    if (!data.compared) return words.saysOne;
    if (!best) return words.saysOnly;
    return words.says({ block: data.block + 1, head: data.head + 1, other: name, share: this.percent(best), compared });
  }
}

export default Heads;
