// What qkv says, in English.
export default {
  bar: { name: "Q, K, V", title: "Queries, keys and values of a head" },
  title: "Queries, keys, values",
  names: { q: "query", k: "key", v: "value" },
  many: { q: "q, queries", k: "k, keys", v: "v, values" },
  which: "The vector that is opened",
  panel: (name) => `${name} of every token: tokens in rows, entries in columns`,
  cell: (name, token, entry, value) => `${name} of ${token}, entry ${entry}: ${value}`,
  range: (limit) => `±${limit}`,
  scale: "up to the number below each panel",
  open: (name, entry) => [`Entry ${entry} of the ${name} of `, ", as ln1 times a column of W plus a bias"],
  slice: "The head's columns of the matrix",
  weight: (i, entry, w, x, product) => `ln1 entry ${i} × weight to entry ${entry}: ${x} × ${w} = ${product}`,
  window: (from, to) => `tokens ${from} to ${to}`,
  says: ({ name, token, head, block, n, norm, wide, from, to, all }) => [
    `In head ${head} of block ${block} the ${name} of `,
    token,
    ` is a vector of ${n} numbers, of norm ${norm}: the ${wide} numbers of ln1 times columns ${from} to ${to} of ` +
      `the ${wide} × ${all} matrix of this block.`,
  ],
  explain: [
    "Every head asks and answers in a small space of its own. Its query says what a token looks for, its key what " +
      "a token can be found by, its value what a token hands over when it is looked at.",
    "All three are linear: the normalised residual vector (ln1) times a matrix, plus a bias. GPT-2 keeps the " +
      "matrices of all heads in one, c_attn: first the queries of all heads, then the keys, then the values. A " +
      "head's part is a run of neighbouring columns, drawn here turned, a column of the matrix as a row.",
    "A query and a key meet in their dot product, so only their directions to one another count: no single entry " +
      "of either has a meaning of its own.",
    "No word order is in these vectors beyond what the position's row put into the residual stream at the start.",
  ],
  caption: (token) => `Query, key and value of ${token}`,
  columns: ["entry", "q", "k", "v"],
};
