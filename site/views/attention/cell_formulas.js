// Makes the formulas of one cell of attention, filled with its numbers.
import { h } from "../../lib/dom.js";
import { number, probability } from "../../lib/format.js";
import { closed, coloured, formula, frac, root, row, sub, sum, sup, tied } from "../../lib/math.js";
import strings from "../../strings/index.js";
import { byHand } from "../../widgets/terms.js";
import { isRooted } from "./arithmetic.js";

const words = strings.attention.opened;
const named = {
  q: (index) => tied("query", coloured("query", sub("q", index))),
  k: (index) => tied("key", coloured("key", sub("k", index))),
};

/**
 * @typedef {object} Cell
 * @property {string} stage
 * @property {number} query
 * @property {number} key
 * @property {number} entry
 * @property {any} head the numbers that are shown (arithmetic.js)
 * @property {any} own the model's own
 * @property {number} scale what scores are multiplied with
 * @property {boolean} sink whether the first token is left out
 * @property {number} done how many keys' values are added
 * @property {boolean} half whether the division is still to come
 * @property {number | null} lit the entry of q and k that is pointed at
 *
 * The symbols of the formulas' parts are listed in opened_cell.js.
 * @param {Cell} cell
 */
export function cellFormulas(cell) {
  const { stage, head, query, key } = cell;
  if (stage === "scores") return productFormulas(cell);
  if (stage === "values") return valueFormulas(cell);
  if (stage === "scaled") return [scaledFormula(cell)];
  if (head.masked(query, key)) return maskedFormulas(cell);
  if (stage === "softmax") return softmaxFormulas(cell);
  const kept = h("p", { text: key > query ? words.keptBy : words.kept });
  return [kept, formula(order(cell), ", ", tied("masked", row(sub("s", String(key + 1)), "=", number(head.score(query, key)))))];
}

const order = ({ query, key }) => row(tied("key", String(key + 1)), key > query ? ">" : "≤", tied("query", String(query + 1)));
const pair = ({ query, key }) => row(named.q(String(query + 1)), "·", named.k(String(key + 1)));

/** Writes two terms of a sum, and "…" for more: the largest two, or the largest and `extra`, where that is not one of them. */
function summed(parts, extra, write) {
  const two = parts.terms.slice(0, 2);
  if (extra && !two.some(({ i }) => i === extra.i)) two[Math.min(1, two.length)] = extra;
  const shown = two.flatMap((term, at) => (at ? ["+", write(term, at)] : [write(term, at)]));
  return [...shown, ...(parts.count > two.length ? ["+", "…"] : [])];
}

function productFormulas(cell) {
  const { head, query, key, lit } = cell;
  const entry = (at) => row(String(at + 1), ",", "i");
  const parts = head.products(query, key);
  const extra = lit === null ? null : { i: lit, x: head.q(query)[lit], w: head.k(key)[lit] };
  const times = ({ i, x, w }, at) => tied(`entry:${i}`, row(at ? closed(x, 3) : number(x), "·", closed(w, 3)));
  return [
    formula(tied("scores", pair(cell)), "=", sum("i"), named.q(entry(query)), "·", named.k(entry(key))),
    formula("=", ...summed(parts, extra, times)),
    formula("=", tied("scores", number(parts.result, 4))),
  ];
}

function valueFormulas({ head, query, key, entry, done, sink }) {
  const parts = head.entry(query, entry, done);
  const edited = byHand(parts.result, ...parts.terms.map(({ product }) => product), parts.rest);
  const missing = head.masked(query, key) || key >= done;
  const extra = missing ? null : { i: key, x: head.weight(query, key), w: head.v(key)[entry] };
  const times = ({ i, x, w }) => {
    const [weight, value] = [coloured("attention", number(x)), coloured("value", closed(w, 3))];
    return tied(`term:${i}`, row(tied(`weight:${i}`, weight), "·", tied(`value:${i}`, value)));
  };
  return [
    ...(sink ? [h("p", { class: "changed", text: words.changed })] : []),
    formula(
      tied("z", sub("z", row(String(query + 1), ",", String(entry + 1)))),
      "=",
      sum("j"),
      tied("weights", coloured("attention", sub("w", "j"))),
      "·",
      tied("values", coloured("value", sub("v", row("j", ",", String(entry + 1))))),
    ),
    formula("=", ...summed(parts, extra, times)),
    formula(...edited, "=", tied("z", number(parts.result, 4))),
  ];
}

/** Writes the score over the root of d_head, or times whatever else this model scales with. */
function scaledFormula(cell) {
  const { head, query, key, scale } = cell;
  const rooted = isRooted(scale, head.d);
  const product = tied("scores", number(head.product(query, key)));
  return formula(
    rooted ? frac(pair(cell), root(String(head.d))) : row(pair(cell), "×", number(scale)),
    "=",
    rooted ? frac(product, number(1 / scale)) : row(product, "×", number(scale)),
    "=",
    tied("scaled", number(head.score(query, key), 4)),
  );
}

const maskedFormulas = (cell) => [
  h("p", { text: cell.key > cell.query ? words.masked : words.maskedBy }),
  formula(order(cell), ", ", tied("masked", row(sub("s", String(cell.key + 1)), "=", "\u2212∞"))),
  formula(sup("e", tied("masked", "\u2212∞")), "=", tied("softmax", "0")),
];

function softmaxFormulas(cell) {
  const { head, own, query, key, sink, half } = cell;
  const { shift, power, total } = own.softmax(query);
  const set = own.seen(query).some((each) => Math.abs(own.weight(query, each) - power(each) / total) > 1e-3); // more than rounding
  if (set && !half) return setFormulas(cell);
  const less = shift ? ["\u2212", number(shift)] : [];
  const share = coloured("attention", probability(power(key) / total));
  const above = tied("power", sup("e", row(tied("masked", number(head.score(query, key))), ...less)));
  const below = tied("powers", row(sum("j"), sup("e", row(sub("s", "j"), ...less))));
  return [
    formula(
      frac(above, below),
      "=",
      frac(tied("power", number(power(key))), tied("powers", number(total))),
      ...(half ? [] : ["=", sink ? share : tied("softmax", share)]),
    ),
    ...(shift ? [h("p", { text: words.shifted })] : []),
    ...(sink && !half ? changedFormulas(cell, power(key) / total) : []),
  ];
}

/** Writes a weight of a row that the reader has set: its scores do not make it. */
function setFormulas(cell) {
  const { own, query, key, sink } = cell;
  const made = own.weight(query, key);
  const share = coloured("attention", probability(made));
  return [
    h("p", { class: "changed", text: words.set }),
    formula(sub("w", String(key + 1)), "=", sink ? share : tied("softmax", share)),
    ...(sink ? changedFormulas(cell, made) : []),
  ];
}

/** Writes how a weight `made` changes when the first token is left out. */
function changedFormulas({ head, own, query, key }, made) {
  const first = tied("first", coloured("attention", sub("w", "1")));
  const taken = tied("first", coloured("attention", probability(own.weight(query, 0))));
  const alone = head.empty(query);
  const weight = tied("softmax", coloured("attention", probability(head.weight(query, key))));
  return [
    h("p", { class: "changed", text: alone ? words.alone : words.changed }),
    key === 0
      ? formula(first, "→", tied("first", "0"))
      : formula(alone ? sub("w", String(key + 1)) : frac(probability(made), row("1", "-", taken)), "=", weight),
  ];
}
