// How the next token is chosen, from the logits to the draw: one row per candidate, one column per stage, the control
// of a stage above its column, and at the right the bar from 0 to 1 that the random number points into.
import { attribute, become, h, setText } from "../lib/dom.js";
import { colour, onTheme } from "../lib/colour.js";
import { drawDifference } from "../lib/drawdiff.js";
import { integer, number, probability, token } from "../lib/format.js";
import { frame } from "../lib/frame.js";
import { canvas } from "../lib/heat.js";
import { onTurn, turned } from "../lib/lanes.js";
import { latest } from "../lib/latest.js";
import { coloured, formula, frac, row, sub, sum, sup } from "../lib/math.js";
import { note } from "../lib/note.js";
import en from "../strings/index.js";

const LINE = 28; // a row's height, as in choice.css
const [LISTED, CUT] = [16, 2]; // rows before the reader asks for more; of these, the first that were cut
const BAR = 14;
const SEEDS = 1_000_000; // new seeds stay short enough to be told and typed

const words = en.sampling;
const STAGES = ["model", "scaled", "left"];

// A slider's positions and the values they stand for. The right end of a cut is "off".
const TEMPERATURES = Array.from({ length: 101 }, (_, i) => Number((10 ** (i / 50 - 1.3)).toPrecision(2)));
const SHARES = Array.from({ length: 101 }, (_, i) => i / 100);
function counts(most) {
  const all = Array.from({ length: 101 }, (_, i) => Math.round(most ** (i / 100)));
  return [...new Set(all.slice(0, -1)), 0];
}
const OFF = { top_k: 0, top_p: 1 };

