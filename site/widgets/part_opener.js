// The names of the model's parts: in plain words, or the field's for experts; and the names in the overview that open parts.
import { h } from "../lib/dom.js";
import { state } from "../state/choices.js";
import { closePart, openPart } from "../state/open_part.js";
import strings from "../strings/index.js";

/** Returns a name in plain words and the field's own; the style sheet shows the one that the reader has chosen (`expert`). */
export function bothNames({ name, field = name }) {
  if (name === field) return [name];
  return [h("span", { class: "plain-name", text: name }), h("span", { class: "field-name", text: field })];
}

/** Makes the button that opens the part `part`; Escape closes it. names: {name, field}, as `bothNames` takes them. */
export const opener = (send, part, names) =>
  h(
    "button",
    {
      type: "button",
      class: "opener",
      title: strings[part].bar.title,
      onclick: () => openPart(send, part),
      onkeydown: (event) => event.key === "Escape" && state.part === part && closePart(send, event.currentTarget),
    },
    ...bothNames(names),
  );
