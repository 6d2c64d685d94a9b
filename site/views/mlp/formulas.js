// Makes the formulas of one neuron, from its dot product to what it writes, and of one entry of the stream with what the MLP adds.
import { number } from "../../lib/format.js";
import { closed, coloured, formula, frac, root, row, sub, sum, sup, tied } from "../../lib/math.js";
import strings from "../../strings/index.js";
import { byHand } from "../../widgets/terms.js";

/**
 * The symbols of the parts are the rows of the strips, 0 to 2; "pre", "post", "curve" and "written" of the neuron; "reads" and "writes" for
 * all products of an opened sum, "in" and "out" for one of them.
 * @typedef {import("../../generated/contract").DotTerm} DotTerm
 * @param {import("../../generated/contract").MlpShown} data
 * @param {{neuron: number, entry: number, read: DotTerm, write: DotTerm}} target read, write: one product of the opened neuron's sum and of
 *   the opened entry's
 */
export function mlpFormulas(data, { neuron, entry, read, write }) {
  return [...neuronFormulas(data, neuron, read), ...entryFormulas(data, entry, write)];
}

function neuronFormulas({ act_fn, pre, post, written, opened }, neuron, read) {
  const n = String(neuron + 1);
  const before = () => tied("pre", number(pre[neuron], 4));
  const sums = row(sum("i"), sub("ln2", "i"), sub("W_in", `i,${n}`));
  return [
    formula(
      tied("pre", coloured("mlp", sub("mlp_pre", n))),
      "=",
      neuron === opened.neuron ? tied("reads", sums) : sums,
      "+",
      sub("b", n),
      "=",
      before(),
    ),
    ...oneProduct("in", read, "ln2", "W_in", opened.neuron + 1),
    formula(
      tied("post", coloured("mlp", sub("mlp_post", n))),
      "=",
      tied("curve", act_fn),
      "(",
      before(),
      ")",
      "=",
      tied("post", number(post[neuron], 4)),
    ),
    ...activation(act_fn),
    formula(tied("written", row("‖", sub("mlp_post", n), sub("W_out", n), "‖", "=", number(written[neuron])))),
  ];
}

function entryFormulas({ entry: opened, entry_terms, resid_mid, mlp_out, resid_post }, entry, write) {
  const e = String(entry + 1);
  const sums = row(sum("n"), sub("mlp_post", "n"), sub("W_out", `n,${e}`));
  const { result, rest, bias, terms } = entry_terms;
  const edited = byHand(result, ...terms.map(({ product }) => product), rest, bias);
  const lacking = edited.length && entry !== opened ? ["+", strings.terms.edited] : edited;
  return [
    formula(tied(1, coloured("mlp", sub("mlp_out", e))), "=", entry === opened ? tied("writes", sums) : sums, "+", sub("b", e)),
    formula(...lacking, "=", tied(1, number(mlp_out[entry], 4))),
    ...oneProduct("out", write, "mlp_post", "W_out", opened + 1),
    formula(
      tied(2, sub("resid_post", e)),
      "=",
      tied(0, number(resid_mid[entry], 4)),
      "+",
      tied(1, coloured("mlp", closed(mlp_out[entry]))),
      ...byHand(resid_post[entry], resid_mid[entry], mlp_out[entry]),
      "=",
      tied(2, number(resid_post[entry], 4)),
    ),
  ];
}

/** Writes one product of an opened sum, filled in: its indices say which one. */
function oneProduct(symbol, { i, x, w, product }, vector, matrix, result) {
  const [factor, weight] = [sub(vector, String(i + 1)), sub(matrix, `${i + 1},${result}`)];
  return [
    formula(tied(symbol, row(factor, weight))),
    formula(tied(symbol, row("=", number(x), "·", closed(w, 3), "=", number(product)))),
  ];
}

/** Writes what the activation function is: a formula, none for an unknown one. */
function activation(name) {
  const half = frac("x", "2");
  const inside = {
    relu: () => ["max", "(", "0", ",", "x", ")"],
    gelu: () => [half, row("(", "1", "+", "erf", "(", frac("x", root("2")), ")", ")")],
    gelu_new: () => {
      const cubed = row("(", "x", "+", "0.044715", sup("x", "3"), ")");
      return [half, row("(", "1", "+", "tanh", "(", root(frac("2", "π")), cubed, ")", ")")];
    },
  }[name];
  return inside ? [formula(tied("curve", row(name, "(", "x", ")")), "=", tied("curve", row(...inside())))] : [];
}
