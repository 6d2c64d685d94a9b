// What residual says, in English.
export default {
  title: "The residual stream",
  blocks: "Block",
  block: (n, all) => `Block ${n} of ${all}`,
  previous: "Previous block",
  next: "Next block",
  embed: "Numbers",
  final: "Norm",
  stream: "Q, K, V",
  attention: "Attention",
  head: (n, all) => `head ${n} of ${all}`,
  previousHead: "Previous head",
  nextHead: "Next head",
  mlp: "MLP",
  says: ({ block, token, before, attention, mlp, after }) => [
    token,
    ` enters block ${block} as a vector of length ${before}. Attention adds a vector of length ${attention}, the MLP one of ` +
      `length ${mlp}. It leaves with length ${after} (lengths do not simply add up).`,
  ],
  looks: ({ query, top, share, isAlone, isItself }) =>
    isAlone
      ? [query, " is the first piece: it can only look at itself."]
      : ["In this head ", query, " looks most at ", ...(isItself ? ["itself"] : [top]), ` (${share}) and collects what is there.`],
  neurons: ({ token, active, all }) => [
    "For ",
    token,
    ` ${active} of ${all} neurons are above 0. The result is added to its stream.`,
  ],
  changes: "Shown: the change, changed less untouched.",
  thickness: (max) => `Grey: length of a token's vector, up to ${max}`,
  writes: "Violet and brown: length of what attention and MLP add, the same scale",
  broken: (n, largest) => `; ${n} beyond, up to ${largest}, dashed`,
  ribbons: (head) => `Dots and green: how much head ${head} looks there (area, width)`,
  faint: (least, others) => `, from ${least * 100}\u00a0%; ${others * 100}\u00a0% for other rows`,
  strips: "Stripes: the numbers themselves, neighbours as their largest",
  drawn: "Places and outlines are only drawn",
  readout: ({ block, before, attention, mlp, after }) =>
    `block ${block}: length ${before} in · attention ${attention} · MLP ${mlp} · ${after} out`,
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
