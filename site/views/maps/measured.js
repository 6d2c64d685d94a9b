// Holds what a map shows: by one measure a value for every head, every place of the stream, or every mask; says each cell in words.
import contract from "../../generated/contract.js";
import { number, signed } from "../../lib/format.js";
import { state } from "../../state/choices.js";
import { read, valueAt } from "../../state/edits.js";
import strings from "../../strings/index.js";

const words = strings.maps;
export const MASKS = contract.sweep_masks;
export const ROLES = Object.keys(contract.roles);
export const SWEEPS = Object.keys(contract.sweeps);

/** Returns whether the reader has switched a head off. */
export function isOff(block, head) {
  const value = valueAt(read(state.edits), "z", [block, head]);
  return value !== null && Number(value) !== 1;
}

export class Measured {
  #strongest = null;

  /**
   * @param {import("../../generated/contract").MapsShown} data
   * @param {string} measure a role or a kind of sweep
   */
  constructor(data, measure) {
    this.data = data;
    this.measure = measure;
    this.isRole = ROLES.includes(measure);
    /** Whether the scores are the changed model's less the untouched one's. */
    this.isDifference = this.isRole && data.shows === "difference";
    /** The sweep on the screen: the last one, if it is of the chosen kind. */
    this.sweep = data.sweep?.kind === measure ? data.sweep : null;
    const axes = this.isRole ? ["layer", "head"] : contract.sweeps[measure];
    this.ofHeads = axes.includes("head");
    this.ofPlaces = axes.includes("pos");
    this.ofMasks = axes.includes("mask");
    const lengths = {
      layer: data.n_layer,
      head: data.n_head,
      pos: data.labels.length,
      mask: MASKS.length,
      size: data.sizes.length,
    };
    const [rows, columns] = this.sweep?.values.shape ?? axes.map((axis) => lengths[axis]);
    this.rows = rows;
    this.columns = columns;
  }

  /** Returns the value of a cell; null: there is none, or none yet. */
  value(row, column) {
    const at = row * this.columns + column;
    if (this.isRole) return this.data.roles[this.measure]?.[at] ?? null;
    return this.sweep?.done[at] ? this.sweep.values[at] : null;
  }
  /** Prints a value as in the list. */
  text(value) {
    return this.isRole && !this.isDifference ? number(value) : signed(value);
  }
  name(row, column) {
    if (this.ofHeads) return strings.places.head(row + 1, column + 1);
    if (this.ofPlaces) return words.place(row + 1, this.data.labels[column]);
    return `${words.masks[MASKS[row]]} ${this.data.sizes[column]}`;
  }
  say(row, column) {
    const [value, what] = [this.value(row, column), this.name(row, column)];
    const off = this.ofHeads && isOff(row, column) ? `, ${words.isOff}` : "";
    if (value === null) return `${what}: ${this.isRole ? words.cannot : words.waiting}${off}`;
    if (this.isRole) return words.role(what, this.text(value)) + off;
    const { a, b, base, sizes } = this.sweep;
    if (this.ofMasks) return words.maskCell(words.masks[MASKS[row]], sizes[column], signed(value));
    return words.off({ what, value: signed(value), a: a.text, b: b.text, from: number(base), to: number(base + value) }) + off;
  }
  /** @returns {import("../../widgets/cell.js").Cell} */
  cell(row, column) {
    const activation = this.isRole ? "pattern" : this.ofPlaces ? "resid_pre" : this.ofMasks ? "attn_scores" : "z";
    return { activation, at: [row, column], value: this.value(row, column), text: this.say(row, column) };
  }
  rowName(row) {
    return this.ofMasks ? words.masks[MASKS[row]] : this.ofPlaces ? words.before(row + 1) : words.block(row + 1);
  }

  /** Cells that have a value, the farthest from 0 first. @returns {{row: number, column: number, value: number}[]} */
  get strongest() {
    if (this.#strongest) return this.#strongest;
    const found = [];
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const value = this.value(row, column);
        if (value !== null) found.push({ row, column, value });
      }
    }
    this.#strongest = found.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    return this.#strongest;
  }
  /** The limit of the colour scale. */
  get limit() {
    return this.isRole && !this.isDifference ? 1 : Math.abs(this.strongest[0]?.value ?? 0) || 1;
  }
}
