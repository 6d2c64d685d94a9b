// All heads of all blocks at once: open one, find those that look alike, average several.
import { atlas } from "./atlas.js";
import { fit, onTheme } from "../../lib/colour.js";
import { become, check, h, pale, radios, setText, widthOf } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { picture } from "../../lib/heat.js";
import { coloured, formula, frac, row, sub, sum, tied } from "../../lib/math.js";
import { LABEL, matrix, sideIn } from "../../widgets/matrix.js";
import { legend, note } from "../../widgets/note.js";
import { adopt, choose, chosen, listen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const ALIKE = 6; // heads that are listed
const KEYS = 8; // keys that are listed
const SIDE = 320; // room for the list and the average beside the atlas
const words = strings.heads;

/** State.heads as [[block, head]] and back. */
const read = (text) => (text ? text.split(",").map((pick) => pick.split(".").map(Number)) : []);
const written = (picks) => picks.map((pick) => pick.join(".")).join(",");
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

export default {
  create(slot, send) {
    const count = h("span", { class: "head-small" });
    const modes = Object.keys(words.modes).map((mode) =>
      h("button", { type: "button", role: "radio", "data-mode": mode, text: words.modes[mode] }),
    );
    const toggle = h(
      "div",
      { class: "toggle", role: "radiogroup", "aria-label": words.click },
      h("span", { text: words.click }),
      modes,
    );
    const left = h("div");
    const [about, readout] = [h("p", { class: "head-small" }), h("p", { class: "readout", "aria-hidden": "true" })];
    const scale = legend();
    const [likeTitle, likes] = [h("p", { class: "head-small" }), h("ol", { class: "alike" })];
    const averageThem = h("button", {
      type: "button",
      class: "link",
      text: words.averageThem,
      onclick: () => pickAlike(),
    });
    const [averageTitle, averageIs] = [h("h3"), h("p", { class: "average-is" })];
    const clear = h("button", {
      type: "button",
      class: "link",
      text: words.clear,
      onclick: () => choose(send, { heads: "" }),
    });
    const square = h("div");
    const [from, to] = [h("select", { class: "quiet small" }), h("select", { class: "quiet small" })];
    const oneRow = h("button", {
      type: "button",
      class: "link",
      text: words.oneRow,
      onclick: () => choose(send, { rows: "" }),
    });
    const [rowTitle, keys] = [h("p", { class: "head-small" }), h("ol", { class: "alike" })];
    const side = h(
      "div",
      { class: "heads-side" },
      h("section", { class: "heads-alike" }, likeTitle, likes, averageThem),
      h(
        "section",
        { class: "heads-average" },
        h("div", { class: "part-head" }, averageTitle, clear),
        averageIs,
        square,
        h("div", { class: "rows-from" }, h("label", {}, `${words.from} `, from), h("label", {}, `${words.to} `, to), oneRow),
        rowTitle,
        keys,
      ),
    );
    const body = h("div", { class: "heads-body" }, left, side);
    slot.append(h("div", { class: "part-head" }, h("h2", { text: words.title }), count, toggle), body);
    const size = widthOf(slot, () => draw());
    const said = note(slot, words.title);
    said.explain(...words.explains);

    let data = null;
    let mode = "open";
    let hover = null; // [block, head]
    let lit = null; // the part of the formula under the pointer
    let drag = null; // rows that are being dragged over: [first, last]
    let options = []; // labels of the tokens that can be chosen
    let described = null;
    let image = { key: "", picture: null };

    const T = () => data.labels.length;
    const wording = () => (data.difference ? words.difference : words);
    const now = () => [Math.min(state.block, data.n_layer - 1), Math.min(state.head, data.n_head - 1)];
    const alike = ([block, head]) => data.alike[block * data.n_head + head];
    /** Equal patterns come out as 100 %: what they lack of it is the rounding of their weights. */
    const percent = (at) => probability(alike(at) > 1 - 1e-6 ? 1 : alike(at));
    const text = ([block, head]) => {
      const facts = [block + 1, head + 1, percent([block, head]), picks().some((pick) => same(pick, [block, head]))];
      if (!data.difference && same([block, head], [data.block, data.head]))
        return `${words.name(block + 1, head + 1)}: ${words.itself}`;
      return data.compared ? wording().read(...facts) : `${words.name(block + 1, head + 1)}: ${words.alone}`;
    };
    const picks = () => read(state.heads).filter(([block, head]) => block < data.n_layer && head < data.n_head);
    /** The others, most alike first; as a difference all heads, those first that changed most. */
    const ranked = () => {
      const [at, all] = [[data.block, data.head], []];
      for (let block = 0; block < data.n_layer; block++)
        for (let head = 0; head < data.n_head; head++) if (data.difference || !same([block, head], at)) all.push([block, head]);
      return all.sort((a, b) => alike(b) - alike(a));
    };

    const figure = atlas(left, {
      label: words.grid,
      read: (block, head) => (data ? text([block, head]) : ""),
      act: (block, head, key) => act([block, head], key),
      over: (at) => point(at),
    });
    left.append(readout, scale.element, about);
    /** Runs `gone` when the focus is no longer in `host`: a step puts a new cell in the old one's place. */
    const onLeave = (host, gone) =>
      host.addEventListener("focusout", () => requestAnimationFrame(() => host.contains(document.activeElement) || gone()));
    onLeave(left, () => likes.contains(document.activeElement) || point(null)); // a name there is pointed at instead
    const average = matrix(square, {
      label: words.matrix,
      read: (query, key) => cellText(query, key),
      take: (query, key) => {
        if (!drag) choose(send, { token: query, rows: "" });
        drag = null;
        cell = { query, key };
        draw();
      },
      over: (at) => {
        if (drag?.held && at) drag = { ...drag, last: at.query };
        cell = at;
        draw();
      },
    });
    let cell = null; // of the average, under the pointer or in focus: {query, key}
    onLeave(square, () => {
      cell = null;
      draw();
    });
    said.ties.follow((key) => {
      lit = key;
      draw();
    });
    average.element.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch" && cell) drag = { held: true, first: cell.query, last: cell.query };
    });
    addEventListener("pointerup", () => {
      if (!drag?.held) return;
      const [first, last] = [drag.first, drag.last].sort((a, b) => a - b);
      // The click that ends a drag chooses nothing more.
      drag = first < last ? { held: false } : null;
      if (first < last) {
        choose(send, { rows: `${first}-${last}` });
        setTimeout(() => (drag = null));
      }
    });

    function act([block, head], key) {
      if (mode === "average" || key === " ") {
        const others = picks().filter((pick) => !same(pick, [block, head]));
        choose(send, { heads: written(others.length < picks().length ? others : [...others, [block, head]]) });
      } else if (mode === "compare") {
        hover = null; // it is the one that others are compared with now
        choose(send, { block, head });
      } else choose(send, { block, head, part: "attention" });
    }
    const pickAlike = () => choose(send, { heads: written([[data.block, data.head], ...ranked().slice(0, ALIKE)]) });
    const setMode = (at) => {
      mode = modes[at].dataset.mode;
      draw();
    };
    radios(toggle, setMode);
    toggle.addEventListener("click", (event) => event.target.dataset.mode && setMode(modes.indexOf(event.target)));
    for (const select of [from, to])
      select.addEventListener("change", () => {
        const [a, b] = [Number(from.value), Number(to.value)];
        choose(send, { rows: select === from ? `${a}-${Math.max(a, b)}` : `${Math.min(a, b)}-${b}` });
      });

    const draw = frame(() => {
      if (!data || slot.hidden || !size.width) return false;
      const { width } = size;
      pale(slot, !same(now(), [data.block, data.head]));
      setText(count, words.size(integer(data.n_layer), integer(data.n_head)));
      check(
        modes,
        modes.findIndex((button) => button.dataset.mode === mode),
      );
      const beside = width >= 800;
      body.classList.toggle("beside", beside);
      const best = (data.compared ? ranked().slice(0, ALIKE) : []).filter((at) => !data.difference || alike(at) > 0);
      const { limit, beyond, largest } = data.difference ? fit(data.thumbs) : {};
      figure.draw({
        thumbs: data.thumbs,
        key: data.version,
        limit,
        room: beside ? width - SIDE - 48 : width,
        chosen: now(),
        lit: litHeads(pair(best)),
        picked: picks(),
        lines: best.map(([block, head]) => ({ block, head, text: number(alike([block, head]), 2) })),
      });
      setText(readout, text(hover ?? now()));
      const step = Math.ceil(T() / data.thumbs.shape[2]);
      setText(
        about,
        [step > 1 && wording().pooled(step), data.compared && figure.lined && wording().ringed].filter(Boolean).join("; "),
      );
      if (data.difference)
        scale.show(
          "signed",
          `\u2212${number(limit)}`,
          `+${number(limit)}`,
          beyond ? strings.vectors.beyond(beyond, number(largest)) : "",
        );
      else scale.show("amount", ...strings.attention.range.weights, strings.attention.rooted);
      besides = { best, limit, room: beside ? SIDE : Math.min(width, 480) };
      for (const draw of drawings) draw();
    }, slot);
    let besides = null; // what stands beside the pictures: drawn by itself
    const drawings = [
      [drawAlike, likes],
      [drawAverage, square],
      [describe, said.place],
    ].map(([draw, place]) => frame(() => draw(besides), place));

    /** The two heads that the formula compares: the chosen one and the one that is pointed at, else the most alike. */
    const pair = (best) => ({ a: [data.block, data.head], b: hover ?? best[0] ?? [data.block, data.head] });
    const litHeads = ({ a, b }) => ({ a: [a], b: [b], overlap: data.difference ? [b] : [a, b] })[lit] ?? [];
    /** Where there are so few tokens that the small pictures hold every weight: {query, key} that the formula is filled with. */
    const filled = () => {
      if (data.thumbs.shape[2] !== T()) return null;
      return cell ?? { query: chosen(T()), key: strongest()[0] };
    };
    const strongest = () => [...data.row.keys()].sort((a, b) => Math.abs(data.row[b]) - Math.abs(data.row[a]));
    /** What of the average's cells the part of the formula under the pointer stands for. */
    function litCells() {
      const at = cell ?? { query: chosen(T()), key: strongest()[0] };
      return { queries: { query: 1, last: T() - 1 }, keys: { query: at.query }, cell: at }[lit] ?? null;
    }
    /** Hides a button that is of no use now; one in focus hands that on. */
    function hide(button, hidden, neighbour) {
      if (hidden && document.activeElement === button) neighbour.focus();
      button.hidden = hidden;
    }

    const bar = (share) => {
      const element = h("span", { class: share < 0 ? "alike-bar falls" : "alike-bar" });
      element.style.setProperty("--share", Math.min(1, Math.abs(share)));
      return element;
    };

    const point = (at) => {
      hover = at;
      draw();
    };

    function drawAlike({ best }) {
      setText(likeTitle, wording().alike(data.block + 1, data.head + 1));
      averageThem.parentElement.hidden = !best.length;
      averageThem.hidden = data.difference;
      const { b } = pair(best);
      const near = hover || lit === "b" || lit === "overlap";
      const key = `${data.version}/${best.join()}/${near ? b : ""}`;
      if (likes.dataset.key === key) return;
      likes.dataset.key = key;
      become(
        likes,
        ...best.map((at) =>
          h(
            "li",
            { class: near && same(at, b) ? "lit" : null },
            h("button", {
              type: "button",
              class: "link",
              text: words.name(at[0] + 1, at[1] + 1),
              onclick: () => act(at),
              onpointerenter: () => point(at),
              onpointerleave: () => point(null),
              onfocus: () => point(at),
              onblur: () => point(null),
            }),
            bar(alike(at)),
            h("span", { text: percent(at) }),
          ),
        ),
      );
    }

    const span = () =>
      drag?.held ? [drag.first, drag.last].sort((a, b) => a - b) : data.rows === state.rows && data.rows ? data.span : null;
    function cellText(query, key) {
      if (!data) return "";
      const n = data.average.shape[0];
      const step = Math.ceil(T() / n);
      const value = data.average[Math.floor(query / step) * n + Math.floor(key / step)];
      return wording().cell(data.labels[query], data.labels[key], number(value, 4), step > 1);
    }

    function drawAverage({ best, room, limit }) {
      const several = data.picked.length > 1;
      const [block, head] = data.picked[0] ?? [data.block, data.head];
      setText(averageTitle, several ? words.average(integer(data.picked.length)) : words.single(block + 1, head + 1));
      setText(averageIs, several ? words.isAverage : words.isSingle);
      averageIs.classList.toggle("changed", several);
      pale(averageTitle.parentElement.parentElement, data.heads !== state.heads || data.rows !== state.rows);
      const after = averageThem.hidden || !best.length ? modes.find(({ tabIndex }) => tabIndex === 0) : averageThem;
      hide(clear, !picks().length, after);

      const n = data.average.shape[0];
      const width = sideIn(room - LABEL, T());
      const key = `${data.version}/${data.picked.join()}/${data.block}.${data.head}/${width}`;
      if (image.key !== key) {
        const pixels = Math.ceil(width * Math.min(3, devicePixelRatio || 1));
        const blank = (q, k) => k > q && data.average[q * n + k] === 0;
        image = {
          key,
          picture: picture(data.average, n, n, {
            ...(limit ? { kind: "signed", limit } : { kind: "amount", limit: 1, root: true }),
            maxRows: pixels,
            maxCols: pixels,
            blank,
          }),
        };
      }
      const token_ = chosen(T());
      const top = strongest();
      average.draw({
        labels: data.labels,
        side: width,
        names: true,
        images: [{ image: image.picture }],
        row: token_,
        rows: span(),
        query: cell?.query ?? token_,
        key: cell?.key ?? top[0],
        near: state.hover,
        lit: litCells(),
      });
      drawRows(top);
    }

    function drawRows(top) {
      const [first, last] = data.span;
      // A text that grows has the same tokens and one more.
      const { labels } = data;
      const differs = labels.findIndex((label, at) => label !== options[at]);
      const kept = differs < 0 ? labels.length : differs;
      for (const select of [from, to]) {
        while (select.length > kept) select.lastChild.remove();
        select.append(
          ...labels.slice(kept).map((label, at) => h("option", { value: kept + at, text: `${kept + at + 1} ${label}` })),
        );
      }
      options = labels;
      from.value = String(first);
      to.value = String(last);
      from.parentElement.parentElement.hidden = T() < 2;
      hide(oneRow, !state.rows, to);
      setText(rowTitle, wording().rows(last - first + 1));
      const most = Math.abs(data.row[top[0]]);
      const key = `${data.version}/${data.heads}/${data.block}.${data.head}/${first}-${last}`;
      if (keys.dataset.key === key) return;
      keys.dataset.key = key;
      keys.replaceChildren(
        ...top
          .slice(0, KEYS)
          .filter((at) => data.row[at] !== 0)
          .map((at) =>
            h(
              "li",
              {},
              h("span", {}, h("span", { class: "place", text: at + 1 }), token(data.labels[at])),
              bar(data.difference ? data.row[at] / most : data.row[at]),
              h("span", {
                text: data.difference
                  ? `${data.row[at] > 0 ? "+" : ""}${number(data.row[at])}`
                  : probability(Math.min(1, data.row[at])),
              }),
            ),
          ),
      );
    }

    const weight = ([block, head], { query, key }) => data.thumbs[((block * data.n_head + head) * T() + query) * T() + key];
    const named = (key, letter, at) => h("span", { "data-tied": key }, letter, `: ${words.name(...at.map((i) => i + 1))}`);
    const letters = { a: () => coloured("attention", "a"), b: () => "b", d: () => "d" };
    const part = (key, name, ...index) => tied(key, sub(letters[name](), row(...index)));
    /** The mean over the queries that are compared. */
    const mean = () => [frac("1", data.compared ? integer(data.compared) : "n"), tied("queries", sum("i"))];
    /**
     * Two lines for the cell that is pointed at: make(at, index) -> [name, the same with its numbers, result]. The first
     * token's row is not in the mean.
     */
    function ofCell(make) {
      const at = data.compared ? filled() : null;
      if (!at) return [];
      const [name, ...made] = make(at, [String(at.query + 1), ",", String(at.key + 1)]).map((each) => tied("cell", each));
      return [formula(name), at.query ? formula("=", made[0], "=", made[1]) : formula(words.leftOut)];
    }

    /** overlap(a, b), with the two weights of one cell, of which the smaller one counts. */
    const overlapFormulas = (a, b) => [
      h("p", { class: "head-small" }, named("a", "a", a), ", ", named("b", "b", b)),
      formula(
        row("overlap", "(", tied("a", letters.a()), ",", tied("b", "b"), ")"),
        "=",
        ...mean(),
        tied("keys", sum("j")),
        row("min", "(", part("a", "a", "i", "j"), ",", part("b", "b", "i", "j"), ")"),
        ...(data.compared ? ["=", tied("overlap", percent(b))] : []),
      ),
      ...ofCell((at, index) => {
        const two = [weight(a, at), weight(b, at)];
        return [
          row("min", "(", part("a", "a", ...index), ",", part("b", "b", ...index), ")"),
          row("min", "(", coloured("attention", number(two[0])), ",", number(two[1]), ")"),
          number(Math.min(...two)),
        ];
      }),
    ];

    /** Of a changed model: how much of its weight a head gives to other keys than before. */
    const movedFormulas = (head) => [
      h("p", { class: "head-small" }, named("b", "d", head)),
      formula(
        words.difference.moved,
        "=",
        ...mean(),
        frac("1", "2"),
        tied("keys", sum("j")),
        row("|", part("b", "d", "i", "j"), "|"),
        "=",
        tied("overlap", percent(head)),
      ),
      ...ofCell((at, index) => [
        row("|", part("b", "d", ...index), "|"),
        row("|", number(weight(head, at)), "|"),
        number(Math.abs(weight(head, at))),
      ]),
    ];

    function describe({ best }) {
      const { a, b } = pair(best);
      said.formulas(...(data.difference ? movedFormulas(b) : overlapFormulas(a, b)));
      const own = hover && !data.difference && same(hover, a);
      if (lit === null) said.ties.light(cell ? "cell" : hover ? (own ? "a" : "b") : null);
      const key = `${data.version}/${data.block}/${data.head}/${data.heads}`;
      if (key === described) return;
      described = key;
      if (data.difference) {
        const facts = best.length && { head: best[0].map((i) => i + 1), share: percent(best[0]), compared: integer(data.compared) };
        said.say(facts ? words.difference.says(facts) : words.difference.same);
      } else if (!data.compared) said.say(words.saysOne);
      else if (!best.length) said.say(words.saysOnly);
      else
        said.say(
          words.says({
            block: data.block + 1,
            head: data.head + 1,
            other: best[0].map((i) => i + 1),
            share: percent(best[0]),
            compared: integer(data.compared),
          }),
        );
      said.table(() => ({
        caption: wording().caption(data.block + 1, data.head + 1),
        columns: wording().columns,
        rows: [...(data.difference ? [] : [[data.block, data.head]]), ...ranked()].map(([block, head]) => [
          block + 1,
          head + 1,
          number(alike([block, head]), 4),
          data.picked.some((pick) => same(pick, [block, head])) ? words.yes : "",
        ]),
      }));
    }

    listen(draw);
    onTheme(() => {
      figure.forget();
      image.key = "";
      draw();
    });
    return {
      update(next) {
        data = next;
        // Of another text or model there may be less than what is pointed at.
        if (cell && Math.max(cell.query, cell.key) >= T()) cell = null;
        if (hover && (hover[0] >= data.n_layer || hover[1] >= data.n_head)) hover = null;
        described = null;
        adopt(next);
        draw();
      },
    };
  },
};
