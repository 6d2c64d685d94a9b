// The terms of a dot product, chosen as in Python (`dot` in src/explainer/views/terms.py).
import contract from "../generated/contract.js";

/**
 * Returns the `listed` largest terms of sum(x[i] * w[i]), the largest first, and the sum of the others.
 * @returns {import("../generated/contract").DotProduct}
 */
export function dot(x, w, result, listed = contract.limits.terms) {
  const all = Array.from(x, (value, i) => ({ i, x: value, w: w[i], product: value * w[i] }));
  all.sort((a, b) => Math.abs(b.product) - Math.abs(a.product) || a.i - b.i);
  const rest = all.slice(listed).reduce((total, { product }) => total + product, 0);
  return { terms: all.slice(0, listed), rest, bias: null, result, count: all.length };
}
