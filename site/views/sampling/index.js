// How the next token is chosen, from the logits to the draw: one row per candidate, one column per stage, the control
// of a stage above its column, and at the right the bar from 0 to 1 that the random number points into.
import contract from "../../generated/contract.js";
import { attribute, become, h, setText } from "../../lib/dom.js";
import { colour, onTheme } from "../../lib/colour.js";
import { drawDifference } from "./difference.js";
import { enoughDigits, integer, number, probability, rounded } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { canvas } from "../../lib/heat.js";
import { onTurn, turned } from "../../widgets/lanes.js";
import { latest } from "../../state/latest.js";
import { coloured, formula, frac, row, sub, sum, sup, tied } from "../../lib/math.js";
import { note } from "../../widgets/note.js";
import { goOn } from "../../state/choices.js";
import strings from "../../strings/index.js";

const LINE = 28; // a row's height, as in style.css
const LISTS = [contract.choices.listed.least, 64, 192, contract.choices.listed.most]; // lines: at first, and each time the reader asks for more
const BAR = 14;
const SEEDS = 1_000_000; // new seeds stay short enough to be told and typed
const LARGEST_SEED = contract.choices.seed.most;

const words = strings.sampling;
const STAGES = ["model", "scaled", "left"];

// A slider's positions and the values they stand for. The right end of a cut is "off".
// Each is another one: of two alike the arrow keys would never get past the first.
const TEMPERATURES = [...new Set(Array.from({ length: 101 }, (_, i) => Number((10 ** (i / 50 - 1.3)).toPrecision(2))))];
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
      max: LARGEST_SEED,
      step: 1,
      inputmode: "numeric",
      "aria-label": words.seed,
      onchange: typed,
      oninput: () => refuse(false),
      onblur() {
        attribute(seed, "aria-invalid", null);
        if (data) controls(true);
      },
    });
    const seedSays = h("span", { class: "seed-says", role: "status" });
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
      h("div", { class: "seed" }, h("label", {}, h("span", { text: words.seed }), seed), newSeed, seedSays),
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
    const [fewer, more] = [-1, 1].map((way) =>
      h("button", {
        type: "button",
        class: "link",
        onclick() {
          choices.set({ listed: listSize(way) });
          lists();
        },
      }),
    );
    const scale = h("span");
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: words.title }), where),
      panel,
      heads,
      body,
      foot,
      h("p", { class: "legend" }, scale, h("span", { class: "lists" }, fewer, more)),
    );
    const fan = canvas(body);
    fan.element.classList.add("draw-fan");
    // Not on the canvas: to write there makes the browser work out all styles at once.
    const chance = h("span", { class: "draw-number", "aria-hidden": "true" });
    body.append(chance);
    const margin = note(slot, words.title);
    margin.explain(...words.explain);
    const difference = drawDifference(slot, margin, send);
    let data = null;
    let entries = []; // one per line: Python's rows, and {isMore} for those that are left and have no row
    const lines = []; // one per entry, kept: what has the focus must not be replaced
    let under = null; // the line under the pointer or in focus
    let told = null; // the id, as text, that is pointed at in the formula

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
      refuse(false);
      choices.set({ seed: value });
      controls(true);
    }
    function typed() {
      const value = Number(seed.value);
      if (seed.value !== "" && Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED) plant(value);
      else refuse(true);
    }
    /** What is no seed stays in the field while the reader is there, to be mended. */
    function refuse(on) {
      attribute(seed, "aria-invalid", on && "true");
      setText(seedSays, on ? words.noSeed(integer(LARGEST_SEED)) : "");
    }

    /** The size of the list that comes next, larger or smaller. */
    function listSize(way) {
      const now = choices.wanted("listed", data);
      return way > 0 ? (LISTS.find((lines) => lines > now) ?? LISTS.at(-1)) : (LISTS.findLast((lines) => lines < now) ?? LISTS[0]);
    }
    function lists() {
      const now = choices.wanted("listed", data);
      const [least, most] = [Math.min(now, data.n_vocab) <= LISTS[0], now >= Math.min(LISTS.at(-1), data.n_vocab)];
      setText(fewer, words.fewer);
      setText(more, words.all(integer(Math.min(listSize(1), data.n_vocab))));
      // The focus goes on to the other one before one of them goes.
      const had = document.activeElement;
      [fewer.hidden, more.hidden] = [least, most];
      if (least && had === fewer) more.focus({ preventScroll: true });
      if (most && had === more) fewer.focus({ preventScroll: true });
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

    const likeliest = () => data.likeliest;
    /** The lines to show. Where rows are left out between two that were cut there is a gap. */
    const listing = () =>
      data.rows.flatMap((each, at) => {
        const before = data.rows[at - 1];
        const entry = { ...each, gap: Boolean(before && !before.more && each.rank > before.rank + 1) };
        if (!each.more) return [entry];
        return [entry, { ...each.more, kept: "kept", from: each.to, to: each.to + each.more.p, isMore: true }];
      });

    function line() {
      const take = h("button", { type: "button", class: "take" });
      const more = h("span", { class: "foot-name" });
      const stages = STAGES.map((name) => {
        const [value, prob] = [h("span", { class: "phase-value" }), h("span", { class: "phase-p" })];
        const element = h("span", { class: `phase phase-${name}` }, value, prob, h("span", { class: "phase-bar" }));
        return { element, value, prob };
      });
      const element = h(
        "li",
        { class: "draw" },
        take,
        more,
        stages.map((stage) => stage.element),
      );
      const made = { element, take, more, stages, id: null, node: null }; // what is taken, after which node
      take.addEventListener("click", () => goOn(send, made.id, made.node));
      return made;
    }

    function fill({ element, take, more, stages }, entry, most) {
      const cut = words.cut[entry.kept];
      element.classList.toggle("is-more", Boolean(entry.isMore));
      element.classList.toggle("lit", !entry.isMore && String(entry.id) === told);
      element.classList.toggle("is-cut", Boolean(cut));
      element.classList.toggle("is-drawn", entry.id === data.drawn.id);
      element.classList.toggle("gap", Boolean(entry.gap));
      setText(more, entry.isMore ? words.keptOthers(integer(entry.n)) : "");
      if (!entry.isMore && take.dataset.text !== entry.text) {
        take.dataset.text = entry.text;
        take.replaceChildren(token(entry.text));
        attribute(take, "aria-label", words.takes(entry.text));
        attribute(take, "title", words.takes(entry.text));
      }
      const show = ({ element: stage, value, prob }, left, right, share, before) => {
        setText(value, left);
        setText(prob, right);
        stage.style.setProperty("--share", share / most || 0);
        stage.style.setProperty("--before", before / most || 0);
        stage.classList.toggle("moved", before !== undefined && Math.abs(before - share) > most / 60);
      };
      if (entry.isMore) {
        for (const stage of stages.slice(0, 2)) show(stage, "", "", 0);
        show(stages[2], "", probability(entry.p), 0);
        return;
      }
      show(stages[0], number(entry.logit), probability(entry.p0), entry.p0);
      show(stages[1], number(entry.scaled), probability(entry.p1), entry.p1, entry.p0);
      // A bar that was cut stays as long as it was, hatched.
      if (cut) show(stages[2], "", cut, entry.p1);
      else show(stages[2], "", entry.kept === "no" ? "" : probability(entry.p), entry.p, likeliest() ? undefined : entry.p1);
      attribute(stages[2].prob, "title", cut ? words.cutBy[entry.kept] : null);
    }

    const draw = frame(() => {
      if (!data?.rows) return false;
      const most = Math.max(...data.rows.flatMap(({ p0, p1, p }) => [p0, p1, p]), 1e-30);
      while (lines.length < entries.length) lines.push(line());
      lines.length = entries.length;
      entries.forEach((entry, index) => {
        Object.assign(lines[index], { id: entry.id, node: data.node });
        if (entry.isMore && document.activeElement === lines[index].take) lines[index - 1].take.focus({ preventScroll: true });
        fill(lines[index], entry, most);
        if (list.children[index] !== lines[index].element) list.append(lines[index].element);
      });
      while (list.childElementCount > entries.length) list.lastChild.remove();
      const [n, of] = words.left(integer(likeliest() ? 1 : data.n_p), integer(data.n_vocab));
      become(left, h("b", { text: n }), of);
      setText(drawHead, likeliest() ? words.notDrawn : turned() ? number(data.draw) : words.heads.draw);
      summarise();
      setText(scale, words.scale(probability(most)));
      lists();
      drawFan();
    }, slot);

    /** What each cut took. */
    function summarise() {
      const entry = (how, n) =>
        h(
          "p",
          { class: "draw is-cut" },
          h("span", { class: "foot-name", text: words.cutOthers(words.cut[how], integer(n)) }),
          h("span", { class: "phase-scaled", text: n ? probability(data[`cut_${how}`]) : words.none }),
        );
      foot.classList.toggle("none", likeliest());
      become(foot, entry("k", data.n_vocab - data.n_k), entry("p", data.n_k - data.n_p));
    }

    /** Every row's share of the bar, and where the random number falls. */
    function drawFan() {
      const [width, label] = turned() ? [48, 8] : [104, 60];
      const height = entries.length * LINE;
      const x = width - label - BAR;
      const context = fan.size(width, height);
      context.fillStyle = colour("residual-soft", 0.5);
      context.fillRect(x, 0, BAR, height);
      entries.forEach((entry, index) => {
        if (entry.kept !== "kept") return;
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

    /** The fraction of one row with its numbers, in as many digits as give what it says. */
    function filled(entry) {
      if (entry.kept !== "kept") return [formula(tied(entry.id, row(sub("p", "i"), "=", "0", ",", words.cutBy[entry.kept])))];
      const [first] = data.rows;
      const total = Math.exp(first.scaled) / first.p;
      if (!(total > 0 && Number.isFinite(total))) return [];
      const says = probability(entry.p);
      const holds = (digits) =>
        probability(Math.exp(rounded(entry.logit, digits) / data.temperature) / rounded(total, digits)) === says;
      const digits = enoughDigits(holds);
      const fraction = frac(sup("e", row(number(entry.logit, digits), "/", String(data.temperature))), number(total, digits));
      const share = entry.id === data.drawn.id ? coloured("chosen", says) : says;
      return [formula("=", tied(entry.id, row(fraction, holds(digits) ? "=" : "≈", share)))];
    }
    const formulas = frame(() => {
      if (!data?.rows) return false;
      if (likeliest()) return margin.formulas(formula("token", "=", sub("argmax", "i"), sub("logit", "i")));
      const power = (index) => sup("e", row(sub("logit", index), "/", "T"));
      const at = entries[under];
      margin.formulas(
        formula(sub("p", "i"), "=", frac(power("i"), row(sum(row("j", "∈", "left")), power("j")))),
        ...filled(at && !at.isMore ? at : data.rows.find(({ id }) => id === data.drawn.id)),
      );
    }, margin.place);

    /** The formula follows the row under the pointer or in focus, and that is lit by its numbers. */
    function point(event) {
      const element = event?.target.closest(".draws > li");
      under = element ? lines.findIndex((line) => line.element === element) : null;
      margin.ties.light(entries[under]?.id ?? null);
      formulas();
    }
    list.addEventListener("pointerover", (event) => event.pointerType !== "touch" && point(event));
    list.addEventListener("pointerleave", () => point(null));
    list.addEventListener("focusin", point);
    list.addEventListener("focusout", () => point(null));
    margin.ties.follow((key) => {
      told = key;
      lines.forEach(({ element, id }) => element.classList.toggle("lit", key !== null && String(id) === key));
    });

    function describe() {
      const { drawn, rows, n_vocab, n_k, n_p } = data;
      const chosen = { token: drawn.text };
      const step = data.shows === "original" ? words.apart.step : "";
      if (likeliest()) {
        const { p0 } = rows.find(({ id }) => id === drawn.id);
        margin.say(...words.saysGreedy({ token: chosen, prob: probability(p0) }), step);
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
        entries = listing();
        describe();
        formulas();
        draw();
      },
    };
  },
};
