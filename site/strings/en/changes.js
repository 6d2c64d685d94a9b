// What is changed in the model, in words: the band under the bar, and how heads and places are called.

export const head = (block, n, position, what) =>
  `${what ? `${what} of ` : ""}${n ? `head ${block}.${n}` : `all heads of block ${block}`}${position ? ` at token ${position}` : ""}`;
export const entries = (n) => `${n} ${n === "1" ? "entry" : "entries"}`;

export const altered = {
  title: "Changed model",
  figures: "figures show",
  shows: { changed: "changed", original: "original", difference: "difference" },
  showsTitle: {
    changed: "Figures show the model with the changes",
    original: "Figures show the untouched model",
    difference: "Figures show the changed model's numbers less the untouched one's, where that makes sense",
  },
  marks: { changed: "changed model", original: "untouched model", difference: "difference: changed less untouched" },
  reset: "Reset",
  resetTitle: "Undo all changes",
  putBack: (what) => `Undo: ${what}`,
  more: (n) => `and ${n} more`,
  leftOut: (what) => `Not done: ${what}.`,
  head,
  attention: "attention",
  mlp: "MLP",
  stream: "stream",
  part: (what, block, position) => `${what} of block ${block}${position ? ` at token ${position}` : ""}`,
  embed: (position) => `embedding of token ${position}`,
  row: (block, n, position) => `weights of head ${block}.${n} at token ${position} by hand`,
  off: (what) => `${what} off`,
  mean: (what) => `${what} at the mean`,
  times: (what, factor) => `${what} × ${factor}`,
  patched: (what) => `${what} from the other text`,
  masks: {
    causal: () => "causal",
    full: () => "looks both ways",
    window: (size) => `window of ${size}`,
    sinks: (size, more) => `window of ${size} and the first ${more}`,
    blocks: (size, more) => `blocks of ${size} and ${more} pivots`,
  },
};
