// Explains the words of the page: a term in a sentence says what it means under the pointer, in focus, or when it is tapped.
import { attribute, h } from "../lib/dom.js";
import strings from "../strings/index.js";

const meanings = new Map(); // a form of a term, in small letters -> what it means
for (const [forms, meaning] of Object.entries(strings.glossary)) {
  for (const form of forms.split("|")) meanings.set(form.toLowerCase(), { name: forms.split("|")[0], meaning });
}
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const forms = [...meanings.keys()].sort((a, b) => b.length - a.length).map(escaped);
// A term stands alone: not inside a word, a name such as mlp_post, or a hyphenated word.
const TERM = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${forms.join("|")})(?![\\p{L}\\p{N}_-])`, "giu");

/** Returns what a term means, in any of its forms: {name, meaning}; undefined for other words. */
export const meaningOf = (term) => meanings.get(term.toLowerCase());

const BEFORE = /[("“‘]*$/u; // signs that a line's end must not part from the term
const AFTER = /^[.,;:!?)"”’]*/u;

/** Splits a sentence into texts and terms that explain themselves. Each term is one only once; `seen` has those that were. */
export function explained(text, seen = new Set()) {
  const nodes = [];
  let from = 0;
  for (const { 0: term, index } of text.matchAll(TERM)) {
    const { name } = meaningOf(term);
    if (seen.has(name)) continue;
    seen.add(name);
    const button = h("button", { type: "button", class: "term", "data-term": name, text: term });
    const ahead = text.slice(from, index);
    const [before] = ahead.match(BEFORE);
    const [after] = text.slice(index + term.length).match(AFTER);
    nodes.push(ahead.slice(0, ahead.length - before.length));
    // A browser may break the line on either side of a button, even before a full stop.
    nodes.push(before || after ? h("span", { class: "unbroken" }, before, button, after) : button);
    from = index + term.length + after.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

/** Shows definitions for all terms of the page, now and later. */
export function defineTerms() {
  const tip = h("div", { id: "definition", class: "definition", role: "tooltip", popover: "manual" });
  document.body.append(tip);
  let shown = null;
  const hide = () => {
    if (!shown) return;
    attribute(shown, "aria-describedby", null);
    shown = null;
    tip.hidePopover?.();
  };
  const show = (term) => {
    if (shown === term) return;
    hide();
    const { name, meaning } = meaningOf(term.dataset.term) ?? {};
    if (!meaning) return;
    shown = term;
    tip.replaceChildren(h("b", { text: name }), ` ${meaning}`);
    attribute(term, "aria-describedby", "definition");
    tip.showPopover?.();
    const [at, box] = [term.getBoundingClientRect(), tip.getBoundingClientRect()];
    const left = Math.max(8, Math.min(innerWidth - box.width - 8, at.left));
    const top = at.bottom + 4 + box.height > innerHeight ? at.top - box.height - 4 : at.bottom + 4;
    Object.assign(tip.style, { left: `${left}px`, top: `${Math.max(8, top)}px` });
  };
  const termOf = (event) => event.target.closest?.(".term") ?? null;
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const term = termOf(event);
    if (term) show(term);
    else if (shown !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => (termOf(event) ? show(termOf(event)) : hide()));
  document.addEventListener("focusout", hide);
  document.addEventListener("click", (event) => (termOf(event) ? show(termOf(event)) : hide()));
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("scroll", hide, { passive: true, capture: true });
}
