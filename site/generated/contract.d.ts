// Written by python -m explainer.export.build.contract: change what Python defines, not this.

export type Slot = "prompt" | "tokens" | "residual" | "logits" | "sampling" | "story" | "merges" | "embedding" | "layernorm" | "qkv" | "attention" | "heads" | "output" | "mlp" | "unembedding" | "whatif" | "maps" | "size" | "vectors";
export type Part = "merges" | "embedding" | "layernorm" | "qkv" | "attention" | "heads" | "output" | "mlp" | "unembedding" | "whatif" | "maps" | "size" | "vectors";
export type Shows = "changed" | "original" | "difference";
export type Matrix = "q" | "k" | "v";
export type Norm = "ln1" | "ln2" | "ln_final";
export type Stage = "scores" | "scaled" | "masked" | "softmax" | "values";
export type Order = "place" | "size";
export type Measure = "previous" | "same" | "induction" | "sink" | "spread" | "zero" | "mean" | "heads" | "positions" | "masks";
export type Role = "previous" | "same" | "induction" | "sink" | "spread";
export type SweepKind = "zero" | "mean" | "heads" | "positions" | "masks";
export type MaskKind = "causal" | "window" | "sinks" | "blocks" | "full";
export type TrunkPoint = "embed" | "pos_embed" | "resid_pre" | "ln1_mean" | "ln1_scale" | "ln1" | "q" | "k" | "v" | "attn_scores" | "pattern" | "z" | "attn_out" | "resid_mid" | "ln2_mean" | "ln2_scale" | "ln2" | "mlp_pre" | "mlp_post" | "mlp_out" | "resid_post";

/** An array of a view's: its numbers in the order of its axes, the last one innermost. */
export type Floats<Rank extends number> = Float32Array & { shape: Shape[Rank] };
type Shape = { [rank: number]: number[]; 1: [number]; 2: [number, number]; 3: [number, number, number]; 4: [number, number, number, number] };

/**
 * The reader's choices: prompt, model, selection, sampling. `token`, `block` and `head` count from 0; token -1 is the last.
 *
 * A block or head that the model lacks stands for its last one; the defaults show more than the first ones would.
 */
export interface Choices {
  prompt: string;
  model: string;
  block: number;
  head: number;
  token: number;
  /** the part of the model that is open, if any */
  part: "" | Part;
  point: TrunkPoint;
  /** the opened entry of a vector */
  entry: number;
  /** which of a head's three vectors is opened */
  matrix: Matrix;
  /** the LayerNorm that is opened */
  norm: Norm;
  /** the key of the opened cell, -1 the strongest */
  key: number;
  /** the step of attention that is opened */
  stage: Stage;
  /** leave out the first token's weight and share it among the others */
  sink: boolean;
  /** heads that are averaged: block.head,block.head ... */
  heads: string;
  /** queries that are averaged: first-last */
  rows: string;
  /** merges of the word that are done, -1 for all */
  merge: number;
  /** the opened neuron, -1 the strongest */
  neuron: number;
  /** neurons in place or sorted */
  order: Order;
  /** the token that is looked for */
  find: string;
  /** the token whose logit is opened, -1 the likeliest */
  candidate: number;
  /** how many candidates are listed */
  k: number;
  /** how many candidates the draw lists */
  listed: number;
  /** 0 takes the likeliest, as greedy does */
  temperature: number;
  /** tokens kept, 0 for all */
  top_k: number;
  /** probability kept, 1 for all */
  top_p: number;
  greedy: boolean;
  seed: number;
  /** what is changed in the model, see explainer.model.edits */
  edits: string;
  /** who may look at whom, see explainer.model.edits.Mask */
  mask: string;
  /** the prompt that patches are taken from */
  other: string;
  /** the token that sweeps ask about; -1 is the likeliest */
  answer: number;
  /** and the one it is compared with; -1 is the next likeliest */
  against: number;
  /** what the map of the heads shows */
  measure: Measure;
  /** of a changed model: what the figures show */
  shows: Shows;
  /** the field's names and formulas in the overview, instead of plain words alone */
  expert: boolean;
  /** colour the tokens by the probability they came with */
  surprise: boolean;
}

/** What Python says of a choice, by name. */
export type Notice =
  | ({ say: "empty" } & TextNotice)
  | ({ say: "nothing" } & TextNotice)
  | ({ say: "cut" } & TextNotice)
  | ({ say: "lost" } & Lost)
  | ({ say: "refused" } & Refused)
  | { say: "strange" }
  | { say: "unready" }
  | { say: "outrun" }
  | { say: "noOther" }
  | ({ say: "unlike" } & LengthNotice)
  | { say: "noMeans" };

/**
 * The bar's data. They are shown before there is a trace, so they have neither run nor version.
 *
 * text: the prompt that was run.  coming: another model, while its files are being downloaded.  notice: about the last
 * choices, each a notice (explainer.model.notices) or a text of a library.  left_out: edits that are not possible.
 * n_ctx: the model's number of positions; None before a model is loaded.  busy: a run is in progress.  ms, reused: the last
 * run's time, and how many positions it reused.  fidelity: how close the exported model is to its checkpoint, as measured.
 * heard: how many of the reader's choices `part`, `edits`, `mask`, `other` and `shows` have, see Shown.
 */
