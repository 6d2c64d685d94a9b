// Writes the formula of the next token's probability.
import { enoughDigits, number, probability, rounded } from "../../lib/format.js";
import { coloured, formula, frac, row, sub, sum, sup, tied } from "../../lib/math.js";

/** Writes softmax with the numbers of a candidate: the sum follows from its logit and its probability. */
export function softmax({ logit, prob }) {
  const all = logit - Math.log(prob);
  const digits = enoughDigits((n) => probability(Math.exp(rounded(logit, n) - rounded(all, n))) === probability(prob));
  const filled = row(
    frac(sup("e", number(logit, digits)), sup("e", number(all, digits))),
    "=",
    coloured("chosen", probability(prob)),
  );
  const power = (index) => sup("e", sub("logit", index));
  return formula(sub("p", "i"), "=", frac(power("i"), row(sum("j"), power("j"))), ",", tied("one", filled));
}
