// Lays out the depth of the overview and draws its paths. Depth runs from the embedding to the last norm.
import { colour } from "../lib/colour.js";

const LEAD = 40;
const TAIL = 40;

/** Returns {starts, end}; `starts` has n_layer + 1 numbers: where each block begins, and where the last ends. `block` is open, so wide. */
export function columns(depth, layers, block) {
  const folded = layers > 1 ? Math.max(6, Math.min(32, Math.floor((depth * 0.42) / (layers - 1)))) : 0;
  const wide = Math.max(120, depth - LEAD - TAIL - folded * (layers - 1));
  const starts = [LEAD];
  for (let b = 0; b < layers; b++) starts.push(starts[b] + (b === block ? wide : folded));
  return { starts, end: starts.at(-1) + TAIL };
}

export function between(a, b, share) {
  const mix = (x, y) => x + (y - x) * share;
  return { starts: a.starts.map((x, i) => mix(x, b.starts[i])), end: mix(a.end, b.end) };
}

/** Lays out the parts of an open block from `x0` to `x1`. */
export function interior(x0, x1) {
  const at = (share) => x0 + (x1 - x0) * share;
  return {
    strip: [at(0.02), at(0.27)],
    read: at(0.31),
    fan: [at(0.35), at(0.57)],
    attention: at(0.63),
    read2: at(0.71),
    mlp: [at(0.76), at(0.86)],
    add: at(0.93),
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

/** Draws the dots that stand for folded lanes. */
export function dotted(context, y, depth, size) {
  context.fillStyle = colour("residual-soft");
  for (let x = 8; x < depth; x += 12) {
    for (const by of [-0.15, 0.15]) context.fillRect(x, y + by * size, 2, 1.5);
  }
}