function nearest(steps, value, name) {
  if (value === OFF[name] || (name === "top_k" && value >= steps.at(-2))) return steps.length - 1;
  let best = 0;
  // Distances by ratio: the sliders of temperature and top-k are logarithmic.
  const far = (step) => Math.abs(Math.log((step || 1e-3) / (value || 1e-3)));
  steps.forEach((step, index) => {
    if (!(name === "top_k" && step === 0) && far(step) < far(steps[best])) best = index;
  });
  return best;
}

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const choices = latest(send, () => data && controls());
    const knobs = Object.fromEntries(["temperature", "top_k", "top_p"].map((name) => [name, knob(name)]));
    const greedy = h("input", { type: "checkbox", onchange: () => choices.set({ greedy: greedy.checked }) });
    const seed = h("input", {
      type: "number",
      min: 0,
      step: 1,
      inputmode: "numeric",
      "aria-label": words.seed,
      onchange: typed,
    });
    const newSeed = h("button", {
      type: "button",
      class: "link",
      text: words.newSeed,
      // A seed is a choice, not data: any will do.
      onclick: () => plant(crypto.getRandomValues(new Uint32Array(1))[0] % SEEDS),
    });
    const panel = h(
      "div",
      { class: "knobs stays" },
      knobs.temperature.element,
      h("div", { class: "cuts" }, knobs.top_k.element, knobs.top_p.element),
      h("label", { class: "switch", title: words.greedyTitle }, greedy, words.greedy),
      h("div", { class: "seed" }, h("label", {}, h("span", { text: words.seed }), seed), newSeed),
    );
    const left = h("span", {});
    const drawHead = h("span", { class: "phase-draw" });
    const heads = h(
      "p",
      { class: "draw draw-heads" },
      h("span"),
      h("span", { text: words.heads.model }),
      h("span", { text: words.heads.scaled }),
      left,
      drawHead,
    );
    const list = h("ol", { class: "draws", "aria-label": words.rows });
    const body = h("div", { class: "draws-body" }, list);
    const foot = h("div", { class: "draws-foot" });
    const more = h("button", { type: "button", class: "link", onclick: () => ((all = !all), draw()) });
    const scale = h("span");
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: words.title }), where),
      panel,
      heads,
      body,
      foot,
      h("p", { class: "legend" }, scale, more),
    );
    const fan = canvas(body);
    fan.element.classList.add("draw-fan");
    // Not on the canvas: to write there makes the browser work out all styles at once.
    const chance = h("span", { class: "draw-number", "aria-hidden": "true" });
    body.append(chance);
    const margin = note(slot, words.title);
    const difference = drawDifference(slot, margin, send);
    let data = null;
    let all = false; // all rows that Python lists
    let lines = []; // one per row, kept: what has the focus must not be replaced

    function knob(name) {
      const shown = h("b");
      const range = h("input", {
        type: "range",
        min: 0,
        step: 1,
        "aria-label": words.knobs[name],
        oninput: () => {
          choices.set({ [name]: steps(name)[Number(range.value)] });
          controls();
        },
      });
      const title = h("span", { class: "knob-name" }, `${words.knobs[name]} `, shown);
      return { range, shown, element: h("label", { class: `knob knob-${name}` }, title, range) };
    }
    const steps = (name) => (name === "temperature" ? TEMPERATURES : name === "top_p" ? SHARES : counts(data.n_vocab));

    function plant(value) {
      choices.set({ seed: value });
      controls(true);
    }
    function typed() {
      const value = Number(seed.value);
      if (seed.value !== "" && Number.isSafeInteger(value) && value >= 0) plant(value);
      else controls(true);
    }

    /** The controls say what the reader wants, also before Python has answered. */
    function controls(force) {
      for (const [name, { range, shown, element }] of Object.entries(knobs)) {
        const value = choices.wanted(name, data);
        const off = value === OFF[name] || (name === "top_k" && value >= data.n_vocab) ? null : String(value);
        attribute(range, "max", steps(name).length - 1);
        range.value = nearest(steps(name), value, name);
        setText(shown, off ?? words.off);
        attribute(range, "aria-valuetext", words.means[name](off));
        range.disabled = choices.wanted("greedy", data);
        element.classList.toggle("bypassed", range.disabled);
      }
      greedy.checked = choices.wanted("greedy", data);
      if (force || document.activeElement !== seed) seed.value = choices.wanted("seed", data);
      seed.disabled = newSeed.disabled = greedy.checked;
    }

    /** The rows to show: the likeliest, the drawn one wherever it is, and the first of those that were cut. */
    function listing() {
      const { rows, drawn } = data;
      const kept = rows.filter(({ kept }) => kept === "kept");
      const cut = rows.filter(({ kept }) => kept !== "kept");
      const at = kept.findIndex(({ id }) => id === drawn.id);
      const room = all ? Infinity : LISTED - Math.min(CUT, cut.length);
      const shown = kept.slice(0, room);
      if (at < 0 || at >= room) {
        if (shown.length >= room) shown.pop();
        shown.push({ ...(kept[at] ?? { ...drawn, p: drawn.prob, kept: "kept" }), gap: true });
      }
      const rest = cut.slice(0, all ? Infinity : LISTED - shown.length);
      if (rest.length && kept.length > shown.length) rest[0] = { ...rest[0], gap: true };
      return [...shown, ...rest].map((entry) => (likeliest() ? sure(entry) : entry));
    }
    const likeliest = () => data.greedy || data.temperature === 0;
    // Without chance all of the bar is the likeliest token's.
    const sure = (entry) =>
      entry.id === data.drawn.id
        ? { ...entry, p: 1, kept: "kept", from: 0, to: 1 }
        : { ...entry, p: 0, kept: "no", from: 1, to: 1 };

    function line() {
      const take = h("button", { type: "button", class: "take" });
      const stages = STAGES.map((name) => {
        const [value, prob] = [h("span", { class: "phase-value" }), h("span", { class: "phase-p" })];
        const element = h("span", { class: `phase phase-${name}` }, value, prob, h("span", { class: "phase-bar" }));
        return { element, value, prob };
      });
      const element = h(
        "li",
        { class: "draw" },
        take,
        stages.map((stage) => stage.element),
      );
      const made = { element, take, stages, id: null };
      take.addEventListener("click", () => send({ do: { force: made.id } }));
      return made;
    }

    function fill({ element, take, stages }, entry, most) {
      const cut = words.cut[entry.kept];
      element.classList.toggle("is-cut", Boolean(cut));
      element.classList.toggle("is-drawn", entry.id === data.drawn.id);
      element.classList.toggle("gap", Boolean(entry.gap));
      if (take.dataset.text !== entry.text) {
        take.dataset.text = entry.text;
        take.replaceChildren(token(entry.text));
        attribute(take, "aria-label", words.takes(entry.text));
        attribute(take, "title", words.takes(entry.text));
      }
      const known = entry.p0 !== undefined;
      const show = ({ element: stage, value, prob }, left, right, share, before) => {
        setText(value, left);
        setText(prob, right);
        stage.style.setProperty("--share", share / most || 0);
        stage.style.setProperty("--before", before / most || 0);
        stage.classList.toggle("moved", before !== undefined && Math.abs(before - share) > most / 60);
      };
      show(stages[0], known ? number(entry.logit) : "", known ? probability(entry.p0) : "", entry.p0);
      show(stages[1], known ? number(entry.scaled) : "", known ? probability(entry.p1) : "", entry.p1, entry.p0);
      // A bar that was cut stays as long as it was, hatched.
      if (cut) show(stages[2], "", cut, entry.p1);
      else
        show(
          stages[2],
          "",
          entry.kept === "no" ? "" : probability(entry.p),
          entry.p,
          likeliest() ? undefined : entry.p1,
        );
      attribute(stages[2].prob, "title", cut ? words.cutBy[entry.kept] : null);
    }

    const draw = frame(() => {
      if (!data?.rows) return false;
      const shown = listing();
      const most = Math.max(...shown.flatMap(({ p0 = 0, p1 = 0, p }) => [p0, p1, p]), 1e-30);
      while (lines.length < shown.length) lines.push(line());
      lines.length = shown.length;
      shown.forEach((entry, index) => {
        lines[index].id = entry.id;
        fill(lines[index], entry, most);
        if (list.children[index] !== lines[index].element) list.append(lines[index].element);
      });
      while (list.childElementCount > shown.length) list.lastChild.remove();
      const [n, of] = words.left(integer(likeliest() ? 1 : data.n_p), integer(data.n_vocab));
      become(left, h("b", { text: n }), of);
      setText(drawHead, likeliest() ? words.notDrawn : turned() ? number(data.draw) : words.heads.draw);
      summarise(shown);
      setText(scale, words.scale(probability(most)));
      more.hidden = data.rows.length <= LISTED;
      setText(more, all ? words.fewer : words.all(integer(data.rows.length)));
      drawFan(shown);
    }, slot);

    /** What is not in the rows, so that the columns add up. */
    function summarise(shown) {
      const kept = shown.filter(({ kept }) => kept === "kept");
      const others = likeliest() ? 0 : data.n_p - kept.length;
      const rest = Math.max(0, 1 - kept.reduce((total, { p }) => total + p, 0));
      const cuts = [data.n_vocab - data.n_k, data.n_k - data.n_p];
      const entry = (name, n, share, stage, cut) =>
        h(
          "p",
          { class: `draw${cut ? " is-cut" : ""}` },
          h("span", { class: "foot-name", text: name }),
          STAGES.map((each) =>
            h("span", { class: `phase-${each}`, text: each === stage ? (n ? probability(share) : words.none) : "" }),
          ),
        );
      foot.classList.toggle("none", likeliest());
      become(
        foot,
        entry(words.keptOthers(integer(others)), others, rest, "left"),
        ...["k", "p"].map((how, i) =>
          entry(words.cutOthers(words.cut[how], integer(cuts[i])), cuts[i], data[`cut_${how}`], "scaled", true),
        ),
      );
    }

    /** Every row's share of the bar, and where the random number falls. */
    function drawFan(shown) {
      const [width, label] = turned() ? [48, 8] : [104, 60];
      const height = shown.length * LINE;
      const x = width - label - BAR;
      const context = fan.size(width, height);
      context.fillStyle = colour("residual-soft", 0.5);
      context.fillRect(x, 0, BAR, height);
      shown.forEach((entry, index) => {
        if (entry.kept !== "kept" || entry.from === undefined) return;
        const [top, bottom] = [entry.from * height, entry.to * height];
        const middle = index * LINE + LINE / 2;
        const thick = Math.max(1, Math.min(LINE - 10, bottom - top));
        const name = entry.id === data.drawn.id ? "chosen" : "residual";
        context.fillStyle = colour(name, name === "chosen" ? 0.35 : 0.2);
        context.beginPath();
        context.moveTo(4, middle - thick / 2);
        context.bezierCurveTo(x / 2, middle - thick / 2, x / 2, top, x, top);
        context.lineTo(x, bottom);
        context.bezierCurveTo(x / 2, bottom, x / 2, middle + thick / 2, 4, middle + thick / 2);
        context.fill();
        context.fillStyle = colour(name);
        context.fillRect(x, top, BAR, Math.max(0.5, bottom - top - (bottom - top > 3 ? 1 : 0)));
      });
      chance.hidden = likeliest() || turned();
      if (likeliest()) return;
      const y = data.draw * height;
      context.fillStyle = context.strokeStyle = colour("chosen");
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(x - 3, y);
      context.lineTo(x + BAR, y);
      context.stroke();
      context.beginPath();
      context.moveTo(x + BAR, y);
      context.lineTo(x + BAR + 7, y - 4);
      context.lineTo(x + BAR + 7, y + 4);
      context.fill();
      if (turned()) return;
      setText(chance, number(data.draw));
      chance.style.left = `calc(100% - ${width - x - BAR - 11}px)`;
      chance.style.top = `${Math.max(8, Math.min(height - 8, y)) - 8}px`;
    }

    function describe() {
      const { drawn, rows, n_vocab, n_k, n_p } = data;
      const chosen = { token: drawn.text };
      const step = data.shows === "original" ? words.apart.step : "";
      const entry = rows.find(({ id }) => id === drawn.id);
      if (likeliest()) {
        margin.say(...words.saysGreedy({ token: chosen, prob: probability(entry.p0) }), step);
        margin.formulas(formula("token", "=", sub("argmax", "i"), sub("logit", "i")));
      } else {
        const cut = words.saysCut({
          k: n_vocab > n_k && integer(n_vocab - n_k),
          p: n_k > n_p && integer(n_k - n_p),
          massK: probability(data.cut_k),
          massP: probability(data.cut_p),
        });
        margin.say(
          words.saysTemperature(String(data.temperature)),
          words.saysLeft(integer(n_p), integer(n_vocab), cut),
          ...words.saysDraw({
            draw: number(data.draw, 4),
            seed: String(data.seed),
            token: chosen,
            prob: probability(drawn.prob),
          }),
          step,
        );
        const power = (index) => sup("e", row(sub("logit", index), "/", "T"));
        const total = entry && Math.exp(entry.scaled) / drawn.prob;
        margin.formulas(
          formula(sub("p", "i"), "=", frac(power("i"), row(sum(row("j", "∈", "left")), power("j")))),
          ...(entry && total > 0 && Number.isFinite(total)
            ? [
                formula(
                  "=",
                  frac(sup("e", row(number(entry.logit), "/", String(data.temperature))), number(total)),
                  "=",
                  coloured("chosen", probability(drawn.prob)),
                ),
              ]
            : []),
        );
      }
      margin.table(() => ({
        caption: words.caption(integer(rows.length), integer(n_vocab)),
        columns: words.columns,
        rows: rows.map((each) => [
          { token: each.text },
          each.id,
          number(each.logit, 5),
          number(each.scaled, 5),
          probability(each.p0),
          probability(each.p1),
          words.cut[each.kept] ?? "",
          probability(each.p),
          number(each.to, 5),
        ]),
      }));
    }

    onTheme(draw);
    onTurn(draw);
    return {
      update(next) {
        data = next;
        choices.answered(next);
        controls();
        slot.classList.toggle("bypassed", likeliest());
        setText(where, words.where(integer(next.position + 1)));
        if (difference.update(next)) return;
        describe();
        draw();
      },
    };
  },
};