export interface PromptShown {
  text: string;
  examples: string[];
  model: string;
  coming: string | null;
  models: ModelEntry[];
  notice: (string | Notice)[];
  changed: boolean;
  left_out: (string | Notice)[];
  part: "" | Part;
  parts: Part[];
  n_ctx: number | null;
  busy: boolean;
  ms: number | null;
  reused: number;
  backend: string;
  fidelity: Record<string, any> | null;
  precision: string;
  edits: string;
  mask: string;
  other: string;
  shows: Shows;
  heard: number;
}

/** A model to choose from. bytes: size of its files as downloaded.  manifest: its file below models/, on a site. */
export interface ModelEntry {
  name: string;
  title: string;
  description: string;
  bytes: number;
  precision: string;
  manifest?: string;
}

/** dropped: number of the text's tokens that lie before the model's context. */
export interface TokensShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  pieces: TokenShown[];
  surprise: boolean;
  dropped: number;
  token: number;
  config: ModelShape;
}

/**
 * One token of the text. bytes: what it stands for.  special: <|endoftext|>.  start: it begins a word.  made: generated.
 *
 * prob: its probability after the tokens before it; None where State.surprise is off, and for the first.  In a difference it
 * is the changed model's; before: the untouched model's; bits: the change of its log2.
 */
export interface TokenShown {
  id: number;
  text: string;
  bytes: number[];
  special: boolean;
  start: boolean;
  made: boolean;
  prob: number | null;
  before?: number;
  bits?: number;
}

/** The model's sizes, named as in explainer.model.manifest.ModelConfig. */
export interface ModelShape {
  n_layer: number;
  n_head: number;
  d_model: number;
  d_head: number;
  d_mlp: number;
  n_ctx: number;
  d_vocab: number;
}

/**
 * Norms of the stream between blocks, of what attention and MLP write into it, and of it between the two; and of the chosen
 * block and head the numbers on the way, every vector pooled to a few numbers (pooled_columns).
 *
 * patterns: those of the chosen block's heads; of the chosen head alone for a long text.  embed_strip: the stream before the
 * first block.  q_strip, k_strip, v_strip, z_strip: of the chosen head; q_norm, k_norm, v_norm: the lengths.  mlp_strip:
 * mlp_post.  mlp_active: so many of its numbers are above 0, of d_mlp.
 */
export interface ResidualShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  block: number;
  head: number;
  n_layer: number;
  n_head: number;
  d_model: number;
  d_mlp: number;
  /** (layer+1 pos) */ resid_norm: Floats<2>;
  /** (layer pos) */ attn_norm: Floats<2>;
  /** (layer pos) */ mid_norm: Floats<2>;
  /** (layer pos) */ mlp_norm: Floats<2>;
  /** (drawn pos key_pos) */ patterns: Floats<3>;
  /** (pos numbers) */ embed_strip: Floats<2>;
  /** (pos head_numbers) */ q_strip: Floats<2>;
  /** (pos head_numbers) */ k_strip: Floats<2>;
  /** (pos head_numbers) */ v_strip: Floats<2>;
  /** (pos head_numbers) */ z_strip: Floats<2>;
  /** (pos) */ q_norm: Floats<1>;
  /** (pos) */ k_norm: Floats<1>;
  /** (pos) */ v_norm: Floats<1>;
  /** (pos neurons) */ mlp_strip: Floats<2>;
  /** (pos) */ mlp_active: Floats<1>;
}

/** top: the likeliest tokens.  rest: the probability of all others.  entropy: in bits.  target: the token that follows. */
export interface LogitsShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  top: Candidate[];
  rest: number;
  entropy: number;
  n_vocab: number;
  target: RankedCandidate | null;
}

/** prob: its probability as the next token. */
export interface Candidate {
  id: number;
  text: string;
  logit: number;
  prob: number;
}

/** rank: 1 for the likeliest. */
export interface RankedCandidate {
  id: number;
  text: string;
  logit: number;
  prob: number;
  rank: number;
}

/** The tokens whose probability changes most. */
export interface LogitsDifference {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  moved: TokenChange[];
  kl: number;
}

/** A token's probability before and after the change. logit_change: the change of its probability's logarithm. */
export interface TokenChange {
  id: number;
  text: string;
  before: number;
  after: number;
  logit_change: number;
}

/**
 * rows: candidates, likeliest first.  n_k, n_p: how many are left after top-k, and after both top-k and top-p.  cut_k, cut_p:
 * the probability that each of the two cuts.  position: of the token to be drawn.  node: the node of the story before it.
 * draw: the random number.
 */
export interface SamplingShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  temperature: number;
  top_k: number;
  top_p: number;
  greedy: boolean;
  seed: number;
  listed: number;
  likeliest: boolean;
  n_vocab: number;
  n_k: number;
  n_p: number;
  position: number;
  node: number;
  draw: number;
  drawn: Drawn;
  rows: DrawRow[];
  cut_k: number;
  cut_p: number;
}

/** The token that the draw takes. prob: its share of the draw.  own: the model's own probability. */
export interface Drawn {
  id: number;
  text: string;
  prob: number;
  own: number;
}

/**
 * A candidate at every stage of the draw (explainer.model.sampling.Stages).
 *
 * p: what is left to it; between `from` and `to` the random number takes it.
 */
export interface DrawRow {
  id: number;
  text: string;
  logit: number;
  scaled: number;
  p0: number;
  p1: number;
  rank: number;
  kept: "kept" | "no" | "p" | "k";
  p: number;
  from: number;
  to: number;
  more: Spared | null;
}

