// A cell: one number on the screen with its name, how it was computed, and what stands for it in the formulas.
import contract from "../generated/contract.js";

/**
 * @typedef {object} Cell
 * @property {string} activation what the number is an entry of, by name (src/explainer/model/activations.py); a weight's is "W_Q"
 * @property {number[]} at its indices along the axes that are not chosen elsewhere on the page, as a rule token and entry
 * @property {number} [value]
 * @property {string} text the cell in words, for a screen reader
 * @property {string | number | null} [symbol] the part of the formulas that stands for it (widgets/formula_links.js)
 * @property {number | null} [token] the token it belongs to; pointing at the cell lights it everywhere on the page
 */

/** Returns the cell's name: "q[3, 17]". @param {Cell} cell */
export const cellName = ({ activation, at }) => `${activation}[${at.join(", ")}]`;

/**
 * Says how the cell's number comes about, from the contract's entry for its activation: "project ln1 by W_Q, b_Q". Empty for weights,
 * which are given, and for numbers that a view works out by itself. @param {Cell} cell
 */
export function originOf({ activation }) {
  const origin = contract.computed[activation];
  if (!origin) return "";
  return `${origin.operation} ${origin.of.join(", ")}${origin.by.length ? ` by ${origin.by.join(", ")}` : ""}`;
}

/** @param {Cell | null} a @param {Cell | null} b */
export const sameCell = (a, b) => a === b || Boolean(a && b && a.symbol === b.symbol && cellName(a) === cellName(b));
