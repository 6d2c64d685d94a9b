// Makes the formulas of the way from the last vector to a logit, a probability and the logit lens.
import { number, probability } from "../../lib/format.js";
import { closed, coloured, formula, frac, row, sub, sum, sup, tied } from "../../lib/math.js";

/**
 * The symbols of the parts are the rows of the strips, 0 to 2, "all", "logit", "p", "sum" for all products and "lens".
 * @param {import("../../generated/contract").UnembeddingShown} data
 * @param {{candidate: {id: number, logit: number, prob: number}, entry: number, through: {line: number, id: number, prob: number}}} target
 *   through: a token's probability in a line of the logit lens
 */
export function logitFormulas(data, { candidate, entry, through }) {
  const { id, logit, prob } = candidate;
  const { opened, logsum } = data;
  // The page holds the opened candidate's products only.
  const whole = row(sum("i"), sub("ln_final", "i"), sub("W_U", `i,${id}`));
  const named = () => sub("logit", String(id));
  const stream = through.line ? sup("resid_post", `(${through.line})`) : sup("resid_pre", "(1)");
  return [
    formula(
      tied("all", "logits"),
      "=",
      tied(0, "ln_final"),
      "·",
      tied(1, "W_U"),
      ...(data.tied ? [",", "W_U", "=", sup(sub("W", "E"), "T")] : []),
    ),
    formula(tied("logit", named()), "=", id === opened.id ? tied("sum", whole) : whole, "=", tied("logit", number(logit, 4))),
    ...product(data, entry),
    formula(
      tied("p", sub("p", String(id))),
      "=",
      frac(sup("e", tied("logit", named())), tied("all", row(sum("j"), sup("e", sub("logit", "j"))))),
    ),
    formula(
      "=",
      frac(sup("e", tied("logit", number(logit))), tied("all", sup("e", number(logsum)))),
      "=",
      tied("p", coloured("chosen", probability(prob))),
    ),
    formula(tied("lens", sub(row("softmax", "(", "LN", "(", stream, ")", "·", "W_U", ")"), String(through.id)))),
    formula("=", tied("lens", probability(through.prob))),
  ];
}

/** Writes one product of the opened logit's sum. */
function product({ ln_final, column, opened }, i) {
  const at = String(i + 1);
  return [
    formula(tied(0, sub("ln_final", at)), tied(1, sub("W_U", `${at},${opened.id}`))),
    formula(
      "=",
      tied(0, number(ln_final[i], 4)),
      "·",
      tied(1, closed(column[i])),
      "=",
      tied(2, number(ln_final[i] * column[i], 4)),
    ),
  ];
}
