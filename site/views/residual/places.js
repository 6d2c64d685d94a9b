// Finds what lies at a place of the overview.
import { interior } from "../../widgets/stream.js";

/** Returns the lane, the block and the open block's part at the depth `x` and the breadth `y`; null where there is none. */
export function placeAt(x, y, { layout, starts, open }) {
  const found = starts.findLastIndex((start) => x >= start);
  const block = found >= 0 && found < starts.length - 1 ? found : null; // the last start is the end of the last block
  return { lane: layout.lanes[Math.floor(y / layout.size)], block, part: block === null ? null : partAt(x, starts, open) };
}

/** Returns which of the open block's parts is at the depth `x`, by its name in head.js; null outside of it. */
function partAt(x, starts, open) {
  if (x < starts[open] || x >= starts[open + 1]) return null;
  const { card, attention, add } = interior(starts[open], starts[open + 1]);
  return x < card[0] ? "stream" : x < attention ? "attention" : x < add ? "mlp" : null;
}
