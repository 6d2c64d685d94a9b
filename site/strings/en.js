// Every word of the interface. Functions take numbers already formatted; tokens come as {token: text}.

const ordinal = (n) => `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;

export default {
  title: "Explainer",
  theme: { label: "Light or dark", light: "Light", dark: "Dark" },
  table: { open: "Numbers as a table" },
  token: "token",

  prompt: {
    label: "Text for the model",
    placeholder: "Type any text",
    examples: "Examples",
    model: "Model",
    waiting: "will run as soon as the model is ready",
    running: "running",
    ran: (ms, reused, all) => `${ms} ms` + (reused ? `, ${reused} of ${all} positions reused` : ""),
    precision: (precision, kl) => (kl === null ? precision : `${precision}, ${kl} nats from fp32`),
    fidelity: (kl, top1) => `${kl} nats from fp32 on average, same first choice in ${top1}`,
  },

  load: {
    stages: { python: "Python", model: "the model", runtime: "ONNX Runtime", app: "the app" },
    progress: (what, loaded, total) => `Loading ${what}: ${loaded} of ${total}`,
    starting: (what) => `Starting ${what}`,
    left: (seconds) =>
      seconds > 90 ? `${Math.round(seconds / 60)} min left` : `${Math.max(1, Math.round(seconds))} s left`,
    bar: "Loading",
    retry: "Try again",
    details: "Details",
    failed: "The live model could not be started.",
    advice: "The figure keeps the numbers it has. Check the connection, then try again.",
    empty: "The figure appears as soon as the model has run once.",
    fallback: (reason) => `changed over: ${reason}`,
    dismiss: "Dismiss",
  },

  tokens: {
    label: "Tokens of the text",
    caption: "Tokens: position, id, text and bytes",
    columns: ["position", "text", "id", "bytes"],
    title: "Tokens",
    says: ({ n, most, token, id, vocab }) => [
      `The text is ${n === 1 ? "one token" : `${n} tokens`} long; the model sees at most ${most}. `,
      token,
      ` is number ${id} of the ${vocab} it knows.`,
    ],
    item: (position, text, id) => `${text}, position ${position}, id ${id}`,
    more: (n) => `${n} more`,
    unfold: (n) => `Show all ${n} tokens`,
    fold: "Fold the middle",
  },

  residual: {
    title: "The residual stream",
    blocks: "Block",
    block: (n, all) => `Block ${n} of ${all}`,
    previous: "Previous block",
    next: "Next block",
    embed: "embed",
    final: "ln_f",
    stream: "stream",
    attention: "attention",
    head: (n) => `head ${n}`,
    mlp: "MLP",
    says: ({ block, token, before, attention, mlp, after }) => [
      `Block ${block} finds `,
      token,
      ` with a vector of norm ${before}. Attention adds one of norm ${attention}, ` +
        `the MLP one of ${mlp}; the stream leaves with ${after}.`,
    ],
    thickness: (max) => `stream: norm, up to ${max}`,
    writes: "added by attention and MLP",
    broken: (n, largest) => `; ${n} beyond, up to ${largest}, dashed`,
    ribbons: (head) => `weights of head ${head}`,
    strip: (limit) => `resid_pre, ±${limit}`,
    pooled: (n) => `, largest of ${n}`,
    readout: ({ block, before, attention, mlp, after }) =>
      `block ${block}: ${before} + attention ${attention} + MLP ${mlp} → ${after}`,
    caption: (token) => `Norms in the residual stream, token ${token}`,
    columns: ["block", "stream before", "attention adds", "MLP adds", "stream after"],
  },

  attention: {
    title: "Attention",
    heading: (block, head) => `Attention, block ${block}, head ${head}`,
    heads: "Heads of this block",
    head: (n) => `Head ${n}`,
    weights: "weights",
    scores: "scores",
    shows: "What the cells show",
    matrix: "Attention, queries in rows, keys in columns",
    query: "query",
    key: "key",
    cell: (query, key, score, weight) => `query ${query}, key ${key}: score ${score}, weight ${weight}`,
    masked: (query, key) => `query ${query}, key ${key}: masked, the key comes later`,
    noScores: "scores follow as soon as the model has answered",
    isMasked: "masked: a token cannot look at later ones",
    says: ({ block, head, query, top, weight, second, secondWeight }) =>
      second
        ? [
            `In head ${head} of block ${block}, `,
            query,
            " looks most at ",
            top,
            ` (${weight}), then at `,
            second,
            ` (${secondWeight}).`,
          ]
        : [`In head ${head} of block ${block}, `, query, " can only look at itself, with weight 1."],
    score: "score",
    weight: "weight",
    range: { weights: ["0", "1"] },
    rooted: "colour by the square root",
    caption: (query) => `What the query ${query} looks at`,
    columns: ["key", "score", "weight"],
  },

  vectors: {
    title: "Vectors",
    points: "Points of the model",
    strips: "The vector under every token",
    cells: "The entries of the chosen vector",
    all: (n) => `every token, ${n} entries each`,
    one: "the chosen token, entry by entry",
    cell: (token, entry, all, value) => `${token}, entry ${entry} of ${all}: ${value}`,
    key: (token, key, value) => `${token}, key ${key}: ${value}`,
    beyond: (n, largest) => `${n} beyond, up to ±${largest}`,
    pooled: (n) => `a pixel is the largest of ${n}`,
    says: ({ point, token, n, mean, std, norm, high, highValue }) => [
      "At ",
      point,
      ", ",
      token,
      ` is ${n === 1 ? "one number" : `a vector of ${n} numbers`}: mean ${mean}, standard deviation ` +
        `${std}, norm ${norm}. Farthest from 0 is entry ${high}, ${highValue}.`,
    ],
    where: { block: (n) => `block ${n}`, head: (n) => `head ${n}`, norm: (n) => `norm ${n}` },
    window: (from, to) => `tokens ${from} to ${to}`,
    caption: (point, token) => `${point} of token ${token}`,
    columns: ["entry", "value"],
    keys: ["key", "value"],
  },

  logits: {
    title: "The next token",
    heading: "Next token",
    after: ["after ", ""],
    rest: (n) => `${n} others`,
    follows: "follows",
    says: ({ token, top, prob, rest, others, bits }) => [
      "After ",
      token,
      ", ",
      top,
      ` is most likely (${prob}). ${others ? `The ${others} tokens not listed share ${rest}. ` : ""}The uncertainty is ${bits} bits.`,
    ],
    really: ({ target, prob, rank, all }) => [
      " What really follows, ",
      target,
      `, gets ${prob}: the ${ordinal(rank)} of ${all}.`,
    ],
    scale: (max) => `bars: 0 to ${max}`,
    caption: (token) => `Candidates after ${token}`,
    columns: ["token", "id", "logit", "probability"],
  },
};
