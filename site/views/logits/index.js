// Shows the next token: the likeliest candidates of the whole vocabulary, and what is left for all others.
import { colour } from "../../lib/colour.js";
import { enlarged, h, morphChildren, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import { state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { lanes, onRoom, onTurn, STREAM, turned } from "../../widgets/lanes.js";
import { distinctProbabilities, divergence, outcomeTable } from "../../widgets/outcome.js";
import { opener } from "../../widgets/part_opener.js";
import { step } from "../../widgets/step.js";
import { curve } from "../../widgets/stream.js";
import { token } from "../../widgets/token.js";
import { View } from "../view.js";
import { drawSaid } from "./draw_said.js";
import { softmax } from "./formulas.js";

const words = strings.logits;
const [HEAD, FAN] = [112, 48]; // as in the style sheets

/**
 * While a change is compared, the data hold the tokens that it moves (`moved`) in the place of the likeliest.
 * @extends {View<any>}
 */
class Logits extends View {
  static follows = ["token", "unfolded", "drawn"];
  same = this.memo();
  built = 0; // how many candidates are listed at most
  at = 0; // the candidate under the pointer, else the first

  layout() {
    this.context = h("span", { class: "head-small" });
    this.list = h("ol", { class: "candidates" });
    this.drawn = h("p", { class: "candidate drawn", hidden: true });
    this.left = h("p", { class: "candidate rest" }, h("span"), h("span"), h("span", { class: "candidate-p" }));
    this.following = h("div", {});
    this.foot = h("div", { class: "candidates-foot" }, this.left, this.following);
    const title = h("span", { class: "head-title" }, opener(this.send, "unembedding", words.names));
    return [h("p", { class: "overview-head" }, title, this.context), this.list, this.drawn, this.foot];
  }
  begin() {
    this.scale = h("span");
    (document.getElementById("legends-next") ?? this.slot).append(this.scale);
    this.fan = canvas(this.slot);
    this.fan.element.classList.add("fan");
    this.list.addEventListener("pointerover", (event) => {
      const at = [...this.list.children].indexOf(event.target.closest("li"));
      this.pointAt(at);
      this.note.links.light(at < 0 ? null : "one");
    });
    this.list.addEventListener("pointerleave", () => {
      this.pointAt(0);
      this.note.links.light(null);
    });
    this.sayStep = step("next");
    for (const when of [onTurn, onRoom]) {
      when(() => {
        this.same.forget();
        this.redraw();
      });
    }
  }
  pointAt(at) {
    const next = this.data?.top?.[at] ? at : 0;
    if (next === this.at) return;
    this.at = next;
    this.formulasSoon();
  }
  lightened() {
    this.list.children[this.at]?.classList.toggle("lit", this.lit !== null);
  }
  chosen(changes) {
    this.redraw();
    if ("drawn" in changes) this.describeSoon();
  }

  updated() {
    this.at = 0;
    if (this.data.moved) this.buildMoved();
    else this.build();
  }
  get isLast() {
    return this.data.token === this.data.labels.length - 1;
  }
  /** Marks the token that is drawn to come next; it is drawn at the end of the text. */
  markDrawn() {
    const { data } = this;
    const drawn = data.top && this.isLast ? state.drawn : null;
    const at = drawn ? data.top.slice(0, this.built).findIndex(({ id }) => id === drawn.id) : -1;
    [...this.list.children].forEach((element, index) => element.classList.toggle("is-drawn", index === at));
    this.drawn.hidden = !drawn;
    this.countOthers(drawn && at < 0 ? drawn.prob : null);
    if (!drawn) return;
    const [label, text] = [h("span", { class: "drawn-label", text: words.drawn }), token(drawn.text)];
    const prob = h("span", { class: "candidate-p", text: probability(drawn.prob) });
    morphChildren(this.drawn, ...(at < 0 ? [text, label, prob] : [label, text])); // a listed one has its number in the list
  }
  /** Returns how many candidates there is room for; the table has all. */
  get limit() {
    return turned() ? 5 : enlarged() > 1 ? 6 : Infinity;
  }
  build() {
    const { rest: unlisted, n_vocab, target, labels } = this.data;
    this.built = this.limit;
    const [top, hidden] = [this.data.top.slice(0, this.built), this.data.top.slice(this.built)];
    const rest = hidden.reduce((sum, { prob }) => sum + prob, unlisted);
    const most = Math.max(...top.map(({ prob }) => prob), 1e-30);
    this.unlisted = { others: n_vocab - top.length, rest };
    morphChildren(this.context, words.after[0], token(labels[this.data.token]), words.after[1]);
    morphChildren(this.list, ...top.map((entry) => line("li", entry, most)));
    const follows = target && line("p", target, most);
    if (target) {
      follows.classList.add("target");
      follows.prepend(h("span", { class: "target-label", text: words.follows }));
    }
    setText(this.scale, words.scale(probability(most), !turned()));
    morphChildren(this.following, ...(follows ? [follows] : []));
  }
  /** Counts the tokens that have no line. drawn: the probability of the drawn one where it has a line under the list. */
  countOthers(drawn) {
    if (!this.data.top) return;
    const { others, rest } = this.unlisted;
    const [count, prob] = drawn === null ? [others, rest] : [others - 1, Math.max(0, rest - drawn)];
    this.left.hidden = count === 0;
    setText(this.left.firstChild, words.rest(integer(count)));
    setText(this.left.lastChild, probability(prob));
  }
  /** Lists the tokens whose probability a changed model moves most. */
  buildMoved() {
    const { labels } = this.data;
    this.built = this.limit;
    const moved = this.data.moved.slice(0, this.built);
    const text = strings.whatif.chances;
    const most = Math.max(...moved.map(change));
    morphChildren(this.context, text.after[0], token(labels[this.data.token]), text.after[1]);
    morphChildren(
      this.list,
      ...moved.map((one) => {
        const { before, after } = distinctProbabilities(one);
        const element = line("li", { text: one.text, prob: change(one) }, most || 1);
        element.classList.add(one.after < one.before ? "falls" : "rises");
        setText(element.querySelector(".candidate-p"), `${before} → ${after}`);
        return element;
      }),
    );
    setText(this.scale, most ? text.scale(probability(most)) : "");
    this.left.hidden = true;
    this.following.replaceChildren();
  }

  /** Draws a curve from the chosen token's path to every candidate, as wide as its probability, or as the change of that. */
  draw() {
    const { data } = this;
    if (this.built !== this.limit) this.updated();
    this.markDrawn();
    if (turned()) return;
    const layout = lanes(this.slot.parentElement, data.labels.length);
    const lane = layout.lanes[layout.laneOf(data.token)];
    const from = HEAD + lane.at + lane.size * STREAM;
    if (this.same(data, from)) return false;
    const shares = (data.moved?.map(change) ?? data.top.map(({ prob }) => prob)).slice(0, this.built);
    const line = lineOf(layout.room, shares.length);
    this.slot.style.setProperty("--line", `${line}px`);
    const context = this.fan.size(FAN, Math.max(from, HEAD + shares.length * line) + line);
    shares.forEach((prob, index) => {
      context.strokeStyle = colour("residual", 0.2 + 0.5 * prob);
      context.lineWidth = Math.max(0.5, prob * 10);
      curve(context, 0, from, FAN, HEAD + (index + 0.5) * line);
    });
  }

  describe() {
    if (this.data.moved) return this.describeMoved();
    const { top, rest, entropy, n_vocab, target, labels, token: at } = this.data;
    const others = n_vocab > top.length ? integer(n_vocab - top.length) : null;
    const [first] = top;
    const really = target && {
      target: { token: target.text },
      prob: probability(target.prob),
      rank: target.rank,
      all: integer(n_vocab),
    };
    this.note.say(
      ...words.says({
        token: { token: labels[at] },
        top: { token: first.text },
        prob: probability(first.prob),
        rest: probability(rest),
        others,
        bits: number(entropy),
      }),
      ...(really ? words.really(really) : []),
    );
    this.sayStep(drawSaid(top, this.isLast, state.drawn));
    this.note.table(() => ({
      caption: words.caption(labels[at]),
      columns: words.columns,
      rows: [...top, ...(target ? [target] : [])].map((entry) => [
        { token: entry.text },
        entry.id,
        number(entry.logit, 5),
        probability(entry.prob),
      ]),
    }));
  }
  describeMoved() {
    const { moved, labels, token: at } = this.data;
    const text = strings.whatif.chances;
    const [[first], after] = [moved, { token: labels[at] }];
    const moves = first.after < first.before ? text.falls : text.rises;
    this.sayStep([strings.residual.changes]);
    if (change(first) === 0) this.note.say(...text.same(after));
    else this.note.say(...text.says({ token: after, first: { token: first.text }, moves, ...distinctProbabilities(first) }));
    this.note.table(() => outcomeTable(moved));
  }

  formulas() {
    return this.data.moved ? [divergence(this.data.kl)] : [softmax(this.data.top[this.at])];
  }
}

/** Returns how high a line of the list is: with the lines for all others and for the token that follows, all fill the room. */
const lineOf = (room, lines) => Math.max(18, Math.min(42, Math.floor(room / (lines + 2.5))));

const change = ({ before, after }) => Math.abs(after - before);

function line(name, { text, prob }, most) {
  const bar = h("span", { class: "candidate-bar" });
  bar.style.setProperty("--share", String(prob / most));
  return h(name, { class: "candidate" }, token(text, "span"), bar, h("span", { class: "candidate-p", text: probability(prob) }));
}

export default Logits;
