// What tokens says, in English.
export default {
  label: "Tokens of the text",
  caption: "Tokens: position, id, text, bytes and the probability they were given",
  columns: ["position", "text", "id", "bytes", "from"],
  one: ["probability"],
  both: ["probability, untouched", "changed", "change of its log₂, bits"],
  title: "Pieces",
  piece: ({ token, id, vocab }) => [token, ` is number ${id} of the ${vocab} pieces that the model knows.`],
  unread: ({ text, n, all }) => [
    `${n} of these ${all} pieces are parts of characters such as ${text}. The model has no pieces for this script: it has hardly read it.`,
  ],
  numbers: (width) => [`Every piece becomes ${width} numbers, which travel to the right: its stream.`],
  says: ({ n, dropped, most, token, id, vocab }) => [
    dropped
      ? `The model sees the last ${n} of the text's ${n + dropped} tokens, which is the most that it can. `
      : `The text is ${n === 1 ? "one token" : `${n} tokens`} long; the model sees at most ${most}. `,
    token,
    ` has id ${id} in the model's vocabulary of ${vocab}.`,
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
};
