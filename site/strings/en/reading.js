// Parts on the way in: from text to tokens, their vectors, the norm.
export default {
  merges: {
    title: "From text to tokens",
    where: (word, first, last) => [
      "the word ",
      word,
      first === last ? `, token ${first}` : `, tokens ${first} to ${last}`,
    ],
    picture: "The word's bytes and how they are joined",
    player: "Merges of the word",
    start: (n, merges) =>
      `${n} ${n === 1 ? "byte" : "bytes"}, nothing joined yet${merges ? "" : "; no pair of them is in the list"}`,
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
    special: (token, id) => [
      token,
      ` is no text: it is a sign with an id of its own, ${id}, and is never taken apart or joined.`,
    ],
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
  },

  embedding: {
    title: "Embedding",
    where: (id, position) => `token ${id} at position ${position}`,
    at: (position) => `position ${position}`,
    strips: "The two rows and their sum, entries in columns",
    cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
    rows: "all three",
    near: "Tokens whose vectors point the way of ",
    nearIs: "cosine of the angle; 1 is the same direction, 0 a right angle",
    untied: "compared with the vectors of the unembedding, which this model keeps apart",
    places: (n) => `Positions whose rows point the way of row ${n}`,
    placesAre: (from, to) => `cosine with the rows of positions ${from} to ${to}`,
    place: (at, token, value) => `position ${at}, ${token}: ${value}`,
    positions: "Positions of the text compared with the chosen one",
    says: ({ token, id, all, position, most, embed, place, total, near, cosine }) => [
      token,
      ` is row ${id} of the ${all} in the token matrix (norm ${embed}); place ${position} of ${most} adds a row of its ` +
        `own (norm ${place}). Their sum, of norm ${total}, is where the residual stream starts. `,
      ...(near ? ["The nearest other token is ", near, `, with cosine ${cosine}.`] : []),
    ],
    explain: [
      "A model computes with numbers, so every token of the vocabulary has a row of them in the matrix W_E. The row is " +
        "looked up by the token's id: nothing is computed yet, and the same token has the same row in every text.",
      "Attention by itself sees a set of tokens without an order. The row of W_pos that belongs to the position is " +
        "therefore added: the same word gets a different vector at another place. GPT-2 learned these rows like " +
        "all its other weights.",
      "What each entry stands for was never laid down. Directions carry meaning: tokens that are used alike tend to point " +
        "the same way, which is what the list of neighbours shows. With a model that has been trained little or not " +
        "at all there is nothing in it to find.",
      "In GPT-2 the same matrix, turned, makes the scores of the next token at the end of the model: embedding and " +
        "unembedding are tied.",
    ],
    caption: (token) => `Token row, position row and their sum for ${token}`,
    columns: ["entry", "embed", "pos_embed", "resid_pre"],
  },

  layernorm: {
    title: "LayerNorm",
    which: "The LayerNorm that is opened",
    names: { ln1: "ln1, before attention", ln2: "ln2, before the MLP", ln_final: "ln_final, at the end" },
    short: { ln1: "ln1", ln2: "ln2", ln_final: "ln_final" },
    strips: "The steps of the norm in rows, entries in columns",
    rows: { centred: "− μ", normal: "÷ σ", weight: "γ", scaled: "× γ", bias: "β" },
    groups: { vector: "before σ", normal: "after σ", weight: "γ", bias: "β" },
    cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
    lines: "Every entry on its way",
    linesAre: (n) => `a line for each of the ${n} entries; bars: mean and one standard deviation; other scale from ÷ σ on`,
    says: ({ token, reads, mean, spread, norm, after, block }) => [
      block ? `In block ${block} ` : "At the end of the model ",
      token,
      ` comes in (${reads}) with mean ${mean} and standard deviation ${spread}; these become 0 ` +
        `and 1. Then every entry has its own scale γ and shift β. The vector's norm goes from ${norm} to ${after}.`,
    ],
    explain: [
      "Every sublayer writes into the residual stream, so the numbers there grow from block to block. Before a sublayer " +
        "reads, LayerNorm brings them back to one size: the mean of the vector's entries is taken off, and what is left " +
        "is divided by their standard deviation. That is done for each token on its own.",
      "γ and β are learned, one pair for each entry, the same for every token and every text. They choose which " +
        "entries the sublayer hears loudly and which hardly at all.",
      "σ is the square root of variance + ε. The tiny ε only keeps a vector of equal numbers from being divided by 0.",
      "The stream itself is not touched: the norm makes a copy for the sublayer to read. Whatever the length of the " +
        "residual vector, only its direction gets through.",
    ],
    saysOff: ({ token, norm, after }) => [
      "This norm is switched off by hand: ",
      token,
      `, of norm ${norm}, is neither centred nor divided; only γ and β act, and the norm becomes ${after}.`,
    ],
    caption: (norm, token) => `${norm} of ${token}, step by step`,
    columns: (reads, norm) => ["entry", reads, "− μ", "÷ σ", "γ", "× γ", "β", norm],
  },
};
