// Lays out one lane per token, shared by the overview's views so that labels and paths line up. On a wide page lanes are rows and
// the depth of the model runs to the right; on a phone they are columns and it runs down.
import { chosen, state } from "../state/choices.js";

const TURNED = matchMedia("(max-width: 839px)");
export const turned = () => TURNED.matches;
export const onTurn = (callback) => TURNED.addEventListener("change", callback);

export const GUTTER = 88; // turned: room for the names of the parts, left of the lanes
export const STREAM = 0.8; // where in its lane the stream runs: the parts that read it and add to it stand above
const [NARROWEST, WIDEST] = [18, 92];

let height = 0; // wide: px that lanes share before they are folded
const resized = [];
/** Calls `callback` when the first screen has another height: the lanes then have other places. */
export const onRoom = (callback) => resized.push(callback);
/** Finds the room of the lanes: the height of `element`, which the style sheet fits to the window. */
function roomOf(element) {
  if (height) return height;
  height = element.clientHeight;
  new ResizeObserver(() => {
    if (element.clientHeight === height) return;
    height = element.clientHeight;
    for (const callback of resized) callback();
  }).observe(element);
  return height;
}

/**
 * Lays out the lanes -> {lanes: [{from, to, at, size}], size, total, room, folded, foldable, laneOf(token)}. A lane with from < to stands
 * for several folded tokens; the chosen token and its neighbours, the first and the last ones are never folded.
 */
export function lanes(slot, tokens) {
  const room = turned() ? Math.max(160, slot.clientWidth - GUTTER) : roomOf(slot.querySelector(".lane-room"));
  const fits = Math.floor(room / NARROWEST);
  const folded = tokens > fits && !state.unfolded;
  const spans = folded ? fold(tokens, fits, chosen(tokens)) : Array.from({ length: tokens }, (_, i) => [i, i]);
  const size = Math.max(NARROWEST, Math.min(turned() ? 40 : WIDEST, Math.floor(room / spans.length)));
  const all = spans.map(([from, to], index) => ({ from, to, at: index * size, size }));
  const index = new Int32Array(tokens);
  all.forEach(({ from, to }, lane) => index.fill(lane, from, to + 1));
  return {
    lanes: all,
    size,
    total: all.length * size,
    room,
    folded,
    foldable: tokens > fits,
    laneOf: (token) => index[token],
  };
}

function fold(tokens, fits, token) {
  const keep = new Set();
  const add = (i) => {
    if (i >= 0 && i < tokens && keep.size < fits - 3) keep.add(i);
  };
  for (let i = 0; i < 3; i++) add(i);
  for (const step of [0, -1, 1, -2, 2]) add(token + step);
  for (let i = tokens - 1; i >= 0 && keep.size < fits - 3; i--) add(i);
  const spans = [];
  for (let i = 0; i < tokens; i++) {
    const last = spans.at(-1);
    if (keep.has(i)) spans.push([i, i]);
    else if (last?.folds) last[1] = i;
    else spans.push(Object.assign([i, i], { folds: true }));
  }
  return spans;
}
