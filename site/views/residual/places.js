// Finds what lies at a place of the overview.
import { interior } from "../../widgets/stream.js";
import { weightsOf } from "./block.js";

/**
 * Returns the lane, the block, the open block's part, and the lane that a dot of the card stands for, at the depth `x` and the breadth
 * `y`; null where there is none.
 */
export function placeAt(x, y, { layout, starts, open }) {
  const found = starts.findLastIndex((start) => x >= start);
  const block = found >= 0 && found < starts.length - 1 ? found : null; // the last start is the end of the last block
  return {
    lane: layout.lanes[Math.floor(y / layout.size)],
    block,
    part: block === null ? null : partAt(x, starts, open),
    key: block === open ? keyAt(x, layout, interior(starts[open], starts[open + 1])) : null,
  };
}

/** Returns the lane whose dots are at the depth `x` of the card. */
function keyAt(x, layout, inside) {
  const [from, to] = inside.dots;
  return x < from || x >= to ? null : layout.lanes[Math.floor(((x - from) / (to - from)) * layout.lanes.length)];
}

/** Returns which of the open block's parts is at the depth `x`, by its name in head.js; null outside of it. */
function partAt(x, starts, open) {
  if (x < starts[open] || x >= starts[open + 1]) return null;
  const { card, attention, add } = interior(starts[open], starts[open + 1]);
  return x < card[0] ? "stream" : x < attention ? "attention" : x < add ? "mlp" : null;
}

const isOne = (lane) => Boolean(lane) && lane.from === lane.to;
/** Returns the dot at a place: which token looks at which, and with what weight; null where there is none. figure: see weightsOf. */
export function dotAt({ lane, key }, figure) {
  if (!isOne(lane) || !isOne(key) || key.from > lane.from || figure.data.shows === "difference") return null;
  const weights = weightsOf(figure);
  return weights && { query: lane.from, key: key.from, weight: weights(lane.from)[figure.layout.laneOf(key.from)] };
}
