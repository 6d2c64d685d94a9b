// What whatif says, in English.
export default {
  bar: { name: "What if", field: "Interventions", title: "Change the model and see what becomes of its answer" },
  title: "What if",
  switches: "Switch parts off",
  switchesHint: "Click a part to switch it off; click again to bring it back.",
  how: "Off means",
  hows: { zero: "adds nothing", mean: "adds its average" },
  meanTitle: (positions, ofText) =>
    `What the part adds on average over ${positions} tokens of a sample text, measured at export` +
    (ofText < positions ? `; ${positions - ofText} of them were drawn at random` : ""),
  noMeans: "This model was exported without averages",
  grid: "Parts of the model, a row for each block",
  columns: { ln1: "ln1", attn_out: "attn", ln2: "ln2", mlp_out: "MLP" },
  part: (name, block) =>
    ({
      ln1: `first LayerNorm of block ${block}`,
      ln2: `second LayerNorm of block ${block}`,
      attn_out: `attention of block ${block}`,
      mlp_out: `MLP of block ${block}`,
    })[name],
  norms: "without its LayerNorm, attention or the MLP reads the stream as it is: neither centred nor scaled",
  now: { on: "on", off: "off", mean: "at average", patch: "from the other text", times: (x) => `scaled by ${x}` },
  cell: (what, how) => `${what}, ${how}`,
  strength: (what) => `What ${what} adds, ×`,
  asIs: "Unchanged",
  embed: "Embedding of ",
  embedOff: "off",
  embedMean: "at average",

  outcome: (token) => ["Next token after ", token],
  outcomeBoth: (a, b) => ["Next token after ", a, " here, after ", b, " there"],
  sides: { change: ["original", "changed"], prompts: ["this text", "other text"] },
  list: "Probabilities before and after",
  kl: (nats) => `${nats} nats apart (Kullback\u2013Leibler divergence over the whole vocabulary; 0 = the same)`,
  loss: (before, after) => `Surprise over the text, bits per token: ${before} → ${after}`,
  lossOne: (bits) => `Surprise over the text, bits per token: ${bits}`,
  none: "Switch a part off, limit what tokens may see, or give another text. The answer then stands beside the original one.",
  untouched: ({ token, first, prob }) => ["Nothing is changed. After ", token, ", the likeliest token is ", first, ` (${prob}).`],
  falls: "falls",
  rises: "rises",
  without: (what) => `Without ${what}, `,
  withChange: (what) => `With ${what}, `,
  withMany: (n) => `With these ${n} changes, `,
  says: ({ cause, token, moves, before, after }) => [cause, token, ` ${moves} from ${before} to ${after}.`],
  sameTop: (token) => [" The likeliest token is still ", token, "."],
  newTop: (token, prob) => [" The likeliest token is now ", token, ` (${prob}).`],
  longWindow: (size) => `The window of ${size} is longer than this text: nothing changes.`,
  hidesNothing: (mask) => `Every token of this text still sees all before it (${mask}): nothing changes.`,
  nothing: (cause) => [cause, "no probability changes."],
  other: ({ before, after, one, two }) => [
    "In this text, ",
    one,
    ` is likeliest next (${before}); in the other, `,
    two,
    ` (${after}).`,
  ],
  explain: [
    "At every part of the model, a number from outside can be multiplied in or added. In the original model these numbers are 1 and 0. " +
      "A change is one more run of the same program with other numbers there; the original run is kept beside it.",
    "Adds nothing: the part is left out. The model never met that while it was trained, so more may break than what the part did. " +
      "Adds its average: the part adds what it adds on average, so only what it does for this text is lost.",
    "Weights set by hand still add up to 1: raise one and the others shrink in proportion.",
    "Patching takes a vector from the run on the other text and puts it into this one. If the answer follows, what makes the two " +
      "texts differ passes through that place.",
  ],
  caption: "The next token, before and after",
  listColumns: ["token", "id", "before", "after", "change of the logarithm"],

  // parts that show a difference
  attention: {
    title: "Difference of attention",
    about: "weights in the changed model minus those in the original one: queries in rows, keys in columns",
    cell: (query, key, value) => `query ${query}, key ${key}: ${value}`,
    says: ({ block, head: n, query, more, gains, less, loses }) => [
      `In head ${block}.${n}, the change makes `,
      query,
      " look more at ",
      more,
      ` (${gains}) and less at `,
      less,
      ` (${loses}).`,
    ],
    same: ({ block, head: n, query }) => [`In head ${block}.${n}, `, query, " looks where it looks in the original model."],
    caption: (query) => `What ${query} looks at, original and changed`,
    columns: ["key", "original", "changed", "difference"],
  },
  stream: ({ block, token, before, attention, mlp, after }) => [
    `Before block ${block}, the change has moved the vector of `,
    token,
    ` by a length of ${before}. What attention adds differs by length ${attention}, what the MLP adds by ${mlp}. ` +
      `After the block the difference has length ${after}.`,
  ],
  gains: (head) => `Dots: where ${head} looks more than before; rings: where it looks less (area)`,
  vectors: ({ point, token, n, norm, high, highValue }) => [
    "To ",
    point,
    " of ",
    token,
    `, the change adds a vector of ${n} ${n === 1 ? "number" : "numbers"}, of length ${norm}. ` +
      `Largest in size: entry ${high} (${highValue}).`,
  ],
  difference: {
    about: "the changed model's numbers minus the original model's",
    strips: "What the change moves, entry by entry",
    tokens: "Tokens whose probability changes most",
    entry: "entry",
    cell: (name, entry, was, now, by) => `${name}, entry ${entry}: original ${was}, changed ${now}, difference ${by}`,
    single: (name, was, now) => (was === now ? `${name}: ${was}` : `${name}: ${was} → ${now}`),
    says: ({ token, moved, same, most }) =>
      moved.length
        ? [
            "For ",
            token,
            ", the change moves ",
            moved
              .map(({ name, by, was }, at) =>
                at ? `${name} by ${by} (${was})` : `${name} by a vector of length ${by} (its own length: ${was})`,
              )
              .join(", "),
            same.length ? `; ${same.join(", ")} ${same.length > 1 ? "stay" : "stays"} the same.` : ".",
            most ? ` In ${most.name}, entry ${most.entry} moves most: from ${most.was} to ${most.now}.` : "",
          ]
        : ["For ", token, ", nothing in this part moves: the change comes later, or acts elsewhere."],
    caption: (token) => `What the change moves for ${token}`,
    columns: ["original", "changed", "difference"],
  },
  chances: {
    after: ["moves after ", ""],
    // A change of a probability is in percentage points.
    scale: (max) => `Longest bar: ${max.replace(/%$/, "percentage points")} up or down`,
    falls: "falls",
    rises: "rises",
    says: ({ token, first, before, after, moves }) => [
      "After ",
      token,
      ", ",
      first,
      ` moves most: it ${moves} from ${before} to ${after}.`,
    ],
    same: (token) => ["After ", token, ", no probability changes."],
  },

  row: {
    title: (block, n) => `Where head ${block}.${n} looks`,
    from: (token) => ["from ", token],
    hint: "Drag a bar, or select it and use the arrow keys.",
    label: "Attention weights of the chosen head and token",
    item: (token, weight) => `${token}: ${weight}`,
    undo: "Undo",
    readout: (token, before, now) => [token, before === now ? `: ${now}` : `: ${before} → ${now}`],
    same: "Share equally",
    weight: "Weight",
  },

  mask: {
    title: "Which tokens each token may see",
    kinds: {
      causal: "all earlier",
      window: "window",
      sinks: "window + first tokens",
      blocks: "blocks + pivots",
      full: "both ways",
    },
    titles: {
      causal: "As in training: every token sees itself and all before it",
      window: "Only the last few tokens, itself included",
      sinks: "The last few tokens and the very first ones (StreamingLLM)",
      blocks: "Its own block, and pivots drawn at random from all earlier tokens (as in CogView's sparse training)",
      full: "Later tokens too, which GPT-2 never saw in training",
    },
    size: { window: "tokens", sinks: "tokens", blocks: "block of" },
    more: { sinks: "first", blocks: "pivots per 4 blocks" },
    seed: "seed",
    scores: (before, after) =>
      before === after
        ? `${after} ${after === "1" ? "score" : "scores"} in every head`
        : `Scores in every head: ${before} → ${after}`,
    picture: (n) => `Which of the ${n} tokens (rows) may see which (columns)`,
  },

  patch: {
    title: "Another text",
    label: "Other text",
    placeholder: "The same text with one word changed",
    copy: "Copy this text",
    clear: "Clear",
    unlike: (here, there) =>
      `This text has ${here} tokens, the other ${there}. They can be compared; to move numbers between them, ` +
      "both need the same number of tokens.",
    alike: (n) =>
      n === 0
        ? "Both texts are the same."
        : `${n} of their tokens ${n === 1 ? "differs" : "differ"}. Click a cell to take its vector from the other text.`,
    what: "take",
    names: {
      resid_pre: "the stream before the block",
      resid_mid: "the stream between attention and MLP",
      attn_out: "what attention adds",
      mlp_out: "what the MLP adds",
      z: "what the chosen head collects (z)",
      q: "the chosen head's query",
      k: "the chosen head's key",
      v: "the chosen head's value",
    },
    grid: "Blocks in rows, tokens in columns",
    cell: (block, token, other, on) =>
      `block ${block}, ${token}${token === other ? "" : ` (there ${other})`}: ${on ? "from the other text" : "its own"}`,
    block: (n) => `block ${n}`,
    pairs: "Both texts, token by token",
    map: "Try every place in turn (in Head maps)",
  },
};
