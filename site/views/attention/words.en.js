// What attention says, in English.
export default {
  bar: { name: "Attention", title: "From scores to weights to what a head writes" },
  title: "Attention",
  heads: "Heads of this block",
  head: (n) => `Head ${n}`,
  order: "The steps of attention",
  play: "The order of computation",
  stages: { scores: "q · k", scaled: "scaled", masked: "mask", softmax: "softmax", values: "× v" },
  captions: {
    scores: "q · k, query times key",
    scaled: (how) => `${how}: the scores`,
    masked: "later keys masked",
    softmax: "softmax: the weights",
    changed: "weights, first token left out",
  },
  dropout: "dropout off",
  dropoutTitle: "Dropout removes some weights at random while a model is trained; at inference it is off and changes nothing",
  matrix: "queries in rows, keys in columns",
  cell: (query, key, stage, value) => `query ${query}, key ${key}: ${stage} ${value}`,
  isMasked: "masked",
  sink: "leave out the first token",
  unknown: "not computed yet",
  notOwn: (first, alone) =>
    `Not the model\u2019s own numbers: the weight on the first token, ${first}, is left out` +
    (alone ? "; it sees no other, so nothing is left." : ", and the others are scaled up to add up to 1."),
  saysUnknown: ({ block, head, query }) => [
    `In head ${head} of block ${block}, what `,
    query,
    " looks at, and takes along, is not computed yet.",
  ],
  saysNothing: ({ block, head, query }) => [
    `With the first token left out, which is not what the model does: in head ${head} of block ${block}, `,
    query,
    " has no other token to look at. All its weights are 0, and it takes nothing along: its z is 0.",
  ],
  says: ({ block, head, query, top, weight, second, secondWeight, mixed, most, share, changed }) =>
    [
      changed && "With the first token left out, which is not what the model does: ",
      ...(second
        ? [
            `In head ${head} of block ${block}, `,
            query,
            " looks most at ",
            top,
            ` (${weight}), then at `,
            second,
            ` (${secondWeight}).`,
          ]
        : [`In head ${head} of block ${block}, `, query, " looks at ", top, ` alone (${weight}).`]),
      ...(!mixed
        ? []
        : most
          ? [" Most of what it takes along, its z, comes from ", most, ` (${share}).`]
          : [" It takes nothing along: its z is 0."]),
    ].filter(Boolean),
  explain: [
    "Every token makes a query, a key and a value. The product of one token\u2019s query with another\u2019s key is a score: how well what the one looks for fits what the other offers.",
    "The scores are divided by the square root of the head\u2019s size, so that they do not grow with it. Keys that come later in the text are masked: the model must not see what it is to predict. Softmax turns a row of scores into weights that add up to 1.",
    "The weights mix the values of all tokens into one vector, z. A token\u2019s share in z is how far its weighted value reaches along z; shares add up to 100 %, and one that points the other way is negative.",
    "Many heads give much of their weight to the first token when they find nothing to look at. Leaving it out shows how the rest is divided; these are no longer the model\u2019s own numbers.",
    "While a model is trained, dropout removes some weights at random. At inference, as here, it is off.",
  ],
  range: { weights: ["0", "1"] },
  rooted: "√ scale",
  caption: (query, changed) =>
    `What the query ${query} looks at${changed ? "; first token left out: not the model\u2019s own weights" : ""}`,
  columns: ["key", "score", "weight", "q · k", "length of weight × v", "share in z"],
  steps: {
    all: (query) => `every number of ${query} is there`,
    none: (query) => `${query} has its query; nothing is computed yet`,
    several: "the next keys",
    scores: (key, done, all) => `query times key: ${key} (${done} of ${all})`,
    scaled: (how) => `every product ${how}`,
    masked: () => "later keys become \u2212∞",
    powers: () => "e to the power of every score, all added up",
    softmax: () => "each divided by the sum: the weights",
    values: (key, done, all) => `weight times value, added to z: ${key} (${done} of ${all})`,
  },
  mixture: {
    about: (query) => ["What ", query, " takes along: weight × value of every key, added up to z"],
    grid: "Weighted values: keys in rows, entries in columns",
    heads: { label: "key", score: "score", weight: "weight", value: "value v", product: "weight × v", share: "share in z" },
    others: (n) => `${n} others`,
    sum: "z, the sum",
    changed: "changed z",
    own: "the model\u2019s z",
    dropped: "left out",
    cell: (key, entry, value) => `weight times value of ${key}, entry ${entry}: ${value}`,
    other: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
    all: (n) => `list all ${n} keys`,
    fewer: (n) => `list the ${n} strongest`,
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
    keptBy: "The key comes later, but the chosen mask leaves it in: its score stays.",
    changed: "Without the first token, not the model\u2019s own:",
    set: "Set by hand, not a softmax of the scores:",
    alone: "Without the first token, which is all it looks at, no weight is left:",
    shifted: "The row\u2019s largest score is taken off first, so that e^ stays in range; that changes no weight.",
  },
};
