// The activation function's curve with every neuron on it, and below how many lie where.
import { colour } from "../../lib/colour.js";
import { become, h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { HEIGHT } from "./profiles.js";

const BINS = 48;
const RUG = 32; // height of the histogram under the curve
const MANY = 400; // neurons whose dots would run into one another

/**
 * @param {HTMLElement} host
 * @param {{cell(neuron: number, key: string): import("./profiles.js").NeuronCell,
 *   point(cell: import("./profiles.js").NeuronCell | null): void, open(neuron: number): void}} options
 */
export function curve(host, { cell, point, open }) {
  const figure = h("div", { class: "curve" });
  const [about, marks] = [h("p", { class: "head-small" }), h("div", { "aria-hidden": "true" })];
  figure.append(marks);
  host.append(figure, about);
  const [drawing, over] = [canvas(figure), canvas(figure)]; // the second follows the pointer
  /** @type {import("../../generated/contract").MlpShown} */
  let data = null;
  let sorted = null; // neurons from the lowest mlp_pre to the highest
  let axes = null; // {wide, left, right, top, x(value), y(value)}

  function lay(wide) {
    const { curve_x: xs, curve_y: ys, post } = data;
    const [left, right] = [xs[0], xs[xs.length - 1]];
    const [bottom, top] = [Math.min(-0.3, ...post), Math.max(ys[ys.length - 1], ...post)];
    const x = (value) => 4 + ((value - left) / (right - left)) * (wide - 8);
    const y = (value) => 6 + ((top - value) / (top - bottom)) * (HEIGHT - RUG - 20);
    axes = { wide, left, right, top, x, y };
  }
  function stroke(context, name, thick) {
    const { x, y } = axes;
    context.strokeStyle = colour(name);
    context.lineWidth = thick;
    context.beginPath();
    data.curve_x.forEach((value, i) => context.lineTo(x(value), y(data.curve_y[i])));
    context.stroke();
  }
  function drawNeurons(context) {
    const { x, y } = axes;
    const many = data.pre.length > MANY;
    context.fillStyle = colour("mlp", many ? 0.3 : 0.5);
    const side = many ? 3 : 4; // squares: thousands of circles take their time
    data.pre.forEach((value, i) => context.fillRect(x(value) - side / 2, y(data.post[i]) - side / 2, side, side));
  }
  /** -> how many neurons there are where most of them are. */
  function drawCounts(context) {
    const { wide, left, right, x } = axes;
    const bins = new Uint32Array(BINS);
    for (const value of data.pre) {
      bins[Math.max(0, Math.min(BINS - 1, Math.floor(((value - left) / (right - left)) * BINS)))]++;
    }
    const most = Math.max(...bins);
    context.fillStyle = colour("residual-soft");
    bins.forEach((count, bin) => {
      const tall = count ? Math.max(1, (count / most) * RUG) : 0;
      context.fillRect(x(left + ((right - left) * bin) / BINS), HEIGHT - RUG, (wide - 8) / BINS - 1, tall);
    });
    return most;
  }
  function drawScales() {
    const { left, right, top, x, y } = axes;
    const at = (text, side, across, down) => {
      const element = h("span", { class: "axis", text });
      Object.assign(element.style, { [side]: `${across}px`, top: `${down}px` });
      return element;
    };
    become(
      marks,
      at(number(top, 2), "left", x(0) + 4, 0),
      at(number(left, 2), "left", 0, y(0) + 2),
      at(number(right, 2), "right", 0, y(0) + 2),
      at(data.act_fn, "left", 4, 0),
    );
  }

  /** The neuron whose dot is nearest along the axis. */
  function locate(event) {
    const { left, right, x } = axes;
    const share = (event.clientX - drawing.element.getBoundingClientRect().left - x(left)) / (x(right) - x(left));
    const value = left + share * (right - left);
    let [from, to] = [0, sorted.length - 1];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (data.pre[sorted[middle]] <= value) from = middle;
      else to = middle;
    }
    const [below, above] = [sorted[from], sorted[to]];
    return value - data.pre[below] < data.pre[above] - value ? below : above;
  }
  figure.addEventListener("pointermove", (event) => axes && event.pointerType !== "touch" && point(cell(locate(event), "curve")));
  figure.addEventListener("pointerleave", () => axes && point(null));
  figure.addEventListener("click", (event) => axes && open(locate(event)));

  return {
    draw(next, { sorted: all, width }) {
      [data, sorted] = [next, all];
      lay(width);
      Object.assign(figure.style, { height: `${HEIGHT}px`, width: `${width}px` });
      const context = drawing.size(width, HEIGHT);
      context.fillStyle = colour("rule");
      context.fillRect(0, axes.y(0) - 0.5, width, 1);
      context.fillRect(axes.x(0) - 0.5, 0, 1, HEIGHT - RUG - 8);
      stroke(context, "residual", 1.5);
      drawNeurons(context);
      const most = drawCounts(context);
      drawScales();
      about.textContent = strings.mlp.curve(data.act_fn, integer(most));
    },
    /** @param {import("./profiles.js").Marks} marks */
    mark({ marked, lit, now }) {
      const { wide, x, y } = axes;
      const context = over.size(wide, HEIGHT);
      if (lit === "curve") stroke(context, "ink", 3);
      for (const [neuron, name] of marked) {
        const [across, down] = [x(data.pre[neuron]), y(data.post[neuron])];
        context.strokeStyle = colour(name);
        context.lineWidth = 1;
        // From a number on one axis to the dot.
        if (lit === "pre" && neuron === now) context.strokeRect(across, Math.min(down, y(0)), 0, Math.abs(down - y(0)));
        if (lit === "post" && neuron === now) context.strokeRect(Math.min(across, x(0)), down, Math.abs(across - x(0)), 0);
        context.fillStyle = colour("mlp");
        context.lineWidth = 2;
        context.beginPath();
        context.arc(across, down, 4.5, 0, 7);
        context.fill();
        context.stroke();
      }
    },
  };
}
