// The parts of the closer look, and what several of them share: sums of products, strips of numbers, the player.
export default {
  parts: {
    label: "A closer look",
    empty: "Opens as soon as the model is ready",
    failed: "This part could not be loaded. Check the connection, close it and open it again.",
    names: {
      merges: "Tokens",
      embedding: "Embedding",
      layernorm: "LayerNorm",
      qkv: "Q, K, V",
      attention: "Attention",
      heads: "All heads",
      output: "Output",
      mlp: "MLP",
      unembedding: "Logits",
      size: "The model",
      vectors: "Any vector",
      whatif: "What if",
      maps: "Head maps",
    },
    titles: {
      merges: "From text to tokens: bytes, merges, ids",
      embedding: "A token's vector and its position's, added",
      layernorm: "A vector normalised, scaled and shifted",
      qkv: "Queries, keys and values of a head",
      attention: "From scores to weights to what a head writes",
      heads: "The attention of every head of every block",
      output: "The heads together, projected and added to the stream",
      mlp: "The neurons before and after their activation function",
      unembedding: "From the last vector to a score for every token",
      size: "Parameters, bytes and work",
      vectors: "Every named activation, number by number",
      whatif: "Change the model and see what becomes of its answer",
      maps: "What each head does, and what is lost without it",
    },
  },

  terms: {
    term: "entry",
    product: "product",
    rest: (n) => (n === "1" ? "1 other" : `${n} others`),
    bias: "bias",
    rounding: "rounding",
    edited: "by hand",
    more: (n) => `List ${n}`,
    fewer: "List fewer",
    caption: (name, n) => `${name}: the largest of ${n} products first; bars add up from left to right`,
  },

  strips: {
    entry: "entry",
    lens: (from, to, all) => (to - from + 1 === all ? `all ${all} entries` : `entries ${from} to ${to} of ${all}`),
    previous: "Earlier entries",
    next: "Later entries",
    pooled: "where several entries share a pixel it shows the one farthest from 0",
  },

  product: {
    hint: "The matrix is drawn turned: a row of it makes one number. Choose a row to take that number apart.",
    ends: (result) => `b and ${result}`,
    end: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
    pooled: (n) => `a point of the matrix is the farthest from 0 of ${n} weights`,
  },

  player: { play: "Play", pause: "Pause", back: "One step back", next: "One step on" },
};
