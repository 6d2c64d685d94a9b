// Parts about attention.
export default {
  qkv: {
    title: "Queries, keys, values",
    names: { q: "query", k: "key", v: "value" },
    many: { q: "q, queries", k: "k, keys", v: "v, values" },
    which: "The vector that is opened",
    panel: (name) => `${name} of every token: tokens in rows, entries in columns`,
    cell: (name, token, entry, value) => `${name} of ${token}, entry ${entry}: ${value}`,
    range: (limit) => `±${limit}`,
    scale: "up to the number below each panel",
    open: (name, entry) => [`Entry ${entry} of the ${name} of `, ", as ln1 times a column of W plus a bias"],
    slice: "The head's columns of the matrix",
    weight: (i, entry, w, x, product) => `ln1 entry ${i} × weight to entry ${entry}: ${x} × ${w} = ${product}`,
    window: (from, to) => `tokens ${from} to ${to}`,
    says: ({ name, token, head, block, n, norm, wide, from, to, all }) => [
      `In head ${head} of block ${block} the ${name} of `,
      token,
      ` is a vector of ${n} numbers, of norm ${norm}: the ${wide} numbers of ln1 times columns ${from} to ${to} of ` +
        `the ${wide} × ${all} matrix of this block.`,
    ],
    explain: [
      "Every head asks and answers in a small space of its own. Its query says what a token looks for, its key what " +
        "a token can be found by, its value what a token hands over when it is looked at.",
      "All three are linear: the normalised residual vector (ln1) times a matrix, plus a bias. GPT-2 keeps the " +
        "matrices of all heads in one, c_attn: first the queries of all heads, then the keys, then the values. A " +
        "head's part is a run of neighbouring columns, drawn here turned, a column of the matrix as a row.",
      "A query and a key meet in their dot product, so only their directions to one another count: no single entry " +
        "of either has a meaning of its own.",
      "No word order is in these vectors beyond what the position's row put into the residual stream at the start.",
    ],
    caption: (token) => `Query, key and value of ${token}`,
    columns: ["entry", "q", "k", "v"],
  },

  attention: {
    title: "Attention",
    heads: "Heads of this block",
    head: (n) => `Head ${n}`,
    order: "The steps of attention",
    play: "The order of computation",
    stages: { scores: "q · k", scaled: "scaled", masked: "mask", softmax: "softmax", values: "× v" },
    captions: {
      scores: "q · k, query times key",
      scaled: (how) => `${how}: the scores`,
      masked: "later keys masked",
      softmax: "softmax: the weights",
      changed: "weights, first token left out",
    },
    dropout: "dropout off",
    dropoutTitle: "Dropout removes some weights at random while a model is trained; at inference it is off and changes nothing",
    matrix: "queries in rows, keys in columns",
    cell: (query, key, stage, value) => `query ${query}, key ${key}: ${stage} ${value}`,
    isMasked: "masked",
    sink: "leave out the first token",
    notOwn: (first) =>
      `Not the model\u2019s own numbers: the weight on the first token, ${first}, is left out, and the others are scaled up to add up to 1.`,
    says: ({ block, head, query, top, weight, second, secondWeight, most, share, changed }) => [
      changed && "With the first token left out, which is not what the model does: ",
      ...(second
        ? [`In head ${head} of block ${block}, `, query, " looks most at ", top, ` (${weight}), then at `, second, ` (${secondWeight}).`]
        : [`In head ${head} of block ${block}, `, query, " looks at ", top, ` alone (${weight}).`]),
      ...(most ? [" Most of what it takes along, its z, comes from ", most, ` (${share}).`] : [" It takes nothing along: its z is 0."]),
    ].filter(Boolean),
    explains: [
      "Every token makes a query, a key and a value. The product of one token\u2019s query with another\u2019s key is a score: how well what the one looks for fits what the other offers.",
      "The scores are divided by the square root of the head\u2019s size, so that they do not grow with it. Keys that come later in the text are masked: the model must not see what it is to predict. Softmax turns a row of scores into weights that add up to 1.",
      "The weights mix the values of all tokens into one vector, z. A token\u2019s share in z is how far its weighted value reaches along z; shares add up to 100 %, and one that points the other way is negative.",
      "Many heads give much of their weight to the first token when they find nothing to look at. Leaving it out shows how the rest is divided; these are no longer the model\u2019s own numbers.",
      "While a model is trained, dropout removes some weights at random. At inference, as here, it is off.",
    ],
    range: { weights: ["0", "1"] },
    rooted: "√ scale",
    caption: (query, changed) => `What the query ${query} looks at${changed ? "; first token left out: not the model\u2019s own weights" : ""}`,
    columns: ["key", "score", "weight", "q · k", "length of weight × v", "share in z"],
    steps: {
      all: (query) => `every number of ${query} is there`,
      none: (query) => `${query} has its query; nothing is computed yet`,
      several: "the next keys",
      scores: (key, done, all) => `query times key: ${key} (${done} of ${all})`,
      scaled: (how) => `every product ${how}`,
      masked: () => "later keys become \u2212∞",
      powers: () => "e to the power of every score, all added up",
      softmax: () => "each divided by the sum: the weights",
      values: (key, done, all) => `weight times value, added to z: ${key} (${done} of ${all})`,
    },
    mixture: {
      about: (query) => ["What ", query, " takes along: weight × value of every key, added up to z"],
      grid: "Weighted values: keys in rows, entries in columns",
      heads: { label: "key", score: "score", weight: "weight", value: "value v", product: "weight × v", share: "share in z" },
      others: (n) => `${n} others`,
      sum: "z, the sum",
      changed: "changed z",
      own: "the model\u2019s z",
      dropped: "left out",
      cell: (key, entry, value) => `weight times value of ${key}, entry ${entry}: ${value}`,
      other: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
      all: (n) => `list all ${n} keys`,
      fewer: (n) => `list the ${n} strongest`,
      scales: (v, product) => `v: ±${v}, weight × v and z: ±${product}`,
      scale: "weight × v and z",
    },
    opened: {
      entry: (n) => `z, entry ${n}, of `,
      strips: { query: "query", key: "key", product: "product" },
      key: "key",
      weight: "weight",
      masked: "The key comes later in the text: its score becomes \u2212∞, its weight 0.",
      kept: "The key does not come later: its score stays.",
      changed: "Without the first token, not the model\u2019s own:",
      shifted: "The row\u2019s largest score is taken off first, so that e^ stays in range; that changes no weight.",
    },
  },

  heads: {
    title: "All heads",
    size: (blocks, heads) => `${blocks} blocks, ${heads} heads each`,
    click: "A click",
    modes: { open: "opens", compare: "compares", average: "averages" },
    grid: "Heads: blocks in rows, heads in columns. Enter does what a click does, Space adds to the average",
    block: "block",
    head: "head",
    name: (block, head) => `block ${block}, head ${head}`,
    read: (block, head, alike, picked) => `block ${block}, head ${head}: ${alike} alike${picked ? ", in the average" : ""}`,
    itself: "the chosen head",
    alone: "one token: all heads look at it alone",
    ringed: "ringed: the chosen head; below the most alike their overlap with it",
    pooled: (n) => `a cell is the largest of ${n} × ${n}`,
    alike: (block, head) => `Most like block ${block}, head ${head}`,
    averageThem: "average them",
    says: ({ block, head, other, share, compared }) =>
      `The head most like head ${head} of block ${block} is head ${other[1]} of block ${other[0]}: ` +
      `over ${compared} ${compared === "1" ? "token" : "tokens"} they give ${share} of their attention to the same keys.`,
    saysOne: "There is one token, and every head looks at it alone: the heads cannot be told apart here.",
    saysOnly: "This model has one head only: there is none to compare it with.",
    explains: [
      "Every small square is one head on this text: queries in rows, keys in columns, the darker the more weight.",
      "How alike two heads are is measured on their patterns: for every query the weight that both give to the same keys, the smaller of the two for each key, added up; then the mean over queries. 100 % are equal patterns, 0 % never look at the same token. The first token is left out: it can only look at itself, in every head. In a longer text evenly many queries are compared.",
      "It says that two heads look at the same places here, not that they do the same: what they take along may differ.",
      "An average of several heads, or of several rows of one, is a summary. No part of the model computes with it.",
    ],
    average: (n) => `Average of ${n} heads`,
    single: (block, head) => `Block ${block}, head ${head}`,
    isAverage: "An average: not the weights of any one head.",
    isSingle: "One head alone. To average several let a click average, then pick them; on the keyboard, Space.",
    matrix: "Average pattern: queries in rows, keys in columns; drag over rows to average them",
    cell: (query, key, weight, pooled) => `query ${query}, key ${key}: ${pooled ? "at most " : ""}${weight}`,
    clear: "clear",
    rows: (n) => (n === 1 ? "What this token looks at" : `What these ${n} tokens look at, on average`),
    from: "tokens from",
    to: "to",
    oneRow: "only the chosen token",
    caption: (block, head) => `All heads, and how alike they are to block ${block}, head ${head}`,
    columns: ["block", "head", "alike", "in the average"],
    yes: "yes",
    // Of a changed model: what its patterns are above (+) or below (\u2212) the untouched model's.
    difference: {
      read: (block, head, share, picked) => `block ${block}, head ${head}: ${share} of its weight elsewhere${picked ? ", in the average" : ""}`,
      ringed: "ringed: the chosen head; below a head: how much of its weight is elsewhere",
      pooled: (n) => `a cell is the change farthest from 0 of ${n} × ${n}`,
      alike: () => "Heads that look elsewhere now",
      says: ({ head, share, compared }) =>
        `Changed minus untouched: head ${head[1]} of block ${head[0]} has moved most, ${share} of its weight over ${compared} ${compared === "1" ? "token" : "tokens"}.`,
      same: "Changed minus untouched: no head looks anywhere else than before.",
      rows: (n) => (n === 1 ? "Where this token looks more, and less" : `Where these ${n} tokens look more, and less, on average`),
      cell: (query, key, weight) => `query ${query}, key ${key}: ${weight}`,
      caption: () => "All heads, and how much of their weight is elsewhere",
      columns: ["block", "head", "elsewhere", "in the average"],
    },
  },

  output: {
    title: "Output projection",
    strips: "The stream before, what attention adds, the stream after; entries in columns",
    cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
    group: "all three",
    sum: "Added to the residual stream",
    norms: (before, out, after) => `norms: ${before} and ${out} make ${after}`,
    heads: "What every head writes",
    headsAre: "norm of the head's z through its rows of W_O; share: its part of attn_out in the direction of attn_out",
    head: (n) => `head ${n}`,
    bias: "bias",
    columns: ["norm", "share"],
    line: (name, norm, share) => `${name}, norm ${norm}, share ${share}`,
    matrix: "The heads' z side by side, the projection W_O, and attn_out",
    weight: (i, head, entry, z, w, product) =>
      `z entry ${i} (head ${head}) × weight to attn_out entry ${entry}: ${z} × ${w} = ${product}`,
    pooled: (i, head, entry, w) =>
      `around z entry ${i} (head ${head}), attn_out entry ${entry}: the weight farthest from 0 is ${w}`,
    open: (entry) => `Entry ${entry} of attn_out, from z of all heads`,
    says: ({ token, block, out, top, share, before, after, angle }) => [
      `In block ${block} the heads together write a vector of norm ${out} for `,
      token,
      `; head ${top} has the largest share (${share}). Added to a stream of norm ${before} at an angle of ${angle}° ` +
        `to it, it makes one of norm ${after}.`,
    ],
    explain: [
      "Each head ends with a short vector z. They are laid side by side, which gives a vector as wide as the model, and " +
        "multiplied by the matrix W_O. Nothing is mixed before that: a head's z meets only its own rows of W_O. So the " +
        "output is a plain sum of what each head writes, and a bias.",
      "Norms do not add up, since vectors can point away from one another. The share does: it is the head's vector laid " +
        "along attn_out, as a part of attn_out's length. A negative share means that the head works against the others.",
      "The result is added to the residual stream, entry by entry. What was there stays, and later blocks read the sum: " +
        "attention moves information between tokens by this addition alone.",
    ],
    caption: (token) => `Residual stream and attention's output for ${token}`,
    columnsTable: ["entry", "resid_pre", "attn_out", "resid_mid"],
  },
};
