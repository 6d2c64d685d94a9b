// Draws parallel axes: one line per entry through the stages of a LayerNorm, so that the whole vector can be seen at once.
import { colour } from "../../lib/colour.js";
import { fontFamily, pointIn } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { labelRoom } from "../../widgets/strips.js";

const HIGH = 200; // px of the lines
const WIDEST = 720;

/** Returns [mean, standard deviation]. */
function momentsOf(values) {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length)];
}

export class Lines {
  #axes = null; // {x(stage), y(value, stage), stages, rows, moments, far, left, wide, across, down, off}

  /**
   * about: the element that says what is drawn; point(entry, symbol): the entry whose line is under the pointer, null for none, and what
   * else is there: the row of its stage, "mean" or "sd", null; choose(entry).
   */
  constructor(host, { about, point, choose }) {
    this.about = about;
    this.all = canvas(host); // every entry's line
    this.drawing = canvas(host); // above it what the reader points at
    host.addEventListener("pointermove", (event) => {
      if (!this.#axes || event.pointerType === "touch") return;
      const { symbol, entry } = this.#locate(event);
      point(entry, symbol);
    });
    host.addEventListener("pointerleave", () => this.#axes && point(null, null));
    host.addEventListener("click", (event) => {
      const entry = this.#axes && this.#locate(event).entry;
      if (entry !== null) choose(entry);
    });
  }

  #lay(rows, width, off) {
    const left = labelRoom(width);
    const stages = rows.filter(({ stage }) => stage);
    const wide = Math.min(WIDEST, width - 2 * left);
    // Where names would run into one another, every other name stands lower.
    const step = wide < 320 ? 32 : 0;
    // The vector and the vector without its mean share a scale, what comes after the division has another.
    const far = [stages.slice(0, 2), stages.slice(2)].map((some) =>
      Math.max(1e-9, ...some.map(({ values }) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0))),
    );
    const y = (value, s) => 8 + (HIGH - 16) * (0.5 - value / (2 * far[s < 2 ? 0 : 1]));
    const x = (s) => left + 8 + ((wide - 16) * s) / (stages.length - 1);
    const moments = stages.map(({ values }) => momentsOf(values));
    this.#axes = { x, y, stages, rows, moments, far, left, wide, step, across: wide + 2 * left, down: HIGH + 40 + step, off };
  }

  /** rows: those of the strips; off: the mean is not the vector's own. */
  draw(rows, width, off) {
    this.#lay(rows, width, off);
    const context = this.all.size(this.#axes.across, this.#axes.down);
    this.#drawAxes(context);
    const n = rows[0].values.length;
    context.strokeStyle = colour("residual", Math.max(0.08, Math.min(0.5, 32 / n)));
    for (let i = 0; i < n; i++) this.#trail(context, i);
    context.fillStyle = colour("residual", 0.5);
    this.#axes.moments.forEach((_, s) => context.fillRect(...this.#bar(s)));
    this.#drawScales(context);
    this.#drawNames(context);
    this.about.textContent = strings.layernorm.linesAre(integer(n));
  }
  #drawAxes(context) {
    const { x, y, left, wide, stages } = this.#axes;
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
  #drawScales(context) {
    const { y, far, left, wide } = this.#axes;
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
  /** Writes the stages' names, and mean and spread of the vector at each. */
  #drawNames(context) {
    const { x, stages, moments, step, wide } = this.#axes;
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
  #trail(context, i) {
    const { stages, x, y } = this.#axes;
    context.beginPath();
    stages.forEach(({ values }, s) => (s ? context.lineTo(x(s), y(values[i], s)) : context.moveTo(x(s), y(values[i], s))));
    context.stroke();
  }
  /** Returns the bar of one standard deviation to both sides of the mean. @returns {[number, number, number, number]} */
  #bar(s) {
    const [mean, spread] = this.#axes.moments[s];
    const [top, bottom] = [mean + spread, mean - spread].map((value) => this.#axes.y(value, s));
    return [this.#axes.x(s) - 3, top, 6, bottom - top];
  }

  /** Draws the line of one entry, and what is lit by the formulas: a row of the strips, "mean" or "sd". */
  drawEntry(entry, lit) {
    if (!this.#axes) return;
    const { x, y, stages, rows, moments, across, down } = this.#axes;
    const context = this.drawing.size(across, down);
    context.fillStyle = context.strokeStyle = colour("ink");
    moments.forEach(([mean], s) => context.fillRect(x(s) - 6, y(mean, s) - 1, 12, 2));
    context.lineWidth = 2;
    this.#trail(context, entry);
    const at = lit === null ? -1 : stages.indexOf(rows[lit]);
    if (at >= 0) context.fillRect(x(at) - 1, 8, 2, HIGH - 16);
    if (lit === "mean") context.fillRect(x(0) - 16, y(moments[0][0], 0) - 2, 32, 4);
    if (lit === "sd") {
      const [left, top, wide, high] = this.#bar(0);
      context.strokeRect(left - 2, top, wide + 4, high);
    }
  }

  /** Finds {symbol, entry}: the mean or the spread of the incoming vector, or the entry whose line is nearest, and the row of its stage. */
  #locate(event) {
    const { x, y, stages, rows, moments, off } = this.#axes;
    const [px, py] = pointIn(event, this.drawing.element);
    const along = ((px - x(0)) / (x(stages.length - 1) - x(0))) * (stages.length - 1);
    const near = rows.indexOf(stages[Math.max(0, Math.min(stages.length - 1, Math.round(along)))]);
    if (py > HIGH) return { symbol: near, entry: null }; // the stage's name
    if (!off && Math.abs(px - x(0)) <= 6) {
      const [, top, , high] = this.#bar(0);
      if (Math.abs(py - y(moments[0][0], 0)) <= 3) return { symbol: "mean", entry: null };
      if (py >= top && py <= top + high) return { symbol: "sd", entry: null };
    }
    const s = Math.max(0, Math.min(stages.length - 2, Math.floor(along)));
    return { symbol: near, entry: this.#nearest(py, s, Math.max(0, Math.min(1, along - s))) };
  }
  /** Returns the entry whose line passes nearest to the height `py`, a `share` of the way from stage `s` to the next. */
  #nearest(py, s, share) {
    const { y, stages } = this.#axes;
    const [before, after] = [stages[s].values, stages[s + 1].values];
    let [entry, least] = [0, Infinity];
    for (let i = 0; i < before.length; i++) {
      const off = Math.abs(y(before[i], s) * (1 - share) + y(after[i], s + 1) * share - py);
      if (off < least) [entry, least] = [i, off];
    }
    return entry;
  }
}
