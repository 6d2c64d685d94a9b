// A LayerNorm step by step: the vector, its mean taken off, divided by its spread, scaled and shifted.
import { difference } from "../../widgets/difference.js";
import { check, fontFamily, h, pale, radios, unchanged, widthOf } from "../../lib/dom.js";
import { colour, onTheme } from "../../lib/colour.js";
import { integer, number } from "../../lib/format.js";
import { frame } from "../../lib/scheduler.js";
import { canvas } from "../../lib/heat.js";
import { formula, frac, root, row, sub, sum, sup, tied } from "../../lib/math.js";
import { note } from "../../widgets/note.js";
import { adopt, choose, listen, outrun, state } from "../../state/choices.js";
import { labelRoom, strips } from "../../widgets/strips.js";
import strings from "../../strings/index.js";

const NORMS = ["ln1", "ln2", "ln_final"];
const HIGH = 200; // of the figure with a line for every entry

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const kinds = NORMS.map((name) =>
      h("button", { type: "button", role: "radio", title: strings.layernorm.names[name], text: strings.layernorm.short[name] }),
    );
    const toggle = h("div", { class: "toggle", role: "radiogroup", "aria-label": strings.layernorm.which }, kinds);
    const steps = h("div");
    const lines = h("div", { class: "ln-lines" });
    const about = h("p", { class: "head-small" });
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: strings.layernorm.title }), where, toggle),
      steps,
      h("div", { class: "opened" }, h("h3", { text: strings.layernorm.lines }), about),
      lines,
    );
    const [all, drawing] = [canvas(lines), canvas(lines)]; // every entry's line; above it what the reader points at
    const words = note(slot, strings.layernorm.title);
    words.explain(...strings.layernorm.explain);
    const moved = difference(slot, words);
    const box = widthOf(slot, () => draw());
    const [same, sameLines] = [unchanged(), unchanged()];
    let data = null;
    let rows = [];
    let moments = []; // mean and standard deviation of the vector at every stage
    let described = false;
    let width = 0;
    let axes = null; // of the lines: {x(stage), y(value, stage), stages, ...}
    let lit = null; // what is under the pointer: "mean", "sd", or the row of a stage

    const figure = strips(steps, {
      label: strings.layernorm.strips,
      read: (at, entry) => strings.layernorm.cell(rows[at].text, entry + 1, number(rows[at].values[entry], 4)),
      look() {
        drawEntry();
        say();
      },
      choose: (entry) => choose(send, { entry }),
      ties: words.ties,
    });
    function point(key) {
      if (key === lit) return;
      lit = key;
      drawEntry();
    }
    words.ties.follow(point);
    const go = (at) => choose(send, { norm: NORMS[at] });
    radios(toggle, go);
    toggle.addEventListener("click", (event) => {
      const at = kinds.indexOf(event.target);
      if (at >= 0) go(at);
    });

    const place = ({ block, norm }) =>
      [norm !== "ln_final" && strings.vectors.where.block(block + 1), strings.layernorm.names[norm]].filter(Boolean).join(", ");
    const draw = frame(() => {
      check(kinds, NORMS.indexOf(state.norm));
      if (!data || !box.width || moved.on) return false;
      width = box.width;
      pale(slot, data.norm !== state.norm || outrun(data));
      // A choice that only Python can answer: what is there stays as it is until then.
      if (same(data, width, state.entry)) return false;
      where.textContent = place(data);
      figure.draw({ rows, entry: Math.min(state.entry, data.x.length - 1), width });
      drawStages();
      say();
    }, slot);
    const drawStages = frame(() => moved.on || drawLines(), lines);
    const say = frame(() => {
      if (moved.on) return false; // the words are the difference's
      if (!described) describe();
      formulas();
    }, words.place);

    /**
     * Parallel axes: one line per entry through the stages, so that what happens to the whole can be seen at once.
     * The vector and the vector without its mean share a scale, what comes after the division has another.
     */
    function drawLines() {
      if (!sameLines(data, width)) drawAll();
      drawEntry();
    }
    function drawAll() {
      const left = labelRoom(width);
      const stages = rows.filter(({ stage }) => stage);
      const wide = Math.min(720, width - 2 * left);
      // Where names would run into one another every other one stands lower.
      const step = wide < 320 ? 32 : 0;
      const [across, down] = [wide + 2 * left, HIGH + 40 + step];
      const context = all.size(across, down);
      const far = [stages.slice(0, 2), stages.slice(2)].map((some) =>
        Math.max(1e-9, ...some.map(({ values }) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0))),
      );
      const y = (value, s) => 8 + (HIGH - 16) * (0.5 - value / (2 * far[s < 2 ? 0 : 1]));
      const x = (s) => left + 8 + ((wide - 16) * s) / (stages.length - 1);
      axes = { x, y, stages, left, wide, across, down };
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
      const n = data.x.length;
      context.strokeStyle = colour("residual", Math.max(0.08, Math.min(0.5, 32 / n)));
      for (let i = 0; i < n; i++) trail(context, i);
      context.fillStyle = colour("residual", 0.5);
      moments.forEach((_, s) => context.fillRect(...bar(s)));
      context.font = `12px ${fontFamily()}`;
      context.textBaseline = "middle";
      context.fillStyle = colour("muted");
      [far[0], 0, -far[0]].forEach((value) => {
        context.textAlign = "right";
        context.fillText(number(value), left - 4, y(value, 0));
        context.textAlign = "left";
        context.fillText(number((value / far[0]) * far[1]), left + wide + 4, y(value, 0));
      });
      context.textAlign = "center";
      const narrow = wide < 480;
      stages.forEach(({ text }, s) => {
        const under = HIGH + 8 + (s % 2) * step;
        context.fillStyle = colour("ink");
        context.fillText(text, x(s), under);
        context.fillStyle = colour("muted");
        const [mean, spread] = moments[s].map((value) => number(Math.abs(value) < 1e-6 ? 0 : value, narrow ? 2 : 3));
        context.fillText(narrow ? `±${spread}` : `${mean} ± ${spread}`, x(s), under + 16);
      });
      about.textContent = strings.layernorm.linesAre(integer(n));
    }
    function trail(context, i) {
      const { stages, x, y } = axes;
      context.beginPath();
      stages.forEach(({ values }, s) => (s ? context.lineTo(x(s), y(values[i], s)) : context.moveTo(x(s), y(values[i], s))));
      context.stroke();
    }
    /** One standard deviation to both sides of the mean. */
    function bar(s) {
      const [mean, spread] = moments[s];
      const [top, bottom] = [mean + spread, mean - spread].map((value) => axes.y(value, s));
      return [axes.x(s) - 3, top, 6, bottom - top];
    }

    function drawEntry() {
      if (!axes || moved.on) return;
      const { x, y, stages, across, down } = axes;
      const context = drawing.size(across, down);
      context.fillStyle = context.strokeStyle = colour("ink");
      moments.forEach(([mean], s) => context.fillRect(x(s) - 6, y(mean, s) - 1, 12, 2));
      context.lineWidth = 2;
      trail(context, figure.entry);
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
      const { x, y, stages } = axes;
      const box = drawing.element.getBoundingClientRect();
      const [px, py] = [event.clientX - box.left, event.clientY - box.top];
      const along = ((px - x(0)) / (x(stages.length - 1) - x(0))) * (stages.length - 1);
      const near = rows.indexOf(stages[Math.max(0, Math.min(stages.length - 1, Math.round(along)))]);
      if (py > HIGH) return { key: near, entry: null }; // its name
      if (!data.off && Math.abs(px - x(0)) <= 6) {
        const [, top, , high] = bar(0);
        if (Math.abs(py - y(moments[0][0], 0)) <= 3) return { key: "mean", entry: null };
        if (py >= top && py <= top + high) return { key: "sd", entry: null };
      }
      const s = Math.max(0, Math.min(stages.length - 2, Math.floor(along)));
      const share = Math.max(0, Math.min(1, along - s));
      const [before, after] = [stages[s].values, stages[s + 1].values];
      let [entry, least] = [0, Infinity];
      for (let i = 0; i < before.length; i++) {
        const off = Math.abs(y(before[i], s) * (1 - share) + y(after[i], s + 1) * share - py);
        if (off < least) [entry, least] = [i, off];
      }
      return { key: near, entry };
    }
    lines.addEventListener("pointermove", (event) => {
      if (!axes || moved.on || event.pointerType === "touch") return;
      const { key, entry } = locate(event);
      figure.point(entry, typeof key === "number" ? key : null);
      point(key);
      words.ties.light(key);
    });
    lines.addEventListener("pointerleave", () => {
      figure.point(null, null);
      point(null);
      words.ties.light(null);
    });
    lines.addEventListener("click", (event) => {
      const entry = axes && !moved.on ? locate(event).entry : null;
      if (entry !== null) choose(send, { entry });
    });

    function formulas() {
      const i = figure.entry;
      const at = String(i + 1);
      const square = sup(row("(", sub("x", "i"), "-", "μ", ")"), "2");
      const closed = (value) => (value < 0 ? row("(", number(value, 4), ")") : number(value, 4));
      // A norm that is switched off has a mean and a scale that are not the vector's own.
      const own = (key, part) => (data.off ? part : tied(key, part));
      const [mean, scale] = [() => own("mean", "μ"), () => own("sd", "σ")];
      const average = () => [frac("1", sub("d", "model")), sum("i")];
      words.formulas(
        ...(data.off
          ? [formula("μ", "=", number(data.mean, 4)), formula("σ", "=", number(data.scale, 4))]
          : [
              formula(mean(), "=", ...average(), tied(0, sub("x", "i")), "=", tied("mean", number(data.mean, 4))),
              formula(scale(), "=", root(row(tied("sd", row(...average(), tied(1, square))), "+", "ε"))),
              formula(
                "=",
                root(row(tied("sd", number(data.variance, 4)), "+", number(data.eps, 1))),
                "=",
                tied("sd", number(data.scale, 4)),
              ),
            ]),
        formula(
          tied(6, sub(row(data.norm), at)),
          "=",
          tied(4, row(tied(2, frac(tied(1, row(tied(0, sub("x", at)), "-", mean())), scale())), "·", tied(3, sub("γ", at)))),
          "+",
          tied(5, sub("β", at)),
        ),
        formula(
          "=",
          tied(
            4,
            row(
              tied(
                2,
                frac(
                  tied(1, row(tied(0, number(data.x[i], 4)), "-", own("mean", closed(data.mean)))),
                  own("sd", number(data.scale, 4)),
                ),
              ),
              "·",
              tied(3, closed(data.weight[i])),
            ),
          ),
          "+",
          tied(5, closed(data.bias[i])),
        ),
        formula("=", tied(6, number(data.result[i], 4))),
      );
    }

    function describe() {
      described = true;
      const norm = (values) => number(Math.hypot(...values));
      words.say(
        ...strings.layernorm[data.off ? "saysOff" : "says"]({
          token: { token: data.labels[data.token] },
          block: data.block === null ? null : data.block + 1,
          reads: data.reads,
          mean: number(data.mean),
          spread: number(Math.sqrt(data.variance)),
          norm: norm(data.x),
          after: norm(data.result),
        }),
      );
      words.table(() => ({
        caption: strings.layernorm.caption(data.norm, data.labels[data.token]),
        columns: strings.layernorm.columns(data.reads, data.norm),
        rows: (function* () {
          for (let i = 0; i < data.x.length; i++) yield [i + 1, ...rows.map(({ values }) => number(values[i], 5))];
        })(),
      }));
    }

    // The token under the pointer elsewhere changes nothing here.
    listen((changes) => Object.keys(changes).some((key) => key !== "hover") && draw());
    onTheme(() => {
      same.forget();
      sameLines.forget();
      for (const each of rows) each.image = null;
      draw();
    });
    return {
      update(next) {
        if (moved.update(next)) {
          where.textContent = place(next);
          return draw();
        }
        data = next;
        const { rows: names, groups } = strings.layernorm;
        const line = (values, name, group, stage, sign) => ({
          values,
          name,
          text: [sign, name].filter(Boolean).join(" "),
          group: groups[group],
          stage,
          sign,
        });
        rows = [
          line(data.x, data.reads, "vector", true),
          line(data.centred, names.centred, "vector", true),
          line(data.normal, names.normal, "normal", true),
          line(data.weight, names.weight, "weight", false),
          line(data.scaled, names.scaled, "normal", true),
          line(data.bias, names.bias, "bias", false),
          line(data.result, data.norm, "normal", true, "+ β ="),
        ];
        moments = rows
          .filter(({ stage }) => stage)
          .map(({ values }) => {
            const mean = values.reduce((total, value) => total + value, 0) / values.length;
            return [mean, Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length)];
          });
        described = false;
        adopt(next);
        draw();
      },
    };
  },
};
