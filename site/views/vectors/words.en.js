// What vectors says, in English.
export default {
  bar: { name: "Any vector", title: "Every named activation, number by number" },
  title: "Vectors",
  explain: [
    "Between its parts the model holds nothing but vectors: one for every token at every point, and at some points one for every head as well. Each point has the name that research on transformers gives it; a formula says what it is made of.",
    "The strips show one point for all tokens, the cells below the same vector of the chosen token, entry by entry. The entries of the stream have no meaning of their own one by one: what counts is what the next matrix makes of them all. Those of mlp_pre and mlp_post are single neurons.",
  ],
  points: "Points of the model",
  strips: "The vector under every token",
  cells: "The entries of the chosen vector",
  all: (n) => `every token, ${n} entries each`,
  one: "the chosen token, entry by entry",
  cell: (token, entry, all, value) => `${token}, entry ${entry} of ${all}: ${value}`,
  key: (token, key, value) => `${token}, key ${key}: ${value}`,
  beyond: (n, largest) => `${n} beyond, up to ±${largest}`,
  pooled: (n) => `a pixel is the largest of ${n}`,
  says: ({ point, token, n, mean, std, norm, high, highValue }) => [
    "At ",
    point,
    ", ",
    token,
    ` is ${n === 1 ? "one number" : `a vector of ${n} numbers`}: mean ${mean}, standard deviation ` +
      `${std}, norm ${norm}. Farthest from 0 is entry ${high}, ${highValue}.`,
  ],
  where: { block: (n) => `block ${n}`, head: (n) => `head ${n}`, norm: (n) => `norm ${n}` },
  window: (from, to) => `tokens ${from} to ${to}`,
  caption: (point, token) => `${point} of token ${token}`,
  columns: ["entry", "value"],
  keys: ["key", "value"],
};
