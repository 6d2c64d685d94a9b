// Shows one head of one block, step by step: q . k, scaled, masked, softmax, and the values it mixes into z. Any cell opens.
import { h, setText } from "../../lib/dom.js";
import { put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { View, whereText } from "../view.js";
import { AttentionDifference } from "./difference.js";
import { headStrip } from "./head_strip.js";
import { linkOf, mixtureLit } from "./links.js";
import { Matrices } from "./matrices.js";
import { Mixture } from "./mixture.js";
import { OpenedCell } from "./opened_cell.js";
import { Progress } from "./progress.js";
import { Reading } from "./reading.js";
import { attentionTable, cellText, readout, scaleName, sentence } from "./says.js";
import { Stages } from "./stages.js";

const BESIDE = matchMedia("(min-width: 1200px)"); // words stand beside the figure
const words = strings.attention;

/** @extends {View<import("../../generated/contract").AttentionShown>} */
class Attention extends View {
  progress = new Progress(() => this.redraw());
  reading = new Reading(this.progress);
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
    this.matrices = new Matrices({
      text: (place) => cellText(this.reading.head, place),
      labels: () => this.data.labels,
      choose: ({ stage, query, key }) => this.pick({ token: query, key, stage }),
      point: (place) => this.look(place),
    });
    this.mixture = new Mixture(this.mix, {
      choose: (key, entry) => this.pick({ key: key ?? this.reading.place.key, entry, stage: "values" }),
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
      h("div", { class: "attention-order" }, this.stages.element, this.progress.player.element),
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

  /** Takes a place that the reader chose. */
  pick(set) {
    this.reading.settle();
    this.progress.finish();
    this.choose(set);
    this.redraw();
  }
  /** Reads the place under the pointer, null for none. */
  look(place) {
    if (JSON.stringify(place) === JSON.stringify(this.reading.hover)) return;
    this.reading.hover = place;
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
    if (this.data.version !== old?.version) this.matrices.forget();
    this.reading.update(this.data);
  }
  isOutrun() {
    return !this.known();
  }
  chosen(changes) {
    if (this.data && ["token", "block", "head", "stage", "key"].some((name) => name in changes)) this.progress.finish();
    this.reading.chosen(changes);
    this.redraw();
  }
  themed() {
    this.matrices.forget();
    this.strip.forget();
    this.opened.forget();
  }

  draw(width) {
    const { data, reading } = this;
    if (this.slot.hidden) return false;
    this.progress.draw(reading.query, data.labels, scaleName(data));
    this.sink.checked = state.sink;
    setText(this.changed, state.sink ? words.notOwn(data.labels[0], reading.head.empty(reading.query)) : "");
    this.changed.hidden = !state.sink;
    this.stages.draw(reading.stage, scaleName(data));
    const head = Math.min(state.head, data.n_head - 1);
    this.strip.draw({ thumbs: data.thumbs, key: `${data.version}/${data.block}`, room: width, chosen: head });
    if (!this.known()) return; // the rest stays as it is until Python has answered
    for (const draw of this.drawings) draw();
  }
  drawMatrices() {
    const { data, progress } = this;
    const { head, own, query, stage, place } = this.reading;
    this.matrices.draw(this.box.width, {
      numbers: { data, head, own, sink: state.sink },
      read: place,
      stage,
      step: progress.step,
      row: query,
      near: state.hover,
      lit: this.lit,
      scaleName: scaleName(data),
    });
    this.readout.replaceChildren(...readout(data.labels, head, progress, place));
  }
  drawMixture() {
    const { labels } = this.data;
    const { head, own, query, place: at } = this.reading;
    this.mix.firstChild.replaceChildren(...words.mixture.about(token(labels[query])));
    this.mixture.draw({
      head,
      own,
      labels,
      sink: state.sink,
      query,
      key: at.query === query ? at.key : head.strongest(query),
      entry: at.entry,
      room: this.box.width,
      done: this.progress.reached,
      lit: mixtureLit(this.lit, at),
    });
  }
  /** Draws the opened cell, among the words where these stand beside the figure, else below its matrix or mixture; and says the row. */
  drawOpened() {
    const { data, progress, opened } = this;
    const { head, own, hover, query, stage, place: at } = this.reading;
    const { step } = progress;
    const below = BESIDE.matches ? this.note.place.querySelector(".formulas") : stage === "values" ? this.mix : this.readout;
    if (opened.element.previousElementSibling !== below) below.after(opened.element);
    opened.element.classList.toggle("is-step", step !== null);
    // Above the mixture the cell keeps its stage, and so its height, while the pointer is in the mixture, which must not move.
    if (below === this.readout && hover?.column) at.stage = stage;
    const focused = this.mixture.focused || this.matrices.focused;
    opened.draw(at, {
      pointed: linkOf(hover ?? (focused ? { stage, key: at.key } : null)),
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
    const { data, progress } = this;
    const [{ head }, { sink }] = [this.reading, state];
    if (this.sameSaid(data, query, sink, progress.step && progress.at)) return;
    const { reached } = progress;
    this.note.say(...sentence(data, head, query, { reached, sink }));
    const isToCome = (key) => progress.isToCome({ stage: "scores", query, key });
    this.note.table(() => attentionTable(data, head, query, { reached, sink, isToCome }));
  }
}

export default Attention;
