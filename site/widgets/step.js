// The steps of the overview, in words: one under each place of the figure. Views say what happens there for the chosen token.
import { h, morphChildren } from "../lib/dom.js";
import strings from "../strings/index.js";
import { phrase } from "./token.js";

/** Returns say(parts of a sentence) of the step `name`; it has a place of its own in the page, `[data-step]`, else says nothing. */
export function step(name) {
  const place = document.querySelector(`[data-step="${name}"]`);
  if (!place) return () => {};
  const says = h("p", {});
  place.replaceChildren(h("h2", { text: strings.steps[name] }), says);
  return (parts) => morphChildren(says, ...phrase(parts));
}
