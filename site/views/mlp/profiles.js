// All neurons of one MLP as two profiles, one before and one after the activation function. Where there are more neurons than pixels, a
// pixel spans all values of those it stands for.
import { colour } from "../../lib/colour.js";
import { become, h, setText } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";

const words = strings.mlp;
export const GUTTER = 72; // names and scale, left of the profiles
const [LANE, GAP, EDGE] = [88, 24, 6];
export const HEIGHT = 2 * LANE + GAP + 2 * EDGE;
const LANES = ["pre", "post"];
const pixelsIn = (width) => Math.floor(width * Math.min(2, devicePixelRatio || 1));

/**
 * @typedef {import("../../widgets/cell.js").Cell & {neuron?: number}} NeuronCell a number of a neuron
 * @typedef {object} Marks
 * @property {[neuron: number, colour: string][]} marked
 * @property {string | null} lit what the part of a formula that is pointed at stands for: "pre", "post" or "curve" of the neuron `now`
 * @property {number} now
 */

/**
 * cell(neuron, key): of a lane, "pre" or "post".
 * @param {HTMLElement} host
 * @param {{cell(neuron: number, key: string): NeuronCell, point(cell: NeuronCell | null): void, open(neuron: number): void}} options
 */
export function profiles(host, { cell, point, open }) {
  const figure = h("div", { class: "profiles" });
  const [readout, about] = [h("p", { class: "readout", "aria-hidden": "true" }), h("p", { class: "head-small" })];
  const marks = h("div", { "aria-hidden": "true" });
  figure.append(marks);
  host.append(figure, readout, about);
  const lanes = canvas(figure);
  /** @type {import("../../generated/contract").MlpShown} */
  let data = null;
  let order = null; // the neurons from left to right, null: in place
  let wide = 1;
  let range = { low: -1, high: 1 };

  const count = () => data.pre.length;
  const neuronAt = (column) => order?.[column] ?? column;
  const columnOf = (neuron) => (order ? order.indexOf(neuron) : neuron);
  const y = (lane, value) => EDGE + lane * (LANE + GAP) + ((range.high - value) / (range.high - range.low)) * LANE;

  // Over the profiles, what follows the pointer: the thousands below stay as they are. A row is a lane; the keyboard needs one.
  const grid = gridCanvas(figure, {
    label: words.profile,
    locate,
    cell: (lane, column) => cell(neuronAt(column), LANES[lane]),
    point,
    choose: ({ neuron }) => open(neuron),
    move: null,
  });
  /** Of several neurons under one pixel the one that stands out. @returns {[number, number] | null} */
  function locate(px, py) {
    const x = px - GUTTER;
    if (x < 0 || x >= wide) return null;
    const [from, to] = [Math.floor((x / wide) * count()), Math.min(Math.ceil(((x + 1) / wide) * count()), count())];
    const far = (column) => Math.abs(data.pre[neuronAt(column)]);
    let best = from;
    for (let column = from + 1; column < to; column++) if (far(column) > far(best)) best = column;
    return [py < HEIGHT / 2 ? 0 : 1, best];
  }

  function drawLane(context, lane, columns) {
    const values = data[LANES[lane]];
    const across = wide / columns;
    const [above, below] = [colour("mlp"), colour("mlp", 0.45)];
    for (let c = 0; c < columns; c++) {
      let [low, high] = [0, 0];
      const from = Math.floor((c * count()) / columns);
      const end = Math.max(Math.floor(((c + 1) * count()) / columns), from + 1);
      for (let i = from; i < end; i++) {
        const value = values[neuronAt(i)];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      const gap = across > 3 ? 1 : 0;
      for (const [value, fill] of [
        [high, above],
        [low, below],
      ]) {
        if (value === 0) continue; // most columns are of one neuron, and have one of the two
        context.fillStyle = fill;
        context.fillRect(c * across, y(lane, value), across - gap, y(lane, 0) - y(lane, value));
      }
    }
    context.fillStyle = colour("control");
    context.fillRect(0, y(lane, 0) - 0.5, wide, 1);
  }
  function drawScales() {
    const mark = (content, lane, value, kind) => {
      const element = h("span", { class: `axis ${kind}`, text: content });
      element.style.top = `${y(lane, value) - 8}px`;
      return element;
    };
    const scale = (lane, value) => Math.abs(y(lane, value) - y(lane, 0)) > 16 && mark(number(value, 2), lane, value, "scale");
    const lane = (at) => [scale(at, range.low), scale(at, range.high), mark(`mlp_${LANES[at]}`, at, 0, "is-mlp")];
    become(marks, ...[...lane(0), ...lane(1)].filter(Boolean));
  }

  return {
    /** The cell that the keyboard is on. */
    get inFocus() {
      return grid.focused ? cell(neuronAt(grid.at[1]), LANES[0]) : null;
    },
    /** sorted: neurons from the lowest mlp_pre to the highest; bySize: that is their order. */
    draw(next, { sorted, bySize, width }) {
      data = next;
      order = bySize ? sorted : null;
      wide = width;
      range = { low: Math.min(0, data.pre[sorted[0]]), high: Math.max(0, data.pre[sorted[count() - 1]]) };
      if (range.low === range.high) range.high = 1;
      Object.assign(figure.style, { height: `${HEIGHT}px`, width: `${GUTTER + wide}px` });
      lanes.element.style.left = `${GUTTER}px`;
      const context = lanes.size(wide, HEIGHT);
      for (const lane of [0, 1]) drawLane(context, lane, Math.min(count(), Math.max(1, pixelsIn(wide))));
      drawScales();
      about.textContent = [
        words.sorted[bySize ? "size" : "place"](integer(count())),
        count() > wide * Math.min(2, devicePixelRatio || 1) && words.spans(Math.ceil(count() / wide)),
      ]
        .filter(Boolean)
        .join("; ");
    },
    /** @param {Marks} marks */
    mark({ marked, lit, now }) {
      const layout = { rows: 1, columns: count(), width: wide / count(), height: HEIGHT, left: GUTTER };
      const context = grid.lay(layout, [wide, HEIGHT]);
      for (const [neuron, name] of marked) {
        const x = ((columnOf(neuron) + 0.5) / count()) * wide;
        context.fillStyle = context.strokeStyle = colour(name);
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(x, 0);
        context.lineTo(x, HEIGHT);
        context.stroke();
        LANES.forEach((key, lane) => {
          context.beginPath();
          context.arc(x, y(lane, data[key][neuron]), key === lit ? 5 : 3, 0, 7);
          context.fill();
        });
      }
      if (LANES.includes(lit)) {
        context.strokeStyle = colour("ink");
        context.strokeRect(0.5, y(LANES.indexOf(lit), range.high) - 4.5, wide - 1, LANE + 9);
      }
      setText(readout, cell(now, LANES[0]).text);
    },
    /** The keyboard begins at a neuron. */
    follow: (neuron) => grid.follow(0, columnOf(neuron)),
  };
}