/** Unlisted candidates after a row: how many of them are still in the draw, and their probability together. */
export interface Spared {
  n: number;
  p: number;
}

/**
 * Both models' draws with one random number, see Sampling.difference. left: number of tokens left; drawn: the token; both
 * before and after.
 */
export interface SamplingDifference {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  temperature: number;
  top_k: number;
  top_p: number;
  greedy: boolean;
  seed: number;
  listed: number;
  likeliest: boolean;
  n_vocab: number;
  position: number;
  node: number;
  draw: number;
  left: number[];
  drawn: number[];
  groups: Record<"stays" | "enters" | "leaves", ShareGroup>;
  moved: number;
  changes: ShareChange[];
}

/** Tokens of one kind: how many, and the share of the unlisted ones together, before and after. */
export interface ShareGroup {
  n: number;
  rest: number[];
}

/** A token's share of the draw in both models. spans: where the share begins and ends, before and after. */
export interface ShareChange {
  id: number;
  text: string;
  before: number;
  after: number;
  by: number;
  how: "stays" | "enters" | "leaves";
  spans: number[][];
}

/**
 * The tree in columns: node i has the token `ids[i]`, the node before it (-1: the prompt), its probability, and how it was
 * chosen (an index into `kinds`). texts: every token's text by its id.  end: the id of <|endoftext|>, -1 for none.  path: the
 * nodes up to the current one.  written: what they say.
 */
export interface StoryShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  texts: Record<number, string>;
  /** (n_prompt) */ prompt: Floats<1>;
  /** (nodes) */ ids: Floats<1>;
  /** (nodes) */ parents: Floats<1>;
  /** (nodes) */ probs: Floats<1>;
  /** (nodes) */ how: Floats<1>;
  kinds: ("drawn" | "greedy" | "forced")[];
  end: number;
  current: number;
  path: number[];
  written: string;
  running: boolean;
  dropped: number;
  n_ctx: number;
  n_prompt: number;
}

/**
 * merge: number of merges done, -1 for all.  first, last: positions of the word's first and last token.  bytes, letters: the
 * first ones of n_bytes.  differs: the text has other tokens here than the tokenizer makes of it.
 */
export interface MergesShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  merge: number;
  n_merges: number;
  n_vocab: number;
  word: string;
  bytes: number[];
  n_bytes: number;
  letters: string[];
  special: boolean;
  first: number;
  last: number;
  pieces: SizedPiece[];
  differs: boolean;
  steps: MergeStep[];
  forms: WordForm[];
}

/** A token with the number of its bytes. */
export interface SizedPiece {
  id: number;
  text: string;
  bytes: number;
}

/** One merge: its rank and the pair that it joins; both None for the word before all merges. */
export interface MergeStep {
  rank: number | null;
  pair: string[] | null;
  parts: MergePart[];
}

/** A part of the word after a merge. letters: in the byte alphabet.  id: None where the vocabulary lacks it.  made: by this merge. */
export interface MergePart {
  text: string;
  letters: string;
  bytes: number;
  id: number | null;
  made: boolean;
}

/** The word in another form. here: the form in the text.  cosine: between its vector and that of the `reference`. */
export interface WordForm {
  text: string;
  here: boolean;
  pieces: TokenText[];
  cosine?: number;
  reference?: boolean;
}

/** A token of the vocabulary. text: as the reader sees it, see explainer.model.tokenizer.visible. */
export interface TokenText {
  id: number;
  text: string;
}

/** positions: the cosines between the chosen position's vector and the vectors of the positions from `first` on. */
export interface EmbeddingShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  id: number;
  d_vocab: number;
  n_ctx: number;
  tied: boolean;
  entry: number;
  /** (d_model) */ embed: Floats<1>;
  /** (d_model) */ pos_embed: Floats<1>;
  /** (d_model) */ total: Floats<1>;
  norms: EmbeddingNorms;
  first: number;
  /** (near_pos) */ positions: Floats<1>;
  nearest: NearToken[];
}

/** Lengths of the three vectors. */
export interface EmbeddingNorms {
  embed: number;
  pos_embed: number;
  total: number;
}

/** A token whose vector points nearly the same way. */
export interface NearToken {
  id: number;
  text: string;
  cosine: number;
}

/**
 * The difference that a view with `has_own_difference` shows: each of its vectors in the untouched and in the changed model.
 *
 * difference: in the order of computation.  block: None where the view shows no single block.
 */
export interface VectorsDifference {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  head: number;
  block: number | null;
  difference: MovedVector[];
}

/** One activation of both models. was: the untouched model's.  by: what the change adds to it. */
export interface MovedVector {
  name: string;
  /** (n) */ was: Floats<1>;
  /** (n) */ by: Floats<1>;
}

/**
 * x, centred, normal, scaled and result are the vector after each step.  reads: the name of x.  off: the reader has
 * switched the norm off.  block: None for the final one.
 */
export interface LayerNormShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  block: number | null;
  norm: Norm;
  reads: "resid_pre" | "resid_mid" | "resid_post";
  entry: number;
  eps: number;
  mean: number;
  variance: number;
  off: boolean;
  scale: number;
  /** (d_model) */ x: Floats<1>;
  /** (d_model) */ centred: Floats<1>;
  /** (d_model) */ normal: Floats<1>;
  /** (d_model) */ weight: Floats<1>;
  /** (d_model) */ scaled: Floats<1>;
  /** (d_model) */ bias: Floats<1>;
  /** (d_model) */ result: Floats<1>;
}

