// Lets the reader choose which tokens a token may look at: the kind of mask with its numbers, a picture of it, and what it costs.
import contract from "../../generated/contract.js";
import { colour } from "../../lib/colour.js";
import { h, setText } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { toggle } from "../../widgets/toggle.js";

const words = strings.whatif.mask;
const NUMBERS = [...new Set(Object.values(contract.masks).flat())]; // size, more, seed
const MAX_NUMBER = contract.limits.mask_number;
const leastOf = (name) => (name === "size" ? 1 : 0);

export class Masks {
  #now = null;

  /** choose(mask): as text. @param {{choose(mask: string): void}} options */
  constructor({ choose }) {
    this.kinds = toggle({
      label: words.title,
      names: Object.keys(contract.masks),
      text: (kind) => words.kinds[kind],
      title: (kind) => words.titles[kind],
      choose: (kind) => choose(contract.first_masks[kind]),
    });
    const field = (name) =>
      h("input", { type: "number", min: leastOf(name), max: MAX_NUMBER, step: 1, onchange: () => choose(this.#typed()) });
    this.fields = Object.fromEntries(NUMBERS.map((name) => [name, field(name)]));
    this.labels = Object.fromEntries(NUMBERS.map((name) => [name, h("label", {}, h("span"), this.fields[name])]));
    this.line = h("div", { class: "mask-line" }, Object.values(this.labels));
    this.about = h("p", { class: "head-small" });
    this.facts = h("p", { class: "mask-facts" });
    this.picture = h("div", { class: "mask-picture", role: "img" });
    this.canvas = canvas(this.picture);
    const beside = h("div", {}, this.about, this.line, this.facts);
    this.element = h("div", {}, this.kinds.element, h("div", { class: "mask-body" }, this.picture, beside));
  }

  /** Returns the mask with the numbers that the reader has typed. */
  #typed() {
    const [kind] = this.#now.mask.split(":");
    const number = (name) => Math.max(leastOf(name), Math.min(MAX_NUMBER, Math.round(this.fields[name].valueAsNumber || 0)));
    return [kind, ...contract.masks[kind].map(number)].join(":");
  }

  /**
   * visible: null until it is known for `mask`; length: of the text; side: of the picture, px.
   * @param {{mask: string, visible: import("../../generated/contract").Floats<2> | null, length: number,
   *   scores: import("../../generated/contract").ScoreCounts, side: number}} now
   */
  draw(now) {
    this.#now = now;
    const [kind, ...numbers] = now.mask.split(":");
    this.kinds.check(kind);
    this.about.textContent = words.titles[kind];
    const texts = { size: words.size[kind], more: words.more[kind], seed: words.seed };
    for (const name of NUMBERS) {
      const number = numbers[contract.masks[kind].indexOf(name)];
      this.labels[name].hidden = number === undefined;
      setText(this.labels[name].firstChild, texts[name] ?? "");
      if (document.activeElement !== this.fields[name]) this.fields[name].value = number ?? "";
    }
    this.line.hidden = !numbers.length;
    setText(this.facts, words.scores(integer(now.scores.causal), integer(now.scores.now)));
    this.#drawPicture();
  }
  #drawPicture() {
    const { length, side, visible, mask } = this.#now;
    const context = this.canvas.size(side, side);
    this.picture.setAttribute("aria-label", words.picture(length));
    context.fillStyle = colour("raised");
    context.fillRect(0, 0, side, side);
    context.fillStyle = colour("attention", 0.75);
    const step = side / length;
    const each = step > 6 ? step - 1 : step + 0.3;
    for (let query = 0; query < length; query++) {
      for (let key = 0; key < length; key++) {
        const seen = visible ? visible[query * length + key] > 0 : mask === "full" || (mask === "causal" && key <= query);
        if (seen) context.fillRect(key * step, query * step, each, each);
      }
    }
  }
}
