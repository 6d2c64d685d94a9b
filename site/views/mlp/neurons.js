// All neurons of one MLP: a profile before and one after the activation function, and the function's curve with every
// neuron on it. Where there are more neurons than pixels, a pixel spans all values of those it stands for.
import { colour } from "../../lib/colour.js";
import { cursor } from "../../widgets/cursor.js";
import { become, h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { frame } from "../../lib/scheduler.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";

const GUTTER = 72; // names and scale, left of the profiles
const [LANE, GAP, EDGE] = [88, 24, 6];
const HEIGHT = 2 * LANE + GAP + 2 * EDGE;
const CURVE = 320; // width of the curve
const BINS = 48;
const RUG = 32; // height of the histogram under it
const LANES = ["pre", "post"];

/**
 * open(neuron): the reader takes one; look(neuron or null): another one is under the pointer, or none;
 * ties: of the formulas whose parts are tied to what is drawn, "pre", "post" and "curve" (ties.js).
 * -> {take, draw, peek, order, now}
 */
export function neurons(host, { open, look, ties }) {
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
  // On top of them, what follows the pointer: the thousands below stay as they are.
  const [overLanes, overCurve] = [canvas(profiles), canvas(curveBox)];
  let shown = null; // what draw() was given
  let data = null;
  let sorted = null; // neurons from the lowest mlp_pre to the highest
  let peeked = null;
  let lit = null; // what the part under the pointer stands for, here or in a formula
  let size = { width: 1, curve: CURVE };
  let range = { low: -1, high: 1 };

  const F = () => data.pre.length;
  const order = () => (shown?.order === "size" ? sorted : null); // null: in place
  const neuronAt = (column) => order()?.[column] ?? column;
  const columnOf = (neuron) => (order() ? sorted.indexOf(neuron) : neuron);
  const now = () => peeked ?? data.opened.neuron;
  const text = (neuron) =>
    strings.mlp.cell(neuron + 1, number(data.pre[neuron], 4), number(data.post[neuron], 4), number(data.written[neuron]));

  const pointer = cursor(profiles, {
    label: strings.mlp.profile,
    size: () => [1, F()],
    box: (_, column) => ({
      x: GUTTER + (column / F()) * size.width,
      y: 0,
      width: Math.max(3, size.width / F()),
      height: HEIGHT,
    }),
    read: (_, column) => text(neuronAt(column)),
    move: (_, column) => peek(neuronAt(column), "pre"),
    enter: (_, column) => open(neuronAt(column)),
  });
  profiles.addEventListener("focusout", () => peek(null));

  /** part: which one of those that formulas are tied to is pointed at. */
  function peek(neuron, part = null) {
    if (!data || (neuron === peeked && part === lit)) return;
    const another = neuron !== peeked;
    [peeked, lit] = [neuron, part];
    paintOver();
    if (another) look(neuron);
    ties.light(part);
  }
  ties.follow((key) => {
    lit = key;
    if (data) paintOver();
  });

  const y = (lane, value) => EDGE + lane * (LANE + GAP) + ((range.high - value) / (range.high - range.low)) * LANE;

  function paint() {
    const context = lanes.size(size.width, HEIGHT);
    const columns = Math.min(F(), Math.max(1, Math.floor(size.width * Math.min(2, devicePixelRatio || 1))));
    const wide = size.width / columns;
    const [above, below] = [colour("mlp"), colour("mlp", 0.45)];
    LANES.forEach((name, lane) => {
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
    paintCurve();
  }

  /** The neurons that are marked: [neuron, colour]. */
  const marked = () => {
    const opened = data.opened.neuron;
    return [[opened, "ink"], ...(peeked === null || peeked === opened ? [] : [[peeked, "residual"]])];
  };
  function paintOver() {
    const context = overLanes.size(size.width, HEIGHT);
    for (const [neuron, name] of marked()) {
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
        context.arc(x, y(lane, data[LANES[lane]][neuron]), LANES[lane] === lit ? 5 : 3, 0, 7);
        context.fill();
      }
    }
    if (LANES.includes(lit)) {
      context.strokeStyle = colour("ink");
      context.strokeRect(0.5, y(LANES.indexOf(lit), range.high) - 4.5, size.width - 1, LANE + 9);
    }
    readout.textContent = text(now());
    paintOverCurve();
  }

  /** Of the curve: its ends, and where its numbers lie. */
  function axes() {
    const { curve_x: xs, curve_y: ys } = data;
    const [left, right] = [xs[0], xs[xs.length - 1]];
    const [bottom, top] = [Math.min(-0.3, range.postLow), Math.max(ys[ys.length - 1], range.postHigh)];
    const px = (x) => 4 + ((x - left) / (right - left)) * (size.curve - 8);
    const py = (value) => 6 + ((top - value) / (top - bottom)) * (HEIGHT - RUG - 20);
    return { left, right, top, px, py };
  }
  function strokeCurve(context, name, width) {
    const { px, py } = axes();
    context.strokeStyle = colour(name);
    context.lineWidth = width;
    context.beginPath();
    data.curve_x.forEach((x, i) => context.lineTo(px(x), py(data.curve_y[i])));
    context.stroke();
  }
  function paintCurve() {
    const [width, height] = [size.curve, HEIGHT - RUG - 8];
    const context = curve.size(width, height + RUG + 8);
    const { pre, post } = data;
    const { left, right, top, px, py } = axes();
    context.fillStyle = colour("rule");
    context.fillRect(0, py(0) - 0.5, width, 1);
    context.fillRect(px(0) - 0.5, 0, 1, height);
    strokeCurve(context, "residual", 1.5);
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
    aboutCurve.textContent = strings.mlp.curve(data.act_fn, integer(most));
  }
  function paintOverCurve() {
    const context = overCurve.size(size.curve, HEIGHT);
    const { px, py } = axes();
    if (lit === "curve") strokeCurve(context, "ink", 3);
    for (const [neuron, name] of marked()) {
      const [x, yy] = [px(data.pre[neuron]), py(data.post[neuron])];
      context.strokeStyle = colour(name);
      context.lineWidth = 1;
      // From a number on one axis to the dot.
      if (lit === "pre" && neuron === now()) context.strokeRect(x, Math.min(yy, py(0)), 0, Math.abs(yy - py(0)));
      if (lit === "post" && neuron === now()) context.strokeRect(Math.min(x, px(0)), yy, Math.abs(x - px(0)), 0);
      context.fillStyle = colour("mlp");
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, yy, 4.5, 0, 7);
      context.fill();
      context.stroke();
    }
  }

  function locate(event) {
    const box = lanes.element.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (x < 0 || x >= size.width) return [null];
    // Of several neurons under one pixel the one that stands out.
    const [from, to] = [Math.floor((x / size.width) * F()), Math.ceil(((x + 1) / size.width) * F())];
    let best = neuronAt(from);
    for (let c = from + 1; c < Math.min(to, F()); c++) {
      if (Math.abs(data.pre[neuronAt(c)]) > Math.abs(data.pre[best])) best = neuronAt(c);
    }
    return [best, LANES[event.clientY - box.top < HEIGHT / 2 ? 0 : 1]];
  }
  /** The dot that is nearest along the axis. */
  function locateOnCurve(event) {
    const { left, right, px } = axes();
    const share = (event.clientX - curve.element.getBoundingClientRect().left - px(left)) / (px(right) - px(left));
    const value = left + share * (right - left);
    let [from, to] = [0, F() - 1];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (data.pre[sorted[middle]] <= value) from = middle;
      else to = middle;
    }
    const [below, above] = [sorted[from], sorted[to]];
    return [value - data.pre[below] < data.pre[above] - value ? below : above, "curve"];
  }
  for (const [place, find] of [
    [profiles, locate],
    [curveBox, locateOnCurve],
  ]) {
    place.addEventListener("pointermove", (event) => data && event.pointerType !== "touch" && peek(...find(event)));
    place.addEventListener("pointerleave", () => (pointer.focused ? peek(neuronAt(pointer.at[1]), "pre") : peek(null)));
    place.addEventListener("click", (event) => {
      const neuron = data && find(event)[0];
      if (neuron !== null) open(neuron);
    });
  }

  const render = frame(() => {
    for (const { element } of [lanes, overLanes]) element.style.left = `${GUTTER}px`;
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
      strings.mlp.sorted[shown.order === "size" ? "size" : "place"](integer(F())),
      F() > size.width * Math.min(2, devicePixelRatio || 1) && strings.mlp.spans(Math.ceil(F() / size.width)),
    ]
      .filter(Boolean)
      .join("; ");
    paint();
    paintOver();
    if (!pointer.focused) pointer.place(0, columnOf(data.opened.neuron));
    else pointer.refresh();
  }, host);

  return {
    /** New numbers: {pre, post, written, opened, curve_x, curve_y, act_fn}. */
    take(next) {
      data = next;
      peeked = lit = null;
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
    /** The neuron under the pointer or the keyboard's cursor, else the opened one. */
    get now() {
      return now();
    },
    /** Neurons as they are drawn from left to right. */
    order: () => [...(order() ?? data.pre.keys())],
  };
}
