// What heads says, in English.
export default {
  bar: { name: "All heads", title: "The attention of every head of every block" },
  title: "All heads",
  size: (blocks, heads) => `${blocks} blocks, ${heads} heads each`,
  click: "Click to",
  modes: { open: "open", compare: "compare", average: "average" },
  grid: "Heads: blocks in rows, heads in columns. Enter does what a click does, Space adds to the average",
  block: "block",
  head: "head",
  name: (block, head) => `head ${block}.${head}`,
  read: (block, head, alike, picked) => `head ${block}.${head}: ${alike} alike${picked ? ", in the average" : ""}`,
  itself: "the chosen head",
  alone: "one token: every head can only look at it",
  leftOut: "left out",
  ringed: "framed: the chosen head; numbers: how much the most similar heads overlap with it",
  pooled: (n) => `each cell shows the largest of ${n} × ${n}`,
  alike: (block, head) => `Most like head ${block}.${head}`,
  averageThem: "average them",
  says: ({ block, head, other, share, compared }) =>
    `Head ${other[0]}.${other[1]} is most like head ${block}.${head}: ` +
    `over ${compared} ${compared === "1" ? "token" : "tokens"}, with the first left out, they give ${share} of their attention to the same keys.`,
  saysOne: "There is only one token, and every head looks at it: here the heads cannot be told apart.",
  saysOnly: "This model has only one head: there is none to compare it with.",
  explain: [
    "Every small square is one head on this text: queries in rows, keys in columns, and the darker a cell, the larger the weight.",
    "How alike two heads are is measured on these patterns. For each query and key, take the smaller of the two heads\u2019 " +
      "weights, that is the weight both give; add up over the keys, then average over the queries. 100 % means equal patterns, 0 " +
      "% that they never look at the same token. The first token is left out: in every head it can only look at itself. In a " +
      "longer text, evenly spaced queries are compared.",
    "The number says that two heads look at the same places here, not that they do the same: what they collect may differ.",
    "An average of several heads, or of several rows of one, is a summary. No part of the model computes with it.",
    "When the model is changed, the squares can show the difference: the changed pattern minus the original one. The share that " +
      "has moved is half the sum of all changes in a row, counted without their signs, averaged over the queries.",
  ],
  average: (n) => `Average of ${n} heads`,
  single: (block, head) => `Head ${block}.${head}`,
  isAverage: "An average: not the weights of any one head.",
  isSingle: "One head. To average several, choose “average” and click them (keyboard: Space).",
  matrix: "Average pattern: queries in rows, keys in columns; drag over rows to average them",
  cell: (query, key, weight, pooled) => `query ${query}, key ${key}: ${pooled ? "at most " : ""}${weight}`,
  clear: "clear",
  rows: (n) => (n === 1 ? "What this token looks at" : `What these ${n} tokens look at, on average`),
  from: "tokens from",
  to: "to",
  oneRow: "only the chosen token",
  caption: (block, head) => `All heads, and how alike they are to head ${block}.${head}`,
  columns: ["block", "head", "alike", "in the average"],
  yes: "yes",
  // Of a changed model: what its patterns are above (+) or below (\u2212) the original model's.
  difference: {
    moved: "moved",
    read: (block, head, share, picked) =>
      `head ${block}.${head}: ${share} of its weight has moved${picked ? ", in the average" : ""}`,
    ringed: "framed: the chosen head; number below a head: share of its weight that has moved",
    pooled: (n) => `each cell shows the change largest in size of ${n} × ${n}`,
    alike: () => "Heads whose weights moved most",
    says: ({ head, share, compared }) =>
      `Changed minus original: head ${head[0]}.${head[1]} has moved most, ${share} of its weight ` +
      `over ${compared} ${compared === "1" ? "token" : "tokens"}.`,
    same: "Changed minus original: no head has moved any of its weight.",
    rows: (n) => (n === 1 ? "Where this token looks more, and less" : `Where these ${n} tokens look more, and less, on average`),
    cell: (query, key, weight) => `query ${query}, key ${key}: ${weight}`,
    caption: () => "All heads, and how much of their weight has moved",
    columns: ["block", "head", "moved", "in the average"],
  },
};
