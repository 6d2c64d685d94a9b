// All neurons of one MLP: a profile before and one after the activation function, and the function's curve with every
// neuron on it. Where there are more neurons than pixels, a pixel spans all values of those it stands for.
import { colour } from "./colour.js";
import { cursor } from "./cursor.js";
import { become, h } from "./dom.js";
import { integer, number } from "./format.js";
import { frame } from "./frame.js";
import { canvas } from "./heat.js";
import en from "../strings/index.js";

const GUTTER = 72; // names and scale, left of the profiles
const [LANE, GAP, EDGE] = [88, 24, 6];
const HEIGHT = 2 * LANE + GAP + 2 * EDGE;
const CURVE = 320; // width of the curve
const BINS = 48;
const RUG = 32; // height of the histogram under it

/** open(neuron): the reader takes one; look(neuron or null): the one under the pointer. -> {take, draw, peek, order} */
export function neurons(host, { open, look }) {
  const profiles = h("div", { class: "profiles" });
  const curveBox = h("div", { class: "curve" });
  const readout = h("p", { class: "readout", "aria-hidden": "true" });
  const about = h("p", { class: "head-small" });
  const aboutCurve = h("p", { class: "head-small" });
  const marks = h("div", { "aria-hidden": "true" });
  const curveMarks = h("div", { "aria-hidden": "true" });
  host.append(h("div", {}, profiles, readout, about), h("div", {}, curveBox, aboutCurve));
  profiles.append(marks);
  curveBox.append(curveMarks);
  const [lanes, curve] = [canvas(profiles), canvas(curveBox)];
  let shown = null; // what draw() was given
  let data = null;
  let sorted = null; // neurons from the lowest mlp_pre to the highest
  let peeked = null;
  let size = { width: 1, curve: CURVE };
  let range = { low: -1, high: 1 };

  const F = () => data.pre.length;
  const order = () => (shown?.order === "size" ? sorted : null); // null: in place
  const neuronAt = (column) => order()?.[column] ?? column;
  const columnOf = (neuron) => (order() ? sorted.indexOf(neuron) : neuron);
  const now = () => peeked ?? data.opened.neuron;
  const text = (neuron) =>
    en.mlp.cell(neuron + 1, number(data.pre[neuron], 4), number(data.post[neuron], 4), number(data.written[neuron]));

  const pointer = cursor(profiles, {
    label: en.mlp.profile,
    size: () => [1, F()],
    box: (_, column) => ({
      x: GUTTER + (column / F()) * size.width,
      y: 0,
      width: Math.max(3, size.width / F()),
      height: HEIGHT,
    }),
    read: (_, column) => text(neuronAt(column)),
    move: (_, column) => peek(neuronAt(column)),
    enter: (_, column) => open(neuronAt(column)),
  });
  profiles.addEventListener("focusout", () => peek(null));

  function peek(neuron) {
    if (!data || neuron === peeked) return;
    peeked = neuron;
    paint();
    look(neuron);
  }

  const y = (lane, value) => EDGE + lane * (LANE + GAP) + ((range.high - value) / (range.high - range.low)) * LANE;

  function paint() {
    const context = lanes.size(size.width, HEIGHT);
    const columns = Math.min(F(), Math.max(1, Math.floor(size.width * Math.min(2, devicePixelRatio || 1))));
    const wide = size.width / columns;
    const [above, below] = [colour("mlp"), colour("mlp", 0.45)];
    ["pre", "post"].forEach((name, lane) => {
      for (let c = 0; c < columns; c++) {
        let [low, high] = [0, 0];
        const end = Math.max(Math.floor(((c + 1) * F()) / columns), Math.floor((c * F()) / columns) + 1);
        for (let i = Math.floor((c * F()) / columns); i < end; i++) {
          const value = data[name][neuronAt(i)];
          if (value < low) low = value;
          if (value > high) high = value;
        }
        const gap = wide > 3 ? 1 : 0;
        for (const [value, fill] of [
          [high, above],
          [low, below],
        ]) {
          if (value === 0) continue; // most columns are of one neuron, and have one of the two
          context.fillStyle = fill;
          context.fillRect(c * wide, y(lane, value), wide - gap, y(lane, 0) - y(lane, value));
        }
      }
      context.fillStyle = colour("control");
      context.fillRect(0, y(lane, 0) - 0.5, size.width, 1);
    });
    const opened = data.opened.neuron;
    for (const [neuron, name] of [
      [opened, "ink"],
      ...(peeked === null || peeked === opened ? [] : [[peeked, "residual"]]),
    ]) {
      const x = ((columnOf(neuron) + 0.5) / F()) * size.width;
      context.strokeStyle = colour(name);
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, HEIGHT);
      context.stroke();
      for (const lane of [0, 1]) {
        context.fillStyle = colour(name);
        context.beginPath();
        context.arc(x, y(lane, data[lane ? "post" : "pre"][neuron]), 3, 0, 7);
        context.fill();
      }
    }
    readout.textContent = text(now());
    paintCurve();
  }

  function paintCurve() {
    const [width, height] = [size.curve, HEIGHT - RUG - 8];
    const context = curve.size(width, height + RUG + 8);
    const { curve_x: xs, curve_y: ys, pre, post } = data;
    const [left, right] = [xs[0], xs[xs.length - 1]];
    const [bottom, top] = [Math.min(-0.3, range.postLow), Math.max(ys[ys.length - 1], range.postHigh)];
    const px = (x) => 4 + ((x - left) / (right - left)) * (width - 8);
    const py = (value) => 6 + ((top - value) / (top - bottom)) * (height - 12);
    context.fillStyle = colour("rule");
    context.fillRect(0, py(0) - 0.5, width, 1);
    context.fillRect(px(0) - 0.5, 0, 1, height);
    context.strokeStyle = colour("residual");
    context.lineWidth = 1.5;
    context.beginPath();
    xs.forEach((x, i) => context.lineTo(px(x), py(ys[i])));
    context.stroke();
    context.fillStyle = colour("mlp", F() > 400 ? 0.3 : 0.5);
    const dot = F() > 400 ? 3 : 4; // squares: thousands of circles take their time
    for (let i = 0; i < F(); i++) context.fillRect(px(pre[i]) - dot / 2, py(post[i]) - dot / 2, dot, dot);
    const bins = new Uint32Array(BINS);
    for (const x of pre) bins[Math.max(0, Math.min(BINS - 1, Math.floor(((x - left) / (right - left)) * BINS)))]++;
    const most = Math.max(...bins);
    context.fillStyle = colour("residual-soft");
    bins.forEach((count, bin) => {
      const tall = count ? Math.max(1, (count / most) * RUG) : 0;
      context.fillRect(px(left + ((right - left) * bin) / BINS), height + 8, (width - 8) / BINS - 1, tall);
    });
    const opened = data.opened.neuron;
    for (const [neuron, name] of [
      [opened, "ink"],
      ...(peeked === null || peeked === opened ? [] : [[peeked, "residual"]]),
    ]) {
      context.fillStyle = colour("mlp");
      context.strokeStyle = colour(name);
      context.lineWidth = 2;
      context.beginPath();
      context.arc(px(pre[neuron]), py(post[neuron]), 4.5, 0, 7);
      context.fill();
      context.stroke();
    }
    const at = (value, x, yy, end) => {
      const element = h("span", { class: "axis", text: value });
      Object.assign(element.style, end ? { right: `${x}px`, top: `${yy}px` } : { left: `${x}px`, top: `${yy}px` });
      return element;
    };
    become(
      curveMarks,
      at(number(top, 2), px(0) + 4, 0),
      at(number(left, 2), 0, py(0) + 2),
      at(number(right, 2), 0, py(0) + 2, true),
      at(data.act_fn, 4, 0),
    );
    aboutCurve.textContent = en.mlp.curve(data.act_fn, integer(most));
  }

  const locate = (event) => {
    const x = event.clientX - lanes.element.getBoundingClientRect().left;
    if (x < 0 || x >= size.width) return null;
    // Of several neurons under one pixel the one that stands out.
    const [from, to] = [Math.floor((x / size.width) * F()), Math.ceil(((x + 1) / size.width) * F())];
    let best = neuronAt(from);
    for (let c = from + 1; c < Math.min(to, F()); c++) {
      if (Math.abs(data.pre[neuronAt(c)]) > Math.abs(data.pre[best])) best = neuronAt(c);
    }
    return best;
  };
  profiles.addEventListener("pointermove", (event) => data && event.pointerType !== "touch" && peek(locate(event)));
  profiles.addEventListener("pointerleave", () => !pointer.focused && peek(null));
  profiles.addEventListener("click", (event) => {
    const neuron = data && locate(event);
    if (neuron !== null) open(neuron);
  });

  const render = frame(() => {
    lanes.element.style.left = `${GUTTER}px`;
    profiles.style.height = curveBox.style.height = `${HEIGHT}px`;
    profiles.style.width = `${GUTTER + size.width}px`;
    curveBox.style.width = `${size.curve}px`;
    become(
      marks,
      ...["mlp_pre", "mlp_post"].flatMap((name, lane) => {
        const mark = (content, value, kind) => {
          const element = h("span", { class: `axis ${kind}`, text: content });
          element.style.top = `${y(lane, value) - 8}px`;
          return element;
        };
        const zero = y(lane, 0);
        return [
          y(lane, range.low) - zero > 16 && mark(number(range.low, 2), range.low, "scale"),
          zero - y(lane, range.high) > 16 && mark(number(range.high, 2), range.high, "scale"),
          mark(name, 0, "is-mlp"),
        ].filter(Boolean);
      }),
    );
    about.textContent = [
      en.mlp.sorted[shown.order === "size" ? "size" : "place"](integer(F())),
      F() > size.width * Math.min(2, devicePixelRatio || 1) && en.mlp.spans(Math.ceil(F() / size.width)),
    ]
      .filter(Boolean)
      .join("; ");
    paint();
    if (!pointer.focused) pointer.place(0, columnOf(data.opened.neuron));
    else pointer.refresh();
  }, host);

  return {
    /** New numbers: {pre, post, written, opened, curve_x, curve_y, act_fn}. */
    take(next) {
      data = next;
      peeked = null;
      sorted = Uint32Array.from(data.pre.keys()).sort((a, b) => data.pre[a] - data.pre[b]);
      const [low, high] = [data.pre[sorted[0]], data.pre[sorted[F() - 1]]];
      range = {
        low: Math.min(0, low),
        high: Math.max(0, high),
        postLow: Math.min(...data.post),
        postHigh: Math.max(...data.post),
      };
      if (range.low === range.high) range.high = 1;
    },
    /** Soon, see `frame`. */
    draw(next) {
      shown = next;
      const { width, wide } = next;
      host.classList.toggle("wide", wide);
      size = {
        width: Math.max(120, (wide ? width - CURVE - 40 : width) - GUTTER),
        curve: wide ? CURVE : Math.min(width, 400),
      };
      render();
    },
    peek,
    /** Neurons as they are drawn from left to right. */
    order: () => [...(order() ?? data.pre.keys())],
  };
}
