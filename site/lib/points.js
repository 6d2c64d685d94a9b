// What each named point of the model is made of, as a formula in the names of the others.
import { coloured, formula, frac, row, root, sub, sup } from "./math.js";

const name = (text, index) => (index ? sub(text, index) : text);
const affine = (input, matrix) => row(input, "·", sub("W", matrix), "+", sub("b", matrix));
const norm = (input) => row(frac(row(input, "-", "μ"), "σ"), "⊙", "γ", "+", "β");

const FORMULAS = {
  embed: () => ["embed", "=", sub("W", "E"), "(", "token", ")"],
  pos_embed: () => ["pos_embed", "=", sub("W", "pos"), "(", "position", ")"],
  resid_pre: () => ["resid_pre", "=", "embed", "+", "pos_embed", "+", "…"],
  ln1: () => ["ln1", "=", norm("resid_pre")],
  q: () => [coloured("query", "q"), "=", affine("ln1", "Q")],
  k: () => [coloured("key", "k"), "=", affine("ln1", "K")],
  v: () => [coloured("value", "v"), "=", affine("ln1", "V")],
  attn_scores: () => [
    name("attn_scores", "ij"),
    "=",
    frac(row(coloured("query", sub("q", "i")), "·", coloured("key", sub("k", "j"))), root(sub("d", "head"))),
  ],
  pattern: () => [name("pattern", "ij"), "=", sub("softmax", row("j", "≤", "i")), "(", name("attn_scores", "ij"), ")"],
  z: () => [sub("z", "i"), "=", sub("∑", "j"), name("pattern", "ij"), coloured("value", sub("v", "j"))],
  attn_out: () => [
    "attn_out",
    "=",
    row("(", sub("z", "1"), ",", "…", ",", sub("z", "H"), ")"),
    "·",
    sub("W", "O"),
    "+",
    sub("b", "O"),
  ],
  resid_mid: () => ["resid_mid", "=", "resid_pre", "+", coloured("attention", "attn_out")],
  ln2: () => ["ln2", "=", norm("resid_mid")],
  mlp_pre: () => ["mlp_pre", "=", affine("ln2", "in")],
  mlp_post: (act) => ["mlp_post", "=", act, "(", "mlp_pre", ")"],
  mlp_out: () => ["mlp_out", "=", affine("mlp_post", "out")],
  resid_post: () => ["resid_post", "=", "resid_mid", "+", coloured("mlp", "mlp_out")],
  ln_final: () => ["ln_final", "=", norm("resid_post")],
  logits: () => ["logits", "=", "ln_final", "·", sup(sub("W", "E"), "T")],
};

/** -> [math element] or [] for a point without one. */
export const pointFormula = (point, act) => (FORMULAS[point] ? [formula(...FORMULAS[point](act))] : []);
