// What whatif says, in English.
import { entries } from "../../strings/en/changes.js";

export default {
  bar: { name: "What if", title: "Change the model and see what becomes of its answer" },
  title: "What if",
  switches: "Switch parts off",
  switchesHint: "A click switches a part off, another one brings it back.",
  how: "Off means",
  hows: { zero: "writes nothing", mean: "writes its mean" },
  meanTitle: (positions, ofText) =>
    `What the part writes on average over ${positions} tokens of a sample text, measured at export` +
    (ofText < positions ? `; ${positions - ofText} of them were drawn at random` : ""),
  noMeans: "This model was exported without means",
  grid: "Parts of the model, a row for each block",
  columns: { ln1: "ln1", attn_out: "attn", ln2: "ln2", mlp_out: "MLP" },
  part: (name, block) =>
    ({
      ln1: `first LayerNorm of block ${block}`,
      ln2: `second LayerNorm of block ${block}`,
      attn_out: `attention of block ${block}`,
      mlp_out: `MLP of block ${block}`,
    })[name],
  head: (block, n) => `head ${block}.${n}`,
  norms: "without its LayerNorm a sublayer reads the stream as it is: neither centred nor scaled",
  now: { on: "on", off: "off", mean: "at its mean", patch: "from the other text", times: (x) => `scaled by ${x}` },
  cell: (what, how) => `${what}, ${how}`,
  strength: (what) => `What ${what} writes, ×`,
  asIs: "As it is",
  embed: "Embedding of ",
  embedOff: "off",
  embedMean: "at its mean",

  outcome: (token) => ["Next token after ", token],
  outcomeBoth: (a, b) => ["Next token after ", a, " here, after ", b, " there"],
  sides: { change: ["untouched", "changed"], prompts: ["this text", "other text"] },
  list: "Probabilities before and after",
  kl: (nats) => `${nats} nats apart (Kullback\u2013Leibler divergence over the whole vocabulary)`,
  loss: (before, after) => `Bits per token over the text: ${before} → ${after}`,
  lossOne: (bits) => `Bits per token over the text: ${bits}`,
  none: "Switch a part off, narrow what tokens may look at, or give another text: the answer stands beside the untouched model\u2019s.",
  untouched: ({ token, first, prob }) => ["Nothing is changed. After ", token, " the model finds ", first, ` likeliest (${prob}).`],
  falls: "falls",
  rises: "rises",
  without: (what) => `Without ${what} `,
  withChange: (what) => `With ${what} `,
  withMany: (n) => `With these ${n} changes `,
  says: ({ cause, token, moves, before, after }) => [cause, token, ` ${moves} from ${before} to ${after}.`],
  sameTop: (token) => [" The likeliest token stays ", token, "."],
  newTop: (token, prob) => [" Now ", token, ` is the likeliest (${prob}).`],
  nothing: (cause) => [cause, "no probability changes."],
  other: ({ before, after, one, two }) => [
    `This text goes on with `,
    one,
    ` (${before}), the other one with `,
    two,
    ` (${after}).`,
  ],
  explain: [
    "Every part of the model has a place where a number from outside can be multiplied in or added. Untouched, these are 1 and 0. A change is one more run of the same program with other numbers there; the untouched run is kept beside it.",
    "Off to zero: the part adds nothing to the stream. That is a state the model never met while it was trained, so more may break than what the part did. Off to its mean: it adds what it adds on average, so only what it does for this text is lost.",
    "A row of attention made by hand stays a distribution: raise one weight and the others shrink in proportion.",
    "Patching takes a vector from the run on the other text and puts it into this one. If the answer follows, what the two texts differ in passes through that place.",
  ],
  caption: "The next token, before and after",
  listColumns: ["token", "id", "before", "after", "change of the logarithm"],

  // parts that show a difference
  attention: {
    title: "Difference of attention",
    about: "weights in the changed model less those in the untouched one: queries in rows, keys in columns",
    where: (block, n) => `block ${block}, head ${n}`,
    cell: (query, key, value) => `query ${query}, key ${key}: ${value}`,
    says: ({ block, head: n, query, more, gains, less, loses }) => [
      `By the change head ${n} of block ${block}, at `,
      query,
      ", looks more at ",
      more,
      ` (${gains}) and less at `,
      less,
      ` (${loses}).`,
    ],
    same: ({ block, head: n, query }) => [`At `, query, ` head ${n} of block ${block} looks where it looks untouched.`],
    caption: (query) => `Attention of the query ${query}, untouched and changed`,
    columns: ["key", "untouched", "changed", "difference"],
  },
  stream: ({ block, token, before, attention, mlp, after }) => [
    `Before block ${block} the change has moved the vector of `,
    token,
    ` by a vector of norm ${before}. In what attention adds the difference has norm ${attention}, in what the MLP adds ${mlp}; after the block it is ${after}.`,
  ],
  gains: (n) => `weights that grow, head ${n}`,
  vectors: ({ point, token, n, norm, high, highValue }) => [
    "What the change adds to ",
    point,
    " at ",
    token,
    ` is a vector of ${n} numbers of norm ${norm}. Farthest from 0 is entry ${high}, ${highValue}.`,
  ],
  difference: {
    about: "the changed model's numbers less the untouched one's",
    strips: "What the change moves, entry by entry",
    tokens: "Tokens whose probability changes most",
    entry: "entry",
    cell: (name, entry, was, now, by) => `${name}, entry ${entry}: ${was} untouched, ${now} changed, difference ${by}`,
    single: (name, was, now) => (was === now ? `${name}: ${was}` : `${name}: ${was} → ${now}`),
    says: ({ token, moved, same, most }) =>
      moved.length
        ? [
            "At ",
            token,
            " the change moves ",
            moved
              .map(({ name, by, was }, at) =>
                at ? `${name} by ${by} (${was})` : `${name} by a vector of norm ${by} (its own has ${was})`,
              )
              .join(", "),
            same.length ? `; ${same.join(", ")} ${same.length > 1 ? "stay" : "stays"} the same.` : ".",
            most ? ` In ${most.name} entry ${most.entry} moves most: from ${most.was} to ${most.now}.` : "",
          ]
        : ["At ", token, " nothing of this part is moved: what is changed comes later, or acts elsewhere."],
    caption: (token) => `What the change moves at ${token}`,
    columns: ["untouched", "changed", "difference"],
  },
  chances: {
    after: ["moves after ", ""],
    scale: (max) => `bars: 0 to ${max} more or less`,
    falls: "falls",
    rises: "rises",
    says: ({ token, first, before, after, moves }) => [
      "After ",
      token,
      ", ",
      first,
      ` moves most: it ${moves} from ${before} to ${after}.`,
    ],
    same: (token) => ["After ", token, " no probability changes."],
  },

  row: {
    title: (block, n) => `Where head ${block}.${n} looks`,
    from: (token) => ["from ", token],
    hint: "Drag a bar, or focus it and use the arrow keys.",
    label: "Attention weights of the chosen head and token",
    item: (token, weight) => `${token}: ${weight}`,
    undo: "Undo",
    readout: (token, before, now) => [token, before === now ? `: ${now}` : `: ${before} → ${now}`],
    same: "Share equally",
    weight: "Weight",
  },

  mask: {
    title: "Who may look at whom",
    kinds: { causal: "all before", window: "window", sinks: "window + first tokens", blocks: "blocks + pivots", full: "both ways" },
    titles: {
      causal: "As the model was trained: every token looks at all before it",
      window: "Only the last few tokens, itself included",
      sinks: "The last few and the very first ones (StreamingLLM)",
      blocks: "Its own block, and pivots drawn at random from all earlier tokens (as in CogView's sparse training)",
      full: "Later tokens too: what GPT-2 never saw",
    },
    size: { window: "tokens", sinks: "tokens", blocks: "block of" },
    more: { sinks: "first", blocks: "pivots per 4 blocks" },
    seed: "seed",
    scores: (before, after) =>
      before === after ? `${entries(after)} in every head` : `Score entries in every head: ${before} → ${after}`,
    picture: (n) => `Which of the ${n} tokens (rows) may look at which (columns)`,
  },

  patch: {
    title: "Another text",
    label: "Other text",
    placeholder: "The same text with one word changed",
    copy: "Copy this text",
    clear: "Clear",
    unlike: (here, there) =>
      `This text has ${here} tokens, the other ${there}: they can be compared, but to move numbers between them both need the same number.`,
    alike: (n) =>
      n === 0
        ? "Both texts are the same."
        : `${n} of their tokens ${n === 1 ? "differs" : "differ"}. Click a cell to take its vector from the other text.`,
    what: "take",
    names: {
      resid_pre: "the stream before the block",
      resid_mid: "the stream between attention and MLP",
      attn_out: "what attention writes",
      mlp_out: "what the MLP writes",
      z: "what the chosen head writes (z)",
      q: "the chosen head's query",
      k: "the chosen head's key",
      v: "the chosen head's value",
    },
    grid: "Blocks in rows, tokens in columns",
    cell: (block, token, other, on) =>
      `block ${block}, ${token}${token === other ? "" : ` (there ${other})`}: ${on ? "from the other text" : "its own"}`,
    block: (n) => `block ${n}`,
    pairs: "Both texts, token by token",
    map: "Try every place in turn",
  },
};
