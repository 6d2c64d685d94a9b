// A head's queries, keys and values under every token, and how one number of them is made.
import { dot } from "../attention/arithmetic.js";
import { difference } from "../../widgets/difference.js";
import { become, check, h, pale, radios, setText, unchanged, widthOf } from "../../lib/dom.js";
import { colour, fit, onTheme } from "../../lib/colour.js";
import { cursor } from "../../widgets/cursor.js";
import { integer, number } from "../../lib/format.js";
import { token, words as parts } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { canvas, paint, picture } from "../../lib/heat.js";
import { coloured, formula, row, sub, tied } from "../../lib/math.js";
import { legend, note } from "../../widgets/note.js";
import { product } from "../../widgets/product.js";
import { adopt, choose, chosen, listen, outrun, put, state } from "../../state/choices.js";
import { labelRoom } from "../../widgets/strips.js";
import { dotFormula, light, termOf, terms } from "../../widgets/terms.js";
import strings from "../../strings/index.js";

const NAMES = ["q", "k", "v"];
const MEANS = { q: "query", k: "key", v: "value" };
const GAP = 16;
const NARROW = 64; // a panel that has room for a letter only

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const kinds = NAMES.map((name) =>
      h("button", { type: "button", role: "radio", class: `is-${MEANS[name]}`, text: strings.qkv.names[name] }),
    );
    const toggle = h("div", { class: "toggle", role: "radiogroup", "aria-label": strings.qkv.which }, kinds);
    const labels = h("div", { class: "trio-labels" });
    const panels = NAMES.map((name) => panel(name));
    const trio = h(
      "div",
      { class: "trio" },
      labels,
      panels.map(({ element }) => element),
    );
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const scale = legend();
    const opened = h("h3", {});
    const [matrix, list] = [h("div", {}), h("div", { class: "term-list" })];
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: strings.qkv.title }), where),
      trio,
      readout,
      scale.element,
      h("div", { class: "opened" }, opened, toggle),
      matrix,
      list,
    );
    scale.show("signed", "\u2212", "+", strings.qkv.scale);
    const words = note(slot, strings.qkv.title);
    words.explain(...strings.qkv.explain);
    const moved = difference(slot, words);
    const box = widthOf(slot, () => draw());
    const same = unchanged();
    let data = null;
    let size = { row: 8, width: 64, rows: 1 };
    let hover = null; // {name, row, entry}
    let within = null; // {entry, i, key} of the product or of a line of the list, under the pointer or the focus
    let lit = false; // the entry, from the formula
    let described = null;

    const value = (name, row, entry) => data[name][row * data.d_head + entry];
    const readAt = (name, row, entry) =>
      strings.qkv.cell(strings.qkv.names[name], data.labels[row + data.first], entry + 1, number(value(name, row, entry), 4));
    const weight = (entry, i) => data.w[entry * data.d_model + i];
    const take = (changes) => choose(send, changes);

    const slice = product(matrix, {
      label: strings.qkv.slice,
      read(entry, i) {
        const [w, x] = [weight(entry, i), data.x[i]];
        return strings.qkv.weight(i + 1, entry + 1, number(w), number(x), number(w * x));
      },
      look(found) {
        light(list, found?.entry === data.entry ? found.key : null);
        follow(found);
      },
      choose: (entry) => take({ entry }),
    });

    /** The cell under the pointer or the focus, null for none. */
    function point(found) {
      if (found?.name === hover?.name && found?.row === hover?.row && found?.entry === hover?.entry) return;
      hover = found;
      if (found) within = null;
      put({ hover: found && found.row + data.first });
      draw();
      sayFormulas();
    }
    function follow(found) {
      within = found;
      if (found) hover = null; // a focus that has stayed there
      sayFormulas();
    }
    words.ties.follow((key) => {
      slice.mark(key);
      light(list, key);
      if (lit === (key === "y")) return;
      lit = key === "y";
      drawTrio();
    });

    function panel(name) {
      const head = h("p", { class: `trio-head is-${MEANS[name]}`, text: strings.qkv.many[name] });
      const range = h("span", { class: "head-small" });
      const body = h("div", { class: "cells" });
      const element = h("div", { class: "trio-panel" }, head, body, range);
      const drawing = canvas(body);
      const pointer = cursor(body, {
        label: strings.qkv.panel(strings.qkv.many[name]),
        size: () => [size.rows, data.d_head],
        box: (row, col) => ({
          x: (col * size.width) / data.d_head,
          y: row * size.row,
          width: Math.max(3, size.width / data.d_head),
          height: size.row,
        }),
        read: (row, col) => readAt(name, row, col),
        // To pass through the three with the tabulator opens none of them.
        move(row, col) {
          point({ name, row, entry: col });
          if (name === state.matrix) take({ token: row + data.first, entry: col });
        },
        enter: (row, col) => take({ token: row + data.first, matrix: name, entry: col }),
      });
      // A step puts a new cell in the old one's place: only a focus that has left the panel counts.
      body.addEventListener("focusout", () => requestAnimationFrame(() => pointer.focused || point(null)));
      const at = (event) => {
        const { left, top } = drawing.element.getBoundingClientRect();
        const row = Math.floor((event.clientY - top) / size.row);
        const entry = Math.floor(((event.clientX - left) / size.width) * data.d_head);
        return row >= 0 && row < size.rows && entry >= 0 && entry < data.d_head ? { name, row, entry } : null;
      };
      body.addEventListener("pointermove", (event) => {
        if (data) point(at(event));
      });
      body.addEventListener("pointerleave", () => point(null));
      body.addEventListener("click", (event) => {
        const found = data && at(event);
        if (found) take({ token: found.row + data.first, matrix: name, entry: found.entry });
      });
      return { name, element, head, body, drawing, pointer, range };
    }
    radios(toggle, (at) => take({ matrix: NAMES[at] }));
    toggle.addEventListener("click", (event) => {
      const at = kinds.indexOf(event.target);
      if (at >= 0) take({ matrix: NAMES[at] });
    });

    const draw = frame(() => {
      if (!data || !box.width || moved.on) return false;
      const { width } = box;
      pale(slot, outrun(data) || data.head !== state.head);
      // A choice that only Python can answer: what is there stays as it is until then.
      if (same(data, width, chosen(data.labels.length), state.matrix, state.entry, state.hover, hover)) return false;
      const rows = data.q.shape[0];
      where.textContent = [
        strings.vectors.where.block(data.block + 1),
        strings.vectors.where.head(data.head + 1),
        rows < data.labels.length && strings.qkv.window(data.first + 1, data.first + rows),
      ]
        .filter(Boolean)
        .join(", ");
      check(kinds, NAMES.indexOf(state.matrix));
      drawTrio();
      if (described === width) return;
      described = width;
      drawSlice();
      drawTerms();
      describe();
    }, slot);
    const drawTrio = frame(() => moved.on || drawPanels(box.width), trio);

    function drawPanels(width) {
      const rows = data.q.shape[0];
      const label = labelRoom(width);
      const room = (width - label - 2 * GAP) / 3;
      const least = Math.floor(room / data.d_head);
      size = {
        rows,
        width: least >= 1 ? data.d_head * Math.min(24, least) : Math.floor(room),
        row: Math.max(3, Math.min(20, Math.floor(288 / rows))),
      };
      const row = Math.max(0, Math.min(rows - 1, chosen(data.labels.length) - data.first));
      trio.style.gridTemplateColumns = `${label - GAP}px repeat(3, ${size.width}px)`;
      for (const { name, head, body, drawing, pointer, range } of panels) {
        setText(head, size.width < NARROW ? name : strings.qkv.many[name]);
        const high = rows * size.row;
        const context = drawing.size(size.width, high);
        const { limit, beyond, largest } = data.scales[name];
        const image = (data.images[name] ??= picture(data[name], rows, data.d_head, { kind: "signed", limit }));
        paint(context, image, 0, 0, size.width, high);
        context.fillStyle = colour("paper");
        if (size.row >= 6) for (let r = 1; r < rows; r++) context.fillRect(0, r * size.row - 0.5, size.width, 1);
        const cell = size.width / data.d_head;
        const line = (r, meaning, thick) => {
          context.strokeStyle = colour(meaning);
          context.lineWidth = thick;
          context.strokeRect(1, r * size.row + 0.5, size.width - 2, Math.max(size.row - 1, 3));
        };
        const near = state.hover === null ? -1 : state.hover - data.first;
        if (near >= 0 && near < rows && near !== row) line(near, "residual", 1);
        line(row, "chosen", 2);
        const mark = (r, entry, thick = 1.5) => {
          context.strokeStyle = colour("ink");
          context.lineWidth = thick;
          context.strokeRect(entry * cell + 0.5, r * size.row + 0.5, Math.max(cell - 1, 3), Math.max(size.row - 1, 3));
        };
        if (name === state.matrix) mark(row, Math.min(state.entry, data.d_head - 1));
        if (hover?.name === name) mark(hover.row, hover.entry);
        const told = lit && target();
        if (told && told.name === name) mark(told.row, told.entry, 4);
        body.style.height = `${high}px`;
        body.style.width = `${size.width}px`;
        range.textContent = [strings.qkv.range(number(limit)), beyond && strings.vectors.beyond(beyond, number(largest))]
          .filter(Boolean)
          .join("; ");
        if (pointer.focused) pointer.refresh();
        else pointer.place(row, name === state.matrix ? state.entry : pointer.at[1]);
      }
      const all = size.row >= 14 ? [...Array(rows).keys()] : [row];
      labels.style.height = `${rows * size.row}px`;
      become(
        labels,
        ...all.map((r) => {
          const element = token(data.labels[r + data.first]);
          element.classList.add("strip-label");
          element.classList.toggle("is-chosen", r === row);
          element.style.top = `${Math.max(0, Math.min(rows * size.row - 16, r * size.row + size.row / 2 - 8))}px`;
          return element;
        }),
      );
      const at = hover ?? { name: state.matrix, row, entry: Math.min(state.entry, data.d_head - 1) };
      readout.textContent = readAt(at.name, at.row, at.entry);
    }

    // What depends on the numbers from Python alone.
    const rowOf = () => data.token - data.first;
    const vectorOf = (name) => data[name].slice(rowOf() * data.d_head, (rowOf() + 1) * data.d_head);
    const W = (name) => `W_${name.toUpperCase()}`;

    function drawSlice() {
      const { matrix: name, entry } = data;
      const [before, after] = strings.qkv.open(strings.qkv.names[name], entry + 1);
      become(opened, ...parts([before, { token: data.labels[data.token] }, after]));
      slice.draw({
        x: data.x,
        w: data.w,
        bias: data.bias,
        result: vectorOf(name),
        rows: data.d_head,
        cols: data.d_model,
        step: [1, 1],
        entry,
        width: box.width,
        high: 256,
        names: { x: "ln1", w: W(name), result: name, meaning: MEANS[name] },
      });
    }
    const drawTerms = frame(() => {
      const { matrix: name, entry } = data;
      terms(list, {
        ...data.terms,
        name: `${name}[${entry + 1}]`,
        x: "ln1",
        w: W(name),
        point(key) {
          slice.mark(key);
          follow(key && { entry, i: termOf(key), key });
        },
      });
    }, list);

    /** What the formula is of: under the pointer or the focus, else chosen. */
    const target = () => hover ?? { name: data.matrix, row: rowOf(), entry: within?.entry ?? data.entry };
    const isOpened = ({ name, row }) => name === data.matrix && row === rowOf();
    const products = (entry) => {
      const w = data.w.subarray(entry * data.d_model, (entry + 1) * data.d_model);
      const all = dot(data.x, w, value(data.matrix, rowOf(), entry), data.d_model);
      return { ...all, bias: data.bias[entry] };
    };
    const sayFormulas = frame(() => data && !moved.on && formulas(), words.place);
    function formulas() {
      const at = target();
      const [of, token, column] = [at.name.toUpperCase(), String(at.row + data.first + 1), String(at.entry + 1)];
      const name = coloured(MEANS[at.name], sub(at.name, row(token, ",", column)));
      const indices = { name, x: "ln1", of, token, column };
      const full = (entry) => dotFormula({ ...products(entry), ...indices, at: within?.i, ties: true });
      let lines = null;
      if (isOpened(at)) lines = full(at.entry);
      else {
        // Of other vectors only the result is here. The line of terms keeps its room, so that nothing jumps.
        const [, room] = full(data.entry);
        const [general] = dotFormula({ ...data.terms, ...indices, name: tied("y", name) });
        room.classList.add("room");
        lines = [general, formula("=", tied("y", number(value(at.name, at.row, at.entry), 4))), room];
      }
      words.formulas(...lines);
      words.ties.light(hover ? "y" : (within?.key ?? null));
    }

    const describe = frame(() => {
      if (moved.on) return false; // the words are the difference's
      const { matrix: name, entry } = data;
      words.say(
        ...strings.qkv.says({
          name: strings.qkv.names[name],
          token: { token: data.labels[data.token] },
          head: data.head + 1,
          block: data.block + 1,
          n: data.d_head,
          norm: number(Math.hypot(...vectorOf(name))),
          wide: integer(data.d_model),
          from: data.start + 1,
          to: data.start + data.d_head,
          all: integer(3 * data.d_model),
        }),
      );
      formulas();
      words.table(() => ({
        caption: strings.qkv.caption(data.labels[data.token]),
        columns: strings.qkv.columns,
        rows: Array.from({ length: data.d_head }, (_, i) => [i + 1, ...NAMES.map((each) => number(value(each, rowOf(), i), 5))]),
      }));
    }, words.place);

    listen(draw);
    onTheme(() => {
      same.forget();
      if (data) data.images = {};
      described = null;
      draw();
    });
    return {
      update(next) {
        if (moved.update(next)) {
          hover = within = null;
          where.textContent = [strings.vectors.where.block(next.block + 1), strings.vectors.where.head(next.head + 1)].join(", ");
          return;
        }
        if (data && String(next.q.shape) !== String(data.q.shape)) hover = within = null;
        data = { ...next, images: {}, scales: Object.fromEntries(NAMES.map((name) => [name, fit(next[name])])) };
        described = null;
        adopt(next);
        draw();
      },
    };
  },
};
