// Maps over the heads: what each does by where it looks, and what becomes of the answer when parts are tried one by one.
import { check, h, radios, setText, widthOf } from "../../lib/dom.js";
import { read, valueAt, withEdit } from "../../state/edits.js";
import { integer, number } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { map } from "../../widgets/value_grid.js";
import { legend, note } from "../../widgets/note.js";
import { openPart } from "../../state/open_part.js";
import { adopt, choose, listen, state } from "../../state/choices.js";
import contract from "../../generated/contract.js";
import strings from "../../strings/index.js";

const ROLES = Object.keys(contract.roles);
const SWEEPS = Object.keys(contract.sweeps);
const WIDE = 760;
const LISTED = 8;
const MAP = 80; // beside the cells
const AT_ONCE = 3; // heads that one button switches off
const SEARCH_MS = 300;
const MASKS = contract.sweep_masks;
const words = strings.maps;

export default {
  create(slot, send) {
    const groups = [
      [words.roles, ROLES],
      [words.sweeps, SWEEPS],
    ].map(([name, all]) => {
      const buttons = all.map((measure) =>
        h("span", { role: "radio", class: "point", "data-measure": measure, text: words.measures[measure] }),
      );
      return { all, buttons, row: [h("span", { text: name }), h("div", { class: "points" }, buttons)] };
    });
    const radiosOf = groups.flatMap(({ buttons }) => buttons);
    const measures = h(
      "div",
      { class: "measures", role: "radiogroup", "aria-label": words.title },
      groups.flatMap(({ row }) => row),
    );
    const go = (at) => choose(send, { measure: radiosOf[at].dataset.measure });
    radios(measures, go);
    measures.addEventListener("click", (event) => {
      const at = radiosOf.indexOf(event.target.closest("[role=radio]"));
      if (at >= 0) go(at);
    });

    const meaning = h("p", { class: "map-meaning" });
    const pick = (name) => {
      const select = h("select", { "aria-label": words[name] });
      select.addEventListener("change", () => choose(send, { [name]: Number(select.value) }));
      return select;
    };
    const [answer, against] = [pick("answer"), pick("against")];
    const swap = h("button", {
      type: "button",
      class: "swap",
      text: "⇄",
      title: words.swap,
      "aria-label": words.swap,
      onclick: () => choose(send, { answer: data.against.id, against: data.answer.id }),
    });
    const find = h("input", {
      type: "search",
      placeholder: words.search,
      "aria-label": words.searched,
      title: words.searchedTitle,
      maxlength: contract.limits.find,
      size: 16,
      autocomplete: "off",
      spellcheck: "false",
    });
    const found = h("span", { class: "head-small", role: "status" });
    const run = h("button", { type: "button", class: "run", onclick: act });
    const progress = h("span", { class: "map-progress", "aria-hidden": "true" });
    const ran = h("span", { class: "head-small" });
    const lead = h("span", { class: "map-search" }, words.lead.before, answer, words.lead.between, against, swap, find, found);
    const running = h("div", { class: "map-run" }, lead, run, progress, ran);
    const stale = h("p", { class: "map-stale", role: "status" });
    const lacks = h("p", { class: "map-stale" });
    const toWhatIf = h("button", { type: "button", class: "link", text: words.toWhatIf, onclick: () => openPart(send, "whatif") });
    const host = h("div");
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const scale = legend();
    const listTitle = h("h3");
    const list = h("ol", { class: "map-list" });
    const together = h("button", { type: "button", class: "link", text: words.together(AT_ONCE), onclick: offTogether });
    const side = h("div", { class: "map-side" }, listTitle, list, together);
    const main = h("div", { class: "map-main" }, h("div", {}, host, readout, scale.element), side);
    const wakes = h("p", { class: "wakes" });
    slot.append(
      h("div", { class: "part-head" }, h("h2", { text: words.title })),
      measures,
      meaning,
      running,
      lacks,
      stale,
      main,
      wakes,
    );
    const box = widthOf(slot, () => draw());
    const said = note(slot, words.title);
    said.explain(...words.explain);
    let data = null;
    let hover = null;
    let timer = 0;

    find.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => send({ set: { find: find.value.slice(0, contract.limits.find) } }), SEARCH_MS);
    });

    const isRole = () => ROLES.includes(state.measure);
    /** The roles' scores are differences between the two models. */
    const apart = () => isRole() && data.shows === "difference";
    /** The sweep on the screen: the last one, if it is of the kind that is looked at. */
    const sweep = () => (data.sweep?.kind === state.measure ? data.sweep : null);
    const headed = () => isRole() || ["zero", "mean", "heads"].includes(state.measure);
    const off = (block, head) => {
      const value = valueAt(read(state.edits), "z", [block, head]);
      return value !== null && Number(value) !== 1;
    };
    function act() {
      if (sweep()?.running) send({ do: { stop: true } });
      else send({ do: { sweep: state.measure } });
    }
    function enter(row, col) {
      if (headed()) {
        choose(send, { block: row, head: col });
        flip(row, col);
      } else if (state.measure === "positions") choose(send, { block: row, token: col });
      else if (sweep()) choose(send, { mask: maskAt(row, col) });
    }
    const flip = (row, col) =>
      choose(send, {
        edits: withEdit(state.edits, "z", [row, col], off(row, col) ? null : state.measure === "mean" ? "mean" : "0"),
      });
    /** The heads that the lead depends on most. */
    function offTogether() {
      const most = strongest()
        .filter(({ value }) => value < 0)
        .slice(0, AT_ONCE);
      const value = state.measure === "mean" ? "mean" : "0";
      choose(send, { edits: most.reduce((text, { row, col }) => withEdit(text, "z", [row, col], value), state.edits) });
    }
    const maskAt = (row, col) => sweep().masks[row][col];

    const grid = map(host, {
      label: words.grid,
      read: (row, col) => (data ? say(row, col) : ""),
      enter,
      hover(cell) {
        hover = cell;
        if (data) drawReadout();
      },
    });

    /** {rows, columns, value(row, col)} of what is looked at. */
    function cells() {
      if (isRole()) {
        const scores = data.roles[state.measure];
        return { rows: data.n_layer, columns: data.n_head, value: (row, col) => (scores ? scores[row * data.n_head + col] : null) };
      }
      const job = sweep();
      if (!job) {
        const { measure } = state;
        const [rows, columns] =
          measure === "positions"
            ? [data.n_layer, data.labels.length]
            : measure === "masks"
              ? [MASKS.length, data.sizes.length]
              : [data.n_layer, data.n_head];
        return { rows, columns, value: () => null };
      }
      const [rows, columns] = job.values.shape;
      return { rows, columns, value: (row, col) => (job.done[row * columns + col] ? job.values[row * columns + col] : null) };
    }
    const nameOf = (row, col) =>
      headed()
        ? words.head(row + 1, col + 1)
        : state.measure === "positions"
          ? words.place(row + 1, data.labels[col])
          : `${words.masks[MASKS[row]]} ${data.sizes[col]}`;
    function say(row, col) {
      const value = cells().value(row, col);
      const what = nameOf(row, col);
      const isOff = headed() && off(row, col) ? `, ${words.isOff}` : "";
      if (value === null) return `${what}: ${isRole() ? words.cannot : words.waiting}${isOff}`;
      if (isRole()) return words.role(what, apart() ? withSign(value) : number(value)) + isOff;
      const { a, b, base, sizes } = sweep();
      if (state.measure === "masks") return words.maskCell(words.masks[MASKS[row]], sizes[col], withSign(value));
      return (
        words.off({ what, value: withSign(value), a: a.text, b: b.text, from: number(base), to: number(base + value) }) + isOff
      );
    }
    const withSign = (value) => (value > 0 ? "+" : "") + number(value);

    const draw = frame(() => {
      if (!data || !box.width) return false;
      const at = radiosOf.findIndex((radio) => radio.dataset.measure === state.measure);
      check(radiosOf, at);
      setText(meaning, words.meanings[state.measure]);
      const [role, job] = [isRole(), sweep()];
      running.hidden = role;
      lead.hidden = state.measure === "masks";
      drawLacks();
      if (!role) drawRunning(job);
      drawMap(role, job);
      drawList(role, job);
      drawWakes();
      describe(role, job);
    }, slot);

    /** What the chosen measure needs and does not have. */
    function drawLacks() {
      const [here, there] = [data.labels.length, data.other.labels.length];
      const paired = ["heads", "positions"].includes(state.measure);
      const text =
        paired && !data.other.text
          ? words.needsOther
          : paired && here !== there
            ? words.unlike(here, there)
            : state.measure === "mean" && !data.means
              ? words.needsMeans
              : "";
      lacks.hidden = !text;
      lacks.replaceChildren(text, " ", ...(paired ? [toWhatIf] : []));
      run.disabled = Boolean(text) && !sweep()?.running;
      if (isRole() && !data.roles[state.measure]) {
        lacks.hidden = false;
        lacks.replaceChildren(words.cannot);
      }
    }

    function drawRunning(job) {
      const busy = Boolean(job?.running);
      const complete = job && job.runs === job.of;
      setText(run, busy ? words.stop : job ? words.again : words.run);
      const all = cells();
      const seconds = job ? job.seconds.toFixed(1) : "";
      setText(
        ran,
        !job
          ? words.ready(integer(all.rows * all.columns))
          : busy
            ? words.progress(integer(job.runs), integer(job.of), seconds)
            : complete
              ? words.done(integer(job.runs), seconds)
              : words.stopped(integer(job.runs), integer(job.of), seconds),
      );
      progress.hidden = !busy;
      progress.style.setProperty("--share", job ? job.runs / job.of : 0);
      const others = job && state.measure !== "masks" && (job.a.id !== data.answer.id || job.b.id !== data.against.id);
      stale.replaceChildren(
        ...(job?.stale ? [words.stale] : others ? words.staleTokens(token(job.a.text), token(job.b.text)) : []),
      );
      stale.hidden = !stale.childNodes.length;
      options(answer, data.answer, data.chosen.answer);
      options(against, data.against, data.chosen.against);
      if (document.activeElement !== find) find.value = data.find;
      setText(found, data.find ? words.found(data.found.length) : "");
    }

    function options(select, entry, own) {
      if (document.activeElement === select && select.matches(":open, :focus-visible")) {
        if (select.value === String(own ? entry.id : -1)) return;
      }
      const known = [...data.found, ...data.top.filter(({ id }) => data.found.every((other) => other.id !== id))];
      const entries = known.some(({ id }) => id === entry.id) ? known : [entry, ...known];
      const key = JSON.stringify([entries, own, entry.id]);
      if (select.dataset.key === key) return;
      select.dataset.key = key;
      select.replaceChildren(
        h("option", { value: -1, text: own ? words.likeliest : `${entry.text} (${words.likeliest})` }),
        ...entries.map(({ id, text, logit }) => h("option", { value: id, text: `${text}  ${number(logit)}` })),
      );
      select.value = String(own ? entry.id : -1);
    }

    function scaleOf(all, role) {
      if (role && !apart()) return 1;
      let most = 0;
      for (let row = 0; row < all.rows; row++) {
        for (let col = 0; col < all.columns; col++) most = Math.max(most, Math.abs(all.value(row, col) ?? 0));
      }
      return most || 1;
    }

    function drawMap(role, job) {
      const all = cells();
      const limit = scaleOf(all, role);
      const decimals = Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(limit))));
      const wide = box.width >= WIDE;
      main.classList.toggle("wide", wide);
      main.style.gridTemplateColumns = wide && headed() ? `minmax(0, ${MAP + all.columns * 56}px) minmax(208px, 320px)` : "";
      grid.element.classList.toggle("stale-map", !role && Boolean(job?.stale));
      const { measure } = state;
      grid.draw({
        ...all,
        kind: role && !apart() ? "amount" : "signed",
        text: (value) => value.toFixed(decimals).replace("-", "\u2212"),
        limit,
        chosen: headed() ? [Math.min(state.block, data.n_layer - 1), Math.min(state.head, data.n_head - 1)] : null,
        struck: headed() ? off : null,
        rowName: (row) =>
          measure === "masks" ? words.masks[MASKS[row]] : measure === "positions" ? words.before(row + 1) : words.block(row + 1),
        columnName: (col) =>
          measure === "masks"
            ? String((job ?? data).sizes[col])
            : measure === "positions"
              ? data.labels[col] === undefined
                ? ""
                : token(data.labels[col])
              : String(col + 1),
        nameWidth: measure === "positions" ? 36 : 18,
      });
      if (apart()) scale.show("signed", `−${number(limit)}`, `+${number(limit)}`, words.signedRole);
      else if (role) scale.show("amount", "0", "1");
      else
        scale.show(
          "signed",
          `−${number(limit)}`,
          `+${number(limit)}`,
          job ? (measure === "masks" ? words.signedLoss : words.signed) : "",
        );
      scale.element.hidden = apart() ? !strongest().some(({ value }) => value) : !role && !job;
      drawReadout();
    }
    function drawReadout() {
      const all = cells();
      const cell = hover && hover[0] < all.rows && hover[1] < all.columns ? hover : null;
      setText(readout, cell ? say(...cell) : headed() ? words.readoutHint : "");
    }

    /** Cells by value, the farthest from 0 first. */
    function strongest() {
      const all = cells();
      const found = [];
      for (let row = 0; row < all.rows; row++) {
        for (let col = 0; col < all.columns; col++) {
          const value = all.value(row, col);
          if (value !== null) found.push({ row, col, value });
        }
      }
      return found.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    }

    function drawList(role, job) {
      const best = role || job ? strongest() : [];
      side.hidden = !best.length;
      together.hidden = role || job?.running || !headed() || state.measure === "heads" || !best.some(({ value }) => value < 0);
      setText(listTitle, role && !apart() ? words.top.roles : words.top.sweep);
      list.replaceChildren(
        ...best.slice(0, LISTED).map(({ row, col, value }) => {
          const name = nameOf(row, col);
          return h(
            "li",
            {},
            h("button", {
              type: "button",
              text: name,
              title: name,
              onclick: () => (headed() ? choose(send, { block: row, head: col }) : enter(row, col)),
            }),
            h("span", { class: "value", text: role && !apart() ? number(value) : withSign(value) }),
            headed() &&
              h("button", {
                type: "button",
                class: "map-switch",
                text: off(row, col) ? words.on : words.turnOff,
                "aria-label": off(row, col) ? words.switchOn(name) : words.switchOff(name),
                onclick: () => flip(row, col),
              }),
          );
        }),
      );
    }

    function drawWakes() {
      const texts = (data.model === "storyteller" && words.wake[state.measure]) || []; // chosen for that model's vocabulary
      wakes.hidden = !texts.length;
      const key = JSON.stringify(texts);
      if (wakes.dataset.key === key) return;
      wakes.dataset.key = key;
      wakes.replaceChildren(
        h("span", { text: isRole() ? words.examples : words.texts }),
        ...texts.map((one) => {
          const { name, text } = typeof one === "string" ? { name: one, text: one } : one;
          return h("button", {
            type: "button",
            class: "link",
            text: name,
            title: text,
            onclick: () => send({ set: { prompt: text } }),
          });
        }),
      );
    }

    function describe(role, job) {
      const best = strongest()[0];
      const more = data.shows === "changed" && role ? words.saysChanged : !role && data.shows ? words.saysUntouched : "";
      if (!best) said.say(role ? words.cannot : state.measure === "masks" ? words.saysNoMasks : words.saysNone, more);
      else if (apart()) {
        said.say(
          best.value
            ? words.saysApart({ role: words.measures[state.measure], what: nameOf(best.row, best.col), by: withSign(best.value) })
            : words.saysAlike,
        );
      } else if (role) {
        const scores = data.roles[state.measure];
        const top = strongest().reduce((a, b) => (b.value > a.value ? b : a));
        said.say(
          words.saysRole({
            role: words.measures[state.measure],
            what: nameOf(top.row, top.col),
            score: number(top.value),
            mean: number(scores.reduce((total, x) => total + x, 0) / scores.length),
          }),
          more,
        );
      } else if (state.measure === "masks") {
        // The window that the first tokens help most.
        const at = (row, col) => cells().value(row, col);
        const [alone, sinks] = ["window", "sinks"].map((kind) => MASKS.indexOf(kind));
        const sizes = job.sizes.map((_, col) => col).filter((col) => at(sinks, col) !== null);
        if (sizes.length) {
          const col = sizes.reduce((a, b) => (at(alone, b) - at(sinks, b) > at(alone, a) - at(sinks, a) ? b : a));
          said.say(
            words.saysMasks({
              base: number(job.base),
              size: job.sizes[col],
              window: number(job.base + at(alone, col)),
              sinks: number(job.base + at(sinks, col)),
            }),
            more,
          );
        } else said.say(words.saysNoMasks, more);
      } else {
        const says = { positions: words.saysPlace, heads: words.saysHeads }[state.measure] ?? words.saysSweep;
        said.say(
          ...says({
            base: number(job.base),
            a: { token: job.a.text },
            b: { token: job.b.text },
            what: nameOf(best.row, best.col),
            to: number(job.base + best.value),
          }),
          more,
        );
      }
      said.table(() => ({
        caption: words.caption(words.measures[state.measure]),
        columns: words.columns,
        rows: strongest().map(({ row, col, value }) => [nameOf(row, col), number(value, 4)]),
      }));
    }

    listen(draw);
    return {
      update(next) {
        data = next;
        adopt({ labels: next.labels, block: next.block, head: next.head });
        adopt(
          {
            measure: next.measure,
            answer: next.chosen.answer ? next.answer.id : -1,
            against: next.chosen.against ? next.against.id : -1,
          },
          ["measure", "answer", "against"],
        );
        draw();
      },
    };
  },
};
