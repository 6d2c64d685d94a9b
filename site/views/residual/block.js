// Draws the inside of the overview's open block: q, k and v of the chosen head, which token looks at which, what the chosen token
// collects, and what attention and MLP add to the stream. Widths, dots and stripes are the model's numbers; places and outlines
// are only drawn. In a difference weights can be negative: nobody collects them, and what is lost is a ring.
import { colour } from "../../lib/colour.js";
import { fontFamily } from "../../lib/dom.js";
import { STREAM } from "../../widgets/lanes.js";
import { box, curve, interior, plus, ribbon } from "../../widgets/stream.js";
import { drawRow, lengthOf, thickness } from "./figure.js";

// Weights below FAINT are not drawn; of the active token, the chosen one or that under the pointer, those below FAINTEST.
const [FAINT, FAINTEST] = [0.005, 0.001];
const PART = 0.4; // where in its lane a part stands, above the stream
const MAX_STACK = 7; // heads behind the chosen one
const NAMED = 15; // px between keys that have names
const ROOMY = 24; // px between keys whose names may be long
const MEANS = /** @type {const} */ ({ q: "query", k: "key", v: "value" });

/** Returns, for the legend, the least weight that is drawn of the active token and of the others. */
export const leftOut = () => [FAINTEST, FAINT];

/** @param {CanvasRenderingContext2D} context @param {import("./figure.js").Figure} figure */
export function drawBlock(context, figure) {
  const { data, layout, place, open, head, token, hover } = figure;
  const inside = interior(place.starts[open], place.starts[open + 1]);
  const lanes = layout.lanes.filter(({ from, to }) => from === to);
  const active = hover ?? token;
  const hasHead = data.block === open && data.head === head; // else Python has not yet answered: vectors are drawn fainter
  const weights = weightsOf(figure);
  const scene = { ...figure, inside, lanes, active, weights, column: (lane) => columnOf(layout, inside, lane) };

  context.globalAlpha = hasHead ? 1 : 0.3;
  for (const lane of lanes) drawVectors(context, scene, lane);
  if (weights) drawPaths(context, scene);
  context.globalAlpha = 1;
  drawCard(context, scene);
  if (weights && data.shows !== "difference") drawMixture(context, scene);
  if (weights) drawDots(context, scene);
  for (const lane of lanes) {
    context.globalAlpha = hasHead ? 1 : 0.3;
    drawZ(context, scene, lane);
    context.globalAlpha = data.block === open ? 1 : 0.3;
    drawMlp(context, scene, lane);
    context.globalAlpha = 1;
  }
}

const yOf = (lane, share = PART) => lane.at + lane.size * share;
/** How high the strips of q, k and v are, and from one to the next. */
const stripsOf = ({ size }) => {
  const high = Math.max(2, Math.min(12, size * 0.15));
  return { high, step: Math.max(high + 1, size * 0.2) };
};
const columnOf = (layout, inside, lane) => {
  const [x0, x1] = inside.dots;
  return x0 + ((lane + 0.5) / layout.lanes.length) * (x1 - x0);
};

/** Returns (query) -> the weight on every lane: keys that share a folded lane share a dot. Null where the weights are to come. */
export function weightsOf({ data, layout, open, head }) {
  const T = data.labels.length;
  const all = data.patterns.shape[0] === data.n_head;
  if (data.block !== open || (!all && head !== data.head)) return null; // of a long text only the chosen head's are there
  const first = (all ? head : 0) * T * T;
  return (query) => {
    const into = new Float32Array(layout.lanes.length);
    for (let key = 0; key < T; key++) into[layout.laneOf(key)] += data.patterns[first + query * T + key];
    return into;
  };
}