/** norm: the norm that the vectors belong to. */
export interface LayerNormDifference {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  head: number;
  block: number | null;
  difference: MovedVector[];
  norm: Norm;
}

/**
 * q, k, v: of the tokens from `first` on.  x, w, bias: they make the opened vector of the chosen token, x @ w.T + bias.
 * start: where the columns of w begin in the matrix of all heads' queries, keys and values.  terms: the opened entry as a
 * dot product.
 */
export interface QkvShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  first: number;
  block: number;
  head: number;
  n_head: number;
  d_model: number;
  d_head: number;
  matrix: Matrix;
  entry: number;
  /** (rows d_head) */ q: Floats<2>;
  /** (rows d_head) */ k: Floats<2>;
  /** (rows d_head) */ v: Floats<2>;
  /** (d_model) */ x: Floats<1>;
  /** (d_head d_model) */ w: Floats<2>;
  /** (d_head) */ bias: Floats<1>;
  start: number;
  terms: DotProduct;
}

/**
 * The terms of a dot product (explainer.views.terms.dot): those farthest from 0 first, and the sum of all others.
 *
 * bias: None where there is none.  count: number of all terms.
 */
export interface DotProduct {
  terms: DotTerm[];
  rest: number;
  bias: number | null;
  result: number;
  count: number;
}

/** Term `i` of a dot product: x * w = product. */
export interface DotTerm {
  i: number;
  x: number;
  w: number;
  product: number;
}

/** visible: 1 where a query may look at a key, None for GPT-2's own mask.  thumbs: the block's patterns, pooled. */
export interface AttentionShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  block: number;
  head: number;
  n_layer: number;
  n_head: number;
  key: number;
  d_head: number;
  attn_scale: number;
  entry: number;
  stage: Stage;
  sink: boolean;
  /** (pos key_pos) */ visible: Floats<2> | null;
  /** (pos d_head) */ q: Floats<2>;
  /** (pos d_head) */ k: Floats<2>;
  /** (pos d_head) */ v: Floats<2>;
  /** (pos key_pos) */ attn_scores: Floats<2>;
  /** (pos key_pos) */ pattern: Floats<2>;
  /** (pos d_head) */ z: Floats<2>;
  /** (head side side) */ thumbs: Floats<3>;
}

/** difference: the changed model's attention weights less the untouched model's.  untouched: the untouched model's. */
export interface AttentionDifference {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  block: number;
  head: number;
  n_layer: number;
  n_head: number;
  key: number;
  /** (pos key_pos) */ difference: Floats<2>;
  /** (pos key_pos) */ untouched: Floats<2>;
}

/**
 * thumbs: every head's pattern, pooled.  difference: whether all of them are differences.  compared: number of queries.
 * heads, rows: the reader's choices as text; picked, span: the same as numbers, limited to this model and text.
 */
export interface HeadsShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  block: number;
  head: number;
  n_layer: number;
  n_head: number;
  /** (layer head side side) */ thumbs: Floats<4>;
  difference: boolean;
  /** (layer head) */ alike: Floats<2>;
  compared: number;
  heads: string;
  picked: number[][];
  rows: string;
  span: number[];
  /** (average average) */ average: Floats<2>;
  /** (pos) */ row: Floats<1>;
}

/**
 * z of all heads side by side, and how attn_out and resid_mid come from it.
 *
 * written, shares, at_entry: for every head and, last, for the bias: the length of what it writes, its share of attn_out (all
 * add up to 1), its number at the opened entry.  w: a picture of W_O: each cell is the number farthest from 0 of `pooled`
 * cells, down and across.  column: the column of W_O for the opened entry; terms: that entry as a dot product.
 */
export interface OutputShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  block: number;
  head: number;
  n_head: number;
  d_head: number;
  entry: number;
  /** (d_model) */ z: Floats<1>;
  /** (d_model) */ attn_out: Floats<1>;
  /** (d_model) */ resid_pre: Floats<1>;
  /** (d_model) */ resid_mid: Floats<1>;
  norms: OutputNorms;
  /** (head+1) */ written: Floats<1>;
  /** (head+1) */ shares: Floats<1>;
  /** (head+1) */ at_entry: Floats<1>;
  /** (d_model) */ column: Floats<1>;
  /** (d_model) */ bias: Floats<1>;
  /** (outputs inputs) */ w: Floats<2>;
  pooled: number[];
  terms: DotProduct;
}

/** Lengths of the four vectors. */
export interface OutputNorms {
  z: number;
  attn_out: number;
  resid_pre: number;
  resid_mid: number;
}

/**
 * pre, post, written: of every neuron.  neuron: the reader's choice, -1 for the strongest; opened: that neuron.  curve_x,
 * curve_y: the activation function.  neuron_terms, entry_terms: the opened neuron and the opened entry of mlp_out as dot
 * products.
 */
export interface MlpShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  block: number;
  n_layer: number;
  act_fn: string;
  d_mlp: number;
  d_model: number;
  order: Order;
  neuron: number;
  entry: number;
  /** (d_mlp) */ pre: Floats<1>;
  /** (d_mlp) */ post: Floats<1>;
  /** (d_mlp) */ written: Floats<1>;
  /** (curve) */ curve_x: Floats<1>;
  /** (curve) */ curve_y: Floats<1>;
  strongest: Neuron[];
  opened: Neuron;
  neuron_terms: DotProduct;
  entry_terms: DotProduct;
  /** (d_model) */ resid_mid: Floats<1>;
  /** (d_model) */ mlp_out: Floats<1>;
  /** (d_model) */ resid_post: Floats<1>;
}

