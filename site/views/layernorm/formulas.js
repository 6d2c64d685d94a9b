// Makes the formulas of a LayerNorm, filled with the numbers of one entry.
import { number } from "../../lib/format.js";
import { closed, formula, frac, root, row, sub, sum, sup, tied } from "../../lib/math.js";

/**
 * The symbols of the parts are the rows of the strips, 0 to 6, "mean" and "sd".
 * @param {import("../../generated/contract").LayerNormShown} data
 * @param {number} i the entry
 */
export function normFormulas(data, i) {
  const at = String(i + 1);
  // Where the norm is switched off, mean and scale are not the vector's own.
  const own = (symbol, part) => (data.off ? part : tied(symbol, part));
  const result = (x, mean, scale, weight, bias) => [
    tied(4, row(tied(2, frac(tied(1, row(tied(0, x), "-", own("mean", mean))), own("sd", scale))), "·", tied(3, weight))),
    "+",
    tied(5, bias),
  ];
  return [
    ...(data.off ? givenMoments(data) : moments(data)),
    formula(tied(6, sub(row(data.norm), at)), "=", ...result(sub("x", at), "μ", "σ", sub("γ", at), sub("β", at))),
    formula(
      "=",
      ...result(number(data.x[i], 4), closed(data.mean), number(data.scale, 4), closed(data.weight[i]), closed(data.bias[i])),
    ),
    formula("=", tied(6, number(data.result[i], 4))),
  ];
}

const givenMoments = ({ mean, scale }) => [formula("μ", "=", number(mean, 4)), formula("σ", "=", number(scale, 4))];

/** Writes mean and standard deviation, worked out. */
function moments(data) {
  const average = () => [frac("1", sub("d", "model")), sum("i")];
  const square = sup(row("(", sub("x", "i"), "-", "μ", ")"), "2");
  return [
    formula(tied("mean", "μ"), "=", ...average(), tied(0, sub("x", "i")), "=", tied("mean", number(data.mean, 4))),
    formula(tied("sd", "σ"), "=", root(row(tied("sd", row(...average(), tied(1, square))), "+", "ε"))),
    formula("=", root(row(tied("sd", number(data.variance, 4)), "+", number(data.eps, 1))), "=", tied("sd", number(data.scale, 4))),
  ];
}
