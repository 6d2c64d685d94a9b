// What layernorm says, in English.
export default {
  bar: { name: "Rescaling", field: "LayerNorm", title: "A vector normalised, scaled and shifted" },
  title: "Rescaling: LayerNorm",
  which: "Which LayerNorm",
  names: { ln1: "ln1, before attention", ln2: "ln2, before the MLP", ln_final: "final norm (ln_final)" },
  short: { ln1: "ln1", ln2: "ln2", ln_final: "ln_final" },
  strips: "The steps of the norm in rows, entries in columns",
  rows: { centred: "− μ", normal: "÷ σ", weight: "γ", scaled: "× γ", bias: "β" },
  groups: { vector: "before σ", normal: "after σ", weight: "γ", bias: "β" },
  cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
  lines: "How every entry changes",
  linesAre: (n) => `one line for each of the ${n} entries; bars: mean ± one standard deviation; new scale from ÷ σ on`,
  says: ({ token, reads, mean, spread, norm, after, block }) => [
    block ? `In block ${block}, ` : "At the end of the model, ",
    token,
    ` comes in (${reads}) with mean ${mean} and standard deviation ${spread}; these become 0 ` +
      `and 1. Then every entry gets its own scale γ and shift β. The vector's length goes from ${norm} to ${after}.`,
  ],
  explain: [
    "Attention and the MLP (the sublayers of a block) keep adding to the residual stream, so its numbers grow from block to block. " +
      "Before a sublayer reads the stream, LayerNorm brings the numbers back to one size: it subtracts the mean of the vector's " +
      "entries and divides what is left by their standard deviation. It does so for each token on its own.",
    "γ and β are learned. Every entry has its own pair, the same for every token and every text. They choose which " +
      "entries the sublayer hears loudly and which hardly at all.",
    "σ is the square root of variance + ε. The tiny ε only prevents a division by 0, for a vector whose numbers are all equal.",
    "The stream itself stays as it is: the norm makes a copy for the sublayer to read. However long the stream's vector is, " +
      "only its direction gets through.",
  ],
  saysOff: ({ token, norm, after }) => [
    "This norm is switched off by hand: ",
    token,
    `, of length ${norm}, is neither centred nor divided. Only γ and β act, and the length becomes ${after}.`,
  ],
  caption: (norm, token) => `${norm} of ${token}, step by step`,
  columns: (reads, norm) => ["entry", reads, "− μ", "÷ σ", "γ", "× γ", "β", norm],
};