/** Draws a token's q, k and v, and how they are made from the stream: ribbons as wide as the vectors are long. */
function drawVectors(context, { data, inside, active, scales }, lane) {
  const { from: token } = lane;
  const [x0, x1] = inside.vectors;
  const { high, step } = stripsOf(lane);
  const strong = token === active ? 0.8 : 0.3;
  for (const [i, name] of Object.keys(MEANS).entries()) {
    const y = yOf(lane) + (i - 1) * step;
    const thick = Math.max(0.75, Math.min(high, (data[`${name}_norm`][token] / scales.vector) * high));
    context.fillStyle = colour(MEANS[name], strong);
    ribbon(context, inside.read, yOf(lane, STREAM), x0, y, thick * 0.6, thick);
    drawRow(context, scales.strips[name], token, x0, y - high / 2, x1 - x0, high);
  }
}

/** Draws the way of queries to their rows and of keys to their columns; values go on to the mixture. */
function drawPaths(context, { layout, inside, lanes, active, weights, column }) {
  const [x1, card] = [inside.vectors[1], inside.card[0]];
  const shares = weights(active);
  for (const lane of layout.lanes) {
    const isActive = lane.from === active;
    if (lanes.includes(lane)) {
      context.lineWidth = isActive ? 2.5 : 1;
      context.strokeStyle = colour("query", isActive ? 0.8 : 0.18);
      curve(context, x1, yOf(lane) - stripsOf(lane).step, card, yOf(lane));
    }
    const weight = Math.abs(shares[layout.laneOf(lane.from)]);
    if (weight < FAINTEST) continue;
    context.lineWidth = Math.max(0.75, weight * 5);
    context.strokeStyle = colour("key", 0.2 + 0.6 * weight);
    const top = -2 + ((column(layout.laneOf(lane.from)) - inside.dots[0]) / (inside.dots[1] - inside.dots[0])) * 10;
    curve(context, x1, yOf(lane), card, top);
  }
}

