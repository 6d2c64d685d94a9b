// Makes the field in which the reader looks for any token of the vocabulary.
import { h } from "../../lib/dom.js";
import { latest } from "../../state/latest.js";
import strings from "../../strings/index.js";

const PATIENCE_MS = 200; // after the last letter before the vocabulary is searched
const MAX_LETTERS = 100;
let serial = 0;

/** -> {element, id, answered(data), show(text)}; show: the text that Python looked for, unless the reader is writing. */
export function searchField(send) {
  const id = `find-${++serial}`;
  const element = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "search",
      id,
      class: "find",
      maxlength: MAX_LETTERS,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: strings.unembedding.placeholder,
    })
  );
  const wanted = latest(send, () => {});
  let timer = 0;
  element.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => wanted.set({ find: element.value.slice(0, MAX_LETTERS) }), PATIENCE_MS);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.value) return;
    event.preventDefault(); // in an empty field Escape closes the part
    clearTimeout(timer);
    element.value = "";
    wanted.set({ find: "" });
  });
  return {
    element,
    id,
    answered: wanted.answered,
    show(text) {
      if (document.activeElement !== element) element.value = text;
    },
  };
}
