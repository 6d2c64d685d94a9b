// A dot product taken apart (explainer.views.terms): its largest terms one below the other, each bar beginning where
// the one before it ends, so that the last ends at the number itself.
import { become, h } from "./dom.js";
import { integer, number } from "./format.js";
import { formula, row, sub, sum } from "./math.js";
import en from "../strings/index.js";

const FEW = 12; // terms listed at first

/**
 * Draws into `host`, in place of what is there. options: the dict of `dot` and
 * name: of the number ("q[3]"), x and w: of the two vectors, as text;
 * label(i): what term i is called, text or a node, instead of its number; head: what all of them are;
 * hover(i or null): the term under the pointer or the focus, for its cells elsewhere; see `light` for the way back;
 * choose(i): the reader clicks a term.
 */
export function terms(host, options) {
  const { name, x, w = "W", terms: all, bias, result, count, label = (i) => String(i + 1), hover, choose } = options;
  const shown = host.dataset.all ? all : all.slice(0, FEW);
  const others = count - shown.length;
  const rest = all.slice(shown.length).reduce((total, { product }) => total + product, options.rest);
  const steps = [
    ...shown.map(({ i, product, ...term }) => ({ i, name: label(i), ...term, by: product })),
    others > 0 && { name: en.terms.rest(integer(others)), by: rest },
    bias !== null && bias !== undefined && { name: en.terms.bias, by: bias },
  ].filter(Boolean);
  const { over, edited } = leftOver(options);
  // The graph's own arithmetic rounds, with 8-bit weights visibly so: what is left over is said, not hidden.
  if (number(result - over, 4) !== number(result, 4)) {
    steps.push({ name: edited ? en.terms.edited : en.terms.rounding, by: over });
  }

  let [at, low, high] = [0, Math.min(0, result), Math.max(0, result)];
  for (const step of steps) {
    step.from = at;
    step.to = at += step.by;
    low = Math.min(low, at);
    high = Math.max(high, at);
  }
  const place = (value) => (high > low ? ((value - low) / (high - low)) * 100 : 0);
  /** A cell with a bar between two numbers, and a line where 0 is, drawn as its backgrounds. */
  const track = (from, to, kind) => {
    const [left, wide] = [place(Math.min(from, to)), Math.abs(place(to) - place(from))];
    const at = wide < 100 ? (left / (100 - wide)) * 100 : 0; // as a background's place counts: of the room it leaves
    const style = `--at: ${at}%; --wide: ${wide}%; --zero: ${place(0)}%`;
    return h("td", { class: `term-track ${kind}`, "aria-hidden": "true", style });
  };
  const cell = (text) => h("td", { text });
  const body = steps.map((step) =>
    h(
      "tr",
      { "data-term": step.i, class: step.i === undefined ? "term-sum" : null },
      h("th", { scope: "row" }, step.name),
      cell(step.x === undefined ? "" : number(step.x)),
      cell(step.w === undefined ? "" : number(step.w)),
      cell(number(step.by)),
      track(step.from, step.to, step.by < 0 ? "below" : "above"),
    ),
  );
  const last = h(
    "tr",
    { class: "term-result" },
    h("th", { scope: "row", colspan: 3 }, name),
    cell(number(result, 4)),
    track(0, result, "whole"),
  );
  const heads = [options.head ?? en.terms.term, x, `× ${w}`, en.terms.product];
  const termOf = (event) => {
    const line = event.target.closest("[data-term]");
    return line ? Number(line.dataset.term) : null;
  };
  const table = h(
    "table",
    {
      class: choose ? "terms choosable" : "terms",
      onpointerover: hover && ((event) => hover(termOf(event))),
      onpointerleave: hover && (() => hover(null)),
      onclick: choose && ((event) => termOf(event) !== null && choose(termOf(event))),
    },
    h("caption", { text: en.terms.caption(name, integer(count)) }),
    h("thead", {}, h("tr", {}, heads.map((text) => h("th", { scope: "col", text })), h("td"))),
    h("tbody", {}, body, last),
  );
  const more = all.length > FEW && h("button", {
    type: "button",
    class: "terms-more",
    text: host.dataset.all ? en.terms.fewer : en.terms.more(all.length),
    onclick() {
      host.dataset.all = host.dataset.all ? "" : "yes";
      terms(host, options);
      host.querySelector(".terms-more").focus();
    },
  });
  become(host, table, ...(more ? [more] : []));
}

/** What the terms and the bias do not explain; `edited`: more than rounding can be, the reader has changed the number. */
function leftOver({ terms: all, rest, bias, result }) {
  const parts = [...all.map(({ product }) => product), rest, bias ?? 0];
  const over = result - parts.reduce((total, part) => total + part, 0);
  return { over, edited: Math.abs(over) > 1e-3 * Math.max(...parts.map(Math.abs), Math.abs(result)) };
}

/** What a sum of numbers lacks of `result` where the reader has changed that: MathML parts, none for mere rounding. */
export function byHand(result, ...parts) {
  const { over, edited } = leftOver({ terms: parts.map((product) => ({ product })), rest: 0, result });
  return edited ? ["+", sub(row("(", number(over, 4), ")"), en.terms.edited)] : [];
}

/** Lights the line of term `i`, or none: the way from a figure's cell to its term. */
export function light(host, i) {
  for (const line of host.querySelectorAll("[data-term]")) {
    line.classList.toggle("lit", Number(line.dataset.term) === i);
  }
}

/** The same as MathML with the two largest terms filled in, one line per step. name and x: text or MathML
 * nodes; w and of: the matrix and its index. */
export function dotFormula({ name, x, w = "W", of, terms: all, rest, bias, result, count }) {
  const biased = bias !== null && bias !== undefined;
  const { over, edited } = leftOver({ terms: all, rest, bias, result });
  const weight = sub(w, of ? row(of, ",", "i") : "i");
  const closed = (value) => (value < 0 ? row("(", number(value), ")") : number(value));
  const filled = all.slice(0, 2).flatMap(({ x, w }, at) => [...(at ? ["+", closed(x)] : [number(x)]), "·", closed(w)]);
  return [
    formula(name, "=", sum("i"), sub(x, "i"), "·", weight, ...(biased ? ["+", "b"] : [])),
    formula("=", ...filled, ...(count > 2 ? ["+", "…"] : []), ...(biased ? ["+", "b"] : [])),
    formula(
      "=",
      ...(biased || edited ? [number(result - (bias ?? 0) - (edited ? over : 0), 4)] : []),
      ...(biased ? ["+", closed(bias)] : []),
      ...(edited ? ["+", sub(row("(", number(over, 4), ")"), en.terms.edited)] : []),
      ...(biased || edited ? ["="] : []),
      number(result, 4),
    ),
  ];
}
