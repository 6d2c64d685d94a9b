// Lets the reader set the draw, each choice above the stage that it makes: temperature, top-k, top-p, greedy, seed.
import { attribute, h, setText } from "../../lib/dom.js";
import { latest } from "../../state/latest.js";
import strings from "../../strings/index.js";
import { SeedField } from "./seed_field.js";

const words = strings.sampling;

// A slider's positions and the values they stand for. The right end of a cut is "off".
// No value comes twice: of two alike the arrow keys would never get past the first.
const TEMPERATURES = [...new Set(Array.from({ length: 101 }, (_, i) => Number((10 ** (i / 50 - 1.3)).toPrecision(2))))];
const SHARES = Array.from({ length: 101 }, (_, i) => i / 100);
function counts(most) {
  const all = Array.from({ length: 101 }, (_, i) => Math.round(most ** (i / 100)));
  return [...new Set(all.slice(0, -1)), 0];
}
const OFF = { top_k: 0, top_p: 1 };
const OWN = { temperature: 1, ...OFF, greedy: false }; // the draw by the model's own probabilities

function nearest(steps, value, name) {
  if (value === OFF[name] || (name === "top_k" && value >= steps.at(-2))) return steps.length - 1;
  let best = 0;
  // Distances by ratio: the sliders of temperature and top-k are logarithmic.
  const far = (step) => Math.abs(Math.log((step || 1e-3) / (value || 1e-3)));
  steps.forEach((step, index) => {
    if (!(name === "top_k" && step === 0) && far(step) < far(steps[best])) best = index;
  });
  return best;
}

export class Knobs {
  /** @type {import("../../generated/contract").SamplingShown | import("../../generated/contract").SamplingDifference | null} */
  #said = null; // what Python said last, with the choices it was made with

  constructor(send) {
    this.choices = latest(send, () => this.#said && this.#show());
    this.sliders = [this.#slider("temperature"), this.#slider("top_k"), this.#slider("top_p")];
    this.greedy = h("input", { type: "checkbox", onchange: () => this.set({ greedy: this.greedy.checked }) });
    this.seed = new SeedField(
      (seed) => {
        this.set({ seed });
        this.#show(true);
      },
      () => this.#said && this.#show(true),
    );
    const [temperature, ...cuts] = this.sliders.map(({ element }) => element);
    // Temperature once more, beside the buttons that write.
    const beside = this.#slider("temperature");
    this.sliders.push(beside);
    document.getElementById("plays")?.prepend(beside.element);
    this.own = h("button", { type: "button", class: "link", text: words.own, title: words.ownTitle, onclick: () => this.set(OWN) });
    this.element = h(
      "div",
      { class: "knobs stays" },
      temperature,
      h("div", { class: "cuts" }, cuts),
      h("label", { class: "switch", title: words.greedyTitle }, this.greedy, words.greedy),
      this.seed.element,
      this.own,
    );
  }

  #slider(name) {
    const shown = h("b");
    const range = h("input", {
      type: "range",
      min: 0,
      step: 1,
      "aria-label": words.knobs[name],
      oninput: () => {
        this.set({ [name]: this.#steps(name)[Number(range.value)] });
        this.#show();
      },
    });
    const title = h("span", { class: "knob-name" }, `${words.knobs[name]} `, shown);
    return { name, range, shown, element: h("label", { class: `knob knob-${name}` }, title, range) };
  }
  #steps(name) {
    return name === "temperature" ? TEMPERATURES : name === "top_p" ? SHARES : counts(this.#said.n_vocab);
  }

  /** Makes the reader's choices. */
  set(changes) {
    this.choices.set(changes);
  }
  /** Returns what the reader wants, also before Python has answered. */
  wanted(name) {
    return this.choices.wanted(name, this.#said);
  }
  /** Takes what Python shows now. */
  update(said) {
    this.#said = said;
    this.choices.answered(said);
    this.#show();
  }

  /** forceSeed: shows the seed even while the reader is in its field. */
  #show(forceSeed = false) {
    this.greedy.checked = this.wanted("greedy");
    for (const slider of this.sliders) this.#showSlider(slider);
    this.seed.show(this.wanted("seed"), this.greedy.checked, forceSeed);
  }
  #showSlider({ name, range, shown, element }) {
    const value = this.wanted(name);
    const steps = this.#steps(name);
    const off = value === OFF[name] || (name === "top_k" && value >= this.#said.n_vocab) ? null : String(value);
    attribute(range, "max", steps.length - 1);
    range.value = nearest(steps, value, name);
    setText(shown, off ?? words.off);
    attribute(range, "aria-valuetext", words.means[name](off));
    range.disabled = this.greedy.checked;
    element.classList.toggle("bypassed", range.disabled);
  }
}
