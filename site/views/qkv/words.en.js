// What qkv says, in English.
export default {
  bar: { name: "Q, K, V", title: "Queries, keys and values of a head" },
  title: "Queries, keys, values",
  names: { q: "query", k: "key", v: "value" },
  many: { q: "q, queries", k: "k, keys", v: "v, values" },
  which: "Which vector",
  panel: (name) => `${name} of every token: tokens in rows, entries in columns`,
  cell: (name, token, entry, value) => `${name} of ${token}, entry ${entry}: ${value}`,
  range: (limit) => `±${limit}`,
  scale: "colours run to ± the number below each panel",
  open: (name, entry) => [`Entry ${entry} of the ${name} of `, ": ln1 times a column of W, plus a bias"],
  slice: "The head's columns of the matrix",
  weight: (i, entry, w, x, product) => `ln1 entry ${i} × weight to entry ${entry}: ${x} × ${w} = ${product}`,
  window: (from, to) => `tokens ${from} to ${to}`,
  says: ({ name, token, head, block, n, norm, wide, from, to, all }) => [
    `In head ${block}.${head}, the ${name} of `,
    token,
    ` is a vector of ${n} numbers, of length ${norm}: the ${wide} numbers of ln1 times columns ${from} to ${to} of ` +
      `this block's ${wide} × ${all} matrix, plus a bias.`,
  ],
  explain: [
    "Every head works with three short vectors for each token. The query says what the token looks for, the key what " +
      "it can be found by, the value what it hands over when it is looked at.",
    "All three are made in the same way: the normalised stream (ln1) times a matrix, plus a bias. GPT-2 keeps the " +
      "matrices of all heads in one, c_attn: first the queries of all heads, then the keys, then the values. A " +
      "head's part is a run of neighbouring columns. It is drawn on its side here: a column of the matrix is a row.",
    "A query and a key meet in their dot product: multiply entry by entry, add it all up. So what counts is how they lie to one " +
      "another, and how long they are. No single entry has a meaning of its own.",
    "These vectors know of word order only what is in the stream: the position's row was added to it at the start.",
  ],
  caption: (token) => `Query, key and value of ${token}`,
  columns: ["entry", "q", "k", "v"],
};
