// Lays the mixture out: which columns there is room for, and where they stand.

export const [ROW, HEAD] = [20, 24]; // px of a row, and of the columns' names above
const ALL_FROM = 640; // px of room for all columns
const STRIP = 0; // the width of a column that takes what room is left
const WIDE = { gap: 16, widths: { label: 88, score: 48, power: 64, weight: 112, value: STRIP, product: STRIP, share: 64 } };
const NARROW = { gap: 8, widths: { label: 80, weight: 56, product: STRIP, share: 56 } };

/**
 * @typedef {object} Place in CSS pixels
 * @property {number} cell the width of an entry
 * @property {number} width of a strip, a vector's entries side by side
 * @property {number} left where the products begin
 * @property {number | null} values where the values begin; null: they have no column
 * @property {[string, number][]} columns name and end of each, from left to right
 * @property {number[]} widths of the columns
 * @property {number} gap between them
 */

/** @returns {Place} */
export function layOut(room, d) {
  const { gap, widths } = room >= ALL_FROM ? WIDE : NARROW;
  const [names, given] = [Object.keys(widths), Object.values(widths)];
  const fixed = given.reduce((sum, px) => sum + px) + (given.length - 1) * gap;
  const spare = (room - fixed) / given.filter((px) => px === STRIP).length;
  const cell = Math.min(16, spare < 240 ? spare / d : Math.floor(spare / d));
  const width = Math.round(cell * d);
  const taken = given.map((px) => (px === STRIP ? width : px));
  const start = (column) => taken.slice(0, column).reduce((sum, px) => sum + px + gap, 0);
  return {
    cell,
    width,
    left: start(names.indexOf("product")),
    values: "value" in widths ? start(names.indexOf("value")) : null,
    columns: names.map((name, at) => [name, start(at + 1) - gap / 2]),
    widths: taken,
    gap,
  };
}
