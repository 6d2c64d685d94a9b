// The steps of the overview, the bar of parts, and the words of what several figures share: sums of products, strips of numbers, the player.
export default {
  // The steps under the overview.
  steps: {
    pieces: "Text is cut into pieces",
    numbers: "Pieces become numbers",
    attention: "Pieces look back",
    mlp: "Each is worked on alone",
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
