// The tour through the page, and the names of what a presentation shows.
export default {
  label: "Tour",
  failed: "The tour could not be loaded. Check the connection and try again.",
  presenting: "Presentation",
  leave: "Close",
  back: "Back",
  next: "Next",
  done: "Done",
  place: (n, all) => `${n} of ${all}`,

  stops: {
    pieces: {
      title: "Text is cut into pieces",
      text:
        "How would you continue this text? Keep your guess in mind. The model first cuts the text into pieces that it knows: " +
        "words, parts of words, single letters. A middle dot (\u00b7) stands for a space.",
    },
    numbers: {
      title: "Pieces become numbers",
      text:
        "A model can only compute. So each piece becomes a row of numbers, always the same for the same piece, and its place in " +
        "the text adds another row. The coloured stripes are these numbers.",
    },
    attention: {
      title: "Pieces look back",
      text:
        "Which earlier pieces would help you to go on? In the card with the violet edge each piece asks (query, blue), finds earlier " +
        "pieces by their keys (red) and takes from their values (green): the larger a dot, the more. Many such heads work side by side.",
    },
    mlp: {
      title: "Neurons respond",
      text:
        "Then each piece goes through a layer of neurons, by itself. Each neuron responds to something in the row of numbers, and " +
        "all their answers are added to it. Looking back and working alone are repeated, block after block.",
    },
    next: {
      title: "The next word",
      text:
        "After the last block, the last piece\u2019s numbers become a probability for every piece that the model knows. Is your " +
        "guess among the likeliest?",
    },
    write: {
      title: "Now let it write",
      text:
        "Press Next word. One piece is drawn by chance, likely pieces more often, and added to the text. Then everything runs again. " +
        "ChatGPT and other chat assistants write in this way, with far larger models.",
    },
    inside: {
      title: "Look inside",
      text:
        "Every underlined name in the picture opens. Here is one head of attention. In the first figure, each square is one piece\u2019s " +
        "query times another\u2019s key. Choose a square to take it apart, down to a single multiplication.",
    },
    yours: {
      title: "Now it is yours",
      text:
        "Type a text of your own, or take an example. In What if you switch parts of the model off. Words with a dotted line " +
        "explain themselves.",
    },
  },
  // The slides of attention: what their heading adds to the part's title, and the sentence that they begin with.
  stages: {
    scores: {
      after: " 1: queries meet keys",
      says:
        "Each row is a token that looks, each column a token it could look at. The query of the one times the key of the other " +
        "says how well they match.",
    },
    scaled: {
      after: " 2: scaled",
      says: "Every product is divided by the same number. This keeps the scores in a range that suits the softmax.",
    },
    masked: { after: " 3: later pieces hidden", says: "No token may look at what comes after it. Those scores are left out." },
    softmax: {
      after: " 4: from scores to weights",
      says: "The softmax turns each row of scores into weights: none below 0, and all together 100 %.",
    },
    values: {
      after: " 5: weights times values",
      says: "Each token\u2019s value times its weight, all of them added up: z, what the head has collected.",
    },
  },
  // The sentences that other slides begin with.
  says: {
    merges:
      "From here on the field\u2019s names stand here: a piece is a token, its row of numbers a vector. The stream is resid, " +
      "rescaling is ln (LayerNorm), and the neurons are the MLP.",
  },
  draw: "The draw and the text that grows",
};
