// Shows how the next token is chosen, from the logits to the draw: one row per candidate, one column per stage, the control
// of a stage above its column, and at the right the bar from 0 to 1 that the random number points into.
import { colour } from "../../lib/colour.js";
import { morphChildren, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { onTurn, turned } from "../../widgets/lanes.js";
import { partHead, View } from "../view.js";
import { Candidate, entriesOf } from "./candidate.js";
import { CandidateList, LINE } from "./candidate_list.js";
import { Knobs } from "./knobs.js";
import { DrawDifference } from "./difference.js";
import { shareFormulas } from "./formulas.js";
import { ListSize } from "./list_size.js";

const words = strings.sampling;
const BAR = 14; // px

/** @extends {View<import("../../generated/contract").SamplingShown>} */
class Sampling extends View {
  static follows = []; // the draw is at the text's end, whichever token is chosen
  same = this.memo();
  entries = []; // one per line
  under = -1; // the line under the pointer or in focus

  layout() {
    this.where = h("span", { class: "head-small" });
    this.knobs = new Knobs(this.send);
    this.left = h("span", {});
    this.drawHead = h("span", { class: "phase-draw" });
    const heads = [h("span", { text: words.heads.model }), h("span", { text: words.heads.scaled }), this.left, this.drawHead];
    this.candidates = new CandidateList(words.rows, heads, () => new Candidate(this.send));
    this.listSize = new ListSize(
      () => this.knobs.wanted("listed"),
      (listed) => this.knobs.set({ listed }),
    );
    this.scale = h("span");
    return [
      partHead(words.title, this.where),
      this.knobs.element,
      ...this.candidates.elements,
      h("p", { class: "legend" }, this.scale, this.listSize.element),
    ];
  }
  begin() {
    const { list } = this.candidates;
    list.addEventListener("pointerover", (event) => event.pointerType !== "touch" && this.pointAt(event.target));
    list.addEventListener("pointerleave", () => this.pointAt(null));
    list.addEventListener("focusin", (event) => this.pointAt(event.target));
    list.addEventListener("focusout", () => this.pointAt(null));
    onTurn(this.redraw);
  }
  differenceFigure() {
    return new DrawDifference(this.slot, this.note, this.send);
  }

  place(next) {
    this.knobs.update(next);
    this.slot.classList.toggle("bypassed", next.likeliest);
    setText(this.where, words.where(integer(next.position + 1)));
  }
  adopt() {} // its `rows` are candidates, not the reader's choice of that name
  updated() {
    this.entries = entriesOf(this.data);
    this.tellDrawn();
    this.point(this.cellAt(this.under));
  }
  /** Tells the other views what is drawn, and how. */
  tellDrawn() {
    const { drawn, rows, temperature, n_p, n_vocab, likeliest } = this.data;
    const [first] = rows; // the likeliest
    const next = {
      id: drawn.id,
      text: drawn.text,
      prob: drawn.own,
      first: { id: first.id, share: first.p },
      temperature,
      left: n_p,
      of: n_vocab,
      likeliest,
    };
    if (JSON.stringify(next) !== JSON.stringify(state.drawn)) put({ drawn: next });
  }
  isOutrun() {
    return false; // no choice that the page knows makes another draw
  }

  pointAt(target) {
    const element = target?.closest(".draws > li");
    this.under = this.candidates.lines.findIndex((line) => line.element === element);
    this.point(this.cellAt(this.under));
  }
  cellAt(line) {
    const entry = this.entries[line];
    if (!entry || entry.isMore) return null;
    return { activation: "logits", at: [entry.id], value: entry.logit, text: words.takes(entry.text), symbol: entry.id };
  }
  pointing() {} // changes only the formulas
  lightened() {
    for (const { element, id } of this.candidates.lines) element.classList.toggle("lit", this.isLit(id));
  }
  isLit(id) {
    return this.lit !== null && String(id) === this.lit;
  }

  draw() {
    const { data, entries } = this;
    if (this.same(data, turned())) return false;
    const most = Math.max(...data.rows.flatMap(({ p0, p1, p }) => [p0, p1, p]), 1e-30);
    const { lines } = this.candidates;
    this.candidates.show(entries, (line, entry, index) => {
      if (entry.isMore && document.activeElement === line.button) lines[index - 1].button.focus({ preventScroll: true });
      line.fill(entry, data, most, this.isLit(entry.id));
    });
    const [n, of] = words.left(integer(data.likeliest ? 1 : data.n_p), integer(data.n_vocab));
    morphChildren(this.left, h("b", { text: n }), of);
    setText(this.drawHead, data.likeliest ? words.notDrawn : turned() ? number(data.draw) : words.heads.draw);
    this.summarise();
    setText(this.scale, words.scale(probability(most)));
    this.listSize.show(data.n_vocab);
    this.drawFan();
  }
  /** Says what each cut took. */
  summarise() {
    const { data } = this;
    const entry = (how, n) =>
      h(
        "p",
        { class: "draw is-cut" },
        h("span", { class: "foot-name", text: words.cutOthers(words.cut[how], integer(n)) }),
        h("span", { class: "phase-scaled", text: n ? probability(data[`cut_${how}`]) : words.none }),
      );
    const { foot } = this.candidates;
    foot.classList.toggle("none", data.likeliest);
    morphChildren(foot, entry("k", data.n_vocab - data.n_k), entry("p", data.n_k - data.n_p));
  }

  /** Draws every row's share of the bar, and where the random number falls. */
  drawFan() {
    const { data, candidates, entries } = this;
    const [width, label] = turned() ? [48, 8] : [104, 60];
    const height = entries.length * LINE;
    const x = width - label - BAR;
    const context = candidates.fan.size(width, height);
    context.fillStyle = colour("residual-soft", 0.5);
    context.fillRect(x, 0, BAR, height);
    entries.forEach((entry, index) => {
      if (entry.kept !== "kept") return;
      const [top, bottom] = [entry.from * height, entry.to * height];
      const name = entry.id === data.drawn.id ? "chosen" : "residual";
      context.fillStyle = colour(name, name === "chosen" ? 0.35 : 0.2);
      band(context, index * LINE + LINE / 2, x, top, bottom);
      context.fillStyle = colour(name);
      candidates.drawPiece(x, BAR, top, bottom);
    });
    candidates.chance.hidden = data.likeliest || turned();
    if (!data.likeliest) candidates.drawChance(data.draw, x - 3, x + BAR, width);
  }

  describe() {
    const { rows, drawn, likeliest, shows, n_vocab } = this.data;
    const step = shows === "original" ? words.difference.step : "";
    if (likeliest) {
      const { p0 } = rows.find(({ id }) => id === drawn.id);
      this.note.say(...words.saysGreedy({ token: { token: drawn.text }, prob: probability(p0) }), step);
    } else this.note.say(...this.stagesSaid(), step);
    this.note.table(() => ({
      caption: words.caption(integer(rows.length), integer(n_vocab)),
      columns: words.columns,
      rows: rows.map(tableRow),
    }));
  }
  stagesSaid() {
    const { drawn, n_vocab, n_k, n_p, cut_k, cut_p, temperature, draw, seed } = this.data;
    const cut = words.saysCut({
      k: n_vocab > n_k && integer(n_vocab - n_k),
      p: n_k > n_p && integer(n_k - n_p),
      massK: probability(cut_k),
      massP: probability(cut_p),
    });
    const facts = { draw: number(draw, 4), seed: String(seed), token: { token: drawn.text }, prob: probability(drawn.prob) };
    return [
      words.saysTemperature(String(temperature)),
      words.saysLeft(integer(n_p), integer(n_vocab), cut),
      ...words.saysDraw(facts),
    ];
  }
  formulas() {
    const { data, pointed } = this;
    const id = pointed?.symbol ?? data.drawn.id;
    return shareFormulas(
      data,
      data.rows.find((row) => row.id === id),
    );
  }
}

/** Draws a band from a line's middle to its piece of the bar. */
function band(context, middle, x, top, bottom) {
  const half = Math.max(1, Math.min(LINE - 10, bottom - top)) / 2;
  context.beginPath();
  context.moveTo(4, middle - half);
  context.bezierCurveTo(x / 2, middle - half, x / 2, top, x, top);
  context.lineTo(x, bottom);
  context.bezierCurveTo(x / 2, bottom, x / 2, middle + half, 4, middle + half);
  context.fill();
}

const tableRow = ({ text, id, logit, scaled, p0, p1, kept, p, to }) => [
  { token: text },
  id,
  number(logit, 5),
  number(scaled, 5),
  probability(p0),
  probability(p1),
  words.cut[kept] ?? "",
  probability(p),
  number(to, 5),
];

export default Sampling;
