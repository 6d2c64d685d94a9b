// Takes one head's attention apart, on the numbers that Python sends: every stage between q . k and z, and what each is made of.
// The model's own scores, weights and z are shown as they are, not computed again.

import contract from "../../generated/contract.js";
import { dot } from "../../lib/dot_product.js";

const SWEEP = 12; // the most steps for one row of cells

/**
 * Returns a head's numbers. data: {attn_scores, pattern: (T, T), q, k, v, z: (T, d), attn_scale, visible: (T, T) or null}. With `sink`
 * the first token's weight is left out of every row and the others are scaled up to add up to 1 again: no longer the model's own weights.
 */
export function attend(data, sink = false) {
  const { attn_scores: scores, pattern, q, k, v, attn_scale: scale } = data;
  const [T, d] = q.shape;
  const vector = (rows, at) => rows.subarray(at * d, (at + 1) * d);
  const masked = (query, key) =>
    data.visible ? data.visible[query * T + key] === 0 : key > query && pattern[query * T + key] === 0;
  const seen = (query) => Array.from({ length: T }, (_, key) => key).filter((key) => !masked(query, key));
  const weights = sink ? withoutFirst(pattern, T) : pattern;
  const weight = (query, key) => weights[query * T + key];
  const score = (query, key) => scores[query * T + key];

  return {
    T,
    d,
    masked,
    seen,
    weights,
    weight,
    score,
    product: (query, key) => score(query, key) / scale,
    /** Returns all products, (T, T). */
    allProducts: () => scores.map((each) => each / scale),
    /** Returns whether the query has no weight left. */
    empty: (query) => seen(query).every((key) => weight(query, key) === 0),
    /** Returns the key that the query looks at most. */
    strongest: (query) => seen(query).reduce((best, key) => (weight(query, key) > weight(query, best) ? key : best)),
    products: (query, key) => dot(vector(q, query), vector(k, key), score(query, key) / scale),
    q: (query) => vector(q, query),
    k: (key) => vector(k, key),
    v: (key) => vector(v, key),
    /** Returns the numerators and their sum: e^(score - shift). The shift, the same for a whole row, only keeps e^ in range. */
    softmax(query) {
      const keys = seen(query);
      const most = Math.max(...keys.map((key) => score(query, key)));
      const shift = Math.abs(most) > 30 ? most : 0;
      const power = (key) => (masked(query, key) ? 0 : Math.exp(score(query, key) - shift));
      return { shift, power, total: keys.reduce((total, key) => total + power(key), 0) };
    },
    /** Returns the query's z: the model's own, or, with `sink`, computed from the changed weights. (d,) */
    z: (query) => (sink ? mixed(query, seen(query)) : vector(data.z, query)),
    mixed,
    /** Returns what each key adds: {key, weight, norm of weight * v, share}; share: its length along z over that of z. */
    shares(query) {
      const z = this.z(query);
      const size = z.reduce((total, x) => total + x * x, 0);
      return seen(query).map((key) => {
        const [value, w] = [vector(v, key), weight(query, key)];
        let [along, length] = [0, 0];
        for (let i = 0; i < d; i++) {
          along += w * value[i] * z[i];
          length += (w * value[i]) ** 2;
        }
        return { key, weight: w, norm: Math.sqrt(length), share: size > 0 ? along / size : 0 };
      });
    },
    /** Returns one entry of z as a sum over keys, or what the first `done` keys of the text add up to. */
    entry(query, entry, done = T) {
      const keys = seen(query).filter((key) => key < done);
      const parts = dot(
        keys.map((key) => weight(query, key)),
        keys.map((key) => v[key * d + entry]),
        (done < T ? mixed(query, keys) : this.z(query))[entry],
      );
      return { ...parts, terms: parts.terms.map((term) => ({ ...term, i: keys[term.i] })) };
    },
  };

  /** Returns the sum of weight * v over these keys, (d,). */
  function mixed(query, keys) {
    const sum = new Float64Array(d);
    for (const key of keys) {
      const w = weight(query, key);
      for (let i = 0; i < d; i++) sum[i] += w * v[key * d + i];
    }
    return Float32Array.from(sum);
  }
}

/** Returns whether scores are divided by the root of the vectors' length `d`, as in GPT-2; scale: what they are multiplied with. */
export const isRooted = (scale, d) => Math.abs(scale - 1 / Math.sqrt(d)) < 1e-6;

/** Returns the weights without the first token's, each row scaled up to 1; a row that had nothing else stays empty. */
function withoutFirst(pattern, T) {
  const changed = new Float32Array(T * T);
  for (let row = 0; row < T; row++) {
    let left = 0;
    for (let key = 1; key < T; key++) left += pattern[row * T + key];
    for (let key = 1; key < T; key++) changed[row * T + key] = left > 0 ? pattern[row * T + key] / left : 0;
  }
  return changed;
}

export const STAGES = contract.stages;

/**
 * Returns the order in which one query's row is computed, [{stage, done, key, half}]: the first `done` cells of the row are
 * computed, `key` is the newest. Softmax takes two steps: first the powers and their sum (half), then the division.
 */
export function timeline(query, T) {
  const steps = [];
  const sweep = (stage, length) => {
    const by = Math.ceil(length / SWEEP);
    for (let done = by; done < length + by; done += by)
      steps.push({ stage, done: Math.min(done, length), key: Math.min(done, length) - 1 });
  };
  sweep("scores", T);
  steps.push({ stage: "scaled", done: T }, { stage: "masked", done: T });
  steps.push({ stage: "softmax", done: 0, half: true }, { stage: "softmax", done: T });
  sweep("values", query + 1);
  return steps;
}
