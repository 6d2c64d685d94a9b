// The steps of the overview, the bar of parts, and the words that several figures share: sums of products, strips of numbers, the player.
export default {
  // The steps under the overview.
  steps: {
    pieces: "Text is cut into pieces",
    numbers: "Pieces become numbers",
    attention: "Pieces look back",
    mlp: "Neurons respond",
    next: "The next word is drawn",
  },

  parts: {
    label: "Look inside",
    groups: { model: "Through the model", experiments: "Experiments", reference: "Reference" },
    empty: "Opens as soon as the model is ready",
    failed: "This part could not be loaded. Check the connection, close it and open it again.",
  },

  terms: {
    term: "entry",
    product: "product",
    rest: (n) => (n === "1" ? "1 other" : `${n} others`),
    bias: "bias",
    rounding: "rounding",
    edited: "by hand",
    more: (n, all) => (n === all ? `Show all ${n}` : `Show the ${n} largest`),
    fewer: "Show fewer",
    caption: (name, n) =>
      `${name}: ${n} ${n === "1" ? "product" : "products, largest in size first"}; each bar starts where the one above ends`,
  },

  strips: {
    entry: "entry",
    lens: (from, to, all) => (to - from + 1 === all ? `all ${all} entries` : `entries ${from} to ${to} of ${all}`),
    previous: "Earlier entries",
    next: "Later entries",
    pooled: "where several entries share a pixel, it shows the largest in size",
  },

  product: {
    hint: "The matrix is drawn on its side (transposed): each row makes one output number. Click a row to see how.",
    ends: (result) => `b and ${result}`,
    end: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
    pooled: (n) => `each point of the matrix shows the largest (in size) of ${n} weights`,
  },

  player: { play: "Play", pause: "Pause", back: "One step back", next: "One step forward" },
};
