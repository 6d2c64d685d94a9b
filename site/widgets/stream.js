// Lays out the depth of the overview and draws its paths. Depth runs from the embedding to the last norm.
import { colour } from "../lib/colour.js";

const ENDS = { wide: [72, 56], narrow: [48, 44] }; // before the first block, where the embedding's numbers are drawn, and after the last
const NARROW = 640;
const SLAB = 22; // a folded block, at most

/** Returns {starts, end}; `starts` has n_layer + 1 numbers: where each block begins, and where the last ends. `block` is open, so wide. */
export function columns(depth, layers, block) {
  const [lead, tail] = depth < NARROW ? ENDS.narrow : ENDS.wide;
  const folded = layers > 1 ? Math.max(6, Math.min(SLAB, Math.floor((depth * (depth < NARROW ? 0.14 : 0.2)) / (layers - 1)))) : 0;
  const wide = Math.max(160, depth - lead - tail - folded * (layers - 1));
  const starts = [lead];
  for (let b = 0; b < layers; b++) starts.push(starts[b] + (b === block ? wide : folded));
  return { starts, end: starts.at(-1) + tail };
}

export function between(a, b, share) {
  const mix = (x, y) => x + (y - x) * share;
  return { starts: a.starts.map((x, i) => mix(x, b.starts[i])), end: mix(a.end, b.end) };
}

/** Lays out the parts of an open block from `x0` to `x1`, in the order of computation. */
export function interior(x0, x1) {
  const at = (share) => x0 + (x1 - x0) * share;
  return {
    read: at(0.015), // attention reads the stream
    vectors: [at(0.055), at(0.115)], // q, k and v
    card: [at(0.235), at(0.64)], // the chosen head
    dots: [at(0.25), at(0.52)], // its weights
    mix: [at(0.565), at(0.62)], // z
    attention: at(0.715), // and is added
    read2: at(0.73), // the MLP reads the stream
    mlp: [at(0.785), at(0.895)], // its neurons
    add: at(0.955), // and is added
  };
}

/** Draws a band along the depth whose thickness changes from `t0` to `t1`. */
export function band(context, x0, x1, y, t0, t1) {
  context.beginPath();
  context.moveTo(x0, y - t0 / 2);
  context.lineTo(x1, y - t1 / 2);
  context.lineTo(x1, y + t1 / 2);
  context.lineTo(x0, y + t0 / 2);
  context.fill();
}

/** Draws a curve from one lane to another, flat at both ends. */
export function curve(context, x0, y0, x1, y1) {
  const mid = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(mid, y0, mid, y1, x1, y1);
  context.stroke();
}

/** Draws the sign of adding to the stream. */
export function plus(context, x, y, radius, name) {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fillStyle = colour("paper");
  context.fill();
  context.strokeStyle = colour(name);
  context.lineWidth = 1;
  context.stroke();
  const arm = radius * 0.55;
  context.beginPath();
  context.moveTo(x - arm, y);
  context.lineTo(x + arm, y);
  context.moveTo(x, y - arm);
  context.lineTo(x, y + arm);
  context.stroke();
}

/** Draws a ribbon from (x0, y0) to (x1, y1), flat at both ends, whose thickness changes from `t0` to `t1`. */
export function ribbon(context, x0, y0, x1, y1, t0, t1) {
  const mid = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, y0 - t0 / 2);
  context.bezierCurveTo(mid, y0 - t0 / 2, mid, y1 - t1 / 2, x1, y1 - t1 / 2);
  context.lineTo(x1, y1 + t1 / 2);
  context.bezierCurveTo(mid, y1 + t1 / 2, mid, y0 + t0 / 2, x0, y0 + t0 / 2);
  context.fill();
}

/** Draws a rounded box: its ground, if any, and its edge, if any; both are names of colours with how opaque they are. */
export function box(context, x0, y0, x1, y1, { radius = 8, ground = null, edge = null }) {
  context.beginPath();
  context.roundRect(x0, y0, x1 - x0, y1 - y0, radius);
  if (ground) {
    context.fillStyle = colour(...ground);
    context.fill();
  }
  if (edge) {
    context.strokeStyle = colour(...edge);
    context.lineWidth = 1;
    context.stroke();
  }
}

/** Draws the dots that stand for folded lanes. */
export function dotted(context, y, depth, size) {
  context.fillStyle = colour("residual-soft");
  for (let x = 8; x < depth; x += 12) {
    for (const by of [-0.15, 0.15]) context.fillRect(x, y + by * size, 2, 1.5);
  }
}
