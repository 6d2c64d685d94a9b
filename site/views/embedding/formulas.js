// Makes the formulas of the sum of an embedding's two rows, and of the cosine of two positions' rows.
import { number } from "../../lib/format.js";
import { formula, row, sub, tied } from "../../lib/math.js";
import { addition } from "../../widgets/terms.js";

/**
 * The symbols of the parts are the rows of the strips, 0 to 2, "here" and "there".
 * @param {import("../../generated/contract").EmbeddingShown} data
 * @param {number} i the entry
 * @param {number} other the position whose row is compared with the chosen one's
 */
export function sumFormulas(data, i, other) {
  const at = String(i + 1);
  const rowOf = (position) => sub("W", row("pos", ",", String(position + 1)));
  return [
    ...addition([sub("embed", at), sub("pos_embed", at), sub("resid_pre", at)], [data.embed[i], data.pos_embed[i], data.total[i]]),
    formula(
      "cos",
      row("(", tied("here", rowOf(data.token)), ",", tied("there", rowOf(other)), ")"),
      "=",
      tied("there", number(data.positions[other - data.first], 4)),
    ),
  ];
}
