// Shows the way out: the last vector, normalised, against the vector of every token; the likeliest and any other token, one
// logit opened as a dot product, and what the model would say after every block.
import { attribute, morphChildren, h, widthOf } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { goOn, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { light, terms } from "../../widgets/terms.js";
import { phrase } from "../../widgets/token.js";
import { partHead, View } from "../view.js";
import { logitFormulas } from "./formulas.js";
import { logitLens } from "./lens.js";
import { waysOut } from "./ways_out.js";

const words = strings.unembedding;

/**
 * @typedef {import("../../widgets/cell.js").Cell & {candidate?: number, line?: number, id?: number, entry?: number}} Pointed a listed token
 *   by its id; a token's probability in a line of the logit lens; a product of the opened logit's sum; or the histogram
 * @extends {View<import("../../generated/contract").UnembeddingShown, Pointed>}
 */
class Unembedding extends View {
  static differs = true;
  same = this.memo();
  sameOpened = this.memo();

  layout() {
    this.after = h("span", { class: "head-small" });
    const vectors = h("div");
    const text = (_, entry) => this.entryText(entry);
    this.strips = this.entryStrips(vectors, text, (entry) => light(this.products, entry));
    const choose = (candidate) => this.choose({ candidate });
    this.ways = waysOut({
      point: (id, symbol) => this.point(id === null ? null : this.candidateCell(id, symbol)),
      pointSpread: (isThere) =>
        this.point(isThere && this.data ? { activation: "logits", at: [this.data.token], symbol: "all", text: "" } : null),
      choose,
      send: this.send,
    });
    this.lens = logitLens({ point: (line, id) => this.point(line === null ? null : this.lensCell(line, id)), choose });
    this.drawLists = this.piece(() => this.ways.draw(this.data), this.ways.element);
    this.drawSpread = this.piece(() => this.showSpread(), this.ways.spread.element);
    this.drawLens = this.piece(() => this.lens.draw(this.data, this.ways.search.element), this.lens.element);
    return [
      partHead(words.title, this.after),
      this.ways.element,
      this.layOpened(),
      vectors,
      this.products,
      h("h3", { class: "sub", text: words.lens }),
      h("p", { class: "head-small", text: words.lensAbout }),
      this.lens.element,
    ];
  }
  layOpened() {
    this.head = h("h3", {});
    this.further = h("button", {
      type: "button",
      class: "link",
      text: words.take,
      onclick: () => goOn(this.send, this.data.opened.id, this.data.node),
    });
    this.products = h("div", { class: "term-list" });
    this.drawProducts = this.piece(() => this.listProducts(), this.products);
    return h("div", { class: "opened" }, this.head, this.further);
  }
  begin() {
    this.spreadBox = widthOf(this.ways.spread.element, () => this.redraw());
  }

  entryText(entry) {
    const [x, w] = [this.data.ln_final[entry], this.data.column[entry]];
    return words.stripCell(entry + 1, ...[x, w, x * w].map((value) => number(value, 4)));
  }
  candidate(id) {
    return [...this.data.top, ...this.data.found].find((each) => each.id === id) ?? null;
  }
  /** Returns the candidate that is pointed at, null for none. */
  near() {
    return this.candidate(this.pointed?.candidate);
  }
  /** @returns {Pointed | null} */
  candidateCell(id, symbol) {
    const found = this.candidate(id);
    const [activation, value] = symbol === "p" ? ["probabilities", found?.prob] : ["logits", found?.logit];
    return found && { activation, at: [this.data.token, id], value, symbol, text: found.text, candidate: id };
  }
  /** @returns {Pointed} */
  lensCell(line, id) {
    const through = this.through(line, id);
    return {
      activation: "lens",
      at: [line, through.id],
      value: through.prob,
      symbol: "lens",
      text: probability(through.prob),
      line,
      id,
    };
  }
  /** Returns a token's probability in a line of the logit lens; without id the opened token's. */
  through(line, id) {
    const { top, prob } = this.data.lens[line];
    const listed = top.find((each) => each.id === id);
    return { line, id: listed?.id ?? this.data.opened.id, prob: listed?.prob ?? prob };
  }

  place({ labels, token }) {
    morphChildren(this.after, ...phrase(words.after({ token: labels[token] })));
  }
  updated() {
    const { ln_final, column } = this.data;
    if (this.pointed?.symbol === "lens") this.pointed = null;
    this.ways.search.answered(this.data);
    this.rows = [
      { name: "ln_final", values: ln_final, group: "ln_final", meaning: "residual" },
      { name: "W_U", values: column, group: "W_U", sign: "×" },
      { name: words.products, values: ln_final.map((x, i) => x * column[i]), group: words.products, sign: "=" },
    ];
    this.drawLists();
  }

  draw(width) {
    const { data } = this;
    const entry = Math.min(state.entry, data.d_model - 1);
    if (this.same(data, width, this.spreadBox.width, entry)) return false;
    this.drawSpread();
    this.strips.draw({ rows: this.rows, token: data.token, entry, width });
    this.formulasSoon();
    if (this.sameOpened(data.version, data.token, data.opened.id)) return;
    morphChildren(this.head, ...phrase(words.opened({ token: data.opened.text })));
    this.further.hidden = data.token < data.labels.length - 1; // only after the last token does the text go on
    this.drawProducts();
    this.drawLens();
  }
  showSpread() {
    this.ways.spread.draw(this.data, this.spreadBox.width, { near: this.near(), lit: this.lit });
  }
  listProducts() {
    const { opened, terms: taken } = this.data;
    terms(this.products, {
      ...taken,
      name: words.logitOf(opened.id),
      x: "ln_final",
      w: "W_U",
      hover: (entry) =>
        this.point(entry === null ? null : { activation: "W_U", at: [entry, opened.id], symbol: 2, text: "", entry }),
      choose: (entry) => this.choose({ entry }),
    });
  }

  pointing() {
    this.drawSpread();
  }
  lightened() {
    if (!this.data) return;
    const { lit: symbol, data } = this;
    light(this.products, ["0", "1", "2"].includes(symbol) ? this.strips.entry : null);
    this.products.classList.toggle("lit", symbol === "sum");
    const id = symbol === "logit" || symbol === "p" ? (this.near() ?? data.opened).id : null;
    this.ways.light(id);
    const last = data.lens.length - 1; // the model's own output
    if (symbol === "lens") this.lens.light(this.pointed?.line ?? last);
    else this.lens.light(symbol === "p" && id === data.opened.id ? last : null);
    this.drawSpread();
  }
  chosen(changes) {
    super.chosen(changes);
    if (!(changes.candidate >= 0)) return;
    // The button changes at once: only what it opens comes from Python.
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.slot.querySelectorAll("[data-id]"))) {
      attribute(button, "aria-pressed", String(Number(button.dataset.id.split("/").pop()) === changes.candidate));
    }
  }

  describe() {
    const { data } = this;
    const { opened, lens } = data;
    const since = lens.findLastIndex(({ rank }) => rank !== 1) + 1; // from this line on the opened token is the first
    this.note.say(
      ...words.says({
        token: { token: data.labels[data.token] },
        before: number(data.resid_norm),
        norm: number(data.ln_final_norm),
        n: integer(data.n_vocab),
        opened: { token: opened.text },
        logit: number(opened.logit),
        prob: probability(opened.prob),
        rank: opened.rank,
      }),
      ...(opened.rank === 1 && since < lens.length - 1 ? words.since(since) : []),
    );
    const { token, id, rank, logit, probability: prob } = words.columns;
    this.note.table(() => ({
      caption: words.caption(data.labels[data.token]),
      columns: [token, id, rank, logit, prob],
      rows: [...data.top, ...data.found].map((each) => [
        { token: each.text },
        ...[each.id, each.rank, number(each.logit, 5), probability(each.prob)],
      ]),
    }));
  }
  formulas() {
    const { data, pointed } = this;
    return logitFormulas(data, {
      candidate: this.near() ?? data.opened,
      entry: pointed?.entry ?? this.strips.entry,
      through: this.through(pointed?.line ?? data.lens.length - 1, pointed?.id),
    });
  }
}

export default Unembedding;