/**
 * A neuron before and after the activation function. written: the length of the vector that it writes.  up, down: the
 * tokens that it promotes and suppresses most.
 */
export interface Neuron {
  neuron: number;
  pre: number;
  post: number;
  written: number;
  up: PromotedToken[];
  down: PromotedToken[];
}

/** effect: what a neuron adds to the token's logit. */
export interface PromotedToken {
  id: number;
  text: string;
  effect: number;
}

/**
 * top: the k likeliest; rest: the probability of all others.  found: the first of the n_found tokens of the search.
 * candidate: the reader's choice, -1 for the likeliest; opened: that token; terms: its logit as a dot product of ln_final and
 * its column.  lens: before the first block and after each.  counts: the histogram of all logits from low to high.
 * logsum: log of the sum of e^logit.
 */
export interface UnembeddingShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  node: number;
  n_layer: number;
  n_vocab: number;
  d_model: number;
  tied: boolean;
  k: number;
  top: RankedCandidate[];
  rest: number;
  find: string;
  found: FoundCandidate[];
  n_found: number;
  entry: number;
  candidate: number;
  opened: RankedCandidate;
  terms: DotProduct;
  /** (d_model) */ ln_final: Floats<1>;
  /** (d_model) */ column: Floats<1>;
  resid_norm: number;
  ln_final_norm: number;
  lens: LensRow[];
  /** (bins) */ counts: Floats<1>;
  low: number;
  high: number;
  logsum: number;
}

/** kind: how the search found it, an index into explainer.model.tokenizer.MATCH_KINDS. */
export interface FoundCandidate {
  id: number;
  text: string;
  logit: number;
  prob: number;
  rank: number;
  kind: number;
}

/** The prediction from the stream between two blocks: the likeliest tokens, and the opened candidate's probability and rank. */
export interface LensRow {
  top: LensToken[];
  prob: number;
  rank: number;
}

/** A token that the stream after a block would predict. */
export interface LensToken {
  id: number;
  text: string;
  prob: number;
}

/** The vectors at the end of the model, and the tokens whose probability changes most. */
export interface UnembeddingDifference {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  head: number;
  block: number | null;
  difference: MovedVector[];
  moved: TokenChange[];
  kl: number;
}

/**
 * places: the compared position in each of the two.  row, row_now: the chosen head's weights at the chosen token, in the
 * untouched and in the changed model.  factors: of every head; NaN where it writes its mean or its z on the other prompt.
 * visible: 1 where a query may look at a key, None for GPT-2's own mask and for a long text.  kl: in nats.
 */
export interface WhatIfShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  n_layer: number;
  n_head: number;
  block: number;
  head: number;
  compared: "change" | "prompts" | null;
  places: number[];
  /** (pos) */ row: Floats<1>;
  /** (pos) */ row_now: Floats<1>;
  means: MeansOf | null;
  changed: boolean;
  shows_now: Shows;
  edits: string;
  /** (layer head) */ factors: Floats<2>;
  mask: string;
  /** (pos key_pos) */ visible: Floats<2> | null;
  scores: ScoreCounts;
  other: OtherPrompt;
  top: TokenChange[];
  kl: number;
  n_vocab: number;
  loss: Losses;
}

/** The sample of the mean activations: the number of its positions, and how many of these are of a real text. */
export interface MeansOf {
  positions: number;
  of_text: number;
}

/** The number of attention scores that count under GPT-2's own mask, and under the one in use. */
export interface ScoreCounts {
  causal: number;
  now: number;
}

/** The prompt that patches are taken from. labels: its tokens as the reader sees them. */
export interface OtherPrompt {
  text: string;
  labels: string[];
}

/** Bits per token over the text, of both models or prompts; None for a single token. */
export interface Losses {
  before: number | null;
  after: number | null;
}

/**
 * meanings: what each role's score means.  roles: the scores; None where no token could show it.  top: the likeliest tokens.
 * difference: the logit of `answer` less that of `against`, at the end of the text.  sizes: of masks that hide some of it.
 */
export interface MapsShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  model: string;
  block: number;
  head: number;
  n_layer: number;
  n_head: number;
  measure: Measure;
  meanings: Record<Role, string>;
  /** (layer head) */ roles: Record<Role, Floats<2> | null>;
  answer: TokenScore;
  against: TokenScore;
  chosen: ChosenRivals;
  find: string;
  found: TokenScore[];
  top: TokenScore[];
  difference: number;
  sizes: number[];
  means: MeansOf | null;
  other: OtherPrompt;
  sweep: SweepShown | null;
}

/** logit: its score at the position in question. */
export interface TokenScore {
  id: number;
  text: string;
  logit: number;
}

/** Whether the reader has chosen each of the two tokens. */
export interface ChosenRivals {
  answer: boolean;
  against: boolean;
}

/**
 * A sweep, as far as it is done. values: differences from `base`, 0 where `done` is 0.  a, b: the tokens whose logits are
 * compared.  masks: for a sweep of masks the text of each cell's mask, else None.  runs, of: number of runs, so far and in
 * all.  stale: the sweep is about another text.
 */
export interface SweepShown {
  kind: SweepKind;
  axes: string[];
  /** (down across) */ values: Floats<2>;
  /** (down across) */ done: Floats<2>;
  base: number;
  a: TokenScore;
  b: TokenScore;
  sizes: number[];
  masks: string[][] | null;
  runs: number;
  of: number;
  seconds: number;
  running: boolean;
  stale: boolean;
}

