// How a change of the model moves one head's attention: the changed weights less the untouched ones, signed.
import { h, pale } from "../../lib/dom.js";
import { fit, onTheme } from "../../lib/colour.js";
import { number, probability } from "../../lib/format.js";
import { frame } from "../../lib/scheduler.js";
import { picture } from "../../lib/heat.js";
import { LABEL, matrix, sideIn } from "../../widgets/matrix.js";
import { legend } from "../../widgets/note.js";
import { choose, chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const words = strings.whatif.attention;

/** Adds the figure to `slot`, which shows it in place of all else while it `is-difference`. said: the slot's note. */
export function attentionDifference(slot, said, send) {
  const where = h("span", { class: "head-small" });
  const host = h("div");
  const readout = h("p", { class: "readout", "aria-hidden": "true" });
  const scale = legend();
  slot.append(
    h(
      "div",
      { class: "difference-figure" },
      h("div", { class: "part-head" }, h("h2", { text: words.title }), where),
      h("p", { class: "head-small", text: words.about }),
      host,
      readout,
      scale.element,
    ),
  );
  let data = null;
  let over = null;
  const T = () => data.labels.length;
  const at = (query, key) => data.difference[query * T() + key];
  const cell = (query, key) => words.cell(data.labels[query], data.labels[key], number(at(query, key)));
  const square = matrix(host, {
    label: words.title,
    read: (query, key) => (data ? cell(query, key) : ""),
    take: (query, key) => choose(send, { token: query, key }),
    over(place) {
      over = place;
      if (data) tell();
    },
  });
  const nowKey = (query) => (state.key >= 0 && state.key < T() ? state.key : furthest(query));
  const furthest = (query) =>
    data.labels.reduce((best, _, key) => (Math.abs(at(query, key)) > Math.abs(at(query, best)) ? key : best), 0);
  const tell = () => {
    const query = over?.query ?? chosen(T());
    readout.replaceChildren(cell(query, over?.key ?? nowKey(query)));
  };

  const draw = frame(() => {
    if (!data || !slot.classList.contains("is-difference")) return false;
    pale(slot, state.block !== data.block || state.head !== data.head);
    const [n, query] = [T(), chosen(T())];
    const side = sideIn(Math.min(slot.clientWidth - LABEL, 480), n);
    if (side <= 8) return false; // closed
    const { limit, beyond, largest } = fit(data.difference);
    const image = picture(data.difference, n, n, {
      kind: "signed",
      limit,
      maxRows: side * 2,
      maxCols: side * 2,
      blank: (q, k) => k > q && at(q, k) === 0,
    });
    where.textContent = words.where(data.block + 1, data.head + 1);
    square.draw({
      labels: data.labels,
      side,
      names: true,
      images: [{ image }],
      row: query,
      query,
      key: nowKey(query),
      near: state.hover,
    });
    scale.show(
      "signed",
      `\u2212${number(limit)}`,
      `+${number(limit)}`,
      beyond ? strings.vectors.beyond(beyond, number(largest)) : "",
    );
    tell();
    describe(query);
  });

  function describe(query) {
    const row = data.labels.map((_, key) => at(query, key));
    const most = row.indexOf(Math.max(...row));
    const least = row.indexOf(Math.min(...row));
    const was = (key) => data.untouched[query * T() + key];
    const name = { block: data.block + 1, head: data.head + 1, query: { token: data.labels[query] } };
    if (row.every((x) => x === 0)) said.say(...words.same(name));
    else {
      said.say(
        ...words.says({
          ...name,
          more: { token: data.labels[most] },
          gains: `${probability(was(most))} → ${probability(Math.max(0, was(most) + row[most]))}`,
          less: { token: data.labels[least] },
          loses: `${probability(was(least))} → ${probability(Math.max(0, was(least) + row[least]))}`,
        }),
      );
    }
    said.formulas();
    said.table(() => ({
      caption: words.caption(data.labels[query]),
      columns: words.columns,
      rows: row.map((x, key) => [{ token: data.labels[key] }, number(was(key), 4), number(was(key) + x, 4), number(x, 4)]),
    }));
  }
  onTheme(draw);
  return {
    draw,
    update(next) {
      data = next;
      draw();
    },
  };
}
