// Parallel axes: one line per entry through the stages of a LayerNorm, so that what happens to the whole can be seen at once.
import { colour } from "../../lib/colour.js";
import { fontFamily } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { labelRoom } from "../../widgets/strips.js";

const HIGH = 200; // of the lines
const WIDEST = 720;

/** -> [mean, standard deviation] */
function momentsOf(values) {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length)];
}

/**
 * about: where it says what is drawn; point(entry, key): the line under the pointer, null for none, and what else is there: the row of
 * its stage, "mean" or "sd", null; choose(entry).
 * -> {draw(rows, width, off), drawEntry(entry, lit)}: rows as the strips', off: the mean is not the vector's own.
 */
export function linesFigure(host, { about, point, choose }) {
  const [all, drawing] = [canvas(host), canvas(host)]; // every entry's line; above it what the reader points at
  let axes = null; // {x(stage), y(value, stage), stages, rows, moments, far, left, wide, across, down, off}

  function lay(rows, width, off) {
    const left = labelRoom(width);
    const stages = rows.filter(({ stage }) => stage);
    const wide = Math.min(WIDEST, width - 2 * left);
    // Where names would run into one another every other one stands lower.
    const step = wide < 320 ? 32 : 0;
    // The vector and the vector without its mean share a scale, what comes after the division has another.
    const far = [stages.slice(0, 2), stages.slice(2)].map((some) =>
      Math.max(1e-9, ...some.map(({ values }) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0))),
    );
    const y = (value, s) => 8 + (HIGH - 16) * (0.5 - value / (2 * far[s < 2 ? 0 : 1]));
    const x = (s) => left + 8 + ((wide - 16) * s) / (stages.length - 1);
    const moments = stages.map(({ values }) => momentsOf(values));
    axes = { x, y, stages, rows, moments, far, left, wide, step, across: wide + 2 * left, down: HIGH + 40 + step, off };
  }

  function draw(rows, width, off) {
    lay(rows, width, off);
    const context = all.size(axes.across, axes.down);
    drawAxes(context);
    const n = rows[0].values.length;
    context.strokeStyle = colour("residual", Math.max(0.08, Math.min(0.5, 32 / n)));
    for (let i = 0; i < n; i++) trail(context, i);
    context.fillStyle = colour("residual", 0.5);
    axes.moments.forEach((_, s) => context.fillRect(...bar(s)));
    drawScales(context);
    drawNames(context);
    about.textContent = strings.layernorm.linesAre(integer(n));
  }
  function drawAxes(context) {
    const { x, y, left, wide, stages } = axes;
    context.strokeStyle = colour("rule");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, y(0, 0));
    context.lineTo(left + wide, y(0, 0));
    for (let s = 0; s < stages.length; s++) {
      context.moveTo(x(s), 8);
      context.lineTo(x(s), HIGH - 8);
    }
    context.stroke();
  }
  function drawScales(context) {
    const { y, far, left, wide } = axes;
    context.font = `12px ${fontFamily()}`;
    context.textBaseline = "middle";
    context.fillStyle = colour("muted");
    for (const value of [far[0], 0, -far[0]]) {
      context.textAlign = "right";
      context.fillText(number(value), left - 4, y(value, 0));
      context.textAlign = "left";
      context.fillText(number((value / far[0]) * far[1]), left + wide + 4, y(value, 0));
    }
  }
  /** The stages' names, and mean and spread of the vector at each. */
  function drawNames(context) {
    const { x, stages, moments, step, wide } = axes;
    const narrow = wide < 480;
    context.textAlign = "center";
    stages.forEach(({ text }, s) => {
      const under = HIGH + 8 + (s % 2) * step;
      context.fillStyle = colour("ink");
      context.fillText(text, x(s), under);
      context.fillStyle = colour("muted");
      const [mean, spread] = moments[s].map((value) => number(Math.abs(value) < 1e-6 ? 0 : value, narrow ? 2 : 3));
      context.fillText(narrow ? `±${spread}` : `${mean} ± ${spread}`, x(s), under + 16);
    });
  }
  function trail(context, i) {
    const { stages, x, y } = axes;
    context.beginPath();
    stages.forEach(({ values }, s) => (s ? context.lineTo(x(s), y(values[i], s)) : context.moveTo(x(s), y(values[i], s))));
    context.stroke();
  }
  /** One standard deviation to both sides of the mean. @returns {[number, number, number, number]} */
  function bar(s) {
    const [mean, spread] = axes.moments[s];
    const [top, bottom] = [mean + spread, mean - spread].map((value) => axes.y(value, s));
    return [axes.x(s) - 3, top, 6, bottom - top];
  }

  function drawEntry(entry, lit) {
    if (!axes) return;
    const { x, y, stages, rows, moments, across, down } = axes;
    const context = drawing.size(across, down);
    context.fillStyle = context.strokeStyle = colour("ink");
    moments.forEach(([mean], s) => context.fillRect(x(s) - 6, y(mean, s) - 1, 12, 2));
    context.lineWidth = 2;
    trail(context, entry);
    const at = lit === null ? -1 : stages.indexOf(rows[lit]);
    if (at >= 0) context.fillRect(x(at) - 1, 8, 2, HIGH - 16);
    if (lit === "mean") context.fillRect(x(0) - 16, y(moments[0][0], 0) - 2, 32, 4);
    if (lit === "sd") {
      const [left, top, wide, high] = bar(0);
      context.strokeRect(left - 2, top, wide + 4, high);
    }
  }

  /** {key, entry}: the mean or the spread of what comes in, or the entry whose line is nearest, and the row of its stage. */
  function locate(event) {
    const { x, y, stages, rows, moments, off } = axes;
    const box = drawing.element.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const along = ((px - x(0)) / (x(stages.length - 1) - x(0))) * (stages.length - 1);
    const near = rows.indexOf(stages[Math.max(0, Math.min(stages.length - 1, Math.round(along)))]);
    if (py > HIGH) return { key: near, entry: null }; // its name
    if (!off && Math.abs(px - x(0)) <= 6) {
      const [, top, , high] = bar(0);
      if (Math.abs(py - y(moments[0][0], 0)) <= 3) return { key: "mean", entry: null };
      if (py >= top && py <= top + high) return { key: "sd", entry: null };
    }
    const s = Math.max(0, Math.min(stages.length - 2, Math.floor(along)));
    return { key: near, entry: nearest(py, s, Math.max(0, Math.min(1, along - s))) };
  }
  /** The entry whose line passes nearest to the height `py`, a `share` of the way from stage `s` to the next. */
  function nearest(py, s, share) {
    const { y, stages } = axes;
    const [before, after] = [stages[s].values, stages[s + 1].values];
    let [entry, least] = [0, Infinity];
    for (let i = 0; i < before.length; i++) {
      const off = Math.abs(y(before[i], s) * (1 - share) + y(after[i], s + 1) * share - py);
      if (off < least) [entry, least] = [i, off];
    }
    return entry;
  }
  host.addEventListener("pointermove", (event) => {
    if (!axes || event.pointerType === "touch") return;
    const { key, entry } = locate(event);
    point(entry, key);
  });
  host.addEventListener("pointerleave", () => axes && point(null, null));
  host.addEventListener("click", (event) => {
    const entry = axes && locate(event).entry;
    if (entry !== null) choose(entry);
  });

  return { draw, drawEntry };
}
