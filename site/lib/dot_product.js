// A dot product taken apart as Python takes it apart (explainer.views.terms.dot).
import contract from "../generated/contract.js";

/**
 * The terms of sum(x[i] * w[i]), the largest first, and the sum of those that are not listed.
 * @returns {import("../generated/contract").DotProduct}
 */
export function dot(x, w, result, listed = contract.limits.terms) {
  const all = Array.from(x, (value, i) => ({ i, x: value, w: w[i], product: value * w[i] }));
  all.sort((a, b) => Math.abs(b.product) - Math.abs(a.product) || a.i - b.i);
  const rest = all.slice(listed).reduce((total, { product }) => total + product, 0);
  return { terms: all.slice(0, listed), rest, bias: null, result, count: all.length };
}
