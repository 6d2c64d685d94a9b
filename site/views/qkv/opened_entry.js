// Shows how one entry of the chosen token's query, key or value is made: as a vector times a matrix, and term by term.
import contract from "../../generated/contract.js";
import { morphChildren, h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { product } from "../../widgets/product.js";
import { light, termOf, terms } from "../../widgets/terms.js";
import { toggle } from "../../widgets/toggle.js";
import { phrase } from "../../widgets/token.js";
import { MEANS } from "./trio.js";

const words = strings.qkv;
const weightName = (name) => `W_${name.toUpperCase()}`;

/** Returns the vector that the opened entry belongs to. @param {import("../../generated/contract").QkvShown} data */
export function openedVector({ matrix, token, first, d_head, ...vectors }) {
  return vectors[matrix].slice((token - first) * d_head, (token - first + 1) * d_head);
}

export class OpenedEntry {
  #data;
  #point;

  /**
   * data(): what the view shows; point({entry, i, symbol} or null): what of the product or of the list is pointed at, its symbol as in dotFormula
   * (widgets/terms.js); choose(changes): the reader's choices.
   * @param {{data(): import("../../generated/contract").QkvShown, point(found: object | null): void, choose(changes: object): void}} options
   */
  constructor({ data, point, choose }) {
    this.#data = data;
    this.#point = point;
    this.title = h("h3", {});
    this.matrices = toggle({
      label: words.which,
      names: contract.matrices,
      text: (name) => words.names[name],
      look: (name) => `is-${MEANS[name]}`,
      choose: (matrix) => choose({ matrix }),
    });
    const matrix = h("div");
    this.list = h("div", { class: "term-list" });
    this.elements = [h("div", { class: "opened" }, this.title, this.matrices.element), matrix, this.list];
    this.product = product(matrix, {
      label: words.slice,
      weight: (entry, i) => this.#weight(entry, i),
      look: (found) => {
        light(this.list, found?.entry === data().entry ? found.symbol : null);
        point(found);
      },
      choose: (entry) => choose({ entry }),
    });
  }

  #weight(entry, i) {
    const { w, x, d_model } = this.#data();
    const value = w[entry * d_model + i];
    return { value, text: words.weight(i + 1, entry + 1, number(value), number(x[i]), number(value * x[i])) };
  }

  drawProduct(width) {
    const data = this.#data();
    const { matrix: name, entry, labels, token, x, w, bias } = data;
    const [before, after] = words.open(words.names[name], entry + 1);
    morphChildren(this.title, ...phrase([before, { token: labels[token] }, after]));
    this.product.draw({
      x,
      w,
      bias,
      result: openedVector(data),
      rows: data.d_head,
      cols: data.d_model,
      step: [1, 1],
      entry,
      width,
      high: 256,
      names: { x: "ln1", w: weightName(name), result: name, meaning: MEANS[name] },
    });
  }
  drawTerms() {
    const { matrix: name, entry, terms: taken } = this.#data();
    terms(this.list, {
      ...taken,
      name: `${name}[${entry + 1}]`,
      x: "ln1",
      w: weightName(name),
      point: (symbol) => {
        this.product.mark(symbol);
        this.#point(symbol && { entry, i: termOf(symbol), symbol });
      },
    });
  }
  /** Lights what a part of the formulas stands for. */
  light(symbol) {
    this.product.mark(symbol);
    light(this.list, symbol);
  }
}
