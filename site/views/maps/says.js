// Says in a sentence what a map shows.
import { number, signed } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { MASKS } from "./measured.js";

const words = strings.maps;
const [WINDOW, SINKS] = ["window", "sinks"].map((kind) => MASKS.indexOf(kind));

/** Returns the sentence's parts. @param {import("./measured.js").Measured} map */
export function says(map) {
  const { data, isRole, isDifference, strongest } = map;
  const more = isRole ? data.shows === "changed" && words.saysChanged : data.shows && words.saysUntouched;
  const parts = strongest.length ? (isDifference ? saysDifference(map) : isRole ? saysRole(map) : saysSweep(map)) : saysNone(map);
  return [...parts, more].filter(Boolean);
}

const saysNone = ({ isRole, ofMasks }) => [isRole ? words.cannot : ofMasks ? words.saysNoMasks : words.saysNone];

function saysDifference(map) {
  const { row, column, value } = map.strongest[0];
  const role = words.measures[map.measure];
  return [value ? words.saysApart({ role, what: map.name(row, column), by: signed(value) }) : words.saysAlike];
}

function saysRole(map) {
  const scores = map.data.roles[map.measure];
  const top = map.strongest.reduce((a, b) => (b.value > a.value ? b : a));
  const mean = scores.reduce((total, score) => total + score, 0) / scores.length;
  const what = map.name(top.row, top.column);
  return [words.saysRole({ role: words.measures[map.measure], what, score: number(top.value), mean: number(mean) })];
}

function saysSweep(map) {
  if (map.ofMasks) return saysMasks(map);
  const { base, a, b } = map.sweep;
  const { row, column, value } = map.strongest[0];
  const sentence = { positions: words.saysPlace, heads: words.saysHeads }[map.measure] ?? words.saysSweep;
  const what = map.name(row, column);
  return sentence({ base: number(base), a: { token: a.text }, b: { token: b.text }, what, to: number(base + value) });
}

/** Names the window that the first tokens help most. */
function saysMasks(map) {
  const { sizes, base } = map.sweep;
  const tried = sizes.map((_, column) => column).filter((column) => map.value(SINKS, column) !== null);
  if (!tried.length) return [words.saysNoMasks];
  const helped = (column) => map.value(WINDOW, column) - map.value(SINKS, column);
  const column = tried.reduce((a, b) => (helped(b) > helped(a) ? b : a));
  const [window, sinks] = [WINDOW, SINKS].map((row) => number(base + map.value(row, column)));
  return [words.saysMasks({ base: number(base), size: sizes[column], window, sinks })];
}
