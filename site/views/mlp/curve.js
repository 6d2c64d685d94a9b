// Draws the activation function's curve with every neuron on it, and below it how many neurons lie where.
import { colour } from "../../lib/colour.js";
import { morphChildren, h, pointIn } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { HEIGHT } from "./profiles.js";

const BINS = 48;
const RUG = 32; // height of the histogram under the curve
const MANY = 400; // neurons whose dots would run into one another

export class Curve {
  /** @type {import("../../generated/contract").MlpShown} */
  data = null;
  sorted = null; // neurons from the lowest mlp_pre to the highest
  axes = null; // {wide, left, right, top, x(value), y(value)}

  /**
   * @param {HTMLElement} host
   * @param {{cell(neuron: number, symbol: string): import("./profiles.js").NeuronCell,
   *   point(cell: import("./profiles.js").NeuronCell | null): void, open(neuron: number): void}} options
   */
  constructor(host, { cell, point, open }) {
    const figure = h("div", { class: "curve" });
    this.figure = figure;
    this.about = h("p", { class: "head-small" });
    this.marks = h("div", { "aria-hidden": "true" });
    figure.append(this.marks);
    host.append(figure, this.about);
    this.drawing = canvas(figure);
    this.over = canvas(figure); // follows the pointer
    figure.addEventListener("pointermove", (event) => {
      if (this.axes && event.pointerType !== "touch") point(cell(this.locate(event), "curve"));
    });
    figure.addEventListener("pointerleave", () => this.axes && point(null));
    figure.addEventListener("click", (event) => this.axes && open(this.locate(event)));
  }

  draw(data, { sorted, width }) {
    Object.assign(this, { data, sorted, axes: axesOf(data, width) });
    Object.assign(this.figure.style, { height: `${HEIGHT}px`, width: `${width}px` });
    const { x, y } = this.axes;
    const context = this.drawing.size(width, HEIGHT);
    context.fillStyle = colour("rule");
    context.fillRect(0, y(0) - 0.5, width, 1);
    context.fillRect(x(0) - 0.5, 0, 1, HEIGHT - RUG - 8);
    this.stroke(context, "residual", 1.5);
    this.drawNeurons(context);
    const most = this.drawCounts(context);
    this.drawScales();
    this.about.textContent = strings.mlp.curve(data.act_fn, integer(most));
  }
  stroke(context, name, thick) {
    const { x, y } = this.axes;
    context.strokeStyle = colour(name);
    context.lineWidth = thick;
    context.beginPath();
    this.data.curve_x.forEach((value, i) => context.lineTo(x(value), y(this.data.curve_y[i])));
    context.stroke();
  }
  drawNeurons(context) {
    const { x, y } = this.axes;
    const { pre, post } = this.data;
    const many = pre.length > MANY;
    context.fillStyle = colour("mlp", many ? 0.3 : 0.5);
    const side = many ? 3 : 4; // squares, since thousands of circles are slow
    pre.forEach((value, i) => context.fillRect(x(value) - side / 2, y(post[i]) - side / 2, side, side));
  }
  /** Draws the histogram; returns the number of neurons in the fullest bin. */
  drawCounts(context) {
    const { wide, left, right, x } = this.axes;
    const bins = new Uint32Array(BINS);
    for (const value of this.data.pre) {
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
  drawScales() {
    const { left, right, top, x, y } = this.axes;
    const at = (text, side, across, down) => {
      const element = h("span", { class: "axis", text });
      Object.assign(element.style, { [side]: `${across}px`, top: `${down}px` });
      return element;
    };
    morphChildren(
      this.marks,
      at(number(top, 2), "left", x(0) + 4, 0),
      at(number(left, 2), "left", 0, y(0) + 2),
      at(number(right, 2), "right", 0, y(0) + 2),
      at(this.data.act_fn, "left", 4, 0),
    );
  }

  /** @param {import("./profiles.js").Marks} marks */
  mark({ marked, lit, now }) {
    const { wide, x, y } = this.axes;
    const context = this.over.size(wide, HEIGHT);
    if (lit === "curve") this.stroke(context, "ink", 3);
    for (const [neuron, name] of marked) {
      const [across, down] = [x(this.data.pre[neuron]), y(this.data.post[neuron])];
      context.strokeStyle = colour(name);
      context.lineWidth = 1;
      // A line leads from the number on one axis to the dot.
      if (lit === "pre" && neuron === now) context.strokeRect(across, Math.min(down, y(0)), 0, Math.abs(down - y(0)));
      if (lit === "post" && neuron === now) context.strokeRect(Math.min(across, x(0)), down, Math.abs(across - x(0)), 0);
      context.fillStyle = colour("mlp");
      context.lineWidth = 2;
      context.beginPath();
      context.arc(across, down, 4.5, 0, 7);
      context.fill();
      context.stroke();
    }
  }

  /** Returns the neuron whose dot is nearest along the axis. */
  locate(event) {
    const { sorted, axes } = this;
    const { pre } = this.data;
    const { left, right, x } = axes;
    const share = (pointIn(event, this.drawing.element)[0] - x(left)) / (x(right) - x(left));
    const value = left + share * (right - left);
    let [from, to] = [0, sorted.length - 1];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (pre[sorted[middle]] <= value) from = middle;
      else to = middle;
    }
    const [below, above] = [sorted[from], sorted[to]];
    return value - pre[below] < pre[above] - value ? below : above;
  }
}

/** Returns the axes: the ends of the curve, and where numbers lie. */
function axesOf({ curve_x: xs, curve_y: ys, post }, wide) {
  const [left, right] = [xs[0], xs[xs.length - 1]];
  const [bottom, top] = [Math.min(-0.3, ...post), Math.max(ys[ys.length - 1], ...post)];
  const x = (value) => 4 + ((value - left) / (right - left)) * (wide - 8);
  const y = (value) => 6 + ((top - value) / (top - bottom)) * (HEIGHT - RUG - 20);
  return { wide, left, right, top, x, y };
}
