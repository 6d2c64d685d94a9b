// Buttons of which one is on.
import { check, h, radios } from "../lib/dom.js";

/**
 * Makes the buttons. names: what can be chosen; text(name), title(name), look(name): a button's text, title and class;
 * lead: words before the buttons; choose(name): the reader takes one.
 * @param {{label: string, names: readonly string[], text(name: string): string, title?(name: string): string | null,
 *   look?(name: string): string | null, lead?: string, choose(name: string): void}} options
 * @returns {{element: HTMLElement, buttons: HTMLElement[], check(name: string): void}} check: says which one is on
 */
export function toggle({ label, names, text, title = () => null, look = () => null, lead = null, choose }) {
  const buttons = names.map((name) =>
    h("button", {
      type: "button",
      role: "radio",
      class: look(name),
      title: title(name),
      text: text(name),
      onclick: () => choose(name),
    }),
  );
  const element = h(
    "div",
    { class: "toggle", role: "radiogroup", "aria-label": label },
    lead && h("span", { text: lead }),
    buttons,
  );
  radios(element, (at) => choose(names[at]));
  return { element, buttons, check: (name) => check(buttons, Math.max(0, names.indexOf(name))) };
}
