// Writes the formulas of the overview: what a block adds to the stream, and how long the vectors are.
import { coloured, formula, row, sub, tied } from "../../lib/math.js";

/** facts: lengths, as text (Residual.facts); block, token count from 1; isDifference: of two models; isLast: the last block. */
export function streamFormulas({ facts, block, token, isDifference, isLast }) {
  const { before, attention, mlp, after } = facts;
  const by = isDifference ? ["Δ"] : [];
  const normOf = (name, part, value, meaning = null) => {
    const inside = tied(part, row("‖", ...by, sub(name, `${block}, ${token}`), "‖", "=", value));
    return meaning ? coloured(meaning, inside) : inside;
  };
  const adds = (to, from, part, what) => formula(to, "=", from, "+", tied(part, coloured(part, row(...what))));
  return [
    adds("resid_mid", tied("stream", "resid_pre"), "attention", ["Attn", "(", "ln1", ")"]),
    adds("resid_post", "resid_mid", "mlp", ["MLP", "(", "ln2", ")"]),
    // Lengths add up only where vectors point the same way, so none is a sum.
    formula(normOf("resid_pre", "stream", before), ",\u2002", normOf("attn_out", "attention", attention, "attention")),
    formula(normOf("mlp_out", "mlp", mlp, "mlp"), ",\u2002", normOf("resid_post", isLast ? "final" : "stream", after)),
  ];
}
