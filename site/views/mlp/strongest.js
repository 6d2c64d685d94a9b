// Lists the strongest neurons: their values, the length of what they write, and the tokens that this speaks for and against.
import { attribute, h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { renew } from "../../widgets/renew.js";
import { token } from "../../widgets/token.js";

const words = strings.mlp;

/** @param {{point(neuron: number | null): void, open(neuron: number): void}} options */
export function strongestNeurons({ point, open }) {
  const element = h("ol", { class: "strongest", "aria-label": words.strongest });
  const buttons = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[data-neuron]")]);

  function line({ neuron, pre, post, written, up, down }, { opened, longest }) {
    const bar = h("span", { class: "neuron-bar" });
    bar.style.setProperty("--share", String(written / longest));
    const button = h("button", {
      type: "button",
      class: "neuron",
      "data-neuron": neuron,
      text: words.neuron(neuron + 1),
      "aria-pressed": String(neuron === opened),
      onclick: () => open(neuron),
    });
    return h(
      "li",
      {
        onpointerenter: () => point(neuron),
        onpointerleave: () => point(null),
        onfocusin: () => point(neuron),
        onfocusout: () => point(null),
      },
      button,
      h("span", { class: "neuron-values", text: words.values(number(pre), number(post)) }),
      h("span", { class: "neuron-writes" }, bar, number(written)),
      speaks(
        up.filter(({ effect }) => effect > 0),
        "up",
      ),
      speaks(
        down.filter(({ effect }) => effect < 0),
        "down",
      ),
    );
  }

  return {
    element,
    /** @param {import("../../generated/contract").MlpShown} data */
    draw({ strongest, opened }) {
      const listed = strongest.some(({ neuron }) => neuron === opened.neuron) ? strongest : [...strongest, opened];
      const longest = Math.max(strongest[0].written, 1e-30);
      renew(
        element,
        "neuron",
        listed.map((each) => line(each, { opened: opened.neuron, longest })),
      );
    },
    /** Lights a neuron's button. */
    light: (neuron) => buttons().forEach((button) => button.classList.toggle("near", Number(button.dataset.neuron) === neuron)),
    /** Shows a neuron's button as the one that is pressed. */
    press: (neuron) =>
      buttons().forEach((button) => attribute(button, "aria-pressed", String(Number(button.dataset.neuron) === neuron))),
  };
}

/** Lists the tokens that a neuron speaks for ("up") or against ("down"). */
const speaks = (tokens, name) =>
  h(
    "span",
    { class: `speaks ${name}` },
    h("span", { class: "speaks-how", text: words.speaks[name] }),
    tokens.map(({ text, effect }) =>
      h("span", { class: "speaks-one" }, token(text), h("span", { class: "speaks-by", text: number(effect, 2) })),
    ),
  );
