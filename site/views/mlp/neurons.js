// Shows all neurons of one MLP: their profiles, and beside or below them the activation function's curve.
import { h } from "../../lib/dom.js";
import { Curve } from "./curve.js";
import { GUTTER, Profiles } from "./profiles.js";

const WIDE = 760; // from this width on the curve stands beside the profiles
const CURVE = 320; // its width there

/**
 * cell(neuron, key): a number of a neuron, "pre", "post" or "curve".
 * @param {{cell(neuron: number, key: string): import("./profiles.js").NeuronCell,
 *   point(cell: import("./profiles.js").NeuronCell | null): void, open(neuron: number): void}} options
 */
export function neuronFigure({ cell, point, open }) {
  const [left, right] = [h("div", {}), h("div", {})];
  const element = h("div", { class: "neurons" }, left, right);
  const lanes = new Profiles(left, { cell, point, open });
  const plot = new Curve(right, { cell, open, point: (under) => point(under ?? lanes.inFocus) });

  return {
    element,
    /**
     * sorted: neurons from the lowest mlp_pre to the highest; bySize: whether they are drawn in that order.
     * @param {import("../../generated/contract").MlpShown} data
     * @param {{sorted: Uint32Array, bySize: boolean, width: number}} options
     */
    draw(data, { sorted, bySize, width }) {
      const wide = width >= WIDE;
      element.classList.toggle("wide", wide);
      lanes.draw(data, { sorted, bySize, width: Math.max(120, (wide ? width - CURVE - 40 : width) - GUTTER) });
      plot.draw(data, { sorted, width: wide ? CURVE : Math.min(width, 400) });
    },
    /** now: the neuron that is pointed at, else the opened one; lit: what a formula's part stands for. */
    mark({ now, opened, lit }) {
      const marked = /** @type {[number, string][]} */ ([[opened, "ink"], ...(now === opened ? [] : [[now, "residual"]])]);
      for (const each of [lanes, plot]) each.mark({ marked, lit, now });
    },
    /** Moves the keyboard's cursor to a neuron. */
    follow: (neuron) => lanes.follow(neuron),
  };
}
