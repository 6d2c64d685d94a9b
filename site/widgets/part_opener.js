// The names in the overview that open parts of the model.
import { h } from "../lib/dom.js";
import { state } from "../state/choices.js";
import { closePart, openPart } from "../state/open_part.js";
import strings from "../strings/index.js";

/** Makes the button that opens the part `name`; Escape closes it. */
export const opener = (send, name, text) =>
  h("button", {
    type: "button",
    class: "opener",
    title: strings[name].bar.title,
    text,
    onclick: () => openPart(send, name),
    onkeydown: (event) => event.key === "Escape" && state.part === name && closePart(send, event.currentTarget),
  });
