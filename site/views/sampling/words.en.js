// What sampling says, in English.
export default {
  title: "Sampling",
  where: (position) => `choosing token ${position}`,
  knobs: { temperature: "temperature", top_k: "top-k", top_p: "top-p" },
  off: "off",
  means: {
    temperature: (t) => `temperature ${t}`,
    top_k: (k) => (k === null ? "off, all tokens are kept" : `the ${k} likeliest tokens are kept`),
    top_p: (p) => (p === null ? "off, all tokens are kept" : `the likeliest tokens are kept that together reach ${p}`),
  },
  own: "the model\u2019s own odds",
  ownTitle: "Temperature 1 and no cuts: draw by the model's own probabilities",
  greedy: "greedy",
  greedyTitle: "Always take the likeliest token: no temperature, no cuts, no draw",
  seed: "seed",
  newSeed: "new seed",
  noSeed: (most) => `a whole number from 0 to ${most}`,
  heads: { model: "logit, softmax", scaled: "logit / T, softmax", left: "what is left", draw: "draw" },
  left: (n, all) => [`${n}`, ` of ${all} left`],
  take: "append this token",
  takes: (token) => `append this token: ${token}`,
  rows: "Candidates, likeliest first",
  cut: { k: "top-k", p: "top-p" },
  cutBy: { k: "cut by top-k", p: "cut by top-p" }, // also in a formula
  keptOthers: (n) => `${n} more left`,
  cutOthers: (how, n) => `${how} cuts ${n}`,
  none: "none",
  all: (n) => `show ${n}`,
  fewer: "show fewer",
  scale: (max) => `Longest bar: ${max}. Tick: before this step`,
  bar: (draw) => `random number ${draw}`,
  notDrawn: "no draw",
  saysTemperature: (t) => (t === "1" ? "Temperature 1 leaves the logits as they are. " : `The logits are divided by ${t}. `),
  saysCut: ({ k, p, massK, massP }) =>
    [k && `Top-k cuts ${k} (${massK})`, p && `top-p cuts ${p} (${massP})`].filter(Boolean).join(", "),
  saysLeft: (n, all, cut) =>
    n === all
      ? `All ${all} tokens stay in the draw. `
      : `${cut.replace(/^t/, "T")}: ${n} of ${all} tokens ${n === "1" ? "is" : "are"} left. `,
  saysDraw: ({ draw, seed, token, prob }) => [
    `The random number ${draw} (from seed ${seed}) falls on `,
    token,
    `, whose share of the draw is ${prob}.`,
  ],
  saysGreedy: ({ token, prob }) => [
    "Greedy: the likeliest token is taken, ",
    token,
    ` (${prob}). Temperature, cuts and seed play no part.`,
  ],
  caption: (n, all) => `The ${n} listed tokens of ${all}, through all stages`,
  columns: ["token", "id", "logit", "logit / T", "softmax(logit)", "softmax(logit / T)", "cut by", "left", "up to"],
  explain: [
    "The model gives every token a probability, not one answer. To take the likeliest every time (greedy) always writes the same " +
      "text, and often one that goes round in circles. To draw by the probabilities keeps the variety that the model learned. But " +
      "then one of the many unlikely tokens is drawn now and then too, and it can derail a text.",
    "The three controls set the balance, in this order. Temperature divides the logits: below 1 the likely tokens get likelier, " +
      "above 1 all become more alike; their order never changes. Top-k then keeps the k likeliest tokens. Top-p keeps the fewest of " +
      "these that together reach the share p: few where the model is sure, many where it is not. What is left is scaled up " +
      "to add up to 1 again.",
    "In the bar at the right, every token that is left has a stretch as long as its probability. A random number between 0 and 1 " +
      "points into that bar. The number is computed from the seed and the place in the text: the same text, settings and seed " +
      "draw the same token, today and on another machine.",
  ],

  // of a changed model: its draw beside the original model's
  difference: {
    before: (n) => ["original: ", n, "\u00a0left"],
    after: (n) => ["changed: ", n, "\u00a0left"],
    difference: "difference, % points",
    rows: "Candidates, those that change most first",
    drawn: "drawn",
    how: { stays: "", enters: "enters", leaves: "leaves" },
    short: { stays: "", enters: "in", leaves: "out" },
    others: {
      stays: (n) => `${n} more ${n === "1" ? "stays" : "stay"}`,
      enters: (n) => `${n} more ${n === "1" ? "enters" : "enter"}`,
      leaves: (n) => `${n} more ${n === "1" ? "leaves" : "leave"}`,
    },
    scale: (max, points) => `Longest bars: ${max}${points === null ? "" : ` and ${points} percentage points. Tick: original`}`,
    saysLeft: ({ all, left: [before, after], whole, enters, leaves }) => [
      whole
        ? `All ${all} tokens stay in the draw of both models. `
        : `Of ${all} tokens, ${before} can be drawn in the original model and ${after} in the changed one`,
      ...(enters ? [`: ${enters.n} ${enters.n === "1" ? "enters, " : "enter, above all "}`, enters.first] : []),
      ...(leaves
        ? [`${enters ? "; " : ": "}${leaves.n} ${leaves.n === "1" ? "leaves, " : "leave, above all "}`, leaves.first]
        : []),
      whole ? "" : enters || leaves ? ". " : ", the same ones. ",
    ],
    saysMoved: (share) =>
      share === null ? "No token's share of the draw changes. " : `${share} of the draw goes to other tokens. `,
    saysDraw: ({ draw, seed, was, now, before, after }, same) =>
      same
        ? [
            `The random number ${draw} (from seed ${seed}) falls on `,
            now,
            before === after ? ` in both models (${after}).` : ` in both models; its share goes from ${before} to ${after}.`,
          ]
        : [
            `The random number ${draw} (from seed ${seed}) falls on `,
            was,
            ` (${before}) in the original model, on `,
            now,
            ` (${after}) in the changed one.`,
          ],
    saysGreedy: ({ was, now }, same) =>
      same
        ? ["Greedy: the likeliest token is ", now, " in both models."]
        : ["Greedy: the likeliest token is ", was, " in the original model, ", now, " in the changed one."],
    step: " The text goes on with the changed model.",
    caption: (n) => `The ${n} tokens whose share of the draw changes most`,
    columns: ["token", "id", "original", "changed", "difference, % points", "the change", "original, up to", "changed, up to"],
  },
};