/** prompt, step: the runs for the whole prompt and for one token more. */
export interface SizeShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  prompt: Pass;
  step: Pass;
  act_fn: string;
  shape: ShapeShown;
  tied: boolean;
  parts: PartCount[];
  work: PartWork[];
  files: FileBytes;
  models: ModelSize[];
}

/** One run of the model: a text of T tokens, n of them new. */
export interface Pass {
  T: number;
  n: number;
}

/** What decides a model's size, see Shape. */
export interface ShapeShown {
  L: number;
  H: number;
  D: number;
  F: number;
  N: number;
  V: number;
}

/** A part of the model, the formula of its size, and its number of parameters. */
export interface PartCount {
  part: string;
  formula: string;
  count: number;
}

/** Multiply-adds of a part: for the whole prompt, and for one token more. */
export interface PartWork {
  part: string;
  formula: string;
  prompt: number;
  step: number;
}

/** Bytes of the model's files, as measured. */
export interface FileBytes {
  precision: string;
  weights: number;
  graphs: number;
  tokenizer: number;
}

/**
 * One of the compared models. own: the one in use.  untied: parameters if the head were not tied.  bytes: by precision.
 * prompt, step: multiply-adds.  cache: bytes of keys and values.
 */
export interface ModelSize {
  L: number;
  H: number;
  D: number;
  F: number;
  N: number;
  V: number;
  name: string;
  own: boolean;
  tied: boolean;
  parameters: number;
  untied: number;
  parts: Record<string, number>;
  bytes: Record<string, number>;
  prompt: number;
  step: number;
  cache: number;
}

/** values: rows of the tokens from `first` on.  mean, std, norms: of every token.  block, head: None where `point` has none. */
export interface VectorsShown {
  run?: number | string;
  version?: number | string;
  shows?: Shows | null;
  heard?: number;
  labels: string[];
  token: number;
  point: TrunkPoint;
  points: Point[];
  act_fn: string;
  axes: string[];
  block: number | null;
  head: number | null;
  first: number;
  /** (rows n) */ values: Floats<2>;
  /** (pos) */ mean: Floats<1>;
  /** (pos) */ std: Floats<1>;
  /** (pos) */ norms: Floats<1>;
}

/** A named activation, its axes and a line of meaning (explainer.model.activations). */
export interface Point {
  name: TrunkPoint;
  axes: string[];
  meaning: string;
}

/**
 * A request of the page to the app: either choices or an action.
 *
 * made: how many choices the reader had made by then; data tell by it (Shown.heard) which of them Python knew of.
 */
export interface Wish {
  set?: Partial<Choices>;
  made?: number;
  do?: Actions;
}

/**
 * An action of the reader, see App.do; a message has one of these keys.
 *
 * step, run: the number of tokens to generate, up to <|endoftext|>; `run` can be stopped.  force: a token, or [token, node of
 * the story after which it was chosen].  goto: a node of the story, -1 for the prompt.  sweep: its kind; `stop` ends it.
 */
export interface Actions {
  step?: number;
  run?: number;
  stop?: boolean;
  force?: number | number[];
  goto?: number;
  forget?: boolean;
  sweep?: SweepKind;
}

/** To a new worker: starts it. model: its name, by default the site's.  state: choices to start with. */
export interface Start {
  type: "start";
  model?: string;
  backend?: string;
  state?: Partial<Choices>;
}

/** To the worker: a change that the page made in Panel's document. */
export interface DocumentChange {
  type: "patch";
  patch: any;
}

/** To the worker: stops the loading of a model. */
export interface Cancel {
  type: "cancel";
}

/** To the worker: asks whether it is alive. It answers with a Pong. */
export interface Ping {
  type: "ping";
}

/** The bytes that one stage of loading has received. label: a model's title. */
export interface Progress {
  type: "progress";
  stage: string;
  label?: string;
  loaded: number;
  total: number;
  done: boolean;
}

/** What runs the model, and the reason for it. */
export interface Backend {
  type: "backend";
  backend: string;
  reason: string;
}

/** A sentence for the status line. */
export interface Told {
  type: "notice";
  message: string;
}

/** The reader's choices as Python holds them. */
export interface StateTold {
  type: "state";
  state: Partial<Choices>;
}

/** The addresses of all files that the worker loaded, sent once it has them all. */
export interface Used {
  type: "used";
  urls: string[];
}

/** Panel's document as JSON, {id: document}. */
export interface Render {
  type: "render";
  documents: string;
}

/** Changes of the document that Python made together. */
export interface Patches {
  type: "patch";
  patches: Patch[];
}

/** One change of the document, as Bokeh writes it. buffers: a Map of its bytes by id. */
export interface Patch {
  patch: any;
  buffers: any;
}

/** Python has handled the page's last change of the document. */
export interface Idle {
  type: "idle";
}

/** The model's first answer has been sent. */
export interface Live {
  type: "live";
}

/** The answer to a Ping. */
export interface Pong {
  type: "pong";
}

/**
 * Something failed. live: the app goes on; otherwise a new worker is needed, with the backend `fallback` if there is one.
 * retry: trying again may help.  detail: a text for developers.
 */
export interface Failed {
  type: "error";
  stage: string;
  message: string;
  advice: string;
  detail: string;
  retry: boolean;
  live: boolean;
  fallback?: string;
}

