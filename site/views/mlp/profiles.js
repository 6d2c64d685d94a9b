// Draws all neurons of one MLP as two profiles, one before and one after the activation function. Where there are more neurons than
// pixels, a pixel spans the values of all neurons that it stands for.
import { colour } from "../../lib/colour.js";
import { morphChildren, h, setText } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";

const words = strings.mlp;
export const GUTTER = 72; // names and scale, left of the profiles
const [LANE, GAP, EDGE] = [88, 24, 6];
export const HEIGHT = 2 * LANE + GAP + 2 * EDGE;
const LANES = ["pre", "post"];

/**
 * @typedef {import("../../widgets/cell.js").Cell & {neuron?: number}} NeuronCell a number of a neuron
 * @typedef {object} Marks
 * @property {[neuron: number, colour: string][]} marked
 * @property {string | null} lit what the formulas' part under the pointer stands for: "pre", "post" or "curve" of the neuron `now`
 * @property {number} now
 */

export class Profiles {
  /** @type {import("../../generated/contract").MlpShown} */
  data = null;
  order = null; // the neurons from left to right; null: by number
  wide = 1;
  range = { low: -1, high: 1 };

  /**
   * cell(neuron, symbol): of a lane, "pre" or "post".
   * @param {HTMLElement} host
   * @param {{cell(neuron: number, symbol: string): NeuronCell, point(cell: NeuronCell | null): void, open(neuron: number): void}} options
   */
  constructor(host, { cell, point, open }) {
    this.cell = cell;
    this.figure = h("div", { class: "profiles" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.about = h("p", { class: "head-small" });
    this.marks = h("div", { "aria-hidden": "true" });
    this.figure.append(this.marks);
    host.append(this.figure, this.readout, this.about);
    this.lanes = canvas(this.figure);
    // The grid's canvas lies over the profiles and follows the pointer: the thousands below stay. A row is a lane; the keyboard needs one.
    this.grid = gridCanvas(this.figure, {
      label: words.profile,
      locate: (x, y) => this.locate(x - GUTTER, y),
      cell: (lane, column) => cell(this.neuronAt(column), LANES[lane]),
      point,
      choose: ({ neuron }) => open(neuron),
      move: null,
    });
  }

  get count() {
    return this.data.pre.length;
  }
  neuronAt(column) {
    return this.order?.[column] ?? column;
  }
  columnOf(neuron) {
    return this.order ? this.order.indexOf(neuron) : neuron;
  }
  y(lane, value) {
    const { low, high } = this.range;
    return EDGE + lane * (LANE + GAP) + ((high - value) / (high - low)) * LANE;
  }
  /** Finds lane and column at a point; of several neurons under one pixel, the one that stands out. @returns {[number, number] | null} */
  locate(x, y) {
    const { wide, count } = this;
    if (x < 0 || x >= wide) return null;
    const [from, to] = [Math.floor((x / wide) * count), Math.min(Math.ceil(((x + 1) / wide) * count), count)];
    const far = (column) => Math.abs(this.data.pre[this.neuronAt(column)]);
    let best = from;
    for (let column = from + 1; column < to; column++) if (far(column) > far(best)) best = column;
    return [y < HEIGHT / 2 ? 0 : 1, best];
  }
  /** The cell that the keyboard is on. */
  get inFocus() {
    return this.grid.focused ? this.cell(this.neuronAt(this.grid.at[1]), LANES[0]) : null;
  }

  /** sorted: neurons from the lowest mlp_pre to the highest; bySize: whether they are drawn in that order. */
  draw(data, { sorted, bySize, width: wide }) {
    Object.assign(this, { data, wide, order: bySize ? sorted : null });
    const { count } = this;
    this.range = { low: Math.min(0, data.pre[sorted[0]]), high: Math.max(0, data.pre[sorted[count - 1]]) };
    if (this.range.low === this.range.high) this.range.high = 1;
    Object.assign(this.figure.style, { height: `${HEIGHT}px`, width: `${GUTTER + wide}px` });
    this.lanes.element.style.left = `${GUTTER}px`;
    const context = this.lanes.size(wide, HEIGHT);
    const pixels = wide * Math.min(2, devicePixelRatio || 1);
    for (const lane of [0, 1]) this.drawLane(context, lane, Math.min(count, Math.max(1, Math.floor(pixels))));
    this.drawScales();
    const sorting = words.sorted[bySize ? "size" : "place"](integer(count));
    this.about.textContent = count > pixels ? `${sorting}; ${words.spans(Math.ceil(count / wide))}` : sorting;
  }
  drawLane(context, lane, columns) {
    const { data, wide, count } = this;
    const values = data[LANES[lane]];
    const across = wide / columns;
    const gap = across > 3 ? 1 : 0;
    const zero = this.y(lane, 0);
    const [above, below] = [colour("mlp"), colour("mlp", 0.45)];
    const bar = (column, value, fill) => {
      if (value === 0) return; // most columns show one neuron, and so only one of the two bars
      context.fillStyle = fill;
      context.fillRect(column * across, this.y(lane, value), across - gap, zero - this.y(lane, value));
    };
    for (let c = 0; c < columns; c++) {
      let [low, high] = [0, 0];
      const from = Math.floor((c * count) / columns);
      const end = Math.max(Math.floor(((c + 1) * count) / columns), from + 1);
      for (let i = from; i < end; i++) {
        const value = values[this.neuronAt(i)];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      bar(c, high, above);
      bar(c, low, below);
    }
    context.fillStyle = colour("control");
    context.fillRect(0, zero - 0.5, wide, 1);
  }
  drawScales() {
    const { low, high } = this.range;
    const mark = (content, lane, value, kind) => {
      const element = h("span", { class: `axis ${kind}`, text: content });
      element.style.top = `${this.y(lane, value) - 8}px`;
      return element;
    };
    const end = (lane, value) =>
      Math.abs(this.y(lane, value) - this.y(lane, 0)) > 16 && mark(number(value, 2), lane, value, "scale");
    const all = LANES.flatMap((name, lane) => [end(lane, low), end(lane, high), mark(`mlp_${name}`, lane, 0, "is-mlp")]);
    morphChildren(this.marks, ...all.filter(Boolean));
  }

  /** @param {Marks} marks */
  mark({ marked, lit, now }) {
    const { count, wide } = this;
    const context = this.grid.lay({ rows: 1, columns: count, width: wide / count, height: HEIGHT, left: GUTTER }, [wide, HEIGHT]);
    for (const [neuron, name] of marked) {
      const x = ((this.columnOf(neuron) + 0.5) / count) * wide;
      context.fillStyle = context.strokeStyle = colour(name);
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, HEIGHT);
      context.stroke();
      LANES.forEach((symbol, lane) => {
        context.beginPath();
        context.arc(x, this.y(lane, this.data[symbol][neuron]), symbol === lit ? 5 : 3, 0, 7);
        context.fill();
      });
    }
    if (LANES.includes(lit)) {
      context.strokeStyle = colour("ink");
      context.strokeRect(0.5, this.y(LANES.indexOf(lit), this.range.high) - 4.5, wide - 1, LANE + 9);
    }
    setText(this.readout, this.cell(now, LANES[0]).text);
  }
  /** Moves the keyboard's cursor to a neuron. */
  follow(neuron) {
    this.grid.follow(0, this.columnOf(neuron));
  }
}
