// Small things that both lists beside the atlas share.
import { h } from "../../lib/dom.js";

/** A bar of -1 to 1. */
export function bar(share) {
  const element = h("span", { class: share < 0 ? "alike-bar falls" : "alike-bar" });
  element.style.setProperty("--share", Math.min(1, Math.abs(share)));
  return element;
}

/** Hides a button that is of no use now; one in focus hands that on. */
export function handOn(button, hidden, neighbour) {
  if (hidden && document.activeElement === button) neighbour.focus();
  button.hidden = hidden;
}