/**
 * The text is empty, has no token in the vocabulary, or is longer than the context, see explainer.model.model.PreparedText.
 *
 * endless, lost: there is text that was clipped, and there are unknown characters.
 * bos: <|endoftext|> as the reader sees it, "" where the model has none.
 */
export interface TextNotice {
  n_ctx: number;
  dropped: number;
  endless: boolean;
  lost: boolean;
  bos: string;
}

/** Characters that the model has no token for: the first few, and how many more. */
export interface Lost {
  characters: string[];
  more: number;
}

/** Names of choices or actions that do not exist or have an invalid value. */
export interface Refused {
  names: string[];
}

/** The numbers of tokens of this prompt and the other prompt, which should be equal. */
export interface LengthNotice {
  here: number;
  there: number;
}

/** What each view's data may be, by its slot. */
export interface ShownIn {
  prompt: PromptShown;
  tokens: TokensShown;
  residual: ResidualShown;
  logits: LogitsShown | LogitsDifference;
  sampling: SamplingShown | SamplingDifference;
  story: StoryShown;
  merges: MergesShown;
  embedding: EmbeddingShown | VectorsDifference;
  layernorm: LayerNormShown | LayerNormDifference;
  qkv: QkvShown | VectorsDifference;
  attention: AttentionShown | AttentionDifference;
  heads: HeadsShown;
  output: OutputShown | VectorsDifference;
  mlp: MlpShown | VectorsDifference;
  unembedding: UnembeddingShown | UnembeddingDifference;
  whatif: WhatIfShown;
  maps: MapsShown;
  size: SizeShown;
  vectors: VectorsShown;
}

export type FromPage = Start | DocumentChange | Cancel | Ping;
export type ToPage = Progress | Backend | Told | StateTold | Used | Render | Patches | Idle | Live | Pong | Failed;

