// Makes the formula of each named point of the model, in the names of the others.
import { number } from "../../lib/format.js";
import { coloured, formula, frac, row, root, sub, tied } from "../../lib/math.js";

// Every name is tied to its point in the list of points.
const of = (point, written = point) => tied(point, written);
const at = (point, index) => of(point, sub(point, index));
const affine = (input, matrix) => row(of(input), "·", sub("W", matrix), "+", sub("b", matrix));
const norm = (input) => row(frac(row(of(input), "-", "μ"), "σ"), "⊙", "γ", "+", "β");
const scores = () => at("attn_scores", "ij");

const FORMULAS = {
  embed: () => [of("embed"), "=", sub("W", "E"), "(", tied("token", "token"), ")"],
  pos_embed: () => [of("pos_embed"), "=", sub("W", "pos"), "(", tied("token", "position"), ")"],
  resid_pre: () => [of("resid_pre"), "=", of("embed"), "+", of("pos_embed"), "+", "…"],
  ln1: () => [of("ln1"), "=", norm("resid_pre")],
  q: () => [of("q", coloured("query", "q")), "=", affine("ln1", "Q")],
  k: () => [of("k", coloured("key", "k")), "=", affine("ln1", "K")],
  v: () => [of("v", coloured("value", "v")), "=", affine("ln1", "V")],
  attn_scores: () => [
    scores(),
    "=",
    frac(row(of("q", coloured("query", sub("q", "i"))), "·", of("k", coloured("key", sub("k", "j")))), root(sub("d", "head"))),
  ],
  pattern: () => [at("pattern", "ij"), "=", sub("softmax", row("j", "≤", "i")), "(", scores(), ")"],
  z: () => [at("z", "i"), "=", sub("∑", "j"), at("pattern", "ij"), of("v", coloured("value", sub("v", "j")))],
  attn_out: () => [
    of("attn_out"),
    "=",
    of("z", row("(", sub("z", "1"), ",", "…", ",", sub("z", "H"), ")")),
    "·",
    sub("W", "O"),
    "+",
    sub("b", "O"),
  ],
  resid_mid: () => [of("resid_mid"), "=", of("resid_pre"), "+", of("attn_out", coloured("attention", "attn_out"))],
  ln2: () => [of("ln2"), "=", norm("resid_mid")],
  mlp_pre: () => [of("mlp_pre"), "=", affine("ln2", "in")],
  mlp_post: (act) => [of("mlp_post"), "=", act, "(", of("mlp_pre"), ")"],
  mlp_out: () => [of("mlp_out"), "=", affine("mlp_post", "out")],
  resid_post: () => [of("resid_post"), "=", of("resid_mid"), "+", of("mlp_out", coloured("mlp", "mlp_out"))],
};

/** Returns [math element], or [] for a point without a formula. */
export const pointFormula = (point, act) => (FORMULAS[point] ? [formula(...FORMULAS[point](act))] : []);

/**
 * Returns the same and the number that is read, with the indices of its token and entry.
 * @param {import("../../generated/contract").VectorsShown} data
 * @param {{row: number, entry: number, value: number}} number row: counted from the first shown token
 */
export function pointFormulas({ point, act_fn, first, norms }, { row: at, entry, value }) {
  const token = () => tied("token", String(at + first + 1));
  const named = sub(point, row(token(), ",", tied("entry", String(entry + 1))));
  return [
    ...pointFormula(point, act_fn),
    formula(named, "=", tied("entry", number(value, 4))),
    formula("‖", sub(point, token()), "‖", "=", tied("token", number(norms[at + first]))),
  ];
}
