// What layernorm says, in English.
export default {
  bar: { name: "Norm", title: "A vector normalised, scaled and shifted" },
  title: "LayerNorm",
  which: "The LayerNorm that is opened",
  names: { ln1: "ln1, before attention", ln2: "ln2, before the MLP", ln_final: "ln_final, at the end" },
  short: { ln1: "ln1", ln2: "ln2", ln_final: "ln_final" },
  strips: "The steps of the norm in rows, entries in columns",
  rows: { centred: "− μ", normal: "÷ σ", weight: "γ", scaled: "× γ", bias: "β" },
  groups: { vector: "before σ", normal: "after σ", weight: "γ", bias: "β" },
  cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
  lines: "Every entry on its way",
  linesAre: (n) => `a line for each of the ${n} entries; bars: mean and one standard deviation; other scale from ÷ σ on`,
  says: ({ token, reads, mean, spread, norm, after, block }) => [
    block ? `In block ${block} ` : "At the end of the model ",
    token,
    ` comes in (${reads}) with mean ${mean} and standard deviation ${spread}; these become 0 ` +
      `and 1. Then every entry has its own scale γ and shift β. The vector's norm goes from ${norm} to ${after}.`,
  ],
  explain: [
    "Every sublayer writes into the residual stream, so the numbers there grow from block to block. Before a sublayer " +
      "reads, LayerNorm brings them back to one size: the mean of the vector's entries is taken off, and what is left " +
      "is divided by their standard deviation. That is done for each token on its own.",
    "γ and β are learned, one pair for each entry, the same for every token and every text. They choose which " +
      "entries the sublayer hears loudly and which hardly at all.",
    "σ is the square root of variance + ε. The tiny ε only keeps a vector of equal numbers from being divided by 0.",
    "The stream itself is not touched: the norm makes a copy for the sublayer to read. Whatever the length of the " +
      "residual vector, only its direction gets through.",
  ],
  saysOff: ({ token, norm, after }) => [
    "This norm is switched off by hand: ",
    token,
    `, of norm ${norm}, is neither centred nor divided; only γ and β act, and the norm becomes ${after}.`,
  ],
  caption: (norm, token) => `${norm} of ${token}, step by step`,
  columns: (reads, norm) => ["entry", reads, "− μ", "÷ σ", "γ", "× γ", "β", norm],
};
