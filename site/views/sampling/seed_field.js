// Shows the field of the seed, and a button for a new one.
import contract from "../../generated/contract.js";
import { attribute, h, setText } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.sampling;
const NEW_SEEDS = 1_000_000; // new seeds are short enough to tell and to type
const MAX_SEED = contract.choices.seed.most;

export class SeedField {
  /** choose(seed): the reader takes another one; left(): the reader has left the field. */
  constructor(choose, left) {
    this.choose = choose;
    this.field = h("input", {
      type: "number",
      min: 0,
      max: MAX_SEED,
      step: 1,
      inputmode: "numeric",
      "aria-label": words.seed,
      onchange: () => this.#typed(),
      oninput: () => this.#refuse(false),
      onblur: () => {
        attribute(this.field, "aria-invalid", null);
        left();
      },
    });
    this.says = h("span", { class: "seed-says", role: "status" });
    this.renew = h("button", {
      type: "button",
      class: "link",
      text: words.newSeed,
      // A seed is a choice, not data: any will do.
      onclick: () => this.#choose(crypto.getRandomValues(new Uint32Array(1))[0] % NEW_SEEDS),
    });
    const label = h("label", {}, h("span", { text: words.seed }), this.field);
    this.element = h("div", { class: "seed" }, label, this.renew, this.says);
  }

  #choose(seed) {
    this.#refuse(false);
    this.choose(seed);
  }
  #typed() {
    const seed = Number(this.field.value);
    if (this.field.value !== "" && Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) this.#choose(seed);
    else this.#refuse(true);
  }
  /** Refuses what is no seed; it stays in the field while the reader is there, to be corrected. */
  #refuse(on) {
    attribute(this.field, "aria-invalid", on && "true");
    setText(this.says, on ? words.noSeed(integer(MAX_SEED)) : "");
  }

  /** Shows the seed; where the reader is writing one, only if `force`. */
  show(seed, disabled, force = false) {
    if (force || document.activeElement !== this.field) this.field.value = seed;
    this.field.disabled = this.renew.disabled = disabled;
  }
}
