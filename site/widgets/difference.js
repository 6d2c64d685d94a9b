// What a change of the model moves in one part: the changed vectors less the untouched ones, strip by strip, and where
// the part is the last one the tokens whose probability moves most.

import { onTheme } from "../lib/colour.js";
import { become, h, pale, widthOf } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { frame } from "../lib/scheduler.js";
import { adopt, listen, outrun } from "../state/choices.js";
import strings from "../strings/index.js";
import { divergence, outcomeLines, outcomeSides, outcomeTable } from "./outcome.js";
import { strips } from "./strips.js";

const words = strings.whatif.apart;
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
 * Adds the figure to `slot`, which shows it in place of all but what `stays` while the data are a difference. said: the
 * slot's note. -> {on, update(next)}: true where `next` is a difference, and drawn here.
 */
export function difference(slot, said) {
  const about = h("p", { class: "head-small", text: words.about });
  const vectors = h("div");
  const singles = h("p", { class: "readout" });
  const head = h("h3", { class: "sub", text: words.tokens });
  const sides = h("p", { class: "legend outcome-head" }, outcomeSides(...strings.whatif.sides.change));
  const tokens = h("ol", { class: "outcome", "aria-label": strings.whatif.list });
  slot.append(h("div", { class: "difference-figure" }, about, vectors, singles, head, sides, tokens));
  const box = widthOf(slot, () => api.on && draw());
  let data = null;
  let groups = []; // vectors of one width: {rows, entry, figure}
  const figures = []; // made once each

  function figureOf(at) {
    const host = h("div");
    vectors.append(host);
    return (figures[at] = strips(host, {
      label: words.strips,
      text: ({ name, was, values }, entry) =>
        words.cell(name, entry + 1, number(was[entry], 4), number(was[entry] + values[entry], 4), number(values[entry], 4)),
      look: () => {},
      choose(entry) {
        groups[at].entry = entry;
      },
    }));
  }

  const draw = frame(() => {
    if (!data || !box.width) return false;
    pale(slot, outrun(data));
    for (const { rows, entry, figure } of groups) figure.draw({ rows, token: data.token, entry, width: box.width });
  });

  function describe() {
    const all = data.difference;
    const lengths = all
      .filter(({ by }) => by.length > 1)
      .map(({ name, was, by }) => ({ name, was: number(norm(was)), by: number(norm(by)), still: by.every((x) => x === 0) }));
    const [moved, same] = [lengths.filter(({ still }) => !still), lengths.filter(({ still }) => still)];
    // The last that moves is what the part hands on.
    const last = all.findLast(({ by }) => by.length > 1 && by.some((x) => x !== 0));
    const at = last && farthest(last.by);
    said.say(
      ...words.says({
        token: { token: data.labels[data.token] },
        moved,
        same: same.map(({ name }) => name),
        most: last && { name: last.name, entry: at + 1, was: number(last.was[at], 4), now: number(last.was[at] + last.by[at], 4) },
      }),
    );
    said.formulas(...(data.moved ? [divergence(data.kl)] : []));
    said.table(() => (data.moved ? outcomeTable(data.moved) : table(all)));
  }

  const table = (all) => ({
    caption: words.caption(data.labels[data.token]),
    columns: [words.entry, ...all.flatMap(({ name }) => words.columns.map((column) => `${name}, ${column}`))],
    rows: (function* () {
      for (let i = 0; i < Math.max(...all.map(({ was }) => was.length)); i++) {
        yield [
          i + 1,
          ...all.flatMap(({ was, by }) =>
            i < was.length ? [was[i], was[i] + by[i], by[i]].map((x) => number(x, 5)) : ["", "", ""],
          ),
        ];
      }
    })(),
  });

  listen((changes) => Object.keys(changes).some((key) => key !== "hover") && api.on && draw());
  onTheme(() => api.on && draw());
  const api = {
    on: false,
    update(next) {
      api.on = Boolean(next.difference);
      slot.classList.toggle("is-difference", api.on);
      if (!api.on) return false;
      data = next;
      adopt(next);
      const wide = data.difference.filter(({ by }) => by.length > 1);
      const widths = [...new Set(wide.map(({ by }) => by.length))];
      groups = widths.map((width, at) => {
        const rows = wide
          .filter(({ by }) => by.length === width)
          .map(({ name, was, by }) => ({ name, was, values: by, group: name, meaning: MEANS[name] }));
        const most = rows.findLast(({ values }) => values.some((x) => x !== 0)) ?? rows.at(-1);
        return { rows, entry: farthest(most.values), figure: figures[at] ?? figureOf(at) };
      });
      [...vectors.children].forEach((host, at) => (host.hidden = at >= groups.length));
      const single = data.difference.filter(({ by }) => by.length === 1);
      singles.textContent = single
        .map(({ name, was, by }) => words.single(name, number(was[0], 4), number(was[0] + by[0], 4)))
        .join("; ");
      singles.hidden = !single.length;
      head.hidden = sides.hidden = tokens.hidden = !data.moved;
      if (data.moved) become(tokens, ...outcomeLines(data.moved));
      describe();
      draw();
      return true;
    },
  };
  return api;
}
