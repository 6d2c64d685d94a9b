// Draws the overview's spine: a lane for every token, the stream in it, and what attention and MLP of every block write into
// it. Depth runs to the right.
import { colour } from "../../lib/colour.js";
import { band, curve, dotted, interior, plus } from "../../widgets/stream.js";

// Weights below FAINT are not drawn; of the active token, the chosen one or that under the pointer, those below FAINTEST.
const [FAINT, FAINTEST] = [0.02, 0.001];
const MAX_LANES = 64; // with more lanes only the active token's weights are drawn

/**
 * figure: {data      - what Python shows (resid_norm, attn_norm, mlp_norm, mid_norm, patterns, block, head, labels ...)
 *          layout    - lanes of the tokens;  place - columns of the blocks;  depth, breadth - its size
 *          open, head, token - what is chosen;  hover - the token under the pointer, or null
 *          limit     - the norm that is drawn thickest;  strip - picture of the open block's stream, or null
 *          fresh     - whether the strip is the open block's;  moving - whether the blocks still move}
 */
export function drawSpine(context, figure) {
  const { layout, place, depth, breadth, open, token, hover, moving } = figure;
  const { size } = layout;
  const laneY = (lane) => lane.at + size / 2;
  const shifts = { stream: size * 0.16, branch: -size * 0.24 };
  // Quiet grounds mark the lanes of the token under the pointer and of the chosen one, lines the open block.
  const ground = (token, name) => {
    context.fillStyle = colour(name);
    context.fillRect(0, layout.lanes[layout.laneOf(token)].at, depth, size);
  };
  if (hover !== null) ground(hover, "raised");
  ground(token, "chosen-soft");
  context.strokeStyle = colour("rule");
  context.lineWidth = 1;
  for (const x of [place.starts[open], place.starts[open + 1]]) {
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, breadth);
    context.stroke();
  }
  for (const lane of layout.lanes) {
    const y = laneY(lane);
    if (lane.from === lane.to) drawLane(context, figure, lane, y + shifts.stream, y + shifts.branch);
    else dotted(context, y, depth, size);
  }
  if (!moving) drawRibbons(context, figure, laneY, shifts);
}

function drawLane(context, { data, layout, place, open, token: chosen, limit, strip, fresh, moving }, lane, y, branch) {
  const token = lane.from;
  const isChosen = token === chosen;
  const norm = (name, block) => data[name]?.[block * data.labels.length + token];
  const thickest = Math.min(10, layout.size * 0.4);
  const thick = (value) => Math.max(0.75, Math.min(thickest, ((value ?? 0) / limit) * thickest));
  const streamColour = colour(isChosen ? "residual" : "residual-soft");
  const at = (b) => thick(norm("resid_norm", b));
  const write = (name, b, from, to) => {
    const value = norm(name, b);
    context.globalAlpha = isChosen || b === open ? 1 : 0.7;
    context.fillStyle = colour(name === "attn_norm" ? "attention" : "mlp");
    const t = thick(value);
    if (value > limit) {
      // off the scale: dashed, and the legend says so
      for (let x = from; x < to; x += 3) context.fillRect(x, branch - t / 2, 2, t);
    } else context.fillRect(from, branch - t / 2, to - from, t);
    context.globalAlpha = 1;
  };
  context.fillStyle = streamColour;
  band(context, 0, place.starts[0], y, at(0), at(0));
  for (let b = 0; b < data.n_layer; b++) {
    const [from, to] = [place.starts[b], place.starts[b + 1]];
    const wide = to - from;
    context.fillStyle = streamColour;
    if (b !== open || moving) {
      band(context, from, to, y, at(b), at(b + 1));
      write("attn_norm", b, from + wide * 0.12, from + wide * 0.44);
      write("mlp_norm", b, from + wide * 0.56, from + wide * 0.88);
      continue;
    }
    const inside = interior(from, to);
    const mid = thick(norm("mid_norm", b) ?? norm("resid_norm", b));
    band(context, from, inside.attention, y, at(b), at(b));
    band(context, inside.attention, inside.add, y, mid, mid);
    band(context, inside.add, to, y, at(b + 1), at(b + 1));
    if (strip) {
      const high = Math.max(6, lane.size - (lane.size > 20 ? 8 : 4));
      const [s0, s1] = inside.strip;
      context.fillStyle = colour("paper");
      context.globalAlpha = fresh ? 1 : 0.3;
      context.imageSmoothingEnabled = false;
      context.drawImage(strip, 0, token, strip.width, 1, s0, lane.at + (lane.size - high) / 2, s1 - s0, high);
      context.globalAlpha = 1;
    }
    // The MLP's branch: read, compute, add back. Attention's branch begins with the ribbons.
    context.strokeStyle = colour("mlp");
    context.lineWidth = 1;
    curve(context, inside.read2, y, inside.mlp[0], branch);
    write("mlp_norm", b, inside.mlp[0], inside.mlp[1]);
    context.lineWidth = thick(norm("mlp_norm", b));
    curve(context, inside.mlp[1], branch, inside.add, y);
    context.strokeStyle = colour("attention");
    context.lineWidth = thick(norm("attn_norm", b));
    curve(context, inside.fan[1], branch, inside.attention, y);
    const radius = Math.min(4.5, lane.size * 0.2);
    plus(context, inside.attention, y, radius, "attention");
    plus(context, inside.add, y, radius, "mlp");
  }
  context.fillStyle = streamColour;
  band(context, place.starts.at(-1), place.end, y, at(data.n_layer), at(data.n_layer));
}

/** Draws the attention of the chosen head: from every key's stream to the query's branch, as wide as its weight. */
function drawRibbons(context, { data, layout, place, open, head, token, hover }, laneY, shifts) {
  if (data.block !== open) return; // the open block's patterns are still to come
  const T = data.labels.length;
  const all = data.patterns.shape[0] === data.n_head;
  if (!all && head !== data.head) return; // a long prompt has the chosen head's patterns only
  const first = (all ? head : 0) * T * T;
  const weights = data.patterns.subarray(first, first + T * T);
  const inside = interior(place.starts[open], place.starts[open + 1]);
  const [from, to] = [inside.read, inside.fan[1]];
  const active = hover ?? token;
  const widest = Math.min(8, layout.size * 0.35);
  const draw = (query, strong) => {
    // Keys that share a folded lane share a ribbon: their weights add up.
    const into = new Float32Array(layout.lanes.length);
    for (let key = 0; key < T; key++) into[layout.laneOf(key)] += weights[query * T + key];
    const end = laneY(layout.lanes[layout.laneOf(query)]) + shifts.branch;
    into.forEach((weight, lane) => {
      if (weight < (strong ? FAINTEST : FAINT)) return;
      context.strokeStyle = colour("attention", strong ? 0.35 + 0.55 * weight : Math.round(8 + 20 * weight) / 100);
      context.lineWidth = Math.max(strong ? 0.75 : 0.5, weight * widest);
      curve(context, from, laneY(layout.lanes[lane]) + shifts.stream, to, end);
    });
  };
  if (layout.lanes.length <= MAX_LANES)
    for (const lane of layout.lanes) if (lane.from === lane.to && lane.from !== active) draw(lane.from, false);
  draw(active, true);
}

/** Returns, for the legend, the least weight that is drawn of the active token and, null for none, of the others. */
export const leftOut = (lanes) => [FAINTEST, lanes <= MAX_LANES ? FAINT : null];
