// Makes the formulas of how alike two heads are, or of how far a change moves one.
import { h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { coloured, formula, frac, row, sub, sum, tied } from "../../lib/math.js";
import strings from "../../strings/index.js";

const words = strings.heads;
const named = (symbol, letter, at) => h("span", { "data-tied": symbol }, letter, `: ${words.name(at[0] + 1, at[1] + 1)}`);
const letters = { a: () => coloured("attention", "a"), b: () => "b", d: () => "d" };
const part = (symbol, name, ...index) => tied(symbol, sub(letters[name](), row(...index)));
/** Writes the mean over the queries that are compared. */
const mean = (compared) => [frac("1", compared ? integer(compared) : "n"), tied("queries", sum("i"))];

/**
 * Writes two lines for the cell that is pointed at: make(index) -> [name, the same with its numbers, result]. The first
 * token's row is not in the mean.
 */
function ofCell(compared, at, make) {
  if (!compared || !at) return [];
  const [name, ...made] = make([String(at.query + 1), ",", String(at.key + 1)]).map((each) => tied("cell", each));
  return [formula(name), at.query ? formula("=", made[0], "=", made[1]) : formula(words.leftOut)];
}

/**
 * Writes overlap(a, b) with the two weights of one cell, of which the smaller one counts. compared: the number of queries; percent: the
 * overlap as text; at: {query, key} of the cell, null where the pictures do not hold every weight; weight(head): its weight there.
 */
export const overlapFormulas = ({ a, b, compared, percent, at, weight }) => [
  h("p", { class: "head-small" }, named("a", "a", a), ", ", named("b", "b", b)),
  formula(
    row("overlap", "(", tied("a", letters.a()), ",", tied("b", "b"), ")"),
    "=",
    ...mean(compared),
    tied("keys", sum("j")),
    row("min", "(", part("a", "a", "i", "j"), ",", part("b", "b", "i", "j"), ")"),
    ...(compared ? ["=", tied("overlap", percent)] : []),
  ),
  ...ofCell(compared, at, (index) => {
    const two = [weight(a), weight(b)];
    return [
      row("min", "(", part("a", "a", ...index), ",", part("b", "b", ...index), ")"),
      row("min", "(", coloured("attention", number(two[0])), ",", number(two[1]), ")"),
      number(Math.min(...two)),
    ];
  }),
];

/** Writes how much of its weight the head b of a changed model gives to other keys than before. */
export const movedFormulas = ({ b, compared, percent, at, weight }) => [
  h("p", { class: "head-small" }, named("b", "d", b)),
  formula(
    words.difference.moved,
    "=",
    ...mean(compared),
    frac("1", "2"),
    tied("keys", sum("j")),
    row("|", part("b", "d", "i", "j"), "|"),
    "=",
    tied("overlap", percent),
  ),
  ...ofCell(compared, at, (index) => [
    row("|", part("b", "d", ...index), "|"),
    row("|", number(weight(b)), "|"),
    number(Math.abs(weight(b))),
  ]),
];
