// What embedding says, in English.
export default {
  bar: { name: "Numbers", field: "Embedding", title: "A token's vector and its position's, added" },
  title: "Numbers: the embedding",
  where: (id, position) => `token ${id} at position ${position}`,
  at: (position) => `position ${position}`,
  strips: "The two rows and their sum, entries in columns",
  cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
  rows: "one colour scale for all three rows",
  near: "Tokens with vectors most similar to ",
  nearIs: "cosine of the angle between the vectors; 1 is the same direction, 0 a right angle",
  untied: "compared with the vectors of the unembedding, which this model keeps apart",
  places: (n) => `Positions most similar to position ${n}`,
  placesAre: (from, to) => `cosine of its row with the rows of positions ${from} to ${to}`,
  place: (at, token, value) => `position ${at}, ${token}: ${value}`,
  positions: "Positions of the text compared with the chosen one",
  says: ({ token, id, all, position, most, embed, place, total, near, cosine }) => [
    token,
    ` has row ${id} of the ${all} in the token matrix (length ${embed}). Position ${position} of ${most} adds a row of its ` +
      `own (length ${place}). Their sum, of length ${total}, is where the residual stream starts. `,
    ...(near ? ["The nearest other token is ", near, `, with cosine ${cosine}.`] : []),
  ],
  explain: [
    "A model computes with numbers, so every token of the vocabulary has a row of numbers, a vector, in the matrix W_E. The row is " +
      "looked up by the token's id. Nothing is computed yet, and the same token has the same row in every text.",
    "Attention by itself sees a set of tokens without an order. So every position has a row too, in the matrix W_pos, and it is " +
      "added: the same word gets another vector at another place. GPT-2 learned these rows like all its other weights.",
    "Nobody laid down what each entry stands for. Directions carry the meaning: tokens that are used alike tend to point the same " +
      "way. The list of neighbours shows this. In a model that has been trained little or not at all there is nothing to find.",
    "At its end, GPT-2 uses the same matrix once more, turned on its side, to make the scores of the next token: embedding and " +
      "unembedding are tied.",
  ],
  caption: (token) => `Token row, position row and their sum for ${token}`,
  columns: ["entry", "embed", "pos_embed", "resid_pre"],
};
