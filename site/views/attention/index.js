// Shows one head of one block, step by step: q . k, scaled, masked, softmax, and the values it mixes into z. Any cell opens.
import { h, setText } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { chosen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { player } from "../../widgets/player.js";
import { token } from "../../widgets/token.js";
import { View, whereText } from "../view.js";
import { attend } from "./arithmetic.js";
import { AttentionDifference } from "./difference.js";
import { headStrip } from "./head_strip.js";
import { linkOf, mixtureLit } from "./links.js";
import { Matrices } from "./matrices.js";
import { Mixture } from "./mixture.js";
import { OpenedCell } from "./opened_cell.js";
import { Progress } from "./progress.js";
import { attentionTable, sentence } from "./says.js";
import { Stages } from "./stages.js";

const BESIDE = matchMedia("(min-width: 1200px)"); // words stand beside the figure
const words = strings.attention;

/**
 * @typedef {object} Place what is read: the stage, the query, and where they matter the key, the entry of z, and in the mixture the column
 * @property {string} stage
 * @property {number} query
 * @property {number | null} key
 * @property {number | null} entry
 * @property {string} [column]
 * @property {boolean} [sum]
 * @extends {View<import("../../generated/contract").AttentionShown>}
 */
class Attention extends View {
  own = null; // the model's own numbers
  head = null; // those that are shown: without the first token where the reader wants that (arithmetic.js)
  hover = null; // the place under the pointer
  follows = true; // whether the opened key is the strongest: until the reader takes another
  progress = new Progress(() => this.play.at);
  sameSaid = this.memo();

  layout() {
    this.where = h("span", { class: "head-small" });
    this.sink = h("input", { type: "checkbox", onchange: () => this.choose({ sink: this.sink.checked }) });
    this.strip = headStrip({
      label: words.heads,
      name: (head) => whereText({ block: this.data.block, head }),
      go: (head) => this.choose({ head }),
    });
    this.stages = new Stages({ choose: (stage) => this.pick({ stage }) });
    this.changed = h("p", { class: "changed", role: "status" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.mix = h("div", { class: "mix" }, h("p", { class: "head-small" }));
    this.opened = new OpenedCell({ told: (symbol) => this.tell(symbol) });
    this.play = player({
      label: words.play,
      length: () => (this.data ? this.progress.length : 0),
      time: (at) => this.progress.time(at),
      says: (at) => (this.data ? this.progress.says(at, this.data.labels, scaleName(this.data)) : ""),
      show: () => this.redraw(),
    });
    this.matrices = new Matrices({
      value: (stage, query, key) => this.value(stage, query, key),
      labels: () => this.data.labels,
      choose: ({ stage, query, key }) => this.pick({ token: query, key, stage }),
      point: (place) => this.look(place),
    });
    this.mixture = new Mixture(this.mix, {
      choose: (key, entry) => this.pick({ key: key ?? this.read().key, entry, stage: "values" }),
      over: (at) =>
        this.look(at && (at.key !== null || at.entry !== null) ? { stage: at.entry === null ? "softmax" : "values", ...at } : null),
    });
    this.drawings = [
      [() => this.drawMatrices(), this.matrices.element],
      [() => this.drawMixture(), this.mix],
      [() => this.drawOpened(), null],
    ].map(([draw, place]) => this.piece(() => (this.known() && !this.slot.hidden ? draw() : undefined), place));
    return [
      h(
        "div",
        { class: "part-head" },
        h("h2", { text: words.title }),
        this.where,
        h("label", { class: "switch sink" }, this.sink, words.sink),
      ),
      this.strip.element,
      h("div", { class: "attention-order" }, this.stages.element, this.play.element),
      this.changed,
      this.matrices.element,
      this.readout,
      this.mix,
    ];
  }
  begin() {
    for (const type of ["focusin", "focusout"]) this.slot.addEventListener(type, () => this.drawings[2]());
  }
  differenceFigure() {
    return new AttentionDifference(this.slot, this.note, this.send);
  }

  /** Returns whether the numbers are of the chosen head. */
  known() {
    return state.block === this.data.block && state.head === this.data.head;
  }
  query() {
    return chosen(this.data.labels.length);
  }
  stage() {
    return this.progress.step?.stage ?? state.stage;
  }
  /** Returns the place that is read: under the pointer, else where the player is, else the reader's. @returns {Place} */
  read() {
    const [query, T] = [this.query(), this.data.labels.length];
    const strongest = state.key < 0 || state.key >= T || (this.follows && this.head.masked(query, state.key));
    const key = this.progress.step?.key ?? (strongest ? this.head.strongest(query) : state.key);
    const at = { query, key, entry: Math.min(state.entry, this.head.d - 1), stage: this.stage() };
    const { hover } = this;
    return hover ? { ...at, ...hover, key: hover.key ?? at.key, entry: hover.entry ?? at.entry, query: hover.query ?? query } : at;
  }
  value(stage, query, key) {
    const { head } = this;
    if (stage === "scores") return number(head.product(query, key), 4);
    if (stage === "scaled") return number(head.score(query, key), 4);
    if (head.masked(query, key)) return words.isMasked;
    return number(stage === "masked" ? head.score(query, key) : head.weight(query, key), 4);
  }

  /** Takes a place that the reader chose. */
  pick(set) {
    this.follows = false;
    this.hover = null;
    this.play.finish();
    this.choose(set);
    this.redraw();
  }
  /** Reads the place under the pointer, null for none. */
  look(place) {
    if (JSON.stringify(place) === JSON.stringify(this.hover)) return;
    this.hover = place;
    put({ hover: place ? (place.query ?? null) : null });
    this.redraw();
  }
  /** Lights what a part of the opened cell's formulas stands for. */
  tell(symbol) {
    this.lit = symbol;
    for (const draw of this.drawings.slice(0, 2)) draw();
  }

  place(next) {
    setText(this.where, whereText(next));
  }
  updated(old) {
    const { data, hover } = this;
    if (data.version !== old?.version) this.matrices.forget();
    if (hover && Math.max(hover.query ?? 0, hover.key ?? 0) >= data.labels.length) this.hover = null; // the text is shorter now
    this.own = attend(data);
    this.head = attend(data, state.sink);
  }
  isOutrun() {
    return !this.known();
  }
  chosen(changes) {
    const { data } = this;
    if (data && ["token", "block", "head", "stage", "key"].some((name) => name in changes)) this.play.finish();
    if ("token" in changes && !("key" in changes)) this.follows = true;
    if ("key" in changes) this.follows = false;
    if ("sink" in changes && data) this.head = attend(data, state.sink);
    this.redraw();
  }
  themed() {
    this.matrices.forget();
    this.strip.forget();
    this.opened.forget();
  }

  draw(width) {
    const { data } = this;
    if (this.slot.hidden) return false;
    if (this.progress.follow(this.query(), data.labels.length)) this.play.finish();
    this.play.draw();
    this.sink.checked = state.sink;
    setText(this.changed, state.sink ? words.notOwn(data.labels[0], this.head.empty(this.query())) : "");
    this.changed.hidden = !state.sink;
    this.stages.draw(this.stage(), scaleName(data));
    const head = Math.min(state.head, data.n_head - 1);
    this.strip.draw({ thumbs: data.thumbs, key: `${data.version}/${data.block}`, room: width, chosen: head });
    if (!this.known()) return; // the rest stays as it is until Python has answered
    for (const draw of this.drawings) draw();
  }
  drawMatrices() {
    const { data, head, own, progress } = this;
    const read = this.read();
    this.matrices.draw(this.box.width, {
      numbers: { data, head, own, sink: state.sink },
      read,
      stage: this.stage(),
      step: progress.step,
      row: this.query(),
      near: state.hover,
      lit: this.lit,
      scaleName: scaleName(data),
    });
    this.readout.replaceChildren(...this.readoutParts(read));
  }
  readoutParts({ query, key, stage }) {
    const { labels } = this.data;
    const pair = [token(labels[query]), " → ", token(labels[key])];
    pair[0].classList.add("is-query");
    pair[2].classList.add("is-key");
    const shown = stage === "values" ? "softmax" : stage;
    const { progress } = this;
    const later = progress.isToCome({ stage: shown, query, key }) || (shown === "softmax" && progress.reached?.weights === false);
    return [...pair, `  ${words.stages[shown]} ${later ? words.unknown : this.value(shown, query, key)}`];
  }
  drawMixture() {
    const [at, query, { labels }] = [this.read(), this.query(), this.data];
    this.mix.firstChild.replaceChildren(...words.mixture.about(token(labels[query])));
    this.mixture.draw({
      head: this.head,
      own: this.own,
      labels,
      sink: state.sink,
      query,
      key: at.query === query ? at.key : this.head.strongest(query),
      entry: at.entry,
      room: this.box.width,
      done: this.progress.reached,
      lit: mixtureLit(this.lit, at),
    });
  }
  /** Draws the opened cell, among the words where these stand beside the figure, else below its matrix or mixture; and says the row. */
  drawOpened() {
    const { data, head, own, progress, hover, opened } = this;
    const [at, query, { step }] = [this.read(), this.query(), progress];
    const below = BESIDE.matches ? this.note.place.querySelector(".formulas") : this.stage() === "values" ? this.mix : this.readout;
    if (opened.element.previousElementSibling !== below) below.after(opened.element);
    opened.element.classList.toggle("is-step", step !== null);
    // Above the mixture the cell keeps its stage, and so its height, while the pointer is in the mixture, which must not move.
    if (below === this.readout && hover?.column) at.stage = this.stage();
    const focused = this.mixture.focused || this.matrices.focused;
    opened.draw(at, {
      pointed: linkOf(hover ?? (focused ? { stage: this.stage(), key: this.read().key } : null)),
      ...(step &&
        at.query === query && {
          done: step.stage === "values" ? step.done : data.labels.length,
          half: Boolean(step.half),
          unknown: progress.isToCome(at),
        }),
      head,
      own,
      labels: data.labels,
      scale: data.attn_scale,
      sink: state.sink,
      room: BESIDE.matches ? 292 : Math.min(this.box.width, 640),
      over: (key) => this.look(key === null ? null : { stage: "values", key }),
    });
    this.sayRow(query);
  }
  sayRow(query) {
    const { data, head, progress } = this;
    const { sink } = state;
    if (this.sameSaid(data, query, sink, progress.step && this.play.at)) return;
    const { reached } = progress;
    this.note.say(...sentence(data, head, query, { reached, sink }));
    const isToCome = (key) => progress.isToCome({ stage: "scores", query, key });
    this.note.table(() => attentionTable(data, head, query, { reached, sink, isToCome }));
  }
}

const scaleName = ({ attn_scale, d_head }) =>
  Math.abs(attn_scale - 1 / Math.sqrt(d_head)) < 1e-6 ? `/ √${d_head}` : `× ${number(attn_scale)}`;

export default Attention;
