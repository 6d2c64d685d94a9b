// What vectors says, in English.
export default {
  bar: { name: "Any vector", field: "Activations", title: "Every named activation, number by number" },
  title: "Any vector",
  explain: [
    "Between its parts the model holds nothing but vectors, rows of numbers: one for every token at every point, and at some points " +
      "one for every head as well. Each point has the name that research on transformers gives it, and a formula says how it is made.",
    "The strips show one point for all tokens; the cells below show the chosen token's vector there, entry by entry. A single entry of " +
      "the stream has no meaning of its own: what counts is what the next matrix makes of all of them. The entries of mlp_pre " +
      "and mlp_post are single neurons.",
  ],
  points: "Points of the model",
  strips: "The vector under every token",
  cells: "The entries of the chosen vector",
  all: (n) => `every token, ${n} entries each`,
  one: "the chosen token, entry by entry",
  cell: (token, entry, all, value) => `${token}, entry ${entry} of ${all}: ${value}`,
  key: (token, key, value) => `${token}, key ${key}: ${value}`,
  beyond: (n, largest) => `${n} off the scale, up to ±${largest}`,
  pooled: (n) => `a pixel shows the largest of ${n}`,
  says: ({ point, token, n, mean, std, norm, high, highValue }) => [
    "At ",
    point,
    ", ",
    token,
    ` is ${n === 1 ? "one number" : `a vector of ${n} numbers`}: mean ${mean}, standard deviation ` +
      `${std}, length ${norm}. Largest in size: entry ${high} (${highValue}).`,
  ],
  norm: (n) => `length ${n}`,
  window: (from, to) => `tokens ${from} to ${to}`,
  caption: (point, token) => `${point} of token ${token}`,
  columns: ["entry", "value"],
  keys: ["key", "value"],
};
