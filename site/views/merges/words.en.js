// What merges says, in English.
export default {
  bar: { name: "Pieces", title: "From text to tokens: bytes, merges, ids" },
  title: "From text to tokens",
  where: (word, first, last) => ["the word ", word, first === last ? `, token ${first}` : `, tokens ${first} to ${last}`],
  picture: "The word's bytes and how they are joined",
  player: "Merges of the word",
  start: (n, merges) => `${n} ${n === 1 ? "byte" : "bytes"}, nothing joined yet${merges ? "" : "; no pair of them is in the list"}`,
  step: (at, all, pair, rank) => `merge ${at} of ${all}: ${pair}, number ${rank} in the list`,
  bytes: "bytes, in hex",
  letters: "as letters",
  before: (n) => `${n} earlier`,
  ids: "ids",
  idsNow: "ids, so far",
  id: (id) => `id ${id}`,
  none: "This tokenizer has no merges: every letter stays a token of its own.",
  cut: (shown, all) => `The first ${shown} of the word's ${all} bytes.`,
  differs: (pieces) => [
    " In the text the same bytes stand in other pieces, ",
    ...pieces.flatMap((piece, at) => (at ? [" ", piece] : [piece])),
    ": they were generated, or the text was cut there. The model gets those.",
  ],
  special: (token, id) => [token, ` is no text: it is a sign with an id of its own, ${id}, and is never taken apart or joined.`],
  forms: "The same word in other forms",
  example: "A word in its forms, for example",
  formsAbout:
    "each form as this tokenizer cuts it; cosine of the angle between the vectors of forms that are one token: " +
    "1 would be the same",
  formsFew: "each form as this tokenizer cuts it",
  formsNone: "no other form of it can be written in the letters of this tokenizer",
  columns: { form: "form", pieces: "tokens with their ids", cosine: (form) => `cosine with ${form}` },
  says: ({ token, word, bytes, merges, pieces, n, all }) => [
    token,
    " is part of the word ",
    word,
    `: ${bytes} ${bytes === 1 ? "byte" : "bytes"}. ` +
      (merges
        ? `${merges} of the ${all} merges of this tokenizer join them to ${n === 1 ? "one token, " : `${n} tokens, `}`
        : n === 1
          ? "One byte is one token, "
          : all === "0"
            ? "Without merges that is "
            : "No merge of the list fits: "),
    ...pieces,
    ".",
  ],
  explain: [
    "A text is first cut into words: a space goes with the word after it, and letters, digits and signs stay apart. Then " +
      "every word is taken as its bytes in UTF-8, each written as one letter; a space is written Ġ, a new line Ċ.",
    "Now pairs of neighbours are joined. The list of merges was made once, from a large text, most frequent pair first; " +
      "always the pair that stands first in the list is joined, everywhere in the word, until no pair is in the list. What " +
      "is left are the tokens, and the vocabulary gives each its number.",
    "So the same word gets other numbers with a space before it or a large letter at its beginning: other bytes, other " +
      "merges. To the model they are unrelated tokens; that they mean the same is something their vectors had to learn.",
    "Rare words, other scripts and emoji fall into many pieces, even into parts of one character, shown as ⟨hex⟩.",
  ],
  caption: (word) => `Merges of ${word}`,
  twin: ["step", "pair", "number in the list", "pieces"],
};
