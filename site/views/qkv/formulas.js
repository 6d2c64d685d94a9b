// Makes the formulas of one number of a head's vectors as a dot product.
import { dot } from "../../lib/dot_product.js";
import { number } from "../../lib/format.js";
import { coloured, formula, row, sub, tied } from "../../lib/math.js";
import { dotFormula } from "../../widgets/terms.js";
import { MEANS } from "./trio.js";

/**
 * @param {import("../../generated/contract").QkvShown} data
 * @param {{name: string, row: number, entry: number, value: number, opened: boolean, term?: number}} target the number, whether its
 *   vector is the opened one, and the term that is pointed at
 */
export function entryFormulas(data, { name, row: at, entry, value, opened, term }) {
  const [of, token, column] = [name.toUpperCase(), String(at + data.first + 1), String(entry + 1)];
  const named = coloured(MEANS[name], sub(name, row(token, ",", column)));
  const indices = { name: named, x: "ln1", of, token, column };
  const full = (one) => dotFormula({ ...products(data, one), ...indices, at: term, ties: true });
  if (opened) return full(entry);
  // Of other vectors only the result is known here. The line of terms keeps its room, so that nothing jumps.
  const [, room] = full(data.entry);
  const [general] = dotFormula({ ...data.terms, ...indices, name: tied("y", named) });
  room.classList.add("room");
  return [general, formula("=", tied("y", number(value, 4))), room];
}

/** Takes an entry of the opened vector apart. */
function products(data, entry) {
  const w = data.w.subarray(entry * data.d_model, (entry + 1) * data.d_model);
  const result = data[data.matrix][(data.token - data.first) * data.d_head + entry];
  return { ...dot(data.x, w, result, data.d_model), bias: data.bias[entry] };
}
