// Builds formulas as MathML, node by node. A string becomes a number, an operator or an identifier, whichever it looks like.

import { number } from "./format.js";

const NS = "http://www.w3.org/1998/Math/MathML";

function node(name, ...children) {
  const element = document.createElementNS(NS, name);
  for (const child of children.flat()) element.append(child instanceof Node ? child : atom(child));
  return element;
}

function atom(text) {
  const name = /^[\d.∞\u2212\u202f]+(e[\u2212\d]+)?(\u00a0%)?$/.test(text)
    ? "mn"
    : /^[-+=≈·×/()‖∑,≤⊙|√∈]$|^…$/.test(text)
      ? "mo"
      : "mi";
  const element = document.createElementNS(NS, name);
  // Names of activations (resid_pre) are upright words, not products of italic letters.
  if (name === "mi" && [...text].length > 1) element.setAttribute("mathvariant", "normal");
  if (text === "‖") element.setAttribute("stretchy", "false");
  element.textContent = text === "-" ? "\u2212" : text; // the sign that numbers have
  return element;
}

export const row = (...parts) => node("mrow", ...parts);
export const sub = (base, index) => node("msub", base, index);
export const sup = (base, power) => node("msup", base, power);
export const frac = (above, below) => node("mfrac", above, below);
export const root = (inside) => node("msqrt", inside);
export const under = (part, below) => node("munder", part, below);
export const sum = (below) => under("∑", below);
/** Prints a number that follows an operator: in brackets where it is negative. */
export const closed = (value, digits = 4) => (value < 0 ? row("(", number(value, digits), ")") : number(value, digits));
/** Gives a part the colour of what it stands for: 'query', 'key', 'chosen' ... */
export function coloured(meaning, part) {
  const element = node("mrow", part);
  element.setAttribute("class", `is-${meaning}`);
  return element;
}
/** Ties a part to what the view's figure calls `symbol`: each lights the other, see widgets/formula_links.js. */
export function tied(symbol, part) {
  const element = node("mrow", part);
  element.setAttribute("data-tied", symbol);
  return element;
}

/** Makes one formula, on a line of its own. */
export function formula(...parts) {
  const element = node("math", row(...parts));
  element.setAttribute("display", "block");
  return element;
}
