// Shows the steps of attention as a row of buttons, with arrows between them.
import { check, h, radios, setText } from "../../lib/dom.js";
import strings from "../../strings/index.js";
import { explained } from "../../widgets/definition.js";
import { STAGES } from "./arithmetic.js";

const words = strings.attention;
const arrow = () => h("span", { class: "arrow", "aria-hidden": "true", text: "→" });

export class Stages {
  /** choose(stage): the reader takes one. */
  constructor({ choose }) {
    this.buttons = STAGES.map((stage) =>
      h("button", { type: "button", role: "radio", "data-stage": stage, onclick: () => choose(stage) }),
    );
    const dropout = h("span", { class: "dropout", title: words.dropoutTitle }, explained(words.dropout));
    this.element = h(
      "div",
      { class: "stages", role: "radiogroup", "aria-label": words.order },
      [...this.buttons.slice(0, 4), dropout, this.buttons[4]].flatMap((item, at) => (at ? [arrow(), item] : [item])),
    );
    radios(this.element, (at) => choose(STAGES[at]));
  }

  /** scale: what the scores are divided by, as text. */
  draw(stage, scale) {
    this.buttons.forEach((button, at) => setText(button, STAGES[at] === "scaled" ? scale : words.stages[STAGES[at]]));
    check(this.buttons, STAGES.indexOf(stage));
  }
}
