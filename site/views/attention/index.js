// One head of one block, step by step: q . k, scaled, masked, softmax, and the values it mixes into z. Any cell opens.
import { attend, STAGES, timeline } from "./arithmetic.js";
import { openedCell } from "./opened_cell.js";
import { colour, fit, onTheme } from "../../lib/colour.js";
import { attentionDifference } from "./difference.js";
import { check, h, pale, radios, setText, widthOf } from "../../lib/dom.js";
import { number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { picture } from "../../lib/heat.js";
import { headStrip } from "./head_strip.js";
import { LABEL, matrix, sideIn } from "../../widgets/matrix.js";
import { mixture } from "./mixture.js";
import { legend, note } from "../../widgets/note.js";
import { player } from "../../widgets/player.js";
import { adopt, choose, chosen, listen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const GAP = 24; // between the matrices
const LEAST = 2.5; // px a cell: smaller ones, and the matrices are shown one at a time
const MATRICES = STAGES.slice(0, 4);
const BESIDE = matchMedia("(min-width: 1200px)"); // words stand beside the figure
// What a key of a formula (attendcell.js) stands for in the mixture: the column, and for parts of a sum the key's row.
const COLUMNS = {
  scaled: "score",
  masked: "score",
  power: "power",
  powers: "power",
  softmax: "weight",
  first: "weight",
  weights: "weight",
  weight: "weight",
  values: "value",
  value: "value",
  term: "product",
  z: "product",
};
const words = strings.attention;
const arrow = () => h("span", { class: "arrow", "aria-hidden": "true", text: "→" });

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const sink = h("input", { type: "checkbox", onchange: () => choose(send, { sink: sink.checked }) });
    const strip = headStrip({
      label: words.heads,
      name: (head) => words.head(head + 1),
      go: (head) => choose(send, { head }),
    });
    const buttons = STAGES.map((stage) => h("button", { type: "button", role: "radio", "data-stage": stage }));
    const dropout = h("span", { class: "dropout", title: words.dropoutTitle, text: words.dropout });
    const stages = h(
      "div",
      { class: "stages", role: "radiogroup", "aria-label": words.order },
      [...buttons.slice(0, 4), dropout, buttons[4]].flatMap((item, at) => (at ? [arrow(), item] : [item])),
    );
    const changed = h("p", { class: "changed", role: "status" });
    const row = h("div", { class: "matrices" });
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const mix = h("div", { class: "mix" }, h("p", { class: "head-small" }));
    const opened = openedCell({
      told(key) {
        lit = key;
        drawLit();
      },
    });
    const play = player({
      label: words.play,
      length: () => (data ? order().length : 0),
      time: (at) => (at > 0 && ["scores", "values"].includes(order()[at - 1]?.stage) ? 220 : 400),
      says: (at) => sayStep(at),
      show: () => draw(),
    });
    slot.append(
      h(
        "div",
        { class: "part-head" },
        h("h2", { text: words.title }),
        where,
        h("label", { class: "switch sink" }, sink, words.sink),
      ),
      strip.element,
      h("div", { class: "attention-order" }, stages, play.element),
      changed,
      row,
      readout,
      mix,
    );
    const size = widthOf(slot, () => draw());
    const said = note(slot, words.title);
    const difference = attentionDifference(slot, said, send);
    said.explain(...words.explains);
    const formulas = said.place.querySelector(".formulas");

    let data = null;
    let [own, head] = [null, null]; // the model's own numbers, and those that are shown (see attend.js)
    let hover = null; // the cell under the pointer: {stage, query, key, entry}, in the mixture also {column, sum}
    let lit = null; // the part of the opened cell's formula under the pointer
    let follows = true; // the opened key is the strongest until the reader takes another
    let images = new Map();
    let described = null;
    let steps = [];

    const squares = MATRICES.map((stage) => {
      const caption = h("p", { class: "head-small" });
      const figure = h("div", { class: "stage-figure" }, caption);
      row.append(figure);
      const square = matrix(figure, {
        label: `${words.stages[stage]}: ${words.matrix}`,
        read: (query, key) => text(stage, query, key),
        take: (query, key) => take({ token: query, key, stage }),
        over: (at) => look(at && { stage, ...at }),
      });
      const scale = legend();
      figure.append(scale.element);
      return { stage, figure, caption, square, scale };
    });
    const mixed = mixture(mix, {
      take: (key, entry) => take({ key: key ?? cell().key, entry, stage: "values" }),
      over: (at) =>
        look(at && (at.key !== null || at.entry !== null) ? { stage: at.entry === null ? "softmax" : "values", ...at } : null),
    });

    const T = () => data.labels.length;
    const known = () => state.block === data.block && state.head === data.head;
    const order = () => steps;
    const step = () => (play.at < steps.length ? (steps[play.at - 1] ?? { stage: "scores", done: 0 }) : null);
    const stage = () => step()?.stage ?? state.stage;

    /** The cell that is read: under the pointer, else where the order has come to, else the reader's. */
    function cell() {
      const query = chosen(T());
      const strongest = () => head.strongest(query);
      const pinned = state.key < 0 || state.key >= T() || (follows && head.masked(query, state.key)) ? strongest() : state.key;
      const at = { query, key: step()?.key ?? pinned, entry: Math.min(state.entry, head.d - 1), stage: stage() };
      if (!hover) return at;
      return { ...at, ...hover, key: hover.key ?? at.key, entry: hover.entry ?? at.entry, query: hover.query ?? query };
    }

    /** How far the order has come, null where all is there. */
    function reached() {
      const now = step();
      if (!now) return null;
      const [at, softmax] = [STAGES.indexOf(now.stage), STAGES.indexOf("softmax")];
      return {
        scores: at >= STAGES.indexOf("scaled"),
        powers: at >= softmax,
        weights: at > softmax || (at === softmax && !now.half),
        values: now.stage === "values" ? now.done : 0,
      };
    }

    /** Whether a cell of a stage is still to come in the order; those of other rows are there. */
    function toCome({ stage: kind, query, key }) {
      const now = step();
      if (!now || query !== chosen(T())) return false;
      const [at, here] = [STAGES.indexOf(now.stage), STAGES.indexOf(kind)];
      return here > at || (here === at && kind === "scores" && key >= now.done);
    }

    /** The part of the opened cell's formula that is the one under the pointer, or in focus, in the figure. */
    function pointed() {
      const at = hover ?? (focused() ? { stage: stage(), key: cell().key } : null);
      if (!at) return null;
      if (at.sum) return "z";
      if (at.column === "score") return "masked";
      if (at.column === "power") return "power";
      if (at.stage !== "values") return at.stage;
      return at.key === null ? null : `${at.column === "value" ? "value" : "term"}:${at.key}`;
    }
    const focused = () => mixed.focused || squares.some(({ square }) => square.focused);

    /** What in the matrix of stage `kind` the part of the formula under the pointer stands for. */
    function litIn(kind, alone) {
      const [what, one] = (lit ?? "").split(":");
      const { query, key } = cell();
      if (what === "query") return { query };
      if (what === "key") return { key };
      const [stage, ...place] = {
        powers: ["masked", query],
        power: ["masked", query, key],
        first: ["softmax", query, 0],
        weights: ["softmax", query],
        weight: ["softmax", query, Number(one)],
        term: ["softmax", query, Number(one)],
      }[what] ?? [what, query, key];
      const here = stage === kind || (alone && STAGES.slice(0, 4).includes(stage));
      return here ? { query: place[0], key: place[1] ?? null } : null;
    }

    function litInMixture() {
      const [what, one] = (lit ?? "").split(":");
      if (!COLUMNS[what]) return null;
      const all = what === "powers" || what === "weights" || what === "values";
      const key = what === "z" ? "z" : what === "first" ? 0 : Number(one ?? cell().key);
      return { column: COLUMNS[what], key: all ? null : key };
    }

    function take(set) {
      follows = false;
      hover = null;
      play.finish();
      choose(send, set);
      draw();
    }
    function look(at) {
      if (JSON.stringify(at) === JSON.stringify(hover)) return;
      hover = at;
      put({ hover: at ? (at.query ?? null) : null });
      draw();
    }
    const value = (kind, query, key) => {
      if (kind === "scores") return number(head.product(query, key), 4);
      if (kind === "scaled") return number(head.score(query, key), 4);
      if (head.masked(query, key)) return words.isMasked;
      return kind === "masked" ? number(head.score(query, key), 4) : number(head.weight(query, key), 4);
    };
    const text = (kind, query, key) =>
      words.cell(data.labels[query], data.labels[key], words.stages[kind], value(kind, query, key));

    function sayStep(at) {
      if (!data) return "";
      const query = data.labels[chosen(T())];
      if (at >= steps.length) return words.steps.all(query);
      if (at === 0) return words.steps.none(query);
      const { stage: kind, done, half, key } = steps[at - 1];
      const part = (shown) => (done - (steps[at - 2]?.stage === kind ? steps[at - 2].done : 0) > 1 ? words.steps.several : shown);
      if (kind === "scores") return words.steps.scores(part(data.labels[key]), done, T());
      if (kind === "values") return words.steps.values(part(data.labels[key]), done, chosen(T()) + 1);
      return words.steps[half ? "powers" : kind](scaleName());
    }
    const scaleName = () => {
      const rooted = Math.abs(data.attn_scale - 1 / Math.sqrt(data.d_head)) < 1e-6;
      return rooted ? `/ √${data.d_head}` : `× ${number(data.attn_scale)}`;
    };

    radios(stages, (at) => take({ stage: STAGES[at] }));
    stages.addEventListener("click", (event) => {
      const button = event.target.closest("[data-stage]");
      if (button) take({ stage: button.dataset.stage });
    });

    const draw = frame(() => {
      if (slot.classList.contains("is-difference")) return difference.draw();
      if (!data || slot.hidden || !size.width) return false;
      drawAll();
    }, slot);
    function drawAll() {
      const { width } = size;
      pale(slot, !known());
      setText(where, [strings.vectors.where.block(data.block + 1), strings.vectors.where.head(data.head + 1)].join(", "));
      if (steps.query !== chosen(T()) || steps.T !== T()) {
        steps = Object.assign(timeline(chosen(T()), T()), { query: chosen(T()), T: T() });
        play.finish();
      }
      play.draw();
      sink.checked = state.sink;
      setText(changed, state.sink ? words.notOwn(data.labels[0], head.empty(chosen(T()))) : "");
      changed.hidden = !state.sink;
      buttons.forEach((button) =>
        setText(button, button.dataset.stage === "scaled" ? scaleName() : words.stages[button.dataset.stage]),
      );
      check(buttons, STAGES.indexOf(stage()));
      strip.draw({
        thumbs: data.thumbs,
        key: `${data.version}/${data.block}`,
        room: width,
        chosen: Math.min(state.head, data.n_head - 1),
      });
      if (!known()) return; // the rest stays as it is until Python has answered
      for (const draw of drawings) draw();
    }
    const drawings = [
      [drawMatrices, row],
      [drawMixture, mix],
      [describe, null],
    ].map(([draw, place]) => frame(() => data && !slot.hidden && size.width && known() && draw(size.width), place));
    const drawLit = () => drawings.slice(0, 2).forEach((draw) => draw());
    for (const type of ["focusin", "focusout"]) slot.addEventListener(type, () => drawings[2]());

    function image(kind, side) {
      const name = kind === "softmax" && state.sink ? "changed" : kind;
      const pixels = Math.ceil(side * Math.min(3, devicePixelRatio || 1));
      const key = `${data.version}/${data.block}/${data.head}/${name}/${T() > pixels ? pixels : ""}`;
      if (!images.has(key)) {
        const n = T();
        const amount = kind === "softmax";
        const values = amount ? head.weights : kind === "scores" ? own.products2d() : data.attn_scores;
        const scaled = amount ? { limit: 1, beyond: 0 } : fit(values);
        const options = {
          kind: amount ? "amount" : "signed",
          limit: scaled.limit,
          root: amount,
          maxRows: pixels,
          maxCols: pixels,
        };
        const blank = amount || kind === "masked" ? (q, k) => head.masked(q, k) : null;
        images.set(key, { scaled, shown: picture(values, n, n, { ...options, blank }) });
      }
      return images.get(key);
    }

    function drawMatrices(width) {
      const n = T();
      const room = (width - LABEL - 3 * GAP) / 4;
      const together = width >= 640 && room / n >= LEAST;
      const active = stage() === "values" ? "softmax" : stage();
      row.classList.toggle("together", together);
      const { query, key } = cell();
      for (const { stage: kind, figure, caption, square, scale } of squares) {
        figure.hidden = !together && kind !== active;
        figure.classList.toggle("is-active", kind === stage());
        if (figure.hidden) continue;
        const names = !together || kind === MATRICES[0];
        const side = sideIn(together ? room : Math.min(width - LABEL, 480), n);
        const { shown, scaled } = image(kind, side);
        caption.style.marginLeft = scale.element.style.marginLeft = names ? `${LABEL}px` : "";
        const pooled = n > shown.width ? `, ${strings.vectors.pooled(Math.ceil(n / shown.width))}` : "";
        const named = kind === "softmax" && state.sink ? words.captions.changed : words.captions[kind];
        setText(caption, `${kind === "scaled" ? named(scaleName()) : named}${pooled}`);
        square.draw({
          labels: data.labels,
          side,
          names,
          images: [{ image: shown }],
          row: chosen(n),
          query,
          key,
          near: state.hover,
          lit: lit && litIn(kind, !together),
          cover: step() && ((context, size) => cover(context, size, kind, n)),
        });
        const beyond = scaled.beyond ? strings.vectors.beyond(scaled.beyond, number(scaled.largest)) : "";
        if (kind === "softmax") scale.show("amount", ...words.range.weights, words.rooted);
        else scale.show("signed", `\u2212${number(scaled.limit)}`, number(scaled.limit), beyond);
      }
      readout.replaceChildren(...readoutParts());
    }

    /** What the order has not come to yet is paler: other rows, later stages, cells that are still to come. */
    function cover(context, size, kind, n) {
      const now = step();
      const query = chosen(n);
      const [here, there] = [STAGES.indexOf(kind), STAGES.indexOf(now.stage)];
      const done = here < there ? n : here === there ? now.done : 0;
      context.fillStyle = colour("paper", 0.75);
      context.fillRect(0, 0, n * size, query * size);
      context.fillRect(0, (query + 1) * size, n * size, (n - query - 1) * size);
      context.fillStyle = colour("paper", 0.9);
      context.fillRect(done * size, query * size, (n - done) * size, size);
    }

    function readoutParts() {
      const at = cell();
      const pair = [token(data.labels[at.query]), " → ", token(data.labels[at.key])];
      pair[0].classList.add("is-query");
      pair[2].classList.add("is-key");
      const shown = at.stage === "values" ? "softmax" : at.stage;
      const later = toCome({ ...at, stage: shown }) || (shown === "softmax" && reached()?.weights === false);
      return [...pair, `  ${words.stages[shown]} ${later ? words.unknown : value(shown, at.query, at.key)}`];
    }

    function drawMixture(width) {
      const at = cell();
      const query = chosen(T());
      mix.firstChild.replaceChildren(...words.mixture.about(token(data.labels[query])));
      mixed.draw({
        head,
        own,
        labels: data.labels,
        sink: state.sink,
        query,
        key: at.query === query ? at.key : head.strongest(query),
        entry: at.entry,
        room: width,
        done: reached(),
        lit: litInMixture(),
      });
    }

    function describe(width) {
      const room = BESIDE.matches ? 292 : Math.min(width, 640);
      const below = BESIDE.matches ? formulas : stage() === "values" ? mix : readout;
      if (opened.element.previousElementSibling !== below) below.after(opened.element);
      opened.element.classList.toggle("is-step", step() !== null);
      const now = step();
      const at = cell();
      // Above the mixture it keeps its stage, and so its height, while one points there: what is pointed at must not move away.
      if (below === readout && hover?.column) at.stage = stage();
      const query = chosen(T());
      opened.draw(at, {
        pointed: pointed(),
        ...(now &&
          at.query === query && { done: now.stage === "values" ? now.done : T(), half: Boolean(now.half), unknown: toCome(at) }),
        head,
        own,
        labels: data.labels,
        scale: data.attn_scale,
        sink: state.sink,
        room,
        over: (key) => look(key === null ? null : { stage: "values", key }),
      });
      const there = reached();
      const key = [data.version, data.block, data.head, query, state.sink, now && play.at].join("/");
      if (key === described) return;
      described = key;
      const shares = head.shares(query);
      const [first, second] = [...shares].sort((a, b) => b.weight - a.weight);
      const most = [...shares].sort((a, b) => b.share - a.share)[0];
      const facts = { block: data.block + 1, head: data.head + 1, query: { token: data.labels[query] }, changed: state.sink };
      if (there?.weights === false) said.say(...words.saysUnknown(facts));
      else if (state.sink && head.empty(query)) said.say(...words.saysNothing(facts));
      else {
        said.say(
          ...words.says({
            ...facts,
            top: { token: data.labels[first.key] },
            weight: probability(first.weight),
            second: second?.weight > 0 ? { token: data.labels[second.key] } : null,
            secondWeight: second && probability(second.weight),
            mixed: there === null,
            most: head.z(query).some((x) => x !== 0) ? { token: data.labels[most.key] } : null,
            share: `${number(most.share * 100)}\u00a0%`,
          }),
        );
      }
      const shareOf = new Map(shares.map((share) => [share.key, share]));
      said.table(() => ({
        caption: words.caption(data.labels[query], state.sink),
        columns: words.columns,
        rows: data.labels.map((label, k) => [
          { token: label },
          there?.scores === false ? "" : number(head.score(query, k), 4),
          there?.weights === false ? "" : number(head.weight(query, k), 4),
          toCome({ stage: "scores", query, key: k }) ? "" : number(head.product(query, k), 4),
          !shareOf.has(k) ? words.isMasked : there && k >= there.values ? "" : number(shareOf.get(k).norm, 4),
          !shareOf.has(k) || there ? "" : `${number(shareOf.get(k).share * 100)}\u00a0%`,
        ]),
      }));
    }

    listen((changes) => {
      if (data && ["token", "block", "head", "stage", "key"].some((name) => name in changes)) play.finish();
      if ("token" in changes && !("key" in changes)) follows = true;
      if ("key" in changes) follows = false;
      if ("sink" in changes && data) head = attend(data, state.sink);
      draw();
    });
    onTheme(() => {
      images = new Map();
      strip.forget();
      opened.forget();
      draw();
    });
    return {
      update(next) {
        slot.classList.toggle("is-difference", Boolean(next.difference));
        said.place.classList.toggle("is-difference", Boolean(next.difference));
        if (next.difference) {
          adopt(next);
          difference.update(next);
          return;
        }
        if (next.version !== data?.version) images = new Map();
        data = next;
        if (hover && Math.max(hover.query ?? 0, hover.key ?? 0) >= T()) hover = null; // the text is shorter now
        described = null;
        adopt(next);
        own = Object.assign(attend(next), {
          products2d: () => next.attn_scores.map((score) => score / next.attn_scale),
        });
        head = attend(next, state.sink);
        draw();
      },
    };
  },
};
