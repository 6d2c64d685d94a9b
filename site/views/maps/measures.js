// Lets the reader choose a map's measure: a role, which is read off the weights, or a sweep, which tries changes.
import { check, h, radios } from "../../lib/dom.js";
import strings from "../../strings/index.js";
import { ROLES, SWEEPS } from "./measured.js";

const words = strings.maps;

/** choose(measure): the reader takes one. -> {element, check(measure)} */
export function measures({ choose }) {
  const names = [...ROLES, ...SWEEPS];
  const buttons = names.map((measure) =>
    h("span", { role: "radio", class: "point", "data-measure": measure, text: words.measures[measure] }),
  );
  const group = (text, all) => [
    h("span", { text }),
    h(
      "div",
      { class: "points" },
      all.map((measure) => buttons[names.indexOf(measure)]),
    ),
  ];
  const element = h(
    "div",
    { class: "measures", role: "radiogroup", "aria-label": words.title },
    group(words.roles, ROLES),
    group(words.sweeps, SWEEPS),
  );
  radios(element, (at) => choose(names[at]));
  element.addEventListener("click", (event) => {
    const at = buttons.indexOf(event.target.closest("[role=radio]"));
    if (at >= 0) choose(names[at]);
  });
  return { element, check: (measure) => check(buttons, names.indexOf(measure)) };
}
