// Every word of the interface. Functions take numbers already formatted; tokens come as {token: text}.

const ordinal = (n) => `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;

const made = (n, ends) =>
  `${n} ${n === "1" ? "token was" : "tokens were"} generated${ends === "1" ? "" : `, in ${ends} continuations`}. `;

export default {
  title: "Explainer",
  theme: { label: "Light or dark", light: "Light", dark: "Dark" },
  link: {
    copy: "Copy link",
    copied: "Link copied",
    byHand: "The browser allows no copying here: take the address from its bar.",
    tooLong: "This text is too long for a link.",
    example: "an example is shown until the model has run what the address asks for",
  },
  offline: { kept: "kept here: works without a network from now on" },
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
    caption: "Tokens: position, id, text, bytes and the probability they were given",
    columns: ["position", "text", "id", "bytes", "from", "probability"],
    title: "Tokens",
    says: ({ n, most, token, id, vocab }) => [
      `The text is ${n === 1 ? "one token" : `${n} tokens`} long; the model sees at most ${most}. `,
      token,
      ` is number ${id} of the ${vocab} it knows.`,
    ],
    made: (n) => ` ${n === 1 ? "One of them was" : `${n} of them were`} generated.`,
    isMade: "generated",
    surprise: "surprise",
    surpriseTitle: "Colour every token by the probability that the model gave it",
    surprising: (bits, n) => [`0 bits`, `${bits} bits or more: a blind guess among ${n}`],
    item: (position, made, known) =>
      `, position ${position}${made ? ", generated" : ""}, ${known ? "probability" : "id"} `,
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

  sampling: {
    title: "Sampling",
    where: (position) => `the draw of token ${position}`,
    knobs: { temperature: "temperature", top_k: "top-k", top_p: "top-p" },
    off: "off",
    means: {
      temperature: (t) => `temperature ${t}`,
      top_k: (k) => (k === null ? "off, all tokens are kept" : `${k} likeliest tokens kept`),
      top_p: (p) =>
        p === null ? "off, all tokens are kept" : `the likeliest tokens that reach ${p} together are kept`,
    },
    greedy: "greedy",
    greedyTitle: "Always the likeliest token: no temperature, no cut, no draw",
    seed: "seed",
    newSeed: "new seed",
    heads: { model: "softmax\u200b(logit)", scaled: "softmax\u200b(logit / T)", left: "what is left", draw: "draw" },
    left: (n, all) => [`${n}`, ` of ${all} left`],
    take: "take this token",
    takes: (token) => `take this token: ${token}`,
    rows: "Candidates, likeliest first",
    cut: { k: "top-k", p: "top-p" },
    cutBy: { k: "cut by top-k", p: "cut by top-p" },
    others: (n) => `${n} more`,
    keptOthers: (n) => `${n} more left`,
    cutOthers: (how, n) => `${how} cuts ${n}`,
    none: "none",
    all: (n) => `list ${n}`,
    fewer: "list fewer",
    scale: (max) => `bars: 0 to ${max}; tick: before this step`,
    bar: (draw) => `random number ${draw}`,
    notDrawn: "no draw",
    saysTemperature: (t) =>
      t === "1" ? "Temperature 1 leaves the logits as they are. " : `The logits are divided by ${t}. `,
    saysCut: ({ k, p, massK, massP }) =>
      [k && `Top-k cuts ${k} (${massK})`, p && `top-p cuts ${p} (${massP})`].filter(Boolean).join(", "),
    saysLeft: (n, all, cut) =>
      n === all
        ? `All ${all} tokens stay in the draw. `
        : `${cut.replace(/^t/, "T")}: ${n} of ${all} tokens ${n === "1" ? "is" : "are"} left. `,
    saysDraw: ({ draw, seed, token, prob }) => [
      `The random number ${draw} of seed ${seed} falls on `,
      token,
      `, which had ${prob}.`,
    ],
    saysGreedy: ({ token, prob }) => [
      "Greedy: the likeliest token of all is taken, ",
      token,
      `, to which the model gives ${prob}. Temperature, cuts and seed play no part.`,
    ],
    caption: (n, all) => `The ${n} likeliest of ${all} tokens through all stages`,
    columns: ["token", "id", "logit", "logit / T", "softmax(logit)", "softmax(logit / T)", "cut by", "left", "up to"],
  },

  story: {
    title: "Story",
    step: "Step",
    run: "Run",
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
    keys: "N step, R run, B back; arrows move, Enter goes there and branches",
    empty: "Step takes the drawn token; any candidate can be taken instead. Go back to any token to branch.",
    prompt: (n) => `the text, ${n} ${n === 1 ? "token" : "tokens"}`,
    earlier: (n) => `${n} before … `,
    end: "∎ end of text",
    kind: { drawn: "drawn", greedy: "greedy", forced: "taken by hand" },
    item: (token, prob, kind, place) => `${token}, token ${place}, ${prob}, ${kind}`,
    readout: (prob, kind, place) => `  ${prob}, ${kind}, token ${place}`,
    dropped: (n, most) =>
      `The context holds ${most} tokens: the first ${n === "1" ? "one has" : `${n} have`} slid out, ` +
      `and the model no longer sees ${n === "1" ? "it" : "them"}.`,
    branch: (n, bits) => `${n} ${n === "1" ? "token" : "tokens"}, ${bits} bits each`,
    saysNone: (n) => `The text has ${n} ${n === 1 ? "token" : "tokens"}. Nothing is generated yet: take a step.`,
    says: ({ made: n, ends, length, token, how, prob }) => [
      made(n, ends) +
        `The current one is ${length} long and ends with `,
      token,
      ` (${how}, ${prob}).`,
    ],
    saysPrompt: ({ made: n, ends }) => [
      made(n, ends) +
        "The next one starts again from the text itself.",
    ],
    caption: "All generated tokens",
    columns: ["token", "number", "follows", "id", "probability", "how"],
    root: "text",
  },
};
