// The vectors under the tokens at any named point of the model: all of them as strips, the chosen one entry by entry.
import { check, h, pale, radios, unchanged, widthOf } from "../../lib/dom.js";
import { colour, fit, onTheme } from "../../lib/colour.js";
import { cursor } from "../../widgets/cursor.js";
import { number } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { canvas, paint, picture } from "../../lib/heat.js";
import { formula, row, sub, tied } from "../../lib/math.js";
import { legend, note } from "../../widgets/note.js";
import { pointFormula } from "./point_formulas.js";
import { adopt, choose, chosen, listen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const LABEL = 88; // room for token labels left of the strips
const WIDTHS = [1, 2, 4, 8, 16, 32, 48, 64, 96, 128]; // entries per line of the cells: counts that a reader can add up

export default {
  create(slot, send) {
    const head = h("div", { class: "part-head" });
    const points = h("div", { class: "points", role: "radiogroup", "aria-label": strings.vectors.points });
    const meaning = h("p", { class: "meaning" });
    const strips = h("div", { class: "strips" });
    const labels = h("div", { class: "strip-labels" });
    const cells = h("div", { class: "cells" });
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const scale = legend();
    const [about, aboutCells] = [h("p", { class: "head-small" }), h("p", { class: "head-small" })];
    slot.append(head, points, meaning, about, strips, aboutCells, cells, readout, scale.element);
    strips.append(labels);
    const shown = widthOf(slot, () => draw());
    const [same, sameStrips] = [unchanged(), unchanged()];
    const words = note(slot, strings.vectors.title);
    words.explain(...strings.vectors.more);
    const stripCanvas = canvas(strips);
    const cellCanvas = canvas(cells);
    let data = null;
    let image = null; // of the strips
    let [rows, cols] = [1, 1];
    let entry = 0; // the entry under the cursor
    let scaled = { limit: 1 };
    const geometry = { row: 12, strip: 1, columns: 16, cell: 12 };
    let shownFor = null;
    let pointed = null; // the row under the pointer
    let told = null; // what the part of a formula under the pointer stands for

    const value = (token, at) => data.values[(token - data.first) * cols + at];
    const rowOf = () => Math.max(0, Math.min(rows - 1, chosen(data.labels.length) - data.first));
    const difference = () => data.shows === "difference";
    const magnitude = () => data.point === "pattern" && !difference();
    const readAt = (token, at) =>
      scored()
        ? strings.vectors.key(data.labels[token], data.labels[at], number(value(token, at), 4))
        : strings.vectors.cell(data.labels[token], at + 1, cols, number(value(token, at), 4));
    const scored = () => data.axes.at(-1) === "key_pos";

    const rowCursor = cursor(strips, {
      label: strings.vectors.strips,
      size: () => [rows, 1],
      box: (row) => ({ x: LABEL, y: row * geometry.row, width: geometry.strip, height: geometry.row }),
      read: (row) => `${data.labels[row + data.first]}, ${strings.vectors.where.norm(number(data.norms[row + data.first]))}`,
      move: (row) => choose(send, { token: row + data.first }),
      enter: (row) => choose(send, { token: row + data.first }),
    });
    const cellCursor = cursor(cells, {
      label: strings.vectors.cells,
      size: () => [Math.ceil(cols / geometry.columns), Math.min(cols, geometry.columns)],
      box: (row, col) => ({
        x: col * geometry.cell,
        y: row * geometry.cell,
        width: geometry.cell,
        height: geometry.cell,
      }),
      read: (row, col) => readAt(rowOf() + data.first, Math.min(cols - 1, row * geometry.columns + col)),
      move: (row, col) => {
        entry = Math.min(cols - 1, row * geometry.columns + col);
        words.ties.light("entry");
        draw();
      },
      enter: () => {},
    });

    radios(points, (at) => choose(send, { point: data.points[at].name }));
    points.addEventListener("click", (event) => {
      const radio = event.target.closest("[role=radio]");
      if (radio) choose(send, { point: radio.dataset.point });
    });

    // The names in a formula stand for other points.
    const pointAt = (event) => event.target.closest("[role=radio]")?.dataset.point ?? null;
    points.addEventListener("pointerover", (event) => words.ties.light(pointAt(event)));
    points.addEventListener("focusin", (event) => words.ties.light(pointAt(event)));
    for (const leave of ["pointerleave", "focusout"]) {
      for (const place of [points, cells]) place.addEventListener(leave, () => words.ties.light(null));
    }
    words.ties.follow((key) => {
      told = key;
      for (const radio of points.children) radio.classList.toggle("lit", radio.dataset.point === key);
      draw();
    });

    function build() {
      [rows, cols] = data.values.shape;
      entry = Math.min(entry, cols - 1);
      scaled = fit(data.values);
      if (points.childElementCount !== data.points.length) {
        points.replaceChildren(
          ...data.points.map(({ name, meaning: title }) =>
            h("span", { role: "radio", class: "point", "data-point": name, title, text: name }),
          ),
        );
      }
    }

    const draw = frame(() => {
      if (!data || !shown.width) return false;
      const where = data.points.findIndex(({ name }) => name === state.point);
      check([...points.children], where < 0 ? data.points.findIndex(({ name }) => name === data.point) : where);
      const blocked = data.axes.includes("layer");
      const headed = data.axes.includes("head");
      pale(slot, data.point !== state.point || (blocked && data.block !== state.block) || (headed && data.head !== state.head));
      if (same(data, shown.width, rowOf(), entry, state.hover, pointed, told)) return false;
      head.replaceChildren(
        h("h2", { text: data.point }),
        h("span", {
          class: "head-small",
          text: [blocked && strings.vectors.where.block(data.block + 1), headed && strings.vectors.where.head(data.head + 1)]
            .filter(Boolean)
            .join(", "),
        }),
      );
      meaning.textContent = data.points.find(({ name }) => name === data.point)?.meaning ?? "";
      for (const draw of drawings) draw();
    }, slot);
    const drawings = [
      [drawStrips, strips],
      [drawCells, cells],
      [describe, words.place],
      [formulas, words.place],
    ].map(([draw, place]) => frame(draw, place));

    function drawStrips() {
      const width = Math.max(64, shown.width - LABEL);
      const row = Math.max(2, Math.min(20, Math.floor(200 / rows)));
      geometry.row = row;
      // Few entries get whole pixels each, many fill the width.
      geometry.strip = cols < 64 ? cols * Math.max(1, Math.min(48, Math.floor(width / cols))) : width;
      const context = stripCanvas.size(geometry.strip, rows * row);
      if (!sameStrips(data, geometry.strip)) {
        image = picture(data.values, rows, cols, {
          kind: magnitude() ? "amount" : "signed",
          limit: scaled.limit,
          maxCols: geometry.strip * Math.min(3, devicePixelRatio || 1),
        });
      }
      paint(context, image, 0, 0, geometry.strip, rows * row);
      const now = rowOf();
      if (row >= 6) {
        // a line of paper between the strips
        context.fillStyle = colour("paper");
        for (let r = 1; r < rows; r++) context.fillRect(0, r * row - 0.5, geometry.strip, 1);
      }
      for (const [r, name] of [
        [state.hover === null ? null : state.hover - data.first, "residual"],
        [now, "chosen"],
      ]) {
        if (r === null || r < 0 || r >= rows) continue;
        context.strokeStyle = colour(name);
        context.lineWidth = name === "chosen" ? 2 : 1;
        context.strokeRect(1, r * row + (row > 4 ? 0.5 : -1), geometry.strip - 2, Math.max(row - 1, 4));
      }
      context.strokeStyle = context.fillStyle = colour("ink");
      context.lineWidth = 2;
      const spoken = pointed ?? now;
      if (told === "token") context.strokeRect(1, spoken * row, geometry.strip - 2, Math.max(row, 4));
      if (told === "entry") context.fillRect(((entry + 0.5) / cols) * geometry.strip - 1, 0, 2, rows * row);
      stripCanvas.element.style.left = `${LABEL}px`;
      strips.style.height = `${rows * row}px`;
      // Labels where they fit; else only the chosen one's.
      const named = row >= 14 ? [...Array(rows).keys()] : [now];
      labels.replaceChildren(
        ...named.map((r) => {
          const element = token(data.labels[r + data.first]);
          element.classList.add("strip-label");
          element.classList.toggle("is-chosen", r === now);
          element.style.top = `${Math.max(0, Math.min(rows * row - 16, r * row + row / 2 - 8))}px`;
          return element;
        }),
      );
      rowCursor.place(now, 0);
      about.textContent = [
        strings.vectors.all(cols),
        rows < data.labels.length && strings.vectors.window(data.first + 1, data.first + rows),
        cols > image.width && strings.vectors.pooled(Math.ceil(cols / image.width)),
      ]
        .filter(Boolean)
        .join("; ");
    }

    function drawCells() {
      const width = shown.width;
      const columns = WIDTHS.find((n) => n >= cols || (n * n >= cols * 2.2 && n >= 16)) ?? 128;
      const cell = Math.max(3, Math.min(18, Math.floor(width / Math.min(columns, cols))));
      const lines = Math.ceil(cols / columns);
      Object.assign(geometry, { columns, cell });
      const context = cellCanvas.size(Math.min(columns, cols) * cell, lines * cell);
      const vector = new Float32Array(lines * columns);
      vector.set(data.values.subarray(rowOf() * cols, (rowOf() + 1) * cols));
      const image = picture(vector, lines, columns, {
        kind: magnitude() ? "amount" : "signed",
        limit: scaled.limit,
        blank: (r, c) => r * columns + c >= cols,
      });
      paint(context, image, 0, 0, columns * cell, lines * cell);
      if (cell >= 6) {
        context.fillStyle = colour("paper");
        for (let c = 1; c < columns; c++) context.fillRect(c * cell - 0.5, 0, 1, lines * cell);
        for (let r = 1; r < lines; r++) context.fillRect(0, r * cell - 0.5, columns * cell, 1);
      }
      const [r, c] = [Math.floor(entry / columns), entry % columns];
      context.strokeStyle = colour("ink");
      context.lineWidth = told === "entry" ? 3 : 1.5;
      context.strokeRect(c * cell + 0.5, r * cell + 0.5, cell - 1, cell - 1);
      cells.style.height = `${lines * cell}px`;
      cells.style.width = `${Math.min(columns, cols) * cell}px`;
      cellCursor.place(r, c);
      aboutCells.textContent = strings.vectors.one;
      readout.textContent = readAt((pointed ?? rowOf()) + data.first, entry);
      scale.show(
        magnitude() ? "amount" : "signed",
        magnitude() ? "0" : `\u2212${number(scaled.limit)}`,
        number(scaled.limit),
        scaled.beyond ? strings.vectors.beyond(scaled.beyond, number(scaled.largest)) : "",
      );
    }

    function describe() {
      const token = rowOf() + data.first;
      const key = `${data.version}/${data.point}/${data.block}/${data.head}/${token}`;
      if (key === shownFor) return;
      shownFor = key;
      let high = 0;
      for (let i = 1; i < cols; i++) if (Math.abs(value(token, i)) > Math.abs(value(token, high))) high = i;
      words.say(
        ...(difference() ? strings.whatif.vectors : strings.vectors.says)({
          point: h("code", { text: data.point }),
          token: { token: data.labels[token] },
          n: cols,
          mean: number(data.mean[token]),
          std: number(data.std[token]),
          norm: number(data.norms[token]),
          high: high + 1,
          highValue: number(value(token, high)),
        }),
      );
      words.table(() => ({
        caption: strings.vectors.caption(data.point, data.labels[token]),
        columns: scored() ? strings.vectors.keys : strings.vectors.columns,
        rows: (function* () {
          for (let i = 0; i < cols; i++) yield [scored() ? { token: data.labels[i] } : i + 1, number(value(token, i), 5)];
        })(),
      }));
    }

    /** What the point is made of, and the number under the pointer: whose it is its indices say, of token and entry. */
    function formulas() {
      if (difference()) return words.formulas(); // it holds between no differences
      const at = (pointed ?? rowOf()) + data.first;
      const [token, place] = [tied("token", String(at + 1)), tied("entry", String(entry + 1))];
      words.formulas(
        ...pointFormula(data.point, data.act_fn),
        formula(sub(data.point, row(token, ",", place)), "=", tied("entry", number(value(at, entry), 4))),
        formula("‖", sub(data.point, tied("token", String(at + 1))), "‖", "=", tied("token", number(data.norms[at]))),
      );
    }

    // The pointer reads entries and tokens; a click on a strip chooses the token.
    const local = (event, element) => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    cells.addEventListener("pointermove", (event) => {
      if (!data) return;
      const [x, y] = local(event, cellCanvas.element);
      const at = Math.floor(y / geometry.cell) * geometry.columns + Math.floor(x / geometry.cell);
      if (!(at >= 0 && at < cols && x >= 0)) return;
      entry = at;
      words.ties.light("entry");
      draw();
    });
    const rowAt = (event) => Math.max(0, Math.min(rows - 1, Math.floor(local(event, stripCanvas.element)[1] / geometry.row)));
    strips.addEventListener("pointermove", (event) => {
      if (!data) return;
      const [x] = local(event, stripCanvas.element);
      if (x >= 0) entry = Math.max(0, Math.min(cols - 1, Math.floor((x / geometry.strip) * cols)));
      pointed = rowAt(event);
      words.ties.light("token");
      put({ hover: pointed + data.first });
      draw();
    });
    strips.addEventListener("pointerleave", () => {
      pointed = null;
      words.ties.light(null);
      put({ hover: null });
      draw();
    });
    strips.addEventListener("click", (event) => choose(send, { token: rowAt(event) + data.first }));

    listen(draw);
    onTheme(() => {
      same.forget();
      sameStrips.forget();
      draw();
    });
    return {
      update(next) {
        data = { first: 0, axes: next.points.find(({ name }) => name === next.point)?.axes ?? [], ...next };
        shownFor = pointed = null;
        adopt(next);
        build();
        draw();
      },
    };
  },
};
