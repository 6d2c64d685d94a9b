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
    says: ({ n, dropped, most, token, id, vocab }) => [
      dropped
        ? `The model sees the last ${n} of the text's ${n + dropped} tokens, which is the most that it can. `
        : `The text is ${n === 1 ? "one token" : `${n} tokens`} long; the model sees at most ${most}. `,
      token,
      ` has id ${id} in its vocabulary of ${vocab}.`,
    ],
    made: (n) => ` ${n === 1 ? "One of those in sight was" : `${n} of those in sight were`} generated.`,
    isMade: "generated",
    surprise: "surprise",
    surpriseTitle: "Colour every token by the probability that the model gives it after those before it",
    surprising: (bits, n) => [`0 bits`, `${bits} bits or more: a blind guess among ${n}`],
    moving: (bits) => [`\u2212${bits} bits: less likely`, `+${bits} bits: likelier`],
    still: ["", "0 bits: no probability changes"],
    given: (prob, bits) => `probability after the tokens before it that the model sees now: ${prob}, ${bits} bits`,
    none: "–",
    moved: ({ before, after, bits }) => `probability untouched ${before}, changed ${after}: ${bits} bits`,
    saysMoves: ({ token, position, moves, before, after, bits }) => [
      " Of what stands in the text the change moves ",
      token,
      `, token ${position}, most: its probability ${moves} from ${before} to ${after} (${bits} bits).`,
    ],
    saysStill: [" The change moves the probability of no token of the text."],
    item: (position, made, what) =>
      `, position ${position}${made ? ", generated" : ""}, ${{ id: "id", prob: "probability", bits: "its probability changes by, in bits, ", none: "no probability" }[what]} `,
    more: (n) => `${n} more`,
    unfold: (n) => `Show all ${n} tokens`,
    fold: "Fold the middle",
    explain: [
      "A model computes with numbers, so the text is first cut into pieces from a fixed list, its vocabulary, and each piece " +
        "becomes its number there: its id. The pieces are made of bytes, frequent neighbours merged: a common word is one " +
        "token, a rare one several. GPT-2's list has every single byte as well, so that any text can be written; the list of a " +
        "small model may not.",
      "A space belongs to the token after it and is shown as ·. In running text nearly every word comes with one, so the two " +
        "are merged, and no token is spent on the space. The same word at the very beginning of a text is therefore another " +
        "token, with another id.",
      "Surprise colours a token by −log₂ of the probability that the model gives it after the tokens before it. log₂ counts " +
        "halvings: 50\u00a0% is 1 bit, 25\u00a0% 2 bits, one in a thousand about 10. What the model expects stays pale. Temperature and " +
        "cuts play no part in it, and the first token has no probability: nothing comes before it.",
    ],
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
