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
    `The unembedding is tied: it uses the token embedding once more. With ${head} numbers of its own the model would have ${all}.`,
  untied: (head) => `The unembedding has ${head} numbers of its own; where it is tied to the embedding it has none.`,
  work: "Multiply-adds for this text",
  workAbout: (T, cache, full) =>
    "n: tokens that are new. All T where nothing is reused. " +
    (full
      ? "This text fills the context: for one token more the first has to go, every other one moves to another " +
        `place, and all is computed anew; what is kept of them (${cache} of float32 by now) is lost. `
      : `One token more is n = 1 and T = ${T + 1}: its keys and values join those kept from before (${cache} of ` +
        "float32 by now), and it looks at all of them and at itself. ") +
    "Pairs that the mask takes out are computed and counted too; LayerNorm, softmax and the activation function are " +
    "not counted.",
  bytes: "Bytes",
  each: { fp32: "4", fp16: "2", int8: "1", int4: "½" },
  files: (precision, weights, graphs, tokenizer) =>
    `Computed: parameters times bytes each. Measured: this model's own files, ${precision}: weights ${weights}` +
    (precision.startsWith("int") ? ", where scales, positions, norms and biases are held in more bits than that" : "") +
    `; graphs ${graphs}; tokenizer ${tokenizer}.`,
  models: "Beside the published GPT-2s",
  modelsAbout:
    "computed from their published shapes (vocabulary 50 257, context 1 024, MLP 4 times the width), the work for a " +
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
    untied: "with a head of its own",
  },
  groups: { parameters: "parameters", bytes: "bytes", work: "multiply-adds for this text" },
  million: "million",
  billion: "billion",
  trillion: "trillion",
  says: ({ name, parameters, most, share, prompt, step, T, full, times }) => [
    `${name} has ${parameters} parameters, ${share} of them in the ${most}. ` +
      (times ? `GPT-2 small has ${times} times as many. ` : "") +
      `A run over this text of ${T === 1 ? "one token" : `${T} tokens`} takes ${prompt} multiply-adds; ` +
      (full
        ? `one token more, which pushes out the first, takes ${step}.`
        : `one token more, with the others reused, takes ${step}.`),
  ],
  explain: [
    "A parameter is one learnt number. Each matrix of a block has as many as its inputs times its outputs; biases and " +
      "LayerNorms add a few. A wider model grows with the square of its width, a deeper one in proportion.",
    "Small models spend much of their numbers on the vocabulary, large ones on their blocks: see how they are divided.",
    "A multiply-add is one weight times one number, added to a sum. Every token meets every weight of the blocks once; " +
      "only attention's own work grows with the length of the text, and in a long text with its square.",
  ],
  twin: (parts) => [
    "model",
    "parameters",
    "with a head of its own",
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
