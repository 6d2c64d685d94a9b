// Shows a dot product taken apart (explainer.views.terms): its largest terms one below the other, each bar beginning where
// the one before it ends, so that the last ends at the number itself.
import { morphChildren, h } from "../lib/dom.js";
import { integer, number } from "../lib/format.js";
import { closed, formula, row, sub, sum, tied, under } from "../lib/math.js";
import strings from "../strings/index.js";

const FEW = 12; // terms listed at first
const WRITTEN = 2; // terms in a formula
const ROOM = 28; // characters of their numbers that fit into a line

/** Returns the terms that the list in `host` shows: the first few, or all once the reader has asked for them. */
export const listedIn = (host, all) => (host.dataset.all ? all : all.slice(0, FEW));

/**
 * Draws into `host`, in place of its content. options: the dict of `dot` (a DotProduct) and
 * name: of the number ("q[3]"), x and w: of the two vectors, as text;
 * label(i): the name of term i, text or a node, instead of its number; head: the heading of these names;
 * hover(i or null): the term under the pointer, for its cells elsewhere; `light` is the way back;
 * point(symbol or null): the line under the pointer, by the symbol that `dotFormula` has for it;
 * choose(i): the reader clicks a term.
 * @param {HTMLElement} host
 * @param {import("../generated/contract.js").DotProduct & Record<string, any>} options
 */
export function terms(host, options) {
  const { name, x, w = "W", terms: all, result, count, hover, point, choose } = options;
  const steps = stepsOf(options, host.dataset.all ? all.length : FEW);
  const ends = [0, result, ...steps.map(({ to }) => to)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const place = (value) => (high > low ? ((value - low) / (high - low)) * 100 : 0);
  /** Makes a cell with a bar between two numbers and a line at 0, drawn as its backgrounds. */
  const track = (from, to, kind) => {
    const [left, wide] = [place(Math.min(from, to)), Math.abs(place(to) - place(from))];
    const at = wide < 100 ? (left / (100 - wide)) * 100 : 0; // a background's place is a share of the room it leaves
    const style = `--at: ${at}%; --wide: ${wide}%; --zero: ${place(0)}%`;
    return h("td", { class: `term-track ${kind}`, "aria-hidden": "true", style });
  };
  const cell = (text) => h("td", { text });
  const body = steps.map((step) =>
    h(
      "tr",
      { "data-term": step.i, "data-part": step.part, class: step.part ? "term-sum" : null },
      h("th", { scope: "row" }, step.name),
      cell(step.x === undefined ? "" : number(step.x)),
      cell(step.w === undefined ? "" : number(step.w)),
      cell(number(step.by)),
      track(step.from, step.to, step.by < 0 ? "below" : "above"),
    ),
  );
  const last = h(
    "tr",
    { "data-part": "y", class: "term-result" },
    h("th", { scope: "row", colspan: 3 }, name),
    cell(number(result, 4)),
    track(0, result, "whole"),
  );
  const heads = [options.head ?? strings.terms.term, x, `× ${w}`, strings.terms.product];
  const lineOf = (event) => event.target.closest("[data-term], [data-part]")?.dataset ?? {};
  const termOf = ({ term }) => (term === undefined ? null : Number(term));
  const follow = (line) => {
    hover?.(termOf(line));
    point?.(line.term === undefined ? (line.part ?? null) : `t${line.term}`);
  };
  const table = h(
    "table",
    {
      class: choose ? "terms choosable" : "terms",
      onpointerover: (event) => follow(lineOf(event)),
      onpointerleave: () => follow({}),
      onclick: choose && ((event) => lineOf(event).term !== undefined && choose(termOf(lineOf(event)))),
    },
    h("caption", { text: strings.terms.caption(name, integer(count)) }),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((text) => h("th", { scope: "col", text })),
        h("td"),
      ),
    ),
    h("tbody", {}, body, last),
  );
  const more =
    all.length > FEW &&
    h("button", {
      type: "button",
      class: "terms-more",
      text: host.dataset.all ? strings.terms.fewer : strings.terms.more(all.length, count),
      onclick() {
        host.dataset.all = host.dataset.all ? "" : "yes";
        terms(host, options);
        /** @type {HTMLElement} */ (host.querySelector(".terms-more")).focus();
      },
    });
  morphChildren(host, table, ...(more ? [more] : []));
}

/** Returns the steps to the result, each from the end of the last: `listed` terms, the sum of the others, the bias, what is left over. */
function stepsOf(options, listed) {
  const { terms: all, bias = null, result, count, label = (i) => String(i + 1) } = options;
  const shown = all.slice(0, listed);
  const others = count - shown.length;
  const rest = all.slice(shown.length).reduce((total, { product }) => total + product, options.rest);
  const steps = /** @type {any[]} */ ([
    ...shown.map(({ i, product, ...term }) => ({ i, name: label(i), ...term, by: product })),
    others > 0 && { part: "rest", name: strings.terms.rest(integer(others)), by: rest },
    bias !== null && { part: "b", name: strings.terms.bias, by: bias },
  ]).filter(Boolean);
  const { over, edited } = leftOver(options);
  // The graph's own arithmetic rounds, with 8-bit weights visibly so: what is left over is shown, not hidden.
  if (number(result - over, 4) !== number(result, 4)) {
    steps.push({ part: "over", name: edited ? strings.terms.edited : strings.terms.rounding, by: over });
  }
  let at = 0;
  for (const step of steps) {
    step.from = at;
    step.to = at += step.by;
  }
  return steps;
}