declare const contract: {
  "slots": Slot[];
  "parts": Part[];
  "partGroups": { "model": string[]; "experiments": string[]; "reference": string[]; };
  "views": { "prompt": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "tokens": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "residual": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "logits": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "sampling": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "story": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "merges": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "embedding": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "layernorm": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "qkv": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "attention": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "heads": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "output": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "mlp": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "unembedding": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "whatif": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "maps": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "size": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; "vectors": { "part": boolean; "compares": string[]; "both": boolean; "pairs": boolean; }; };
  "choices": { "prompt": { "kind": string; "default": string; }; "model": { "kind": string; "default": string; }; "block": { "kind": string; "default": number; "least": number; "most": null; }; "head": { "kind": string; "default": number; "least": number; "most": null; }; "token": { "kind": string; "default": number; "least": number; "most": null; }; "part": { "kind": string; "default": string; "names": string[]; }; "point": { "kind": string; "default": string; "names": TrunkPoint[]; }; "entry": { "kind": string; "default": number; "least": number; "most": null; }; "matrix": { "kind": string; "default": string; "names": Matrix[]; }; "norm": { "kind": string; "default": string; "names": Norm[]; }; "key": { "kind": string; "default": number; "least": number; "most": null; }; "stage": { "kind": string; "default": string; "names": Stage[]; }; "sink": { "kind": string; "default": boolean; }; "heads": { "kind": string; "default": string; "pattern": string; }; "rows": { "kind": string; "default": string; "pattern": string; }; "merge": { "kind": string; "default": number; "least": number; "most": null; }; "neuron": { "kind": string; "default": number; "least": number; "most": null; }; "order": { "kind": string; "default": string; "names": Order[]; }; "find": { "kind": string; "default": string; "pattern": string; }; "candidate": { "kind": string; "default": number; "least": number; "most": null; }; "k": { "kind": string; "default": number; "least": number; "most": number; }; "listed": { "kind": string; "default": number; "least": number; "most": number; }; "temperature": { "kind": string; "default": number; "least": number; "most": number; }; "top_k": { "kind": string; "default": number; "least": number; "most": null; }; "top_p": { "kind": string; "default": number; "least": number; "most": number; }; "greedy": { "kind": string; "default": boolean; }; "seed": { "kind": string; "default": number; "least": number; "most": number; }; "edits": { "kind": string; "default": string; }; "mask": { "kind": string; "default": string; "pattern": string; }; "other": { "kind": string; "default": string; }; "answer": { "kind": string; "default": number; "least": number; "most": null; }; "against": { "kind": string; "default": number; "least": number; "most": null; }; "measure": { "kind": string; "default": string; "names": Measure[]; }; "shows": { "kind": string; "default": string; "names": Shows[]; }; "expert": { "kind": string; "default": boolean; }; "surprise": { "kind": string; "default": boolean; }; };
  "mirrored": string[];
  "sampling": string[];
  "alters": string[];
  "shows": Shows[];
  "matrices": Matrix[];
  "norms": Norm[];
  "stages": Stage[];
  "orders": Order[];
  "roles": { "previous": string; "same": string; "induction": string; "sink": string; "spread": string; };
  "sweeps": { "zero": string[]; "mean": string[]; "heads": string[]; "positions": string[]; "masks": string[]; };
  "sweep_masks": string[];
  "sinks": number;
  "masks": { "causal": string[]; "window": string[]; "sinks": string[]; "blocks": string[]; "full": string[]; };
  "first_masks": { "causal": string; "window": string; "sinks": string; "blocks": string; "full": string; };
  "edits": { "means": string[]; "norms": string[]; "scaled": string[]; "patched": string[]; };
  "hooks": { "embed": { "kinds": { "scale": number; "add": number; }; "axes": string[]; "of": string[]; }; "resid": { "kinds": { "scale": number; "add": number; }; "axes": string[]; "of": string[]; }; "ln": { "kinds": { "gate": number; }; "axes": string[]; "of": string[]; }; "qkv": { "kinds": { "scale": number; "add": number; }; "axes": string[]; "of": Matrix[]; }; "attn_scores": { "kinds": { "scale": number; "add": number; }; "axes": string[]; "of": string[]; }; "z": { "kinds": { "scale": number; "add": number; }; "axes": string[]; "of": string[]; }; "out": { "kinds": { "scale": number; "add": number; }; "axes": string[]; "of": string[]; }; };
  "activations": { "embed": { "axes": string[]; "graph": string; "meaning": string; }; "pos_embed": { "axes": string[]; "graph": string; "meaning": string; }; "resid_pre": { "axes": string[]; "graph": string; "meaning": string; }; "ln1_mean": { "axes": string[]; "graph": string; "meaning": string; }; "ln1_scale": { "axes": string[]; "graph": string; "meaning": string; }; "ln1": { "axes": string[]; "graph": string; "meaning": string; }; "q": { "axes": string[]; "graph": string; "meaning": string; }; "k": { "axes": string[]; "graph": string; "meaning": string; }; "v": { "axes": string[]; "graph": string; "meaning": string; }; "attn_scores": { "axes": string[]; "graph": string; "meaning": string; }; "pattern": { "axes": string[]; "graph": string; "meaning": string; }; "z": { "axes": string[]; "graph": string; "meaning": string; }; "attn_out": { "axes": string[]; "graph": string; "meaning": string; }; "resid_mid": { "axes": string[]; "graph": string; "meaning": string; }; "ln2_mean": { "axes": string[]; "graph": string; "meaning": string; }; "ln2_scale": { "axes": string[]; "graph": string; "meaning": string; }; "ln2": { "axes": string[]; "graph": string; "meaning": string; }; "mlp_pre": { "axes": string[]; "graph": string; "meaning": string; }; "mlp_post": { "axes": string[]; "graph": string; "meaning": string; }; "mlp_out": { "axes": string[]; "graph": string; "meaning": string; }; "resid_post": { "axes": string[]; "graph": string; "meaning": string; }; "ln_final_mean": { "axes": string[]; "graph": string; "meaning": string; }; "ln_final_scale": { "axes": string[]; "graph": string; "meaning": string; }; "ln_final": { "axes": string[]; "graph": string; "meaning": string; }; "logits": { "axes": string[]; "graph": string; "meaning": string; }; };
  "computed": { "embed": { "operation": string; "of": string[]; "by": string[]; }; "pos_embed": { "operation": string; "of": string[]; "by": string[]; }; "resid_pre": { "operation": string; "of": string[]; "by": string[]; "else_of": string; }; "ln1_mean": { "operation": string; "of": string[]; "by": string[]; }; "ln1_scale": { "operation": string; "of": string[]; "by": string[]; }; "ln1": { "operation": string; "of": string[]; "by": string[]; }; "q": { "operation": string; "of": string[]; "by": string[]; }; "k": { "operation": string; "of": string[]; "by": string[]; }; "v": { "operation": string; "of": string[]; "by": string[]; }; "attn_scores": { "operation": string; "of": string[]; "by": string[]; }; "pattern": { "operation": string; "of": string[]; "by": string[]; }; "z": { "operation": string; "of": string[]; "by": string[]; }; "attn_out": { "operation": string; "of": string[]; "by": string[]; }; "resid_mid": { "operation": string; "of": string[]; "by": string[]; }; "ln2_mean": { "operation": string; "of": string[]; "by": string[]; }; "ln2_scale": { "operation": string; "of": string[]; "by": string[]; }; "ln2": { "operation": string; "of": string[]; "by": string[]; }; "mlp_pre": { "operation": string; "of": string[]; "by": string[]; }; "mlp_post": { "operation": string; "of": string[]; "by": string[]; }; "mlp_out": { "operation": string; "of": string[]; "by": string[]; }; "resid_post": { "operation": string; "of": string[]; "by": string[]; }; "ln_final_mean": { "operation": string; "of": string[]; "by": string[]; }; "ln_final_scale": { "operation": string; "of": string[]; "by": string[]; }; "ln_final": { "operation": string; "of": string[]; "by": string[]; }; "logits": { "operation": string; "of": string[]; "by": string[]; }; };
  "operations": { "look_up": string; "mean": string; "spread": string; "normalise": string; "project": string; "compare": string; "softmax": string; "mix": string; "activate": string; "add": string; };
  "actions": string[];
  "notices": { "empty": string[]; "nothing": string[]; "cut": string[]; "lost": string[]; "refused": string[]; "strange": string[]; "unready": string[]; "outrun": string[]; "noOther": string[]; "unlike": string[]; "noMeans": string[]; };
  "story_root": number;
  "story_kinds": string[];
  "kept_kinds": string[];
  "share_kinds": string[];
  "found_kinds": string[];
  "compared": string[];
  "limits": { "prompt": number; "find": number; "edits": number; "mask_number": number; "generated": number; "terms": number; "changed_tokens": number; "merge_bytes": number; "merge_steps": number; "found": number; };
  "pooled": { "thumb": number; "average": number; "projection": number[]; };
};
export default contract;
