// What residual says, in English.
export default {
  title: "The residual stream",
  blocks: "Block",
  block: (n, all) => `Block ${n} of ${all}`,
  previous: "Previous block",
  next: "Next block",
  names: {
    embed: { name: "Numbers", field: "Embedding" },
    stream: { name: "Q, K, V" },
    attention: { name: "Attention" },
    mlp: { name: "Neurons", field: "MLP" },
    final: { name: "Rescaling", field: "ln_final" },
  },
  heads: (n) => `One of ${n} heads in this block`,
  previousHead: "Previous head",
  nextHead: "Next head",
  says: ({ block, token, before, attention, mlp, after }) => [
    token,
    ` enters block ${block} as a vector of length ${before}. Attention adds a vector of length ${attention}, the MLP one of ` +
      `length ${mlp}. It leaves with length ${after} (lengths do not simply add up).`,
  ],
  looks: ({ head, query, top, share, isAlone, isItself, isAdded, isEdited }) =>
    isAlone
      ? [query, " is the first piece: it can only look at itself."]
      : [
          `In ${head}, `,
          query,
          " looks most at ",
          ...(isItself ? ["itself"] : [top]),
          ` (${share})`,
          !isAdded
            ? ". But it takes nothing along: that is switched off."
            : isEdited
              ? ". What it takes along is changed by hand."
              : " and takes that share of what it offers.",
        ],
  dot: ({ query, key, share }) => `${query} looks at ${key}: ${share}. Click to see how.`,
  neurons: ({ token, active, all, isAdded }) => [
    "For ",
    token,
    `, ${active} of ${all} neurons are active (above 0). `,
    isAdded ? "Their answers are added to its stream." : "But nothing is added: the MLP is switched off.",
  ],
  changes: "Shown: the difference, changed minus original.",
  thickness: (max) => `Grey: length of a piece's vector (thickest: ${max})`,
  writes: "Violet and brown: length of what attention and MLP add, same scale",
  broken: (n, largest) =>
    `; ${n} longer, up to ${largest}: drawn no thicker (dashed only where attention or the MLP of a closed block adds it)`,
  ribbons: (head) => `Dots (area) and green (width): how much ${head} looks there`,
  faint: (least, others) => `; hidden below ${least * 100}\u00a0% (other rows: ${others * 100}\u00a0%)`,
  strips: "Stripes: the numbers themselves, neighbours merged to the largest in size",
  drawn: "Positions and outlines stand for no numbers",
  readout: ({ block, before, attention, mlp, after }) =>
    `block ${block}: length ${before} in · attention ${attention} · MLP ${mlp} · ${after} out`,
  explain: [
    "Every piece of the text has a vector of its own: a row of numbers that runs through the whole model, the residual stream. It " +
      "starts as the piece's embedding, and nothing ever replaces it. Attention and the MLP read a normalised copy and add a vector " +
      "of the same width. What one block adds, every later block can read.",
    "A grey path is one piece's stream. Its thickness shows how long the vector is there (its norm): square every number, add the " +
      "squares, take the root. The branches show in the same way what attention and the MLP add, on the same scale. Lengths do not " +
      "add up: a vector that points against the stream makes it shorter.",
    "The card in the open block is one head. Each row is a piece that looks, each column a piece it can look at, and the area of " +
      "a dot is the weight. The wider a green band, the more the piece takes from there. Only here does anything move from piece " +
      "to piece, and only forwards: a piece never sees what comes after it.",
    "The stripes are the vectors themselves: the embedding at the start, the head's query, key, value and result, the neurons " +
      "of the MLP. At the end, the final norm (ln_final) normalises the stream once more. Its dot product with the vector of each " +
      "piece in the vocabulary (multiply entry by entry, add it all up) is that piece's logit, its score as the next one.",
  ],
  caption: (token) => `Vector lengths in the residual stream of ${token}`,
  columns: ["block", "stream before", "attention adds", "MLP adds", "stream after"],
};