/** Returns what the terms and the bias do not explain; `edited`: it is more than rounding can be, so the reader has changed the number. */
function leftOver({ terms: all, rest, bias = null, result }) {
  const parts = [...all.map(({ product }) => product), rest, bias ?? 0];
  const over = result - parts.reduce((total, part) => total + part, 0);
  return { over, edited: Math.abs(over) > 1e-3 * Math.max(...parts.map(Math.abs), Math.abs(result)) };
}

/** Returns what a sum of `parts` lacks of `result` where the reader has changed that: MathML parts, none for mere rounding. */
export function byHand(result, ...parts) {
  const { over, edited } = leftOver({ terms: parts.map((product) => ({ product })), rest: 0, result });
  return edited ? ["+", sub(row("(", number(over, 4), ")"), strings.terms.edited)] : [];
}

/**
 * Makes the formulas of an entry of the sum of two vectors, general and with its numbers; the two are tied to 0 and 1, the sum to 2.
 * @param {[any, any, any]} names of the entry in the three vectors, text or MathML nodes
 * @param {[number, number, number]} numbers
 */
export const addition = (names, numbers) => [
  formula(tied(2, names[2]), "=", tied(0, names[0]), "+", tied(1, names[1])),
  formula(
    "=",
    tied(0, number(numbers[0], 4)),
    "+",
    tied(1, closed(numbers[1])),
    ...byHand(numbers[2], numbers[0], numbers[1]),
    "=",
    tied(2, number(numbers[2], 4)),
  ),
];

/** Returns the number of the term that a symbol of `dotFormula` stands for, whole or one factor of it; null for another symbol. */
export const termOf = (symbol) => (/^[xwt]\d/.test(symbol) ? Number(symbol.slice(1)) : null);

/** Lights the line of a term's number, or of a symbol of `dotFormula`, or none: the way from a figure's cell to its line. */
export function light(host, symbol) {
  const term = typeof symbol === "number" ? symbol : termOf(symbol);
  const first = { s: 0, rest: WRITTEN }[symbol] ?? Infinity; // the first of several lines
  host.querySelectorAll("[data-term], [data-part]").forEach((line, at) => {
    const { term: own, part } = line.dataset;
    const several = at >= first && (part === undefined || part === "rest");
    line.classList.toggle("lit", several || (part === undefined ? Number(own) === term : part === symbol));
  });
}

/**
 * Writes the same as MathML, one line per step, with two terms filled in where there is room: the largest or, first, term `at`.
 * name and x: text or MathML nodes; w and of: the matrix and its index; token and column: indices of x before i and of W
 * after it.
 * With `ties` its parts are tied: the result as "y", the vector as "x", the weights as "w", the bias as "b", the sum of
 * products as "s", the terms not written as "rest", the reader's change as "over"; of term i the two numbers as
 * `x${i}` and `w${i}` and their product as `t${i}`. A term is then written with its index below. Null stands for what is
 * not known here: the w of a term, rest.
 * @param {{name: any, x: any, w?: string, of?: string, token?: string, column?: string, terms: any[], rest: number | null,
 *   bias?: number | null, result: number, count: number, at?: number | null, ties?: boolean}} options
 */
export function dotFormula({ name, x, w = "W", of, token, column, terms: all, rest, bias, result, count, at, ties }) {
  const tie = ties ? tied : (_, part) => part;
  const biased = bias !== null && bias !== undefined;
  const { over, edited } = leftOver({ terms: all, rest, bias, result });
  const index = (...parts) => {
    const given = parts.filter((part) => part !== undefined);
    return given.length > 1 ? row(...given.flatMap((part, at) => (at ? [",", part] : [part]))) : given[0];
  };
  const b = () => tie("b", column === undefined ? "b" : sub("b", column));
  const [one, two] = [...all.filter(({ i }) => i === at), ...all.filter(({ i }) => i !== at)];
  const long = ({ x, w }) => number(x).length + number(w).length + (x < 0 ? 2 : 0) + (w < 0 ? 2 : 0);
  const fits = two && long(one) + long(two) - (one.x < 0 ? 2 : 0) <= ROOM;
  const written = [one, two].slice(0, fits ? WRITTEN : 1).filter(Boolean);
  const filled = written.flatMap(({ i, x, w: factor }, place) => {
    const known = factor === null ? sub(w, index(of, String(i + 1), column)) : closed(factor, 3);
    const product = row(tie(`x${i}`, place ? closed(x, 3) : number(x)), "·", tie(`w${i}`, known));
    return [...(place ? ["+"] : []), tie(`t${i}`, ties ? under(product, row("i", "=", String(i + 1))) : product)];
  });
  const second = formula(
    "=",
    ...filled,
    ...(count > written.length ? ["+", tie("rest", "…")] : []),
    ...(biased ? ["+", rest === null ? tie("b", closed(bias, 3)) : b()] : []),
  );
  if (ties) second.setAttribute("class", "of-terms");
  const summed = rest !== null && (biased || edited);
  return [
    formula(
      tie("y", name),
      "=",
      tie("s", sum("i")),
      tie("x", sub(x, index(token, "i"))),
      "·",
      tie("w", sub(w, index(of, "i", column))),
      ...(biased ? ["+", b()] : []),
    ),
    second,
    formula(
      "=",
      ...(summed ? [tie("s", number(result - (bias ?? 0) - (edited ? over : 0), 4))] : []),
      ...(summed && biased ? ["+", edited ? b() : tie("b", closed(bias, 3))] : []),
      ...(edited ? ["+", tie("over", sub(row("(", number(over, 4), ")"), strings.terms.edited))] : []),
      ...(summed ? ["="] : []),
      tie("y", number(result, 4)),
    ),
  ];
}
