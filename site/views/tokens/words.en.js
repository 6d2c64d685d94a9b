// What tokens says, in English.
export default {
  label: "Pieces of the text",
  caption: "Pieces: position, text, id, bytes, who wrote them, and their probability",
  columns: ["position", "text", "id", "bytes", "from"],
  one: ["probability"],
  both: ["probability, original", "changed", "change of its log₂, bits"],
  title: "Pieces",
  names: { name: "Pieces", field: "Tokens" },
  piece: ({ token, id, vocab }) => [token, ` has number ${id} in the list of ${vocab} pieces that the model knows.`],
  unread: ({ text, n, all }) => [
    `${n === all ? `All ${all}` : `${n} of these ${all}`} pieces are single bytes of characters such as ${text}. Such characters are not in the model\u2019s list: it has hardly read any.`,
  ],
  numbers: (width) => [`Every piece becomes ${width} numbers. They run through the model as its stream.`],
  says: ({ n, dropped, most, token, id, vocab }) => [
    dropped
      ? `The text has ${n + dropped} pieces (tokens). The model sees the last ${n}, which is the most it can. `
      : `The text is cut into ${n === 1 ? "one piece (token)" : `${n} pieces (tokens)`}; the model can see at most ${most}. `,
    token,
    ` has id ${id} in the model's vocabulary of ${vocab}.`,
  ],
  made: (n) => ` The model wrote ${n === 1 ? "one" : n} of the pieces shown.`,
  isMade: "written by the model",
  surprise: "Surprise",
  surpriseTitle: "Colour every piece by the probability that the model gave it after the pieces before it",
  surprising: (bits, n) => [`0 bits`, `${bits} bits or more: a blind guess among ${n}`],
  moving: (bits) => [`\u2212${bits} bits: less likely`, `+${bits} bits: more likely`],
  still: ["", "0 bits: no probability changes"],
  given: (prob, bits) => `probability after the pieces before it that the model sees now: ${prob}, ${bits} bits`,
  none: "–",
  moved: ({ before, after, bits }) => `probability: original ${before}, changed ${after}; ${bits} bits`,
  saysMoves: ({ token, position, moves, before, after, bits }) => [
    " In the text, the change moves ",
    token,
    ` (piece ${position}) most: its probability ${moves} from ${before} to ${after} (${bits} bits).`,
  ],
  saysStill: [" In the text, the change moves no piece's probability."],
  item: (position, made, what) =>
    `, position ${position}${made ? ", written by the model" : ""}, ` +
    `${{ id: "id", prob: "probability", bits: "change of its probability in bits:", none: "no probability" }[what]} `,
  more: (n) => `${n} hidden: show`,
  unfold: (n) => `Show all ${n} pieces`,
  fold: "Hide the middle",
  explain: [
    "A model computes with numbers. So the text is first cut into pieces from a fixed list, the vocabulary, and each piece becomes " +
      "its number in that list, its id. The field calls such a piece a token. Pieces are bytes, with frequent neighbours " +
      "merged: a common word is one piece, a rare word several. GPT-2's list also has every single byte, so that any text can be " +
      "written; a small model's list may not.",
    "A space belongs to the piece after it and is shown as ·. In running text nearly every word comes with a space, so the two are " +
      "merged and no piece is spent on the space. At the very beginning of a text, the same word is therefore another piece with " +
      "another id.",
    "Surprise colours a piece by −log₂ of the probability that the model gives it after the pieces before it. log₂ counts " +
      "halvings: 50\u00a0% is 1 bit, 25\u00a0% is 2 bits, one in a thousand about 10. What the model expects stays pale. Temperature and " +
      "cuts play no part here. The first piece has no probability, because nothing comes before it.",
  ],
};
