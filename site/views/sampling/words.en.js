// What sampling says, in English.
export default {
  title: "Sampling",
  where: (position) => `the draw of token ${position}`,
  knobs: { temperature: "temperature", top_k: "top-k", top_p: "top-p" },
  off: "off",
  means: {
    temperature: (t) => `temperature ${t}`,
    top_k: (k) => (k === null ? "off, all tokens are kept" : `${k} likeliest tokens kept`),
    top_p: (p) => (p === null ? "off, all tokens are kept" : `the likeliest tokens that reach ${p} together are kept`),
  },
  own: "the model\u2019s own odds",
  ownTitle: "Temperature 1, nothing cut: draw by the probabilities as they are",
  greedy: "greedy",
  greedyTitle: "Always the likeliest token: no temperature, no cut, no draw",
  seed: "seed",
  newSeed: "new seed",
  noSeed: (most) => `a whole number up to ${most}`,
  heads: { model: "softmax\u200b(logit)", scaled: "softmax\u200b(logit / T)", left: "what is left", draw: "draw" },
  left: (n, all) => [`${n}`, ` of ${all} left`],
  take: "take this token",
  takes: (token) => `take this token: ${token}`,
  rows: "Candidates, likeliest first",
  cut: { k: "top-k", p: "top-p" },
  cutBy: { k: "cut by top-k", p: "cut by top-p" }, // also in a formula
  keptOthers: (n) => `${n} more left`,
  cutOthers: (how, n) => `${how} cuts ${n}`,
  none: "none",
  all: (n) => `list ${n}`,
  fewer: "list fewer",
  scale: (max) => `bars: 0 to ${max}; tick: before this step`,
  bar: (draw) => `random number ${draw}`,
  notDrawn: "no draw",
  saysTemperature: (t) => (t === "1" ? "Temperature 1 leaves the logits as they are. " : `The logits are divided by ${t}. `),
  saysCut: ({ k, p, massK, massP }) =>
    [k && `Top-k cuts ${k} (${massK})`, p && `top-p cuts ${p} (${massP})`].filter(Boolean).join(", "),
  saysLeft: (n, all, cut) =>
    n === all
      ? `All ${all} tokens stay in the draw. `
      : `${cut.replace(/^t/, "T")}: ${n} of ${all} tokens ${n === "1" ? "is" : "are"} left. `,
  saysDraw: ({ draw, seed, token, prob }) => [`The random number ${draw} of seed ${seed} falls on `, token, `, which had ${prob}.`],
  saysGreedy: ({ token, prob }) => [
    "Greedy: the likeliest token of all is taken, ",
    token,
    `, to which the model gives ${prob}. Temperature, cuts and seed play no part.`,
  ],
  caption: (n, all) => `${n} of ${all} tokens through all stages, those that are listed`,
  columns: ["token", "id", "logit", "logit / T", "softmax(logit)", "softmax(logit / T)", "cut by", "left", "up to"],
  explain: [
    "The model gives every token a probability, not one answer. To take the likeliest each time (greedy) writes the same " +
      "text every time, and often one that goes round in circles. To draw by the probabilities keeps the variety that the " +
      "model learned, but the many unlikely tokens together are drawn now and then too, and one of them can derail a text.",
    "The three controls move that balance, in this order. Temperature divides the logits: below 1 the likely get likelier, " +
      "above 1 all get more alike; the order never changes. Top-k then keeps the k likeliest. Top-p keeps the fewest of " +
      "these that together reach the share p: few where the model is sure, many where it is not. What is left is scaled up " +
      "to add to 1 again.",
    "A random number between 0 and 1 then points into the bar in which every token left has a piece as long as its " +
      "probability. The number is computed from the seed and the place in the text: the same text, settings and seed draw " +
      "the same token, today and on another machine.",
  ],

  // of a changed model: its draw beside the untouched one's
  difference: {
    before: (n) => ["untouched: ", n, "\u00a0left"],
    after: (n) => ["changed: ", n, "\u00a0left"],
    difference: "difference, points",
    rows: "Candidates, those that change most first",
    drawn: "drawn",
    how: { stays: "", enters: "enters", leaves: "leaves" },
    short: { stays: "", enters: "in", leaves: "out" },
    others: {
      stays: (n) => `${n} more ${n === "1" ? "stays" : "stay"}`,
      enters: (n) => `${n} more ${n === "1" ? "enters" : "enter"}`,
      leaves: (n) => `${n} more ${n === "1" ? "leaves" : "leave"}`,
    },
    scale: (max, points) => `bars: 0 to ${max}${points === null ? "" : `, 0 to ${points} points; tick: untouched`}`,
    saysLeft: ({ all, left: [before, after], whole, enters, leaves }) => [
      whole
        ? `All ${all} tokens stay in the draw of both models. `
        : `Of ${all} tokens the untouched model has ${before} in the draw, the changed one ${after}`,
      ...(enters ? [`: ${enters.n} ${enters.n === "1" ? "enters, " : "enter, most of all "}`, enters.first] : []),
      ...(leaves
        ? [`${enters ? "; " : ": "}${leaves.n} ${leaves.n === "1" ? "leaves, " : "leave, most of all "}`, leaves.first]
        : []),
      whole ? "" : enters || leaves ? ". " : ", the same ones. ",
    ],
    saysMoved: (share) =>
      share === null ? "No token's share of the draw changes. " : `${share} of the draw goes to other tokens. `,
    saysDraw: ({ draw, seed, was, now, before, after }, same) =>
      same
        ? [
            `The random number ${draw} of seed ${seed} falls on `,
            now,
            before === after ? ` in both models (${after}).` : ` in both models; its share goes from ${before} to ${after}.`,
          ]
        : [
            `The random number ${draw} of seed ${seed} falls on `,
            was,
            ` (${before}) in the untouched model, on `,
            now,
            ` (${after}) in the changed one.`,
          ],
    saysGreedy: ({ was, now }, same) =>
      same
        ? ["Greedy: the likeliest token of all is ", now, " in both models."]
        : ["Greedy: the likeliest token of all is ", was, " in the untouched model, ", now, " in the changed one."],
    step: " The text goes on with the changed model's.",
    caption: (n) => `The ${n} tokens whose share of the draw changes most`,
    columns: ["token", "id", "untouched", "changed", "difference, points", "the change", "untouched, up to", "changed, up to"],
  },
};
