// What size says, in English.
export default {
  bar: { name: "The model", title: "Parameters, bytes and work" },
  title: "The model itself",
  letters: ({ L, H, D, F, N, V, T }) =>
    `L = ${L} blocks, H = ${H} heads, width D = ${D}, MLP F = ${F}, context N = ${N}, vocabulary V = ${V}; this text T = ${T}`,
  parts: {
    embed: "token embedding",
    pos_embed: "position embedding",
    attention: "attention",
    mlp: "MLP",
    norms: "LayerNorms",
    head: "unembedding",
    projections: "Q, K, V and output",
  },
  parameters: "Parameters, part by part",
  again: "the embedding again",
  total: "together",
  tied: (head, all) =>
    `The unembedding is tied: it uses the token embedding once more. With ${head} numbers of its own, the model would have ${all}.`,
  untied: (head) => `The unembedding has ${head} numbers of its own. Where it is tied to the embedding, it has none.`,
  work: "Multiply-adds for this text",
  workAbout: (T, cache, full) =>
    "n: the tokens that are new; all T if nothing is reused. " +
    (full
      ? "This text fills the context. For one more token the first has to go, all others move to another " +
        `place, and everything is computed anew; what was kept of them (${cache} of float32 by now) is lost. `
      : `For one more token, n = 1 and T = ${T + 1}: its keys and values join those kept from before (${cache} of ` +
        "float32 by now), and it looks at all of them and at itself. ") +
    "Pairs that the mask hides are computed and counted too; LayerNorm, softmax and the activation function are " +
    "not counted.",
  bytes: "Bytes",
  each: { fp32: "4", fp16: "2", int8: "1", int4: "½" },
  files: (precision, weights, graphs, tokenizer) =>
    `Computed: parameters times bytes each. Measured: this model's own files (${precision}): weights ${weights}` +
    (precision.startsWith("int") ? ", in which scales, positions, norms and biases are stored in more bits" : "") +
    `; graphs ${graphs}; tokenizer ${tokenizer}.`,
  models: "Compared with the published GPT-2 models",
  modelsAbout:
    "computed from their published shapes (vocabulary 50 257, context 1 024, MLP 4 times the width); work: for a " +
    "text of as many tokens as this one",
  columns: {
    part: "part",
    formula: "formula",
    parameters: "parameters",
    share: "share",
    prompt: (n) => (n === "1" ? "1 token" : `${n} tokens`),
    step: "one more",
    precision: "precision",
    each: "bytes each",
    computed: "computed",
    measured: "measured",
    blocks: "blocks",
    heads: "heads",
    width: "width",
    vocabulary: "vocabulary",
    divided: "how they are divided",
    untied: "with its own unembedding",
  },
  groups: { parameters: "parameters", bytes: "bytes", work: "multiply-adds for this text" },
  million: "million",
  billion: "billion",
  trillion: "trillion",
  says: ({ name, parameters, most, share, prompt, step, T, full, times }) => [
    `${name} has ${parameters} parameters, ${share} of them in the ${most}. ` +
      (times ? `GPT-2 small has ${times} times as many. ` : "") +
      `One run over this text of ${T === 1 ? "one token" : `${T} tokens`} takes ${prompt} multiply-adds; ` +
      (full ? `one more token, which pushes out the first, takes ${step}.` : `one more token, reusing the others, takes ${step}.`),
  ],
  explain: [
    "A parameter is one learned number. Each matrix of a block has as many as its inputs times its outputs; biases and " +
      "LayerNorms add a few. Parameters grow with the square of the width, and in proportion to the number of blocks.",
    "Small models spend much of their parameters on the vocabulary, large ones on their blocks: see how they are divided.",
    "A multiply-add is one weight times one number, added to a sum. Every token meets every weight of the blocks once. " +
      "Only attention does more work per token as the text gets longer: over a whole long text, its work grows with the square " +
      "of the number of tokens.",
  ],
  twin: (parts) => [
    "model",
    "parameters",
    "with its own unembedding",
    ...parts,
    "fp32 bytes",
    "fp16",
    "int8",
    "int4",
    "multiply-adds, this text",
    "one more token",
    "keys and values, bytes",
  ],
};