/** Draws the chosen head as a card on the stack of the block's heads. */
function drawCard(context, { data, layout, inside, breadth, lit, named, lanes, token, active, column, weights }) {
  const [x0, x1] = inside.card;
  for (let behind = Math.min(MAX_STACK, data.n_head - 1); behind > 0; behind--) {
    const [right, up] = [behind * 4, behind * 1.5];
    box(context, x0 + right, -8 - up, x1 + right, breadth + 8 - up, { ground: ["paper"], edge: ["attention", 0.25] });
  }
  box(context, x0, -8, x1, breadth + 8, { ground: ["paper", 0.94], edge: ["attention", lit === "attention" ? 1 : 0.6] });
  // The stream runs on behind the card.
  for (const lane of lanes) {
    context.fillStyle = colour("residual-soft", 0.35);
    context.fillRect(x0 + 1, yOf(lane, STREAM) - 1, x1 - x0 - 2, 2);
    if (lane.from === active) {
      context.fillStyle = lane.from === token ? colour("chosen-soft", 0.8) : colour("raised");
      context.fillRect(x0 + 1, lane.at, x1 - x0 - 2, lane.size);
    }
  }
  if (!named) return;
  const wide = (inside.dots[1] - inside.dots[0]) / layout.lanes.length;
  const shares = weights?.(active);
  const longest = wide < ROOMY ? 5 : 9; // characters: above a narrow card stands the choice of its head
  context.font = `12px ${fontFamily()}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { lane, at, strong } of namedKeys(lanes, shares, wide, (lane) => layout.laneOf(lane.from))) {
    context.save();
    context.translate(column(at) + 2, -22);
    context.rotate(-Math.PI / 4);
    context.fillStyle = colour("key", strong ? 1 : 0.75);
    const label = data.labels[lane.from];
    context.fillText(label.length > longest ? `${label.slice(0, longest - 1)}…` : label, 0, 0);
    context.restore();
  }
}

/** Returns the keys that have room for their names: all, else the strongest first, none over another. */
function namedKeys(lanes, shares, wide, laneOf) {
  const all = lanes.map((lane) => ({ lane, at: laneOf(lane), weight: Math.abs(shares?.[laneOf(lane)] ?? 0) }));
  const keys = all.map((key) => ({ ...key, strong: key.weight >= 0.1 }));
  if (wide >= NAMED) return keys;
  const taken = [];
  for (const key of keys.filter(({ strong }) => strong).sort((a, b) => b.weight - a.weight)) {
    if (taken.every(({ at }) => Math.abs(at - key.at) * wide >= NAMED)) taken.push(key);
  }
  return taken;
}

/** Draws the weights: who looks (rows) at whom (columns); a dot's area is the weight, a ring's the weight lost. */
function drawDots(context, { layout, inside, lanes, active, weights, column }) {
  const wide = (inside.dots[1] - inside.dots[0]) / layout.lanes.length;
  const largest = Math.max(1.5, Math.min(layout.size * 0.36, wide * 0.46, 18));
  for (const lane of lanes) {
    const shares = weights(lane.from);
    const own = layout.laneOf(lane.from);
    const isActive = lane.from === active;
    shares.forEach((weight, at) => {
      const isMasked = weight === 0 && at > own;
      if (!isMasked && Math.abs(weight) < (isActive ? FAINTEST : FAINT)) return;
      const ink = isMasked ? colour("rule") : colour("attention", isActive ? 1 : 0.5);
      context.beginPath();
      context.arc(column(at), yOf(lane), isMasked ? 1 : Math.max(0.75, Math.sqrt(Math.abs(weight)) * largest), 0, 7);
      if (weight < 0) {
        context.strokeStyle = ink;
        context.lineWidth = 1;
        context.stroke();
      } else {
        context.fillStyle = ink;
        context.fill();
      }
    });
  }
}

/** Draws what the active token collects: a ribbon from every value to its z, as wide as the weight. */
function drawMixture(context, { layout, inside, active, weights }) {
  const shares = weights(active);
  const target = layout.lanes[layout.laneOf(active)];
  const widest = Math.min(16, layout.size * 0.36);
  const [x0, x1] = [inside.vectors[1], inside.mix[0]];
  for (const lane of layout.lanes) {
    const weight = shares[layout.laneOf(lane.from)];
    if (weight < FAINTEST) continue;
    const thick = Math.max(0.75, weight * widest);
    context.fillStyle = colour("value", 0.16 + 0.3 * weight);
    ribbon(context, x0, yOf(lane) + stripsOf(lane).step, x1, yOf(target), thick, thick);
  }
}

/** Draws a token's z, and what attention (all heads together) adds to its stream. */
function drawZ(context, figure, lane) {
  const { inside, open, scales, active } = figure;
  const token = lane.from;
  const [x0, x1] = inside.mix;
  const high = Math.max(3, Math.min(16, lane.size * 0.24));
  drawRow(context, scales.strips.z, token, x0, yOf(lane) - high / 2, x1 - x0, high);
  const thick = thickness(figure, lengthOf(figure, "attn_norm", open, token));
  context.fillStyle = colour("attention", token === active ? 0.9 : 0.45);
  ribbon(context, x1, yOf(lane), inside.attention, yOf(lane, STREAM), Math.min(thick, high), thick);
  plus(context, inside.attention, yOf(lane, STREAM), Math.max(3, Math.min(8, lane.size * 0.15)), "attention");
}

/** Draws the MLP of a token: it reads the stream, its neurons answer, and the result is added. */
function drawMlp(context, figure, lane) {
  const { inside, open, scales, active, lit } = figure;
  const token = lane.from;
  const isActive = token === active || lit === "mlp";
  const [x0, x1] = inside.mlp;
  const high = Math.max(4, Math.min(40, lane.size * 0.46));
  const thick = thickness(figure, lengthOf(figure, "mlp_norm", open, token));
  context.fillStyle = colour("mlp", isActive ? 0.35 : 0.16);
  ribbon(context, inside.read2, yOf(lane, STREAM), x0, yOf(lane), 2, high);
  context.fillStyle = colour("mlp", isActive ? 0.9 : 0.5);
  ribbon(context, x1, yOf(lane), inside.add, yOf(lane, STREAM), Math.min(high, thick), thick);
  drawRow(context, scales.strips.mlp, token, x0, yOf(lane) - high / 2, x1 - x0, high);
  plus(context, inside.add, yOf(lane, STREAM), Math.max(3, Math.min(8, lane.size * 0.15)), "mlp");
}
