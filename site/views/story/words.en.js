// What story says, in English.
const pieces = (n) => `${n} ${Number(n) === 1 ? "piece" : "pieces"}`;
const made = (n, ends) => `${pieces(n)} ${n === "1" ? "was" : "were"} added${ends === "1" ? "" : `, in ${ends} continuations`}. `;

export default {
  title: "Story",
  step: "Next word",
  run: "Keep writing",
  stop: "Stop",
  back: "Back",
  forget: "Clear",
  titles: {
    step: "Add the drawn piece",
    run: (n) => `Add up to ${n} pieces, until the text ends or you stop`,
    stop: "Stop writing",
    back: "Back by one piece; what was written stays",
    forget: "Delete all continuations, keep your text",
  },
  queued: "starts as soon as the model is ready",
  tree: "The text and its continuations",
  keys: "Keys, while this part or one of the buttons has the focus: N next word, R keep writing, B back; arrows move, Enter goes there and branches",
  empty:
    "Next word adds the drawn piece; click any candidate to add that one instead. " +
    "Click any earlier piece, then add another: a new branch begins.",
  prompt: (n) => `the text, ${pieces(n)}`,
  earlier: (n) => `${n} before … `,
  end: "∎ end of text",
  kind: { drawn: "drawn", greedy: "greedy", forced: "chosen by you" },
  item: (token, prob, kind, place) => `${token}, piece ${place}, ${prob}, ${kind}`,
  readout: (prob, kind, place) => `  ${prob}, ${kind}, piece ${place}`,
  dropped: (n, most) =>
    `The model can see ${most} pieces at once: the first ${n === "1" ? "one has" : `${n} have`} slid out, ` +
    `and it no longer sees ${n === "1" ? "it" : "them"}.`,
  branch: (n, bits) => `${pieces(n)}, ${bits} bits each`,
  saysNone: (n) => `The text has ${pieces(n)}. Nothing has been added yet: press Next word.`,
  says: ({ made: n, ends, length, token, how, prob }) => [
    `${made(n, ends)}The current continuation has ${pieces(length)} and ends with `,
    token,
    ` (${how}, ${prob}).`,
  ],
  saysPrompt: ({ made: n, ends }) => [`${made(n, ends)}The next one starts again from the text itself.`],
  caption: "All pieces that were added",
  columns: ["piece", "number", "follows", "id", "probability", "how"],
  root: "text",
  explain: [
    "A step takes the piece that Sampling has drawn, adds its id to the ids so far and lets the model predict the next one. Nothing " +
      "is turned back into letters and cut up again: pieces that were added one by one stay those pieces. What attention computed " +
      "for the earlier pieces (their keys and values) is reused, so a step computes only one piece.",
    "The tree keeps all that was written from this text. Go back to a piece and add another one after it: a new branch begins there, " +
      "beside the old one. A new text, another model or Clear starts the tree afresh.",
    "The model sees only as many pieces as its context holds. When the context is full, it slides along the text: for every " +
      "piece that comes in at the end, the first one drops out. All others then stand one place further to the front and are " +
      "computed anew.",
    "“Bits each” says how surprising a continuation is: the average over its pieces of −log₂ of the probability shown with each. " +
      "50\u00a0% counts 1 bit, 25\u00a0% counts 2 bits, 100\u00a0% counts none.",
  ],
};
