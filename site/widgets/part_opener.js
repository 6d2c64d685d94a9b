// A name that opens a part of the model.
import { h } from "../lib/dom.js";
import { state } from "../state/choices.js";
import { openPart } from "../state/open_part.js";
import strings from "../strings/index.js";

/** A name in the overview that opens its part. */
export const opener = (send, name, text) =>
  h("button", {
    type: "button",
    class: "opener",
    title: strings[name].bar.title,
    text,
    onclick: () => openPart(send, name),
    onkeydown: (event) => event.key === "Escape" && state.part === name && openPart(send, name),
  });
