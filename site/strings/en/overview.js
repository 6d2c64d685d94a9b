// The first screen: tokens, the residual stream, the next token.
import { ordinal } from "./numbers.js";

export default {
  tokens: {
    label: "Tokens of the text",
    caption: "Tokens: position, id, text, bytes and the probability they were given",
    columns: ["position", "text", "id", "bytes", "from"],
    one: ["probability"],
    both: ["probability, untouched", "changed", "change of its log₂, bits"],
    title: "Tokens",
    says: ({ n, most, token, id, vocab }) => [
      `The text is ${n === 1 ? "one token" : `${n} tokens`} long; the model sees at most ${most}. `,
      token,
      ` is number ${id} of the ${vocab} it knows.`,
    ],
    made: (n) => ` ${n === 1 ? "One of them was" : `${n} of them were`} generated.`,
    isMade: "generated",
    surprise: "surprise",
    surpriseTitle: "Colour every token by the probability that the model gave it",
    surprising: (bits, n) => [`0 bits`, `${bits} bits or more: a blind guess among ${n}`],
    moving: (bits) => [`\u2212${bits} bits: less likely`, `+${bits} bits: likelier`],
    still: ["", "0 bits: no probability changes"],
    given: (prob, bits) => `came with probability ${prob}: ${bits} bits`,
    moved: ({ before, after, bits }) => `probability untouched ${before}, changed ${after}: ${bits} bits`,
    saysMoves: ({ token, position, moves, before, after, bits }) => [
      " Of what stands in the text the change moves ",
      token,
      `, token ${position}, most: its probability ${moves} from ${before} to ${after} (${bits} bits).`,
    ],
    saysStill: [" The change moves the probability of no token of the text."],
    item: (position, made, what) =>
      `, position ${position}${made ? ", generated" : ""}, ${{ id: "id", prob: "probability", bits: "its probability changes by, in bits, " }[what]} `,
    more: (n) => `${n} more`,
    unfold: (n) => `Show all ${n} tokens`,
    fold: "Fold the middle",
  },

  residual: {
    title: "The residual stream",
    blocks: "Block",
    block: (n, all) => `Block ${n} of ${all}`,
    previous: "Previous block",
    next: "Next block",
    embed: "embed",
    final: "ln_f",
    stream: "stream",
    attention: "attention",
    head: (n, all) => `head ${n} of ${all}`,
    previousHead: "Previous head",
    nextHead: "Next head",
    mlp: "MLP",
    says: ({ block, token, before, attention, mlp, after }) => [
      `Block ${block} finds `,
      token,
      ` with a vector of norm ${before}. Attention adds one of norm ${attention}, ` +
        `the MLP one of ${mlp}; the stream leaves with ${after}.`,
    ],
    thickness: (max) => `stream: norm, up to ${max}`,
    writes: "added by attention and MLP: norm, the same scale",
    broken: (n, largest) => `; ${n} beyond, up to ${largest}, dashed`,
    ribbons: (head) => `weights of head ${head}: width`,
    faint: (least, others) =>
      ` (from ${least * 100}\u00a0% for this token, ` + (others === null ? "others not drawn)" : `${others * 100}\u00a0% for others)`),
    strip: (limit) => `resid_pre, ±${limit}`,
    pooled: (n) => `, largest of ${n}`,
    readout: ({ block, before, attention, mlp, after }) =>
      `block ${block}: ${before} + attention ${attention} + MLP ${mlp} → ${after}`,
    explain: [
      "Every token has a vector of its own, the residual stream. It begins as the embedding, and nothing ever replaces it: " +
        "attention and MLP read it, normalised, and add a vector of the same width to it. What a block writes every later block " +
        "can read.",
      "A path here is one token's stream. How thick it is at a place is the norm of the vector there: its length, the root of " +
        "the sum of its squares. The branches are as thick as the norm of what attention and MLP add, in the same scale. Norms " +
        "do not add up: a vector that points against the stream makes it shorter.",
      "The curves before attention are the chosen head's weights: the wider, the more this token takes from that one. Only here " +
        "does anything move from token to token, and only forwards: a token never sees what comes after it.",
      "The strips show the vector itself as it enters the open block, entry by entry. At the end, ln_f normalises it once more, " +
        "and its dot products with the embeddings of all tokens are the logits of the next one.",
    ],
    caption: (token) => `Norms in the residual stream, token ${token}`,
    columns: ["block", "stream before", "attention adds", "MLP adds", "stream after"],
  },

  logits: {
    title: "The next token",
    heading: "Next token",
    after: ["after ", ""],
    rest: (n) => `${n} others`,
    follows: "follows",
    says: ({ token, top, prob, rest, others, bits }) => [
      "After ",
      token,
      ", ",
      top,
      ` is most likely (${prob}). ${others ? `The ${others} tokens not listed share ${rest}. ` : ""}The uncertainty is ${bits} bits.`,
    ],
    really: ({ target, prob, rank, all }) => [
      " What really follows, ",
      target,
      `, gets ${prob}: the ${ordinal(rank)} of ${all}.`,
    ],
    scale: (max) => `bars: 0 to ${max}; curves: as wide as the probability`,
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
  },
};
