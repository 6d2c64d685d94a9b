// Draws the overview's spine: a lane for every token, the stream that runs in it, and what attention and MLP of every block add
// to it. Depth runs to the right. The open block's inside is drawn in block.js.
import { colour } from "../../lib/colour.js";
import { STREAM } from "../../widgets/lanes.js";
import { band, box, dotted, interior } from "../../widgets/stream.js";
import { drawBlock } from "./block.js";
import { drawRow, lengthOf, thickness } from "./figure.js";

/** @param {CanvasRenderingContext2D} context @param {import("./figure.js").Figure} figure */
export function drawSpine(context, figure) {
  const { data, layout, place, depth, breadth, open, token, hover, moving } = figure;
  const { size } = layout;
  const ground = (at, name) => {
    context.fillStyle = colour(name);
    context.fillRect(0, layout.lanes[layout.laneOf(at)].at, depth, size);
  };
  if (hover !== null) ground(hover, "raised");
  ground(token, "chosen-soft");
  for (let b = 0; b < data.n_layer; b++) {
    if (b !== open) box(context, place.starts[b] + 2, -4, place.starts[b + 1] - 2, breadth + 4, { radius: 4, ...SLAB });
  }
  box(context, place.starts[open] + 2, -4, place.starts[open + 1] - 2, breadth + 4, { edge: ["rule"] });
  for (const lane of layout.lanes) {
    if (lane.from === lane.to) drawStream(context, figure, lane);
    else dotted(context, lane.at + size / 2, depth, size);
  }
  if (!moving) drawBlock(context, figure);
}
const SLAB = /** @type {const} */ ({ ground: ["raised", 0.7], edge: ["rule"] });

function drawStream(context, figure, lane) {
  const { data, layout, place, open, token: chosen, lit, scales, moving } = figure;
  const token = lane.from;
  const y = lane.at + lane.size * STREAM;
  const thick = (name, b) => thickness(figure, lengthOf(figure, name, b, token));
  const at = (b) => thick("resid_norm", b);
  const isChosen = token === chosen;
  context.fillStyle = colour(isChosen || lit === "stream" ? "residual" : "residual-soft");
  band(context, 0, place.starts[0], y, at(0), at(0));
  for (let b = 0; b < data.n_layer; b++) {
    const [from, to] = [place.starts[b], place.starts[b + 1]];
    if (b !== open || moving) {
      band(context, from, to, y, at(b), at(b + 1));
      continue;
    }
    const inside = interior(from, to);
    const mid = lengthOf(figure, "mid_norm", b, token) === undefined ? at(b) : thick("mid_norm", b);
    band(context, from, inside.attention, y, at(b), at(b));
    band(context, inside.attention, inside.add, y, mid, mid);
    band(context, inside.add, to, y, at(b + 1), at(b + 1));
  }
  if (lit === "final") context.fillStyle = colour("residual");
  band(context, place.starts.at(-1), place.end, y, at(data.n_layer), at(data.n_layer));
  for (let b = 0; b < data.n_layer; b++) if (b !== open || moving) drawAdded(context, figure, lane, b);
  const high = Math.max(5, layout.size * 0.44);
  drawRow(context, scales.strips.embed, token, 8, lane.at + lane.size * 0.4 - high / 2, place.starts[0] - 20, high);
}

/** Draws what attention and MLP of a folded block add, above the stream. */
function drawAdded(context, figure, lane, b) {
  const { place, token: chosen, scales } = figure;
  const [from, wide] = [place.starts[b], place.starts[b + 1] - place.starts[b]];
  const y = lane.at + lane.size * 0.4;
  for (const [name, part, begin, end] of /** @type {const} */ ([
    ["attn_norm", "attention", 0.2, 0.46],
    ["mlp_norm", "mlp", 0.54, 0.8],
  ])) {
    const value = lengthOf(figure, name, b, lane.from);
    const [x0, x1, thick] = [from + wide * begin, from + wide * end, thickness(figure, value)];
    context.fillStyle = colour(part, lane.from === chosen ? 1 : 0.7);
    // What is off the scale is dashed, and the legend says so.
    if (value > scales.norm) for (let x = x0; x < x1; x += 3) context.fillRect(x, y - thick / 2, 2, thick);
    else context.fillRect(x0, y - thick / 2, x1 - x0, thick);
  }
}
