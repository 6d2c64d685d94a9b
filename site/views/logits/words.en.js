// What logits says, in English.
import { ordinal } from "../../strings/en/numbers.js";

export default {
  title: "The next word",
  names: { name: "The next word", field: "Next token" },
  likeliest: (all) => [...all.flatMap((one, at) => (at ? [", ", ...one] : one)), " … "],
  draws: "One piece is drawn by chance.",
  drawsAtEnd: "A piece is drawn only at the end of the text.",
  takes: (token) => ["The likeliest, ", token, ", is taken."],
  temperature: (t) => `at temperature ${t}`,
  cut: (n) => (n === 1 ? "with no other left" : `among the ${n} likeliest`),
  drawsBy: ({ changes, one, own, share }) => [
    "One piece is drawn by chance. ",
    one,
    ` has ${own}; ${changes.join(" ")}, ${share}.`,
  ],
  after: ["after ", ""],
  rest: (n) => `${n} others`,
  follows: "really follows",
  drawn: "drawn next",
  says: ({ token, top, prob, rest, others, bits }) => [
    "After ",
    token,
    ", ",
    top,
    ` is most likely (${prob}). ${others ? `The ${others} pieces not listed share ${rest}. ` : ""}The uncertainty is ${bits} bits.`,
  ],
  really: ({ target, prob, rank, all }) => [
    " The piece that really follows, ",
    target,
    `, gets ${prob} (${ordinal(rank)} of ${all}).`,
  ],
  scale: (max, hasCurves) => `Longest bar: ${max}${hasCurves ? ". Width of the curves: probability" : ""}`,
  explain: [
    "The model gives every piece of its vocabulary a score, the logit. Softmax turns the scores into probabilities: it takes e (2.72) " +
      "to the power of each logit and divides by the sum of all these powers. So only differences between logits count: a piece " +
      "whose logit is higher by 1 than another's is e times as likely.",
    "The list shows the likeliest pieces; all others share what is left. The uncertainty in bits is the entropy: 1 for a " +
      "choice between two equally likely pieces, about 10 for a choice among a thousand.",
    "The model predicts after every piece of the text, not only after the last. Choose an earlier one to see what it expected " +
      "there, and how likely it found the piece that really follows.",
  ],
  caption: (token) => `Candidates after ${token}`,
  columns: ["piece", "id", "logit", "probability"],
};
