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
    writes: "added by attention and MLP",
    broken: (n, largest) => `; ${n} beyond, up to ${largest}, dashed`,
    ribbons: (head) => `weights of head ${head}`,
    strip: (limit) => `resid_pre, ±${limit}`,
    pooled: (n) => `, largest of ${n}`,
    readout: ({ block, before, attention, mlp, after }) =>
      `block ${block}: ${before} + attention ${attention} + MLP ${mlp} → ${after}`,
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
    scale: (max) => `bars: 0 to ${max}`,
    caption: (token) => `Candidates after ${token}`,
    columns: ["token", "id", "logit", "probability"],
  },
};
