// The sum of an embedding's two rows, and the cosine of two positions' rows, as formulas.
import { number } from "../../lib/format.js";
import { formula, row, sub, tied } from "../../lib/math.js";
import { byHand } from "../../widgets/terms.js";

const closed = (value) => (value < 0 ? row("(", number(value, 4), ")") : number(value, 4));

/**
 * The parts' keys are the rows of the strips, 0 to 2, "here" and "there".
 * @param {import("../../generated/contract").EmbeddingShown} data
 * @param {number} i the entry
 * @param {number} other the position whose row is compared with the chosen one's
 */
export function sumFormulas(data, i, other) {
  const at = String(i + 1);
  const rowOf = (position) => sub("W", row("pos", ",", String(position + 1)));
  return [
    formula(tied(2, sub("resid_pre", at)), "=", tied(0, sub("embed", at)), "+", tied(1, sub("pos_embed", at))),
    formula(
      "=",
      tied(0, number(data.embed[i], 4)),
      "+",
      tied(1, closed(data.pos_embed[i])),
      ...byHand(data.total[i], data.embed[i], data.pos_embed[i]),
      "=",
      tied(2, number(data.total[i], 4)),
    ),
    formula(
      "cos",
      row("(", tied("here", rowOf(data.token)), ",", tied("there", rowOf(other)), ")"),
      "=",
      tied("there", number(data.positions[other - data.first], 4)),
    ),
  ];
}
