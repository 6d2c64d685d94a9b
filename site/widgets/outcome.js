// Lists tokens with their probability before and after, as two bars and two numbers.
import { h } from "../lib/dom.js";
import { integer, number, probability } from "../lib/format.js";
import { formula, frac, sub, sum } from "../lib/math.js";
import strings from "../strings/index.js";
import { token } from "./token.js";

/** Makes the lines of a list of class "outcome". rows: [{text, before, after}]; without `compared` only "after" is shown. */
export function outcomeLines(rows, compared = true) {
  const most = Math.max(1e-30, ...rows.map(({ before, after }) => Math.max(before, after)));
  const bar = (share, name) => {
    const element = h("span", { class: `outcome-bar ${name}` });
    element.style.setProperty("--share", share / most);
    return element;
  };
  return rows.map((one) => {
    const { before, after } = distinctProbabilities(one);
    return h(
      "li",
      {},
      token(one.text),
      h("span", { class: "outcome-bars", "aria-hidden": "true" }, compared && bar(one.before, "before"), bar(one.after, "after")),
      h("span", { class: "outcome-p before", text: compared ? before : "" }),
      h("span", { class: "outcome-arrow", text: compared ? "→" : "" }),
      h("span", { class: "outcome-p", text: compared ? after : probability(one.after) }),
    );
  });
}

/** Says which bar is which, by the names of the two sides. */
export const outcomeSides = (before, after) => [
  h("span", { class: "swatch was" }),
  before,
  h("span", { class: "swatch is" }),
  after,
];

/** Prints two probabilities with as many digits as tell them apart. */
export function distinctProbabilities({ before, after }) {
  const all = [probability, ...[3, 4, 6].map((digits) => (p) => `${number(p * 100, digits)}\u00a0%`)];
  const write = all.find((one) => one(before) !== one(after)) ?? all.at(before === after ? 0 : -1);
  return { before: write(before), after: write(after) };
}

/** Makes the formula of how far apart two distributions are. kl: the divergence in nats; rounding may put it just below 0. */
export const divergence = (kl) =>
  formula("KL", "=", sum("i"), sub("p", "i"), "log", frac(sub("p", "i"), sub("q", "i")), "=", number(Math.max(0, kl)));

/** Makes the table twin of such a list. */
export const outcomeTable = (rows) => ({
  caption: strings.whatif.caption,
  columns: strings.whatif.listColumns,
  rows: rows.map((one) => [
    { token: one.text },
    integer(one.id),
    probability(one.before),
    probability(one.after),
    number(one.logit_change),
  ]),
});
