// Holds the numbers of the head, and says which place of them is read: under the pointer, else where the player is, else the reader's.
import { chosen, state } from "../../state/choices.js";
import { attend } from "./arithmetic.js";

/**
 * @typedef {object} Place what is read: the stage, the query, and where they matter the key, the entry of z, and in the mixture the column
 * @property {string} stage
 * @property {number} query
 * @property {number | null} key
 * @property {number | null} entry
 * @property {string} [column]
 * @property {boolean} [sum]
 */

export class Reading {
  #data = null;
  #progress;
  #followsStrongest = true; // whether the opened key is the strongest: until the reader takes another
  own = null; // the model's own numbers
  head = null; // those that are shown: without the first token where the reader wants that (arithmetic.js)
  hover = null; // the place under the pointer

  /** @param {import("./progress.js").Progress} progress */
  constructor(progress) {
    this.#progress = progress;
  }

  update(data) {
    this.#data = data;
    const { hover } = this;
    if (hover && Math.max(hover.query ?? 0, hover.key ?? 0) >= data.labels.length) this.hover = null; // the text is shorter now
    this.own = attend(data);
    this.head = attend(data, state.sink);
  }
  /** Takes the reader's choices. */
  chosen(changes) {
    if ("token" in changes && !("key" in changes)) this.#followsStrongest = true;
    if ("key" in changes) this.#followsStrongest = false;
    if ("sink" in changes && this.#data) this.head = attend(this.#data, state.sink);
  }
  /** Leaves the pointer's place: the reader has chosen one. */
  settle() {
    this.#followsStrongest = false;
    this.hover = null;
  }

  get query() {
    return chosen(this.#data.labels.length);
  }
  get stage() {
    return this.#progress.step?.stage ?? state.stage;
  }
  /** @returns {Place} */
  get place() {
    const { query, stage, head, hover } = this;
    const isStrongest = state.key < 0 || state.key >= head.T || (this.#followsStrongest && head.masked(query, state.key));
    const key = this.#progress.step?.key ?? (isStrongest ? head.strongest(query) : state.key);
    const at = { query, key, entry: Math.min(state.entry, head.d - 1), stage };
    return hover ? { ...at, ...hover, key: hover.key ?? key, entry: hover.entry ?? at.entry, query: hover.query ?? query } : at;
  }
}
