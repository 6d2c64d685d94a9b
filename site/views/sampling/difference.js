// Shows how a change of the model moves the draw of the next token: each token's share of it untouched and changed, which tokens
// come in and which go out, and where one random number falls in both.
import contract from "../../generated/contract.js";
import { colour, onTheme } from "../../lib/colour.js";
import { morphChildren, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { formula, sub, sum } from "../../lib/math.js";
import { frame } from "../../lib/scheduler.js";
import strings from "../../strings/index.js";
import { onTurn, turned } from "../../widgets/lanes.js";
import { distinctProbabilities } from "../../widgets/outcome.js";
import { CandidateList, LINE } from "./candidate_list.js";
import { ChangedCandidate, points } from "./changed_candidate.js";

const [LISTED, MOVED] = [16, 3]; // rows before the reader asks for more; how many of them, at least, come in and go out
const words = strings.sampling.difference;

/** Takes the place of everything but what `stays` in `slot` while the data are a difference. note: the slot's. */
export class DrawDifference {
  /** @type {import("../../generated/contract").SamplingDifference | null} */
  #data = null;
  #all = false; // whether all rows that Python lists are shown

  constructor(slot, note, send) {
    this.slot = slot;
    this.note = note;
    this.before = h("span");
    this.after = h("span");
    this.drawHead = h("span", { class: "phase-draw" });
    const heads = [this.before, this.after, h("span", { text: words.difference }), this.drawHead];
    this.candidates = new CandidateList(words.rows, heads, () => new ChangedCandidate(send));
    this.scale = h("span");
    this.more = h("button", { type: "button", class: "link", onclick: () => this.#turn() });
    const legend = h("p", { class: "legend" }, this.scale, this.more);
    slot.append(h("div", { class: "difference-figure" }, this.candidates.elements, legend));
    this.draw = frame(() => this.#draw());
    onTheme(this.draw);
    onTurn(this.draw);
  }

  get on() {
    return Boolean(this.#data);
  }
  /** Returns whether `next` is a difference, which it then draws. */
  update(next) {
    this.#data = next.changes ? next : null;
    this.slot.classList.toggle("is-difference", this.on);
    if (!this.on) return false;
    this.#describe();
    this.draw();
    return true;
  }
  #turn() {
    this.#all = !this.#all;
    this.draw();
  }

  /** Returns the rows to show: those that are drawn, some that come in and go out, and then those that move most. */
  #listing() {
    const { changes: rows, drawn } = this.#data;
    if (this.#all || rows.length <= LISTED) return rows;
    const some = (how) => rows.filter((row) => row.how === how).slice(0, MOVED);
    const first = [...rows.filter(({ id }) => drawn.includes(id)), ...some("enters"), ...some("leaves"), ...rows];
    const kept = new Set([...new Set(first)].slice(0, LISTED));
    return rows.flatMap((row, at) => (kept.has(row) ? [{ ...row, gap: at > 0 && !kept.has(rows[at - 1]) }] : []));
  }

  #draw() {
    if (!this.on) return false;
    const data = this.#data;
    const shown = this.#listing();
    const most = Math.max(...shown.flatMap((row) => [row.before, row.after]), 1e-30);
    const farthest = Math.max(...shown.map(({ by }) => Math.abs(by)));
    const [was, now] = data.left.map(integer);
    morphChildren(this.before, ...words.before(h("b", { text: was })));
    morphChildren(this.after, ...words.after(h("b", { text: now })));
    const { notDrawn, heads, fewer, all } = strings.sampling;
    setText(this.drawHead, data.likeliest ? notDrawn : turned() ? number(data.draw) : heads.draw);
    this.candidates.show(shown, (line, row) => line.fill(row, data, most, farthest));
    this.#summarise(shown);
    setText(this.scale, words.scale(probability(most), farthest ? number(farthest * 100) : null));
    this.more.hidden = data.changes.length <= LISTED;
    setText(this.more, this.#all ? fewer : all(integer(data.changes.length)));
    this.#drawFan(shown);
  }

  /** Sums up what is not in the rows, so that the columns add up. */
  #summarise(shown) {
    const { foot } = this.candidates;
    morphChildren(foot, ...contract.share_kinds.map((how) => this.#others(how, shown)).filter(Boolean));
    foot.hidden = !foot.childElementCount;
  }
  #others(how, shown) {
    const { groups, changes: rows } = this.#data;
    const { n, rest } = groups[how];
    const left = n - shown.filter((row) => row.how === how).length;
    if (left <= 0) return null;
    // The rows that Python lists but that are not shown, and what it does not list: never 1 less what is shown, which is noise.
    const others = rows.filter((row) => row.how === how && !shown.some(({ id }) => id === row.id));
    const [before, after] = ["before", "after"].map((side, at) => others.reduce((total, row) => total + row[side], rest[at]));
    const share = distinctProbabilities({ before, after });
    return h(
      "p",
      { class: "draw" },
      h("span", { class: "foot-name", text: words.others[how](integer(left)) }),
      h("span", { class: "phase-before", text: share.before }),
      h("span", { class: "phase-after", text: share.after }),
      h("span", { class: "phase-by", text: points(after - before) }),
    );
  }

  /** Draws two bars from 0 to 1, the draw untouched and changed, and how every row's share goes over from one to the other. */
  #drawFan(shown) {
    const { candidates } = this;
    const { drawn, draw, likeliest } = this.#data;
    const [width, bar, label] = turned() ? [48, 10, 10] : [104, 14, 44];
    const height = shown.length * LINE;
    const context = candidates.fan.size(width, height);
    const bars = [turned() ? 0 : 4, width - label - bar];
    context.fillStyle = colour("residual-soft", 0.5);
    for (const x of bars) context.fillRect(x, 0, bar, height);
    for (const row of shown) {
      const spans = row.spans.map((span) => span.map((share) => share * height));
      const isDrawn = drawn.map((id) => id === row.id);
      context.fillStyle = bandColour(row, isDrawn[1]);
      band(context, bars[0] + bar, bars[1], ...spans);
      spans.forEach(([top, bottom], side) => {
        if (bottom === top) return;
        context.fillStyle = colour(isDrawn[side] ? "chosen" : "residual");
        candidates.drawPiece(bars[side], bar, top, bottom);
      });
    }
    candidates.chance.hidden = likeliest || turned();
    if (!likeliest) candidates.drawChance(draw, bars[0] - 2, bars[1] + bar, width);
  }

  #describe() {
    const { changes: rows, drawn, likeliest, moved } = this.#data;
    const [was, now] = drawn.map((id) => rows.find((row) => row.id === id));
    const said = likeliest
      ? words.saysGreedy({ was: { token: was.text }, now: { token: now.text } }, was === now)
      : this.#drawSaid(was, now);
    this.note.say(...said, words.step);
    this.note.formulas(
      formula("moved", "=", "½", sum("i"), "|", sub("q", "i"), "\u2212", sub("p", "i"), "|", "=", probability(moved)),
    );
    this.note.table(() => ({ caption: words.caption(integer(rows.length)), columns: words.columns, rows: rows.map(tableRow) }));
  }
  #drawSaid(was, now) {
    const { changes: rows, groups, left, moved, n_vocab, draw, seed } = this.#data;
    const first = (how) => rows.find((row) => row.how === how);
    const group = (how) => groups[how].n > 0 && { n: integer(groups[how].n), first: { token: first(how).text } };
    const shares = was === now ? distinctProbabilities(was) : { before: probability(was.before), after: probability(now.after) };
    const facts = { draw: number(draw, 4), seed: String(seed), was: { token: was.text }, now: { token: now.text }, ...shares };
    return [
      ...words.saysLeft({
        all: integer(n_vocab),
        left: left.map(integer),
        whole: left.every((n) => n === n_vocab),
        enters: group("enters"),
        leaves: group("leaves"),
      }),
      words.saysMoved(moved === 0 ? null : probability(moved)),
      ...words.saysDraw(facts, was === now),
    ];
  }
}

function bandColour({ by }, isDrawn) {
  if (isDrawn) return colour("chosen", 0.3);
  return by === 0 ? colour("residual", 0.2) : colour(by < 0 ? "signed-1" : "signed-3", 0.35);
}
/** Draws a band from a token's piece of one bar to that of the other. */
function band(context, left, right, [from, to], [start, end]) {
  const middle = (left + right) / 2;
  context.beginPath();
  context.moveTo(left, from);
  context.bezierCurveTo(middle, from, middle, start, right, start);
  context.lineTo(right, end);
  context.bezierCurveTo(middle, end, middle, to, left, to);
  context.fill();
}

function tableRow(row) {
  const { before, after } = distinctProbabilities(row);
  const ends = row.spans.map(([, end]) => number(end, 5));
  return [{ token: row.text }, row.id, before, after, points(row.by, 5), words.how[row.how], ...ends];
}
