// What output says, in English.
export default {
  bar: { name: "Mixed in", title: "The heads together, projected and added to the stream" },
  title: "Output projection",
  strips: "The stream before, what attention adds, the stream after; entries in columns",
  cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
  group: "all three",
  sum: "Added to the residual stream",
  norms: (before, out, after) => `norms: ${before} and ${out} make ${after}`,
  heads: "What every head writes",
  headsAre: "norm of the head's z through its rows of W_O; share: its part of attn_out in the direction of attn_out",
  head: (n) => `head ${n}`,
  bias: "bias",
  columns: ["norm", "share"],
  line: (name, norm, share) => `${name}, norm ${norm}, share ${share}`,
  matrix: "The heads' z side by side, the projection W_O, and attn_out",
  weight: (i, head, entry, z, w, product) =>
    `z entry ${i} (head ${head}) × weight to attn_out entry ${entry}: ${z} × ${w} = ${product}`,
  pooled: (i, head, entry, w) => `around z entry ${i} (head ${head}), attn_out entry ${entry}: the weight farthest from 0 is ${w}`,
  open: (entry) => `Entry ${entry} of attn_out, from z of all heads`,
  says: ({ token, block, out, top, share, before, after, angle }) => [
    `In block ${block} the heads together write a vector of norm ${out} for `,
    token,
    `; head ${top} has the largest share (${share}). Added to a stream of norm ${before} at an angle of ${angle}° ` +
      `to it, it makes one of norm ${after}.`,
  ],
  explain: [
    "Each head ends with a short vector z. They are laid side by side, which gives a vector as wide as the model, and " +
      "multiplied by the matrix W_O. Nothing is mixed before that: a head's z meets only its own rows of W_O. So the " +
      "output is a plain sum of what each head writes, and a bias.",
    "Norms do not add up, since vectors can point away from one another. The share does: it is the head's vector laid " +
      "along attn_out, as a part of attn_out's length. A negative share means that the head works against the others.",
    "The result is added to the residual stream, entry by entry. What was there stays, and later blocks read the sum: " +
      "attention moves information between tokens by this addition alone.",
  ],
  caption: (token) => `Residual stream and attention's output for ${token}`,
  columnsTable: ["entry", "resid_pre", "attn_out", "resid_mid"],
};
