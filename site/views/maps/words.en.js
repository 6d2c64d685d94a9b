// What maps says, in English.
import contract from "../../generated/contract.js";

const capital = (text) => text[0].toUpperCase() + text.slice(1);

export default {
  bar: { name: "Head maps", title: "What each head does, and what is lost without it" },
  title: "Head maps",
  roles: "What heads look at",
  sweeps: "Effects of changes",
  measures: {
    previous: "previous token",
    same: "same token",
    induction: "induction",
    sink: "first token",
    spread: "spread",
    zero: "heads off",
    mean: "heads at average",
    heads: "heads from the other text",
    positions: "stream from the other text",
    masks: "masks",
  },
  meanings: {
    previous: "Score: the weight on the token just before, averaged over all tokens but the first.",
    same: "Score: the weight on earlier occurrences of the same token, averaged over the tokens that have any.",
    induction:
      "Score: the weight on the token that followed the same token earlier, averaged over the tokens that have one. Such a head finds " +
      "the earlier place in the text and reads on from there.",
    sink: "Score: the weight on the first token, averaged over all others. Heads rest there when they find nothing.",
    spread: "Score: how widely the weights are spread (their entropy, as a share of the most it could be). 1: they are all equal.",
    zero: "Switch off each head in turn, so that it adds nothing: how does the lead of one token over another change?",
    mean: "Set each head in turn to what it adds on average: how does the lead of one token over another change?",
    heads: "Let each head in turn add what it added on the other text: how does the lead change?",
    positions:
      "Take the stream from the other text, before each block and at each token in turn: through which places does the difference " +
      "between the texts pass?",
    masks: "Other masks, other windows: bits per token over the text, more or fewer than when all earlier tokens are in view.",
  },
  cannot: "This text cannot show it: it has only one token, or no token comes twice.",
  needsMeans: "This model was exported without averages.",
  needsOther: "This needs another text with as many tokens as this one: enter it under “What if”.",
  unlike: (here, there) => `This needs two texts of the same length: this one has ${here} tokens, the other ${there}.`,
  toWhatIf: "Open “What if”",
  examples: "Texts that show it",
  texts: "Texts",
  lead: { before: "Lead of ", between: " over " },
  answer: "the token that leads",
  against: "the token it is compared with",
  searched: "Search for a token",
  searchedTitle: "Matches come first in both lists",
  search: "Find a token",
  found: (n) => (n ? `${n} found: first in both lists` : "no such token"),
  likeliest: "likeliest",
  nextLikeliest: "next likeliest",
  swap: "Swap",
  run: "Run",
  again: "Run again",
  stop: "Stop",
  ready: (n) => `will take ${n} runs of the model`,
  progress: (n, all, seconds) => `${n} of ${all} runs, ${seconds} s`,
  done: (n, seconds) => `${n} runs in ${seconds} s`,
  stopped: (n, all, seconds) => `stopped after ${n} of ${all} runs, ${seconds} s`,
  stale: "This map belongs to another text.",
  staleTokens: (a, b) => ["This map shows the lead of ", a, " over ", b, "."],
  grid: "The map: Enter does what a click does; where cells are heads, Delete or X switches one off and on",
  block: (n) => `block ${n}`,
  before: (n) => `before ${n}`,
  masks: { window: "window", sinks: `+ first ${contract.sinks}`, blocks: "blocks" },
  isOff: "switched off",
  role: (what, score) => `${what}: ${score}`,
  off: ({ what, value, a, b, from, to }) => `${what}: the lead of ${a} over ${b} goes from ${from} to ${to} (${value})`,
  place: (block, token) => `stream before block ${block} at ${token}`,
  maskCell: (kind, size, value) => `${kind}, size ${size}: ${value} bits per token`,
  waiting: "not tried yet",
  switchTitle: "In the map: Delete or X switches the head off, and on again",
  top: { roles: "Highest scores", sweep: "Largest changes" },
  switchOff: (what) => `Switch off ${what}`,
  switchOn: (what) => `Switch on ${what} again`,
  turnOff: "switch off",
  on: "switch on",
  together: (n) => `Switch off the ${n} heads with the largest effect together`,
  saysRole: ({ role, what, score, mean }) => `${capital(what)} has the highest score for “${role}”: ${score} (average ${mean}).`,
  saysApart: ({ role, what, by }) => `The change moves the “${role}” score of ${what} most: by ${by}.`,
  saysAlike: "The change moves none of these scores.",
  saysSweep: ({ base, a, b, what, to }) => [
    "In the original model, ",
    a,
    " leads ",
    b,
    ` by ${base} (difference of their logits). Of all heads tried, ${what} changes that most: to ${to}.`,
  ],
  saysHeads: ({ base, a, b, what, to }) => [
    "In the original model, ",
    a,
    " leads ",
    b,
    ` by ${base}. Of all heads tried, ${what}, taken from the other text, changes that most: to ${to}.`,
  ],
  saysPlace: ({ base, a, b, what, to }) => [
    "In the original model, ",
    a,
    " leads ",
    b,
    ` by ${base}. Of all places tried, the ${what}, taken from the other text, changes that most: to ${to}.`,
  ],
  saysMasks: ({ base, size, window, sinks }) =>
    `With all earlier tokens in view, the text costs ${base} bits per token. With a window of ${size} it costs ${window}; ` +
    `with the first ${contract.sinks} tokens in view as well, ${sinks}.`,
  saysNoMasks: "Press Run: every cell is one run of the model over the whole text.",
  saysNone: "Choose two tokens and press Run: every cell is one run of the model.",
  saysChanged: " These scores are the changed model's.",
  saysUntouched: " These maps always start from the original model.",
  signed: "lead falls / lead grows",
  signedRole: "score falls / score grows",
  signedLoss: "fewer bits / more bits",
  caption: (what) => `${what}, by value`,
  columns: ["place", "value"],
  explain: [
    "A role is a name for what a head looks at. It is measured here, on this text, from the attention weights alone. A head may " +
      "score on one text and not on another, and a high score does not say that the answer depends on the head.",
    "The maps of changes ask what the answer depends on. Each cell is one run of the original model with one change. The answer is " +
      "how far one token leads another: the difference of their logits at the end of the text.",
    "A head that matters little alone may still matter, because others can do the same work. Switch several off together to see.",
  ],
  // Texts on which the storyteller's best head for the role scores high: 0.60 and 0.59, 0.49 and 0.38, 0.90 and 0.82,
  // 0.81 and 0.77, 0.99 and 0.99.
  wake: {
    previous: ["little by little, little by little", "King Kolbin and Queen Mirlo, King Kolbin and Queen Mir"],
    same: [
      "She sat by the window and looked out upon the wide green sea",
      "one, two, three, four, one, two, three, four, one, two,",
    ],
    induction: ['The wolf said to Zorka, "Run!" And Zor', "little by little, little by little"],
    sink: ["She sat by the window and looked out upon the wide green sea", "red blue green red blue green red blue"],
    masks: [
      {
        name: "a longer one",
        text:
          "Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or twice she had peeped " +
          'into the book her sister was reading, but it had no pictures or conversations in it, "and what is the use of a book," thought Alice, ' +
          '"without pictures or conversations?" So she was considering in her own mind, as well as she could, for the hot day made her feel very ' +
          "sleepy and stupid, whether the pleasure of making a daisy-chain would be worth the trouble of getting up and picking the daisies, when " +
          "suddenly a White Rabbit with pink eyes ran close by her.",
      },
    ],
    spread: ["Zorka and Mirlo met Zorka and Mir", "Dorothy and Toto and the Scarecrow, Dorothy and Toto and the"],
  },
};
