// What attention says, in English.
export default {
  bar: { name: "Attention", title: "From scores to weights to what a head collects" },
  title: "Attention",
  heads: "Heads of this block",
  order: "The steps of attention",
  play: "The order of computation",
  stages: { scores: "q · k", scaled: "scaled", masked: "mask", softmax: "softmax", values: "× v" },
  captions: {
    scores: "q · k, query times key",
    scaled: (how) => `${how}: the scores`,
    masked: "mask: hidden tokens are blank",
    softmax: "softmax: the weights",
    changed: "weights, first token left out",
  },
  dropout: "(dropout is off)",
  dropoutTitle: "Dropout removes some weights at random during training; when the model is used it is off and changes nothing",
  matrix: "queries in rows, keys in columns",
  cell: (query, key, stage, value) => `query ${query}, key ${key}: ${stage} ${value}`,
  isMasked: "masked",
  sink: "leave out the first token",
  unknown: "not computed yet",
  notOwn: (first, alone) =>
    `Not the model\u2019s own numbers: the weight on the first token, ${first}, is left out` +
    (alone ? ". The chosen token sees no other, so no weight is left." : ", and the others are scaled up to add up to 1."),
  saysUnknown: ({ block, head, query }) => [
    `In head ${block}.${head}, what `,
    query,
    " looks at and collects is not computed yet.",
  ],
  saysNothing: ({ block, head, query }) => [
    "With the first token left out (the model itself does not do this), ",
    query,
    ` has no other token to look at in head ${block}.${head}. All its weights are 0 and it collects nothing: its z is 0.`,
  ],
  itself: "itself",
  says: ({ block, head, query, top, weight, second, secondWeight, mixed, most, share, changed }) =>
    [
      changed ? "With the first token left out (the model itself does not do this): in " : "In ",
      `head ${block}.${head}, `,
      query,
      ...(second
        ? [" looks most at ", top, ` (${weight}), then at `, second, ` (${secondWeight}).`]
        : [" looks only at ", top, ` (${weight}).`]),
      ...(!mixed
        ? []
        : most
          ? [" The largest share of what it collects, its z, comes from ", most, ` (${share}).`]
          : [" It collects nothing: its z is 0."]),
    ].filter(Boolean),
  explain: [
    "Attention lets a token collect from the tokens before it, and from itself. Every token makes a query (what it looks for), a " +
      "key (what it can be found by) and a value (what it hands over). The dot product of one token\u2019s query with " +
      "another\u2019s key, their entries multiplied one by one and added up, is a score: how well the two fit.",
    "The scores are divided by the square root of the head\u2019s size, so that they do not grow with it. Keys that come later in " +
      "the text are masked: the model must not see what it is to predict. Softmax turns each row of scores into weights that add " +
      "up to 1.",
    "The weights mix the values of all tokens into one vector, z. A token\u2019s share in z is how far its weighted value reaches " +
      "along z. Shares add up to 100 %; a value that points the other way has a negative share.",
    "Many heads give much of their weight to the first token when they find nothing to look at. Leave it out to see how the rest " +
      "is divided. The numbers are then no longer the model\u2019s own.",
    "Dropout removes some weights at random while a model is trained. When the model is used, as here, it is off.",
  ],
  range: { weights: ["0", "1"] },
  rooted: "colours: square-root scale",
  caption: (query, changed) => `What ${query} looks at${changed ? "; first token left out: not the model\u2019s own weights" : ""}`,
  columns: ["key", "score", "weight", "q · k", "length of weight × v", "share in z"],
  steps: {
    all: (query) => `all numbers of ${query} are computed`,
    none: (query) => `${query} has its query; nothing else is computed yet`,
    several: "the next keys",
    scores: (key, done, all) => `query times key: ${key} (${done} of ${all})`,
    scaled: (how) => `every product ${how}`,
    masked: () => "hidden keys become \u2212∞",
    powers: () => "e to the power of each score, and the sum of all",
    softmax: () => "each divided by the sum: the weights",
    values: (key, done, all) => `weight times value, added to z: ${key} (${done} of ${all})`,
  },
  mixture: {
    about: (query) => ["What ", query, " collects: weight × value of every key, added up to z"],
    grid: "Weighted values: keys in rows, entries in columns",
    heads: { label: "key", score: "score", weight: "weight", value: "value v", product: "weight × v", share: "share in z" },
    others: (n) => `${n} others`,
    sum: "z, the sum",
    changed: "changed z",
    own: "the model\u2019s z",
    dropped: "left out",
    cell: (key, entry, value) => `weight times value of ${key}, entry ${entry}: ${value}`,
    other: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
    all: (n) => `show all ${n} keys`,
    fewer: (n) => `show the ${n} strongest`,
    scales: (v, product) => `v: ±${v}, weight × v and z: ±${product}`,
    scale: "weight × v and z",
  },
  opened: {
    entry: (n) => `z, entry ${n}, of `,
    strips: { query: "query", key: "key", product: "product" },
    key: "key",
    weight: "weight",
    masked: "The key comes later in the text: its score becomes \u2212∞, its weight 0.",
    maskedBy: "The chosen mask hides this key: its score becomes \u2212∞, its weight 0.",
    kept: "The key does not come later: its score stays.",
    keptBy: "The key comes later, but the chosen mask shows it: its score stays.",
    changed: "First token left out, not the model\u2019s own:",
    set: "Set by hand, not a softmax of the scores:",
    alone: "First token left out, the only one it looks at, so no weight is left:",
    shifted: "The row\u2019s largest score is subtracted first, so that e^ stays in range; this changes no weight.",
  },
};
