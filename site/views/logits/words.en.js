// What logits says, in English.
import { ordinal } from "../../strings/en/numbers.js";

export default {
  title: "The next token",
  heading: "The next word",
  likeliest: (all) => [...all.flatMap((one, at) => (at ? [", ", ...one] : one)), " … One of them is drawn."],
  after: ["after ", ""],
  rest: (n) => `${n} others`,
  follows: "follows",
  drawn: "drawn: ",
  says: ({ token, top, prob, rest, others, bits }) => [
    "After ",
    token,
    ", ",
    top,
    ` is most likely (${prob}). ${others ? `The ${others} tokens not listed share ${rest}. ` : ""}The uncertainty is ${bits} bits.`,
  ],
  really: ({ target, prob, rank, all }) => [" What really follows, ", target, `, gets ${prob}: the ${ordinal(rank)} of ${all}.`],
  scale: (max) => `Longest bar: ${max}. Width of the curves: probability`,
  explain: [
    "The model gives every token of its vocabulary a number, the logit. The softmax makes probabilities of them: e to the power " +
      "of each logit, divided by the sum of all of these. So only differences between logits count: one more in the logit is " +
      "e (2.72) times the probability.",
    "Listed are the likeliest; the rest of the vocabulary shares what is left. The uncertainty in bits is the entropy: of a " +
      "choice between two equally likely tokens it is 1, between a thousand about 10.",
    "It is a prediction after every token of the text, not only the last: choose an earlier one to see what the model expected " +
      "there, and how it rated what really follows.",
  ],
  caption: (token) => `Candidates after ${token}`,
  columns: ["token", "id", "logit", "probability"],
};
