// What output says, in English.
export default {
  bar: { name: "Mixed in", field: "Output", title: "The heads together, projected and added to the stream" },
  title: "Mixed in: the output projection",
  strips: "The stream before, what attention adds, the stream after; entries in columns",
  cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
  group: "one colour scale for all three rows",
  sum: "Added to the residual stream",
  norms: (before, out, after) => `lengths: ${before} before, ${out} added, ${after} after`,
  heads: "What every head adds",
  headsAre: "length of the vector that the head adds, its z times its rows of W_O; share: how much of the sum comes from it",
  bias: "bias",
  columns: ["length", "share"],
  line: (name, norm, share) => `${name}, length ${norm}, share ${share}`,
  matrix: "The heads' z side by side, the projection W_O, and attn_out",
  weight: (i, head, entry, z, w, product) => `z entry ${i} (${head}) × weight to attn_out entry ${entry}: ${z} × ${w} = ${product}`,
  pooled: (i, head, entry, w) => `around z entry ${i} (${head}), attn_out entry ${entry}: the weight largest in size is ${w}`,
  open: (entry) => `Entry ${entry} of attn_out, from the z of all heads`,
  says: ({ token, block, out, top, share, before, after, angle }) => [
    `In block ${block}, the heads together add a vector of length ${out} for `,
    token,
    `; head ${block}.${top} has the largest share (${share}). The vector meets the stream (length ${before}) at an angle of ${angle}°, ` +
      `and the sum has length ${after}.`,
  ],
  explain: [
    "Each head ends with a short vector z. All z are laid side by side, which gives a vector as wide as the model, and " +
      "multiplied by the matrix W_O. Nothing is mixed before that: a head's z meets only its own rows of W_O. So the " +
      "output is a plain sum: what each head adds, plus a bias.",
    "Lengths do not add up, because vectors can point away from one another. Shares do: a share is how far the head's vector " +
      "reaches along attn_out, as a part of attn_out's length. A negative share means that the head works against the others.",
    "The result is added to the residual stream, entry by entry. What was there stays, and later blocks read the sum: " +
      "attention moves information between tokens by this addition alone.",
  ],
  caption: (token) => `Residual stream and attention's output for ${token}`,
  columnsTable: ["entry", "resid_pre", "attn_out", "resid_mid"],
};
