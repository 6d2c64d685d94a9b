// What the drawings of the overview share: what they are given, how thick a length is, and rows of strips.
import { fit } from "../../lib/colour.js";
import { picture } from "../../lib/heat.js";

/**
 * @typedef {object} Figure
 * @property {import("../../generated/contract").ResidualShown} data
 * @property {ReturnType<typeof import("../../widgets/lanes.js").lanes>} layout lanes of the tokens
 * @property {{starts: number[], end: number}} place columns of the blocks
 * @property {number} depth
 * @property {number} breadth
 * @property {number} open the chosen block
 * @property {number} head the chosen head
 * @property {number} token the chosen token
 * @property {number | null} hover the token under the pointer
 * @property {string | null} lit what a part of the formulas stands for
 * @property {Scales} scales
 * @property {boolean} moving whether the blocks still move
 * @property {boolean} named whether keys have their names above the card
 *
 * @typedef {object} Scales what is drawn thickest, and the pictures of the vectors
 * @property {number} norm the length that is drawn thickest, of the stream and of what is added to it
 * @property {number} vector likewise of q, k and v
 * @property {Record<string, HTMLCanvasElement>} strips "embed", "q", "k", "v", "z", "mlp": a row for every token
 */

const HUES = { embed: "signed", q: "query", k: "key", v: "value", z: "value", mlp: "mlp" };

/**
 * Fits one measure for the stream and for what is added to it, over all blocks, so that thicknesses compare; and makes the strips.
 * old: earlier scales, whose canvases are drawn into again. Returns {scaled: how the lengths are fitted, for the legend, scales}.
 */
export function scalesOf(data, old) {
  const scaled = fit(new Float32Array([...data.resid_norm, ...data.attn_norm, ...data.mlp_norm]));
  const vector = fit(new Float32Array([...data.q_norm, ...data.k_norm, ...data.v_norm])).limit;
  const strips = Object.fromEntries(
    Object.entries(HUES).map(([name, kind]) => {
      const values = data[`${name}_strip`];
      const [rows, cols] = values.shape;
      return [name, picture(values, rows, cols, { kind, limit: fit(values).limit }, old?.strips[name])];
    }),
  );
  return { scaled, scales: { norm: scaled.limit, vector, strips } };
}

/** Returns how thick a length is drawn; what is off the scale as thick as its end. */
export function thickness({ layout, scales }, value) {
  if (value === 0) return 0; // what is switched off adds nothing
  const thickest = Math.min(12, layout.size * 0.3);
  return Math.max(0.75, Math.min(thickest, ((value ?? 0) / scales.norm) * thickest));
}
export const lengthOf = ({ data }, name, block, token) => data[name]?.[block * data.labels.length + token];

/** Draws one token's row of a picture. */
export function drawRow(context, strip, token, x, y, width, height) {
  context.imageSmoothingEnabled = false;
  context.drawImage(strip, 0, token, strip.width, 1, x, y, width, height);
}
