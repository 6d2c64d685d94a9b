// What merges says, in English.
export default {
  bar: { name: "Pieces", field: "Tokens", title: "From text to tokens: bytes, merges, ids" },
  title: "Pieces: from text to tokens",
  where: (word, first, last) => ["the word ", word, first === last ? `, token ${first}` : `, tokens ${first} to ${last}`],
  picture: "The word's bytes and how they are joined",
  player: "Merges of the word",
  start: (n, merges) => `${n} ${n === 1 ? "byte" : "bytes"}, nothing joined yet${merges ? "" : "; no pair of them is in the list"}`,
  step: (at, all, pair, rank) => `merge ${at} of ${all}: ${pair} (rule ${rank} of the list)`,
  bytes: "bytes, in hex",
  letters: "written as",
  before: (n) => `${n} earlier`,
  ids: "ids",
  idsNow: "ids so far",
  id: (id) => `id ${id}`,
  none: "This tokenizer has no merges: every letter stays a token of its own.",
  cut: (shown, all) => `The first ${shown} of the word's ${all} bytes.`,
  differs: (pieces) => [
    " In the text, the same bytes are divided differently: ",
    ...pieces.flatMap((piece, at) => (at ? [" ", piece] : [piece])),
    ". They were generated, or the text was cut there. The model gets these pieces.",
  ],
  special: (token, id) => [token, ` is not text: it is a mark with an id of its own, ${id}, and is never split or joined.`],
  forms: "The same word in other forms",
  example: "Example: one word in several forms",
  formsAbout:
    "how this tokenizer cuts each form; for forms that are one token, the cosine of the angle between their vectors: " +
    "1 is the same direction",
  formsFew: "how this tokenizer cuts each form",
  formsNone: "this tokenizer's letters can write no other form of it",
  columns: { form: "form", pieces: "tokens with their ids", cosine: (form) => `cosine with ${form}` },
  says: ({ token, word, bytes, merges, pieces, n, all }) => [
    token,
    ...(token.token === word.token ? [" is a word of its own"] : [" is part of the word ", word]),
    `: ${bytes} ${bytes === 1 ? "byte" : "bytes"}. ` +
      (merges
        ? `${merges === 1 ? "One" : merges} of this tokenizer's ${all} merges ${merges === 1 ? "joins" : "join"} them into ` +
          (n === 1 ? "one token, " : `${n} tokens, `)
        : n === 1
          ? "One byte is one token, "
          : all === "0"
            ? "Without merges, the tokens are "
            : "No merge of the list fits, so the tokens are "),
    ...pieces,
    ".",
  ],
  explain: [
    "A text is first cut into words: a space goes with the word after it; letters, digits and signs are kept apart. Every word is " +
      "then taken as its bytes (in UTF-8), and each byte is written as one letter; here a space is written Ġ, a new line Ċ.",
    "Now pairs of neighbours are joined by a list of rules, the merges. The list was made once, from a large text, the most " +
      "frequent pair first. Of the pairs in the word, the one that stands first in the list is joined, everywhere in the word, and " +
      "so on until no pair is in the list. What is left are the tokens, and the vocabulary gives each its number.",
    "So the same word gets other numbers with a space before it or with a capital letter: other bytes, other merges. To the " +
      "model they are unrelated tokens. That they mean the same is something their vectors had to learn.",
    "Rare words, other scripts and emoji fall into many pieces, even into parts of one character, shown as ⟨hex⟩.",
  ],
  caption: (word) => `Merges of ${word}`,
  twin: ["step", "pair", "rule", "pieces"],
};
