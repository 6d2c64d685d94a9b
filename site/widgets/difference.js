// Shows what a change of the model moves in one part: the changed vectors less the untouched ones, strip by strip, and for the
// last part the tokens whose probability moves most.

import { onTheme } from "../lib/colour.js";
import { morphChildren, h, pale, widthOf } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { frame } from "../lib/scheduler.js";
import { adopt, listen, outrun } from "../state/choices.js";
import strings from "../strings/index.js";
import { divergence, outcomeLines, outcomeSides, outcomeTable } from "./outcome.js";
import { strips } from "./strips.js";

const words = strings.whatif.difference;
const MEANS = {
  q: "query",
  k: "key",
  v: "value",
  z: "attention",
  attn_out: "attention",
  mlp_pre: "mlp",
  mlp_post: "mlp",
  mlp_out: "mlp",
  resid_pre: "residual",
  resid_mid: "residual",
  resid_post: "residual",
};
const norm = (vector) => Math.hypot(...vector);
const farthest = (vector) => vector.reduce((best, x, i) => (Math.abs(x) > Math.abs(vector[best]) ? i : best), 0);

/**
 * Adds the figure to `slot`. While the data are a difference, it hides the slot's other elements, except those of class `stays`.
 * note: the slot's. -> {on, update(next)}: update returns true where `next` is a difference, which it then draws.
 */
export const difference = (slot, note) => new Difference(slot, note);

class Difference {
  on = false;
  #data = null;
  #groups = []; // vectors of one width: {rows, entry, figure}
  #figures = []; // the strips of each group, made once

  constructor(slot, note) {
    this.slot = slot;
    this.note = note;
    this.vectors = h("div");
    this.singles = h("p", { class: "readout" });
    const head = h("h3", { class: "sub", text: words.tokens });
    const sides = h("p", { class: "legend outcome-head" }, outcomeSides(...strings.whatif.sides.change));
    this.tokens = h("ol", { class: "outcome", "aria-label": strings.whatif.list });
    this.outcome = [head, sides, this.tokens]; // shown where the part is the last one
    const about = h("p", { class: "head-small", text: words.about });
    slot.append(h("div", { class: "difference-figure" }, about, this.vectors, this.singles, this.outcome));
    this.draw = frame(() => this.#draw());
    this.box = widthOf(slot, () => this.on && this.draw());
    listen((changes) => Object.keys(changes).some((key) => key !== "hover") && this.on && this.draw());
    onTheme(() => this.on && this.draw());
  }

  update(next) {
    this.on = Boolean(next.difference);
    this.slot.classList.toggle("is-difference", this.on);
    if (!this.on) return false;
    this.#data = next;
    adopt(next);
    this.#updated();
    this.#describe();
    this.draw();
    return true;
  }

  #updated() {
    const { difference: all, moved } = this.#data;
    const wide = all.filter(({ by }) => by.length > 1);
    this.#groups = [...new Set(wide.map(({ by }) => by.length))].map((width, at) => this.#group(wide, width, at));
    [...this.vectors.children].forEach((host, at) => (host.hidden = at >= this.#groups.length));
    const single = all.filter(({ by }) => by.length === 1);
    this.singles.textContent = single
      .map(({ name, was, by }) => words.single(name, number(was[0], 4), number(was[0] + by[0], 4)))
      .join("; ");
    this.singles.hidden = !single.length;
    for (const element of this.outcome) element.hidden = !moved;
    if (moved) morphChildren(this.tokens, ...outcomeLines(moved));
  }
  /** Groups the vectors of one width, with the entry that moves farthest in the last vector that moves. */
  #group(wide, width, at) {
    const rows = wide
      .filter(({ by }) => by.length === width)
      .map(({ name, was, by }) => ({ name, was, values: by, group: name, meaning: MEANS[name] }));
    const most = rows.findLast(({ values }) => values.some((x) => x !== 0)) ?? rows.at(-1);
    return { rows, entry: farthest(most.values), figure: (this.#figures[at] ??= this.#figure(at)) };
  }
  #figure(at) {
    const host = h("div");
    this.vectors.append(host);
    return strips(host, {
      label: words.strips,
      text: ({ name, was, values }, entry) =>
        words.cell(name, entry + 1, number(was[entry], 4), number(was[entry] + values[entry], 4), number(values[entry], 4)),
      look: () => {},
      choose: (entry) => {
        this.#groups[at].entry = entry;
      },
    });
  }

  #draw() {
    const { width } = this.box;
    if (!this.#data || !width) return false;
    pale(this.slot, outrun(this.#data));
    for (const { rows, entry, figure } of this.#groups) figure.draw({ rows, token: this.#data.token, entry, width });
  }

  #describe() {
    const { difference: all, labels, token, moved: tokens, kl } = this.#data;
    const lengths = all
      .filter(({ by }) => by.length > 1)
      .map(({ name, was, by }) => ({ name, was: number(norm(was)), by: number(norm(by)), still: by.every((x) => x === 0) }));
    const [moved, same] = [lengths.filter(({ still }) => !still), lengths.filter(({ still }) => still)];
    // The last vector that moves is what the part hands on.
    const last = all.findLast(({ by }) => by.length > 1 && by.some((x) => x !== 0));
    const at = last && farthest(last.by);
    this.note.say(
      ...words.says({
        token: { token: labels[token] },
        moved,
        same: same.map(({ name }) => name),
        most: last && { name: last.name, entry: at + 1, was: number(last.was[at], 4), now: number(last.was[at] + last.by[at], 4) },
      }),
    );
    this.note.formulas(...(tokens ? [divergence(kl)] : []));
    this.note.table(() => (tokens ? outcomeTable(tokens) : tableOf(all, labels[token])));
  }
}

const tableOf = (all, label) => ({
  caption: words.caption(label),
  columns: [words.entry, ...all.flatMap(({ name }) => words.columns.map((column) => `${name}, ${column}`))],
  rows: (function* () {
    for (let i = 0; i < Math.max(...all.map(({ was }) => was.length)); i++) {
      yield [
        i + 1,
        ...all.flatMap(({ was, by }) => (i < was.length ? [was[i], was[i] + by[i], by[i]].map((x) => number(x, 5)) : ["", "", ""])),
      ];
    }
  })(),
});
