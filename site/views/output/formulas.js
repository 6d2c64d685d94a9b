// Makes the formulas of what the heads write: all of them, one of them, one entry as a dot product, the sum with the stream.
import { dot } from "../../lib/dot_product.js";
import { number } from "../../lib/format.js";
import { coloured, formula, row, sub, sum, tied } from "../../lib/math.js";
import { addition, dotFormula } from "../../widgets/terms.js";

/**
 * The symbols of the parts are those of dotFormula, the rows of the strips, 0 to 2, and "heads", "all", "matrix", "z", "W" and "length".
 * @param {import("../../generated/contract").OutputShown} data
 * @param {{head: number, entry: number, term: number | null, added: number}} target the head, or n_head for the bias; the entry
 *   that is a dot product, and its term that is pointed at; the entry that is added to the stream
 */
export function outputFormulas(data, { head, entry, term, added }) {
  const [column, at] = [entry + 1, added + 1].map(String);
  return [
    formula(
      tied(1, "attn_out"),
      "=",
      tied("heads", sum("h")),
      row(tied("all", sub("z", "h")), "·", tied("matrix", sub("W", row("O", ",", "h")))),
      "+",
      tied("b", sub("b", "O")),
    ),
    written(data, head),
    ...dotFormula({
      ...products(data, entry, term),
      name: coloured("attention", sub("attn_out", column)),
      x: "z",
      of: "O",
      column,
      at: term,
      ties: true,
    }),
    ...addition(
      [sub("resid_pre", at), coloured("attention", sub("attn_out", at)), sub("resid_mid", at)],
      [data.resid_pre[added], data.attn_out[added], data.resid_mid[added]],
    ),
  ];
}

/** Writes the length of what a head, or the bias, writes. */
function written(data, head) {
  const of = String(head + 1);
  const vector =
    head < data.n_head ? [tied("z", sub("z", of)), "·", tied("W", sub("W", row("O", ",", of)))] : [tied("b", sub("b", "O"))];
  return formula("‖", ...vector, "‖", "=", tied("length", number(data.written[head])));
}

/** Returns an entry's products. The weights of an entry that is not opened are here only where the picture shows every one. */
function products(data, entry, term) {
  const given = { bias: data.bias[entry], result: data.attn_out[entry], count: data.z.length };
  const whole = data.pooled.every((step) => step === 1);
  if (entry === data.entry || whole) {
    const w = whole ? data.w.subarray(entry * data.z.length, (entry + 1) * data.z.length) : data.column;
    return { ...dot(data.z, w, given.result, data.z.length), ...given };
  }
  const i = term ?? data.terms.terms[0].i;
  return { ...given, terms: [{ i, x: data.z[i], w: null }], rest: null };
}
