// All heads of all blocks at once: open one, find those that look alike, average several.
import { atlas } from "../lib/atlas.js";
import { fit, onTheme } from "../lib/colour.js";
import { check, h, pale, radios, setText, widthOf } from "../lib/dom.js";
import { integer, number, probability, token } from "../lib/format.js";
import { frame } from "../lib/frame.js";
import { picture } from "../lib/heat.js";
import { coloured, formula, frac, row, sub, sum } from "../lib/math.js";
import { LABEL, matrix, sideIn } from "../lib/matrix.js";
import { legend, note } from "../lib/note.js";
import { adopt, choose, chosen, listen, state } from "../lib/store.js";
import en from "../strings/index.js";

const ALIKE = 6; // heads that are listed
const KEYS = 8; // keys that are listed
const SIDE = 320; // room for the list and the average beside the atlas
const words = en.heads;

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
        h(
          "div",
          { class: "rows-from" },
          h("label", {}, `${words.from} `, from),
          h("label", {}, `${words.to} `, to),
          oneRow,
        ),
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
    let drag = null; // rows that are being dragged over: [first, last]
    let options = []; // labels of the tokens that can be chosen
    let described = null;
    let image = { key: "", picture: null };

    const T = () => data.labels.length;
    const wording = () => (data.difference ? words.difference : words);
    const now = () => [Math.min(state.block, data.n_layer - 1), Math.min(state.head, data.n_head - 1)];
    const alike = ([block, head]) => data.alike[block * data.n_head + head];
    const text = ([block, head]) => {
      const facts = [block + 1, head + 1, probability(alike([block, head])), picks().some((pick) => same(pick, [block, head]))];
      if (!data.difference && same([block, head], [data.block, data.head])) return `${words.name(block + 1, head + 1)}: ${words.itself}`;
      return data.compared ? wording().read(...facts) : `${words.name(block + 1, head + 1)}: ${words.alone}`;
    };
    const picks = () => read(state.heads).filter(([block, head]) => block < data.n_layer && head < data.n_head);
    /** The others, most alike first; as a difference all heads, those first that changed most. */
    const ranked = () => {
      const [at, all] = [[data.block, data.head], []];
      for (let block = 0; block < data.n_layer; block++)
        for (let head = 0; head < data.n_head; head++)
          if (data.difference || !same([block, head], at)) all.push([block, head]);
      return all.sort((a, b) => alike(b) - alike(a));
    };

    const figure = atlas(left, {
      label: words.grid,
      read: (block, head) => (data ? text([block, head]) : ""),
      act: (block, head, key) => act([block, head], key),
      over: (at) => {
        hover = at;
        draw();
      },
    });
    left.append(readout, scale.element, about);
    const average = matrix(square, {
      label: words.matrix,
      read: (query, key) => cellText(query, key),
      take: (query) => {
        if (!drag) choose(send, { token: query, rows: "" });
        drag = null;
      },
      over: (at) => {
        if (drag?.held && at) drag = { ...drag, last: at.query };
        cell = at;
        draw();
      },
    });
    let cell = null;
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
      } else if (mode === "compare") choose(send, { block, head });
      else choose(send, { block, head, part: "attention" });
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
        picked: picks(),
        lines: best.map(([block, head]) => ({ block, head, text: number(alike([block, head]), 2) })),
      });
      setText(readout, text(hover ?? now()));
      const step = Math.ceil(T() / data.thumbs.shape[2]);
      setText(
        about,
        [step > 1 && wording().pooled(step), data.compared && figure.lined && wording().ringed].filter(Boolean).join("; "),
      );
      if (data.difference) scale.show("signed", `\u2212${number(limit)}`, `+${number(limit)}`, beyond ? en.vectors.beyond(beyond, number(largest)) : "");
      else scale.show("amount", ...en.attention.range.weights, en.attention.rooted);
      besides = { best, limit, room: beside ? SIDE : Math.min(width, 480) };
      for (const draw of drawings) draw();
    }, slot);
    let besides = null; // what stands beside the pictures: drawn by itself
    const drawings = [[drawAlike, likes], [drawAverage, square], [describe, said.place]].map(([draw, place]) => frame(() => draw(besides), place));

    const bar = (share) => {
      const element = h("span", { class: share < 0 ? "alike-bar falls" : "alike-bar" });
      element.style.setProperty("--share", Math.min(1, Math.abs(share)));
      return element;
    };

    function drawAlike({ best }) {
      setText(likeTitle, wording().alike(data.block + 1, data.head + 1));
      averageThem.parentElement.hidden = !best.length;
      averageThem.hidden = data.difference;
      const key = `${data.version}/${best.join()}`;
      if (likes.dataset.key === key) return;
      likes.dataset.key = key;
      likes.replaceChildren(
        ...best.map((at) =>
          h(
            "li",
            {},
            h("button", {
              type: "button",
              class: "link",
              text: words.name(at[0] + 1, at[1] + 1),
              onclick: () => act(at),
              onpointerenter: () => ((hover = at), draw()),
              onpointerleave: () => ((hover = null), draw()),
            }),
            bar(alike(at)),
            h("span", { text: probability(alike(at)) }),
          ),
        ),
      );
    }

    const span = () =>
      drag?.held
        ? [drag.first, drag.last].sort((a, b) => a - b)
        : data.rows === state.rows && data.rows
          ? data.span
          : null;
    function cellText(query, key) {
      if (!data) return "";
      const n = data.average.shape[0];
      const step = Math.ceil(T() / n);
      const value = data.average[Math.floor(query / step) * n + Math.floor(key / step)];
      return wording().cell(data.labels[query], data.labels[key], number(value, 4), step > 1);
    }

    function drawAverage({ room, limit }) {
      const several = data.picked.length > 1;
      const [block, head] = data.picked[0] ?? [data.block, data.head];
      setText(averageTitle, several ? words.average(integer(data.picked.length)) : words.single(block + 1, head + 1));
      setText(averageIs, several ? words.isAverage : words.isSingle);
      averageIs.classList.toggle("changed", several);
      pale(averageTitle.parentElement.parentElement, data.heads !== state.heads || data.rows !== state.rows);
      clear.hidden = !picks().length;

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
      const top = [...data.row.keys()].sort((a, b) => Math.abs(data.row[b]) - Math.abs(data.row[a]));
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
        select.append(...labels.slice(kept).map((label, at) => h("option", { value: kept + at, text: `${kept + at + 1} ${label}` })));
      }
      options = labels;
      from.value = String(first);
      to.value = String(last);
      from.parentElement.parentElement.hidden = T() < 2;
      oneRow.hidden = !state.rows;
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
              h("span", { text: data.difference ? `${data.row[at] > 0 ? "+" : ""}${number(data.row[at])}` : probability(Math.min(1, data.row[at])) }),
            ),
          ),
      );
    }

    function describe({ best }) {
      const at = hover ?? best[0] ?? [data.block, data.head];
      const pair = (name) => sub(name, row("i", "j"));
      if (data.difference) said.formulas();
      else said.formulas(
        formula(
          "overlap",
          "=",
          frac("1", "n"),
          sum("i"),
          sum("j"),
          "min",
          row("(", coloured("attention", pair("a")), ",", pair("b"), ")"),
          ...(data.compared ? ["=", probability(alike(at))] : []),
        ),
      );
      const key = `${data.version}/${data.block}/${data.head}/${data.heads}`;
      if (key === described) return;
      described = key;
      if (data.difference) {
        const facts = best.length && { head: best[0].map((i) => i + 1), share: probability(alike(best[0])), compared: integer(data.compared) };
        said.say(facts ? words.difference.says(facts) : words.difference.same);
      } else if (!data.compared) said.say(words.saysOne);
      else if (!best.length) said.say(words.saysOnly);
      else
        said.say(
          words.says({
            block: data.block + 1,
            head: data.head + 1,
            other: best[0].map((i) => i + 1),
            share: probability(alike(best[0])),
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
        described = null;
        adopt(next);
        draw();
      },
    };
  },
};
