// Every word of the interface. Functions take numbers already formatted; tokens come as {token: text}.
import { altered, maps, whatif } from "./whatif.js";

const ordinal = (n) => `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;

const made = (n, ends) =>
  `${n} ${n === "1" ? "token was" : "tokens were"} generated${ends === "1" ? "" : `, in ${ends} continuations`}. `;

export default {
  title: "Explainer",
  altered,
  whatif,
  maps,
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
  more: "How it works",
  token: "token",

  terms: {
    term: "entry",
    product: "product",
    rest: (n) => (n === "1" ? "1 other" : `${n} others`),
    bias: "bias",
    rounding: "rounding",
    edited: "by hand",
    more: (n) => `List ${n}`,
    fewer: "List fewer",
    caption: (name, n) => `${name}: the largest of ${n} products first; bars add up from left to right`,
  },

  strips: {
    entry: "entry",
    lens: (from, to, all) => (to - from + 1 === all ? `all ${all} entries` : `entries ${from} to ${to} of ${all}`),
    previous: "Earlier entries",
    next: "Later entries",
    pooled: "where several entries share a pixel it shows the one farthest from 0",
  },

  product: {
    hint: "The matrix is drawn turned: a row of it makes one number. Choose a row to take that number apart.",
    ends: (result) => `b and ${result}`,
    pooled: (n) => `a point of the matrix is the farthest from 0 of ${n} weights`,
  },

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
    head: (n, all) => `head ${n} of ${all}`,
    previousHead: "Previous head",
    nextHead: "Next head",
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

  player: { play: "Play", pause: "Pause", back: "One step back", next: "One step on" },

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
  },

  parts: {
    label: "A closer look",
    empty: "Opens as soon as the model is ready",
    failed: "This part could not be loaded. Check the connection, close it and open it again.",
    names: {
      merges: "Tokens",
      embedding: "Embedding",
      layernorm: "LayerNorm",
      qkv: "Q, K, V",
      attention: "Attention",
      heads: "All heads",
      output: "Output",
      mlp: "MLP",
      unembedding: "Logits",
      size: "The model",
      vectors: "Any vector",
      whatif: "What if",
      maps: "Head maps",
    },
    titles: {
      merges: "From text to tokens: bytes, merges, ids",
      embedding: "A token's vector and its position's, added",
      layernorm: "A vector normalised, scaled and shifted",
      qkv: "Queries, keys and values of a head",
      attention: "From scores to weights to what a head writes",
      heads: "The attention of every head of every block",
      output: "The heads together, projected and added to the stream",
      mlp: "The neurons before and after their activation function",
      unembedding: "From the last vector to a score for every token",
      size: "Parameters, bytes and work",
      vectors: "Every named activation, number by number",
      whatif: "Change the model and see what becomes of its answer",
      maps: "What each head does, and what is lost without it",
    },
  },

  embedding: {
    title: "Embedding",
    where: (id, position) => `token ${id} at position ${position}`,
    strips: "The two rows and their sum, entries in columns",
    cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
    rows: "all three",
    near: "Tokens whose vectors point the way of ",
    nearIs: "cosine of the angle; 1 is the same direction, 0 a right angle",
    untied: "compared with the vectors of the unembedding, which this model keeps apart",
    places: (n) => `Positions whose rows point the way of row ${n}`,
    placesAre: (from, to) => `cosine with the rows of positions ${from} to ${to}`,
    place: (at, token, value) => `position ${at}, ${token}: ${value}`,
    positions: "Positions of the text compared with the chosen one",
    says: ({ token, id, all, position, most, embed, place, total, near, cosine }) => [
      token,
      ` is row ${id} of the ${all} in the token matrix (norm ${embed}); place ${position} of ${most} adds a row of its ` +
        `own (norm ${place}). Their sum, of norm ${total}, is where the residual stream starts. `,
      ...(near ? ["The nearest other token is ", near, `, with cosine ${cosine}.`] : []),
    ],
    explain: [
      "A model computes with numbers, so every token of the vocabulary has a row of them in the matrix W_E. The row is " +
        "looked up by the token's id: nothing is computed yet, and the same token has the same row in every text.",
      "Attention by itself sees a set of tokens without an order. The row of W_pos that belongs to the position is " +
        "therefore added: the same word gets a different vector at another place. GPT-2 learned these rows like " +
        "all its other weights.",
      "What each entry stands for was never laid down. Directions carry meaning: tokens that are used alike tend to point " +
        "the same way, which is what the list of neighbours shows. With a model that has been trained little or not " +
        "at all there is nothing in it to find.",
      "In GPT-2 the same matrix, turned, makes the scores of the next token at the end of the model: embedding and " +
        "unembedding are tied.",
    ],
    caption: (token) => `Token row, position row and their sum for ${token}`,
    columns: ["entry", "embed", "pos_embed", "resid_pre"],
  },

  layernorm: {
    title: "LayerNorm",
    which: "The LayerNorm that is opened",
    names: { ln1: "ln1, before attention", ln2: "ln2, before the MLP", ln_final: "ln_final, at the end" },
    short: { ln1: "ln1", ln2: "ln2", ln_final: "ln_final" },
    strips: "The steps of the norm in rows, entries in columns",
    rows: { centred: "− μ", normal: "÷ σ", weight: "γ", scaled: "× γ", bias: "β" },
    groups: { vector: "before σ", normal: "after σ", weight: "γ", bias: "β" },
    cell: (row, entry, value) => `${row}, entry ${entry}: ${value}`,
    lines: "Every entry on its way",
    linesAre: (n) => `a line for each of the ${n} entries; bars: mean and one standard deviation; other scale from ÷ σ on`,
    says: ({ token, reads, mean, spread, norm, after, block }) => [
      block ? `In block ${block} ` : "At the end of the model ",
      token,
      ` comes in (${reads}) with mean ${mean} and standard deviation ${spread}; these become 0 ` +
        `and 1. Then every entry has its own scale γ and shift β. The vector's norm goes from ${norm} to ${after}.`,
    ],
    explain: [
      "Every sublayer writes into the residual stream, so the numbers there grow from block to block. Before a sublayer " +
        "reads, LayerNorm brings them back to one size: the mean of the vector's entries is taken off, and what is left " +
        "is divided by their standard deviation. That is done for each token on its own.",
      "γ and β are learned, one pair for each entry, the same for every token and every text. They choose which " +
        "entries the sublayer hears loudly and which hardly at all.",
      "σ is the square root of variance + ε. The tiny ε only keeps a vector of equal numbers from being divided by 0.",
      "The stream itself is not touched: the norm makes a copy for the sublayer to read. Whatever the length of the " +
        "residual vector, only its direction gets through.",
    ],
    saysOff: ({ token, norm, after }) => [
      "This norm is switched off by hand: ",
      token,
      `, of norm ${norm}, is neither centred nor divided; only γ and β act, and the norm becomes ${after}.`,
    ],
    caption: (norm, token) => `${norm} of ${token}, step by step`,
    columns: (reads, norm) => ["entry", reads, "− μ", "÷ σ", "γ", "× γ", "β", norm],
  },

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

  merges: {
    title: "From text to tokens",
    where: (word, first, last) => [
      "the word ",
      word,
      first === last ? `, token ${first}` : `, tokens ${first} to ${last}`,
    ],
    picture: "The word's bytes and how they are joined",
    player: "Merges of the word",
    start: (n, merges) =>
      `${n} ${n === 1 ? "byte" : "bytes"}, nothing joined yet${merges ? "" : "; no pair of them is in the list"}`,
    step: (at, all, pair, rank) => `merge ${at} of ${all}: ${pair}, number ${rank} in the list`,
    bytes: "bytes, in hex",
    letters: "as letters",
    before: (n) => `${n} earlier`,
    ids: "ids",
    idsNow: "ids, so far",
    id: (id) => `id ${id}`,
    none: "This tokenizer has no merges: every letter stays a token of its own.",
    cut: (shown, all) => `The first ${shown} of the word's ${all} bytes.`,
    differs: (pieces) => [
      " In the text the same bytes stand in other pieces, ",
      ...pieces.flatMap((piece, at) => (at ? [" ", piece] : [piece])),
      ": they were generated, or the text was cut there. The model gets those.",
    ],
    special: (token, id) => [
      token,
      ` is no text: it is a sign with an id of its own, ${id}, and is never taken apart or joined.`,
    ],
    forms: "The same word in other forms",
    example: "A word in its forms, for example",
    formsAbout:
      "each form as this tokenizer cuts it; cosine of the angle between the vectors of forms that are one token: " +
      "1 would be the same",
    formsFew: "each form as this tokenizer cuts it",
    formsNone: "no other form of it can be written in the letters of this tokenizer",
    columns: { form: "form", pieces: "tokens with their ids", cosine: (form) => `cosine with ${form}` },
    says: ({ token, word, bytes, merges, pieces, n, all }) => [
      token,
      " is part of the word ",
      word,
      `: ${bytes} ${bytes === 1 ? "byte" : "bytes"}. ` +
        (merges
          ? `${merges} of the ${all} merges of this tokenizer join them to ${n === 1 ? "one token, " : `${n} tokens, `}`
          : n === 1
            ? "One byte is one token, "
            : all === "0"
              ? "Without merges that is "
              : "No merge of the list fits: "),
      ...pieces,
      ".",
    ],
    explain: [
      "A text is first cut into words: a space goes with the word after it, and letters, digits and signs stay apart. Then " +
        "every word is taken as its bytes in UTF-8, each written as one letter; a space is written Ġ, a new line Ċ.",
      "Now pairs of neighbours are joined. The list of merges was made once, from a large text, most frequent pair first; " +
        "always the pair that stands first in the list is joined, everywhere in the word, until no pair is in the list. What " +
        "is left are the tokens, and the vocabulary gives each its number.",
      "So the same word gets other numbers with a space before it or a large letter at its beginning: other bytes, other " +
        "merges. To the model they are unrelated tokens; that they mean the same is something their vectors had to learn.",
      "Rare words, other scripts and emoji fall into many pieces, even into parts of one character, shown as ⟨hex⟩.",
    ],
    caption: (word) => `Merges of ${word}`,
    twin: ["step", "pair", "number in the list", "pieces"],
  },

  mlp: {
    title: "MLP",
    order: "Neurons from left to right",
    orders: { place: "in place", size: "by size" },
    profile: "Neurons, from left to right",
    cell: (neuron, pre, post, written) =>
      `neuron ${neuron}: mlp_pre ${pre}, mlp_post ${post}, writes a vector of norm ${written}`,
    sorted: {
      place: (n) => `${n} neurons in their places, one scale for both rows`,
      size: (n) => `${n} neurons from the lowest mlp_pre to the highest, one scale for both rows`,
    },
    spans: (n) => `a pixel spans the values of ${n}`,
    curve: (act, most) => `every neuron on ${act}; below, how many lie there, up to ${most}`,
    neuron: (n) => `neuron ${n}`,
    values: (pre, post) => `${pre} → ${post}`,
    strongest: "The strongest neurons and what they write",
    strongestAbout:
      "bar: norm of what the neuron writes into the stream; tokens: what that adds to their logits if nothing else follows",
    speaks: { up: "for", down: "against" },
    down: "All neurons together, added to the stream",
    downAbout: "mlp_post · W_out + b",
    strips: "The stream before the MLP, what the MLP adds, the stream after it",
    stripCell: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
    neuronOpened: (n) => `Neuron ${n}: what it reads`,
    entryOpened: (n) => `Entry ${n} of mlp_out: which neurons write it`,
    says: ({ block, token, on, all, neuron, written, norm, up, effect }) => [
      `In block ${block}, ${on} of ${all} neurons are above 0 for `,
      token,
      `. The strongest, neuron ${neuron}, writes a vector of norm ${written}, which speaks most for `,
      up,
      ` (${effect} on its logit). All together add a vector of norm ${norm} to the stream.`,
    ],
    explain: [
      "Every neuron takes the dot product of ln2 with its own column of W_in and adds a bias: mlp_pre. The activation " +
        "function lets high values through and holds back low ones: mlp_post. Without it the two matrices would be one.",
      "A neuron then writes its row of W_out into the stream, as often as mlp_post says. What all of them write, and a " +
        "bias, is mlp_out. The MLP looks at one token alone; only attention moves something from token to token.",
      "The tokens beside a neuron show its direct effect: what it wrote is followed to the end of the model, through the " +
        "final LayerNorm with the scale that it has here and the unembedding. That is its exact share of these logits. " +
        "What later blocks make of it is not in it.",
    ],
    caption: (token, block) => `Neurons of block ${block} for ${token}`,
    columns: ["neuron", "mlp_pre", "mlp_post", "writes (norm)"],
  },

  unembedding: {
    title: "Final norm and logits",
    after: (token) => ["after ", token],
    top: "The likeliest tokens",
    topCaption: "The likeliest tokens with rank, logit and probability",
    rest: (n, p) => `the ${n} others share ${p}; bars: from the lowest logit of all to the highest`,
    find: "Any token",
    placeholder: "a piece of text, or an id",
    findAbout: (n) => `searches all ${n}; write · for a space before the piece, ↵ for a new line`,
    foundCaption: (find) => `Tokens found for ${find}`,
    more: (n, all) => `the first ${n} of ${all} tokens; write more of it for fewer`,
    count: (n, find) =>
      n
        ? `${n === 1 ? "one token" : `${n} tokens`} in the whole vocabulary`
        : `no token holds “${find}”: it is made of several`,
    kinds: ["this id", "exactly", "with a space", "other letters", "begins so", "holds it"],
    columns: { token: "token", id: "id", kind: "found as", rank: "rank", logit: "logit", probability: "probability" },
    spread: "All logits",
    spreadAbout: (n, most) =>
      `how many of the ${n} tokens have which logit; height by the square root, up to ${most}; the line: the opened token`,
    opened: (token) => ["The logit of ", token, ": one dot product"],
    logitOf: (id) => `logit ${id}`,
    strips: "The last vector, the token's vector, their products",
    stripCell: (entry, x, w, product) => `entry ${entry}: ${x} times ${w} is ${product}`,
    products: "products",
    lens: "After every block: the logit lens",
    lensAbout: "what the stream would predict if the model ended there: final norm, unembedding, softmax",
    before: "embedding",
    block: (n) => `block ${n}`,
    last: (n) => `block ${n}, output`,
    lensColumns: { after: "after", top: "likeliest", rank: (token) => [token, ": rank and probability"] },
    says: ({ token, before, norm, n, opened, logit, prob, rank }) => [
      "After ",
      token,
      `, the final norm turns the last vector (norm ${before}) into one of norm ${norm}. Its dot product with each of the ` +
        `${n} tokens' vectors is that token's logit: `,
      opened,
      ` gets ${logit}, the ${rank === 1 ? "" : `${ordinal(rank)} `}highest, which softmax turns into ${prob}.`,
    ],
    since: (at) => [at ? ` It has been first since block ${at}.` : " It has been first from the embedding on."],
    explain: [
      "The unembedding has one column for every token. GPT-2 uses the embedding matrix once more, turned round: a vector " +
        "that points to where a token's own vector points gives that token a high logit.",
      "Softmax sees differences only: adding the same number to all logits changes nothing. What is divided by is the sum " +
        "over the whole vocabulary, not over the tokens that are listed.",
      "The logit lens takes the stream after an earlier block for the last one. The model was not trained to be read there, " +
        "so early lines can be odd; still it often shows where a prediction comes up. The last line is the model's own.",
    ],
    caption: (token) => `Logits after ${token}`,
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

  size: {
    title: "The model itself",
    letters: ({ L, H, D, F, N, V, T }) =>
      `L = ${L} blocks, H = ${H} heads, width D = ${D}, MLP F = ${F}, context N = ${N}, vocabulary V = ${V}; this text T = ${T}`,
    parts: {
      embed: "token embedding",
      pos_embed: "position embedding",
      attention: "attention",
      mlp: "MLP",
      norms: "LayerNorms",
      head: "unembedding",
      projections: "Q, K, V and output",
    },
    parameters: "Parameters, part by part",
    again: "the embedding again",
    total: "together",
    tied: (head, all) =>
      `The unembedding is tied: it uses the token embedding once more. With ${head} numbers of its own the model would have ${all}.`,
    untied: (head) => `The unembedding has ${head} numbers of its own; where it is tied to the embedding it has none.`,
    work: "Multiply-adds for this text",
    workAbout: (cache) =>
      "n: tokens that are new. All T where nothing is reused, 1 for one token more, whose keys and values join those kept " +
      `from before (${cache} of float32 by now). Pairs that the mask takes out are computed and counted too; ` +
      "LayerNorm, softmax and the activation function are not counted.",
    bytes: "Bytes",
    each: { fp32: "4", fp16: "2", int8: "1", int4: "½" },
    files: (precision, weights, graphs, tokenizer) =>
      `Computed: parameters times bytes each. Measured: this model's own files, ${precision}: weights ${weights}` +
      (precision.startsWith("int")
        ? ", where scales, positions, norms and biases are held in more bits than that"
        : "") +
      `; graphs ${graphs}; tokenizer ${tokenizer}.`,
    models: "Beside the published GPT-2s",
    modelsAbout:
      "computed from their published shapes (vocabulary 50 257, context 1 024, MLP 4 times the width), the work for a " +
      "text of as many tokens as this one",
    columns: {
      part: "part",
      formula: "formula",
      parameters: "parameters",
      share: "share",
      prompt: (n) => (n === "1" ? "1 token" : `${n} tokens`),
      step: "one more",
      precision: "precision",
      each: "bytes each",
      computed: "computed",
      measured: "measured",
      blocks: "blocks",
      heads: "heads",
      width: "width",
      vocabulary: "vocabulary",
      divided: "how they are divided",
      untied: "with a head of its own",
    },
    million: "million",
    billion: "billion",
    trillion: "trillion",
    says: ({ name, parameters, most, share, prompt, step, T, times }) => [
      `${name} has ${parameters} parameters, ${share} of them in the ${most}. ` +
        (times ? `GPT-2 small has ${times} times as many. ` : "") +
        `A run over this text of ${T === 1 ? "one token" : `${T} tokens`} takes ${prompt} multiply-adds; ` +
        `one token more, with the others reused, takes ${step}.`,
    ],
    explain: [
      "A parameter is one learnt number. Each matrix of a block has as many as its inputs times its outputs; biases and " +
        "LayerNorms add a few. A wider model grows with the square of its width, a deeper one in proportion.",
      "Small models spend much of their numbers on the vocabulary, large ones on their blocks: see how they are divided.",
      "A multiply-add is one weight times one number, added to a sum. Every token meets every weight of the blocks once; " +
        "only attention's own work grows with the length of the text, and in a long text with its square.",
    ],
    twin: [
      "model",
      "parameters",
      "with a head of its own",
      "fp32 bytes",
      "fp16",
      "int8",
      "int4",
      "multiply-adds, this text",
      "one more token",
      "keys and values, bytes",
    ],
  },

  vectors: {
    title: "Vectors",
    more: [
      "Between its parts the model holds nothing but vectors: one for every token at every point, and at some points one for every head as well. Each point has the name that research on transformers gives it; a formula says what it is made of.",
      "The strips show one point for all tokens, the cells below the same vector of the chosen token, entry by entry. The entries of the stream have no meaning of their own one by one: what counts is what the next matrix makes of them all. Those of mlp_pre and mlp_post are single neurons.",
    ],
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

  faults: {
    lacking: "The figure shows the numbers of an example. A current Chrome, Edge, Firefox or Safari runs the model.",
    noWebAssembly: "This browser runs no WebAssembly, which the model needs; it may have been switched off (lockdown, strict security).",
    noSimd: "This browser has no WebAssembly SIMD, which the model needs.",
    tooOld: "This browser is too old to run the model.",
    cancel: "Cancel",
    cancelTitle: "Stop loading this model; what has been downloaded is kept",
    rate: (bytes) => `${bytes}/s`,
    silent: "The model does not answer any more.",
    silentAdvice: "It may still be at work. Starting again keeps your text and choices.",
    again: "Start again",
  },
};
