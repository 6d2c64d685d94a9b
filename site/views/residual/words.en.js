// What residual says, in English.
export default {
  title: "The residual stream",
  blocks: "Block",
  block: (n, all) => `Block ${n} of ${all}`,
  previous: "Previous block",
  next: "Next block",
  embed: "embed",
  final: "ln_f",
  stream: "stream",
  attention: "attention",
  head: (n, all) => `head ${n} of ${all}`,
  previousHead: "Previous head",
  nextHead: "Next head",
  mlp: "MLP",
  says: ({ block, token, before, attention, mlp, after }) => [
    `Block ${block} finds `,
    token,
    ` with a vector of norm ${before}. Attention adds one of norm ${attention}, ` +
      `the MLP one of ${mlp}; the stream leaves with ${after}.`,
  ],
  thickness: (max) => `stream: norm, up to ${max}`,
  writes: "added by attention and MLP: norm, the same scale",
  broken: (n, largest) => `; ${n} beyond, up to ${largest}, dashed`,
  ribbons: (head) => `weights of head ${head}: width`,
  faint: (least, others) =>
    ` (from ${least * 100}\u00a0% for this token, ` +
    (others === null ? "others not drawn)" : `${others * 100}\u00a0% for others)`),
  strip: (limit) => `resid_pre, ±${limit}`,
  pooled: (n) => `, largest of ${n}`,
  readout: ({ block, before, attention, mlp, after }) =>
    `block ${block}: ${before} + attention ${attention} + MLP ${mlp} → ${after}`,
  explain: [
    "Every token has a vector of its own, the residual stream. It begins as the embedding, and nothing ever replaces it: " +
      "attention and MLP read it, normalised, and add a vector of the same width to it. What a block writes every later block " +
      "can read.",
    "A path here is one token's stream. How thick it is at a place is the norm of the vector there: its length, the root of " +
      "the sum of its squares. The branches are as thick as the norm of what attention and MLP add, in the same scale. Norms " +
      "do not add up: a vector that points against the stream makes it shorter.",
    "The curves before attention are the chosen head's weights: the wider, the more this token takes from that one. Only here " +
      "does anything move from token to token, and only forwards: a token never sees what comes after it.",
    "The strips show the vector itself as it enters the open block, entry by entry. At the end, ln_f normalises it once more, " +
      "and its dot products with the embeddings of all tokens are the logits of the next one.",
  ],
  caption: (token) => `Norms in the residual stream, token ${token}`,
  columns: ["block", "stream before", "attention adds", "MLP adds", "stream after"],
};
