// Helpers of both lists beside the atlas.
import { h } from "../../lib/dom.js";

/** Makes a bar of a share from -1 to 1. */
export function bar(share) {
  const element = h("span", { class: share < 0 ? "alike-bar falls" : "alike-bar" });
  element.style.setProperty("--share", Math.min(1, Math.abs(share)));
  return element;
}

/** Hides a button that has no use now; where it is in focus, `neighbour` gets the focus. */
export function handOn(button, hidden, neighbour) {
  if (hidden && document.activeElement === button) neighbour.focus();
  button.hidden = hidden;
}
