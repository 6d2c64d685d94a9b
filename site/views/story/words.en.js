// What story says, in English.
const made = (n, ends) =>
  `${n} ${n === "1" ? "token was" : "tokens were"} generated${ends === "1" ? "" : `, in ${ends} continuations`}. `;

export default {
  title: "Story",
  step: "Next word",
  run: "Keep writing",
  stop: "Stop",
  back: "Back",
  forget: "Clear",
  titles: {
    step: "Take the drawn token (N)",
    run: (n) => `Up to ${n} tokens, until the end of the text or until stopped (R)`,
    stop: "Stop the run (R)",
    back: "Back by one token; what was generated stays (B)",
    forget: "Forget all continuations, keep the text",
  },
  queued: "will start as soon as the model is ready",
  tree: "The text and its continuations",
  keys: "In this part: N next word, R keep writing, B back; arrows move, Enter goes there and branches",
  empty:
    "Next word takes the drawn token; any candidate can be taken instead. Click any earlier token, then choose another word: a new branch begins.",
  prompt: (n) => `the text, ${n} ${n === 1 ? "token" : "tokens"}`,
  earlier: (n) => `${n} before … `,
  end: "∎ end of text",
  kind: { drawn: "drawn", greedy: "greedy", forced: "chosen by you" },
  item: (token, prob, kind, place) => `${token}, token ${place}, ${prob}, ${kind}`,
  readout: (prob, kind, place) => `  ${prob}, ${kind}, token ${place}`,
  dropped: (n, most) =>
    `The context holds ${most} tokens: the first ${n === "1" ? "one has" : `${n} have`} slid out, ` +
    `and the model no longer sees ${n === "1" ? "it" : "them"}.`,
  branch: (n, bits) => `${n} ${n === "1" ? "token" : "tokens"}, ${bits} bits each`,
  saysNone: (n) => `The text has ${n} ${n === 1 ? "token" : "tokens"}. Nothing is generated yet: press Next word.`,
  says: ({ made: n, ends, length, token, how, prob }) => [
    `${made(n, ends)}The current continuation has ${length} tokens and ends with `,
    token,
    ` (${how}, ${prob}).`,
  ],
  saysPrompt: ({ made: n, ends }) => [`${made(n, ends)}The next one starts again from the text itself.`],
  caption: "All generated tokens",
  columns: ["token", "number", "follows", "id", "probability", "how"],
  root: "text",
  explain: [
    "A step takes the token that Sampling has drawn, puts its id at the end of the ids so far and lets the model predict the " +
      "next one. Nothing is turned back into letters and cut into tokens anew: pieces that were generated one by one stay " +
      "those pieces. What attention kept of the tokens before (keys and values) is used again, so a step computes one " +
      "token only.",
    "The tree keeps all that was generated from this text. Go back to a token and take another one after it: a branch " +
      "begins there, beside the old one. A new text, another model or Clear starts it over.",
    "The model sees only as many tokens as its context holds. Beyond that the window slides: for every token that comes in at " +
      "the end the first one drops out. All others then stand one place further to the front and are computed anew.",
    "“Bits each” says how surprising a continuation is: the average over its tokens of −log₂ of the probability that is shown " +
      "with each. 50\u00a0% counts 1 bit, 25\u00a0% 2 bits, 100\u00a0% none.",
  ],
};
