// Tokens and sentences as the reader sees them.
import { h } from "../lib/dom.js";
import strings from "../strings/index.js";
import { explained } from "./definition.js";

// Python shows whitespace and broken bytes by these marks already (explainer.model.tokenizer.visible); here they turn faint.
const MARKS = /([·↵␍⇥⍽]|⟨[^⟩]*⟩)/;
const LONG = 24;

/**
 * Makes a token's element: isolated (a right-to-left piece must not turn the line around), whitespace marks faint,
 * cut when long with the whole text in its title.
 */
export function token(text, name = "bdi") {
  const letters = [...text];
  const long = letters.length > LONG;
  const element = h(name, { class: "token", title: long ? text : null });
  const shown = long ? `${letters.slice(0, LONG - 1).join("")}…` : text || "∅";
  for (const part of shown.split(MARKS)) {
    if (part) element.append(MARKS.test(part) ? h("span", { class: "mark", text: part }) : part);
  }
  return element;
}

/**
 * Says in words what Python reports of a choice; a text is a library's own message.
 * @param {import("../generated/contract.js").Notice | string} notice
 * @returns {string}
 */
export const noticed = (notice) => (typeof notice === "string" ? notice : strings.notices[notice.say](notice));

/** Makes a token of a sentence. A comma or a full stop of the text in question must not be read as one of the sentence. */
const quoted = (text) =>
  /[\p{L}\p{N}]/u.test(text) ? token(text) : h("span", {}, strings.quotes[0], token(text), strings.quotes[1]);

/** Makes nodes of the parts of a sentence: strings, whose terms explain themselves, {token: text}, or nodes. */
export function phrase(parts) {
  const seen = new Set();
  return parts.flatMap((part) =>
    typeof part === "string" ? explained(part, seen) : part instanceof Node ? part : quoted(part.token),
  );
}
