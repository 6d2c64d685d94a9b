// Shows the way from text to ids: one word's bytes, the letters that spell them, every merge with its rank, the ids at the
// end; and the same word in other forms.
import { attribute, h } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { player } from "../../widgets/player.js";
import { phrase } from "../../widgets/token.js";
import { View } from "../view.js";
import { formsTable } from "./forms.js";
import { mergeTable } from "./picture.js";

const words = strings.merges;
const STAY_MS = 700;

/** @extends {View<import("../../generated/contract").MergesShown>} */
class Merges extends View {
  layout() {
    this.where = h("span", { class: "head-small" });
    this.grid = h("table", { class: "merging" });
    this.scroller = h("div", { class: "merging-scroll", tabindex: "0", role: "region", "aria-label": words.picture }, this.grid);
    this.remark = h("p", { class: "head-small" });
    this.formsHead = h("h3", { class: "sub" });
    this.formsAbout = h("p", { class: "head-small" });
    this.forms = h("div");
    this.play = player({
      label: words.player,
      length: () => this.last(),
      show: (at) => {
        this.choose({ merge: at === this.last() ? -1 : at });
        this.redraw();
      },
      time: () => STAY_MS,
      says: (at) => this.says(at),
    });
    this.grid.addEventListener("pointerover", (event) => {
      const at = this.idCells().indexOf(event.target.closest("td"));
      put({ hover: this.data && at >= 0 ? this.tokenAt(at) : null });
    });
    this.grid.addEventListener("pointerleave", () => put({ hover: null }));
    return [
      h("div", { class: "part-head" }, h("h2", { text: words.title }), this.where),
      this.play.element,
      this.scroller,
      this.remark,
      this.formsHead,
      this.formsAbout,
      this.forms,
    ];
  }

  /** Returns the last step, after which all merges are done. */
  last() {
    return Math.max(0, (this.data?.steps.length ?? 1) - 1);
  }
  /** Returns the step that the reader has chosen. */
  wanted() {
    return state.merge < 0 ? this.last() : Math.min(state.merge, this.last());
  }
  says(at) {
    if (!this.data?.steps.length) return "";
    const { pair, rank } = this.data.steps[at];
    if (!pair) return words.start(this.data.n_bytes, this.last());
    return words.step(at, this.last(), pair.join(" + "), integer(rank + 1));
  }
  go(step) {
    this.play.move(step);
    this.choose({ merge: step === this.last() ? -1 : step });
    this.redraw();
  }
  /** Returns the cells of the word's tokens, each under its bytes. */
  idCells() {
    return [...this.grid.querySelectorAll(".merge-ids td")];
  }
  /** Returns the position in the text of the token in cell `at`; null before all merges are done. */
  tokenAt(at) {
    return this.play.at === this.last() && !this.data.differs ? this.data.first + at : null;
  }

  updated(old) {
    const { data } = this;
    const other = old && old.word !== data.word;
    if (!this.play.playing || other) this.play.move(other ? null : this.wanted());
    if (other) this.choose({ merge: -1 }); // another word is shown whole
    this.where.replaceChildren(...phrase(words.where({ token: data.word }, data.first + 1, data.last + 1)));
    attribute(this.scroller, "hidden", data.steps.length ? null : true);
    this.buildForms();
  }
  chosen(changes) {
    if ("hover" in changes && this.data) {
      this.idCells().forEach((cell, at) => cell.classList.toggle("near", state.hover !== null && this.tokenAt(at) === state.hover));
    }
    if (Object.keys(changes).every((name) => name === "hover")) return;
    // The step was chosen elsewhere: in the address, or by going back.
    if (this.data && !this.play.playing && this.play.at !== this.wanted()) this.play.move(this.wanted());
    this.redraw();
  }

  draw(width) {
    const { data, grid } = this;
    this.play.element.hidden = this.last() === 0;
    this.play.draw();
    if (!data.steps.length) {
      grid.replaceChildren();
      this.remark.replaceChildren(...phrase(words.special({ token: data.pieces[0].text }, data.pieces[0].id)));
      return;
    }
    const { activeElement } = document;
    const focused = grid.contains(activeElement) && activeElement instanceof HTMLElement ? activeElement.dataset.step : undefined;
    mergeTable(grid, data, { at: this.play.at, last: this.last(), width, go: (step) => this.go(step) });
    if (focused !== undefined) grid.querySelector(`[data-step="${focused}"]`)?.focus({ preventScroll: true });
    this.drawRemark();
  }
  drawRemark() {
    const { bytes, n_bytes, n_merges, differs, pieces } = this.data;
    const remarks = [n_merges === 0 && words.none, n_bytes > bytes.length && words.cut(bytes.length, n_bytes)];
    this.remark.replaceChildren(
      ...phrase(remarks.filter(Boolean).join(" ").split("\n")),
      ...(differs ? phrase(words.differs(pieces.map(({ text }) => ({ token: text })))) : []),
    );
  }
  buildForms() {
    const { forms } = this.data;
    const reference = forms.find((form) => form.reference);
    this.forms.replaceChildren(formsTable(forms, reference));
    this.formsHead.textContent = forms.some((form) => form.here) || forms.length < 2 ? words.forms : words.example;
    this.forms.hidden = forms.length < 2;
    this.formsAbout.textContent = this.forms.hidden ? words.formsNone : reference ? words.formsAbout : words.formsFew;
  }

  describe() {
    const { steps, pieces, labels, token, word, n_bytes, n_merges } = this.data;
    const at = { token: labels[token] };
    if (!steps.length) this.note.say(...words.special(at, pieces[0].id));
    else {
      const reached = steps[this.last()].parts;
      const found = reached.flatMap(({ text }, index) => [...(index ? [" "] : []), { token: text }]);
      const facts = { bytes: n_bytes, merges: this.last(), pieces: found, n: reached.length, all: integer(n_merges) };
      this.note.say(...words.says({ token: at, word: { token: word }, ...facts }));
    }
    this.note.table(() => ({
      caption: words.caption(word),
      columns: words.twin,
      rows: steps.map(({ pair, rank, parts: all }, index) => [
        index,
        pair ? pair.join(" + ") : "",
        rank === null ? "" : rank + 1,
        all.map(({ text }) => text).join(" | "),
      ]),
    }));
  }
}

export default Merges;
