// What embedding says, in English.
export default {
  bar: { name: "Numbers", title: "A token's vector and its position's, added" },
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
};
