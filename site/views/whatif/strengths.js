// Lets the reader set how much of what the chosen head writes comes through, and what stands for the chosen token's embedding.
import { h, setText } from "../../lib/dom.js";
import { state } from "../../state/choices.js";
import { read, valueAt, withEdit } from "../../state/edits.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";

const words = strings.whatif;
const EMBEDDINGS = { 0: words.embedOff, mean: words.embedMean };

export class Strengths {
  #head = [0, 0];
  #token = 0;

  /** edit(text): the reader changes the edits. @param {{edit(text: string): void}} options */
  constructor({ edit }) {
    const set = (name, at, value) => edit(withEdit(state.edits, name, at, value));
    const setHead = (value) => set("z", this.#head, value);
    const setEmbedding = (value) => set("embed", [this.#token], value === this.#embedding() ? null : value);
    this.headOf = h("span");
    this.factor = h("b");
    this.embedOf = h("span");
    const slide = () => setHead(Number(this.slider.value) === 1 ? null : this.slider.value);
    this.slider = h("input", { type: "range", min: 0, max: 2, step: 0.05, oninput: slide });
    this.asIs = h("button", { type: "button", text: words.asIs, onclick: () => setHead(null) });
    this.embeddings = Object.entries(EMBEDDINGS).map(([value, text]) =>
      h("button", { type: "button", text, onclick: () => setEmbedding(value) }),
    );
    this.elements = [
      h("div", { class: "strength" }, h("label", {}, this.headOf, " ", this.slider), this.factor, this.asIs),
      h("div", { class: "strength" }, this.embedOf, this.embeddings),
    ];
  }
  #embedding() {
    return valueAt(read(state.edits), "embed", [this.#token]);
  }

  /** head: [block, head]. @param {import("../../generated/contract").WhatIfShown} data @param {number[]} head */
  draw(data, head) {
    [this.#head, this.#token] = [head, data.token];
    const value = valueAt(read(state.edits), "z", head);
    const factor = value === null ? 1 : Number(value);
    const { slider } = this;
    setText(this.headOf, words.strength(strings.places.head(head[0] + 1, head[1] + 1)));
    if (document.activeElement !== slider || Number(slider.value) !== factor) slider.value = Number.isNaN(factor) ? 1 : factor;
    setText(this.factor, Number.isNaN(factor) ? words.now[value] : String(factor));
    this.asIs.disabled = value === null;
    this.embedOf.replaceChildren(words.embed, token(data.labels[data.token]));
    const embedding = this.#embedding();
    Object.keys(EMBEDDINGS).forEach((value, at) => {
      this.embeddings[at].setAttribute("aria-pressed", String(value === embedding));
      this.embeddings[at].disabled = value === "mean" && !data.means;
    });
  }
}
