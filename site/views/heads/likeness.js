// Holds how alike every head is to the chosen one, or how much of its weight a change moves; says it in words.
import { integer, number, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.heads;
const LISTED = 6; // how many heads the list names

/** @typedef {number[]} Head [block, head] */

/** @param {Head} a @param {Head} b */
export const same = (a, b) => a[0] === b[0] && a[1] === b[1];

export class Likeness {
  #ranked = null;

  /** @param {import("../../generated/contract").HeadsShown} data */
  constructor(data) {
    this.data = data;
    /** The words for what is shown: patterns, or their differences. */
    this.wording = data.difference ? words.difference : words;
    /** @type {Head} */
    this.chosen = [data.block, data.head];
  }

  /** The other heads, the most alike first; of a difference all heads, those first that changed most. @returns {Head[]} */
  get ranked() {
    if (this.#ranked) return this.#ranked;
    const { n_layer, n_head, difference } = this.data;
    const all = Array.from({ length: n_layer * n_head }, (_, at) => [Math.floor(at / n_head), at % n_head]);
    this.#ranked = all.filter((at) => difference || !same(at, this.chosen)).sort((a, b) => this.of(b) - this.of(a));
    return this.#ranked;
  }
  get nearest() {
    return this.ranked.slice(0, LISTED);
  }
  /** The heads that the list names: none where heads cannot be told apart, or where nothing has moved. */
  get listed() {
    const { compared, difference } = this.data;
    return compared ? this.nearest.filter((at) => !difference || this.of(at) > 0) : [];
  }

  /** @param {Head} head */
  of([block, head]) {
    return this.data.alike[block * this.data.n_head + head];
  }
  /** Prints how alike a head is. Equal patterns print as 100 %: what they lack of it is the rounding of their weights. */
  percent(at) {
    return probability(this.of(at) > 1 - 1e-6 ? 1 : this.of(at));
  }
  /** picked: whether the reader has picked the head for the average. */
  text(at, picked) {
    const { data } = this;
    const name = words.name(at[0] + 1, at[1] + 1);
    if (!data.difference && same(at, this.chosen)) return `${name}: ${words.itself}`;
    if (!data.compared) return `${name}: ${words.alone}`;
    return this.wording.read(at[0] + 1, at[1] + 1, this.percent(at), picked);
  }

  sentence() {
    const { data } = this;
    const best = this.listed[0];
    const compared = integer(data.compared);
    const name = best?.map((i) => i + 1);
    if (data.difference)
      return best ? words.difference.says({ head: name, share: this.percent(best), compared }) : words.difference.same;
    if (!data.compared) return words.saysOne;
    if (!best) return words.saysOnly;
    return words.says({ block: data.block + 1, head: data.head + 1, other: name, share: this.percent(best), compared });
  }
  table() {
    const { block, head, difference, picked } = this.data;
    const rows = [...(difference ? [] : [this.chosen]), ...this.ranked];
    return {
      caption: this.wording.caption(block + 1, head + 1),
      columns: this.wording.columns,
      rows: rows.map((at) => [
        at[0] + 1,
        at[1] + 1,
        number(this.of(at), 4),
        picked.some((pick) => same(pick, at)) ? words.yes : "",
      ]),
    };
  }
}
