// What is changed in the model, in words: the band under the bar, and how what is changed is called.
import { head as headName } from "./places.js";

const last = (n) => (Number(n) === 1 ? "the token itself" : `the last ${n} tokens`);
export const head = (block, n, position, what) =>
  `${what ? `${what} of ` : ""}${n ? headName(block, n) : `all heads of block ${block}`}${position ? ` at token ${position}` : ""}`;

export const altered = {
  title: "Changed model",
  figures: "figures show",
  shows: { changed: "changed", original: "original", difference: "difference" },
  showsTitle: {
    changed: "Figures show the changed model",
    original: "Figures show the original model",
    difference: "Figures show the changed model's numbers minus the original model's, where that makes sense",
  },
  marks: { changed: "changed model", original: "original model", difference: "difference: changed minus original" },
  reset: "Reset",
  resetTitle: "Undo all changes",
  putBack: (what) => `Undo: ${what}`,
  more: (n) => `and ${n} more`,
  leftOut: (what) => `Not applied: ${what}.`,
  head,
  attention: "attention",
  mlp: "MLP",
  stream: "stream",
  part: (what, block, position) => `${what} of block ${block}${position ? ` at token ${position}` : ""}`,
  embed: (position) => `embedding of token ${position}`,
  row: (block, n, position) => `weights of ${headName(block, n)} at token ${position} set by hand`,
  off: (what) => `${what} off`,
  mean: (what) => `${what} at average`,
  times: (what, factor) => `${what} × ${factor}`,
  patched: (what) => `${what} from the other text`,
  // Noun phrases, since a sentence puts "With" before them.
  masks: {
    causal: () => "causal mask",
    full: () => "attention both ways",
    window: (size) => `attention limited to ${last(size)}`,
    sinks: (size, more) => `attention limited to ${last(size)} and the first ${more}`,
    blocks: (size, more) =>
      `attention limited to blocks of ${size} plus ${more} ${Number(more) === 1 ? "pivot" : "pivots"} per 4 blocks`,
  },
};
