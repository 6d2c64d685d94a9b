// Shows queries, keys and values of one head side by side: a row for every token, a column for every entry.
import { morphChildren, h, setText } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { paint, picture } from "../../lib/heat.js";
import { chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";
import { beyondText } from "../../widgets/note.js";
import { labelRoom } from "../../widgets/strips.js";
import { token } from "../../widgets/token.js";

const words = strings.qkv;
export const MEANS = { q: "query", k: "key", v: "value" };
const GAP = 16;
const NARROW = 64; // px: a narrower panel has room for a letter only

/**
 * @param {HTMLElement} host
 * @param {{names: string[], cell(name: string, row: number, entry: number): import("./index.js").HeadCell,
 *   point(cell: import("./index.js").HeadCell | null): void, choose(changes: object): void}} options choose: changes the reader's choices
 */
export function trio(host, { names, cell, point, choose }) {
  const labels = h("div", { class: "trio-labels" });
  const panels = names.map((name) => panel(name));
  host.append(labels, ...panels.map(({ element }) => element));
  let pictures = { of: null }; // of the data `of`, in the current colours

  function panel(name) {
    const head = h("p", { class: `trio-head is-${MEANS[name]}`, text: words.many[name] });
    const [range, body] = [h("span", { class: "head-small" }), h("div", { class: "cells" })];
    const grid = gridCanvas(body, {
      label: words.panel(words.many[name]),
      cell: (row, entry) => cell(name, row, entry),
      point,
      choose: ({ token: at, entry }) => choose({ token: at, matrix: name, entry }),
      // Passing through the three panels with the tab key opens none of them.
      move: ({ token: at, entry }) => name === state.matrix && choose({ token: at, entry }),
    });
    return { name, element: h("div", { class: "trio-panel" }, head, body, range), head, body, grid, range };
  }

  function sizes(data, width) {
    const rows = data.q.shape[0];
    const room = (width - labelRoom(width) - 2 * GAP) / 3;
    const least = Math.floor(room / data.d_head);
    return {
      rows,
      width: least >= 1 ? data.d_head * Math.min(24, least) : Math.floor(room),
      row: Math.max(3, Math.min(20, Math.floor(288 / rows))),
    };
  }

  function drawPanel({ name, head, body, grid, range }, data, size, row, { scales, pointed, ring }) {
    const high = size.rows * size.row;
    setText(head, size.width < NARROW ? name : words.many[name]);
    Object.assign(body.style, { width: `${size.width}px`, height: `${high}px` });
    const context = grid.lay({ rows: size.rows, columns: data.d_head, width: size.width / data.d_head, height: size.row });
    const { limit } = scales[name];
    pictures[name] ??= picture(data[name], size.rows, data.d_head, { kind: "signed", limit });
    paint(context, pictures[name], 0, 0, size.width, high);
    grid.rule({ rows: true });
    const near = state.hover === null ? -1 : state.hover - data.first;
    if (near >= 0 && near < size.rows && near !== row) grid.ringRow(near, "residual", 1);
    grid.ringRow(row);
    if (name === state.matrix) grid.ring(row, Math.min(state.entry, data.d_head - 1));
    if (pointed?.name === name) grid.ring(pointed.row, pointed.entry);
    if (ring && ring.name === name) grid.ring(ring.row, ring.entry, "ink", 4);
    range.textContent = [words.range(number(limit)), beyondText(scales[name])].filter(Boolean).join("; ");
    grid.follow(row, name === state.matrix ? state.entry : grid.at[1]);
  }

  function drawLabels(data, size, row) {
    const all = size.row >= 14 ? [...Array(size.rows).keys()] : [row];
    labels.style.height = `${size.rows * size.row}px`;
    morphChildren(
      labels,
      ...all.map((r) => {
        const element = token(data.labels[r + data.first]);
        element.classList.add("strip-label");
        element.classList.toggle("is-chosen", r === row);
        element.style.top = `${Math.max(0, Math.min(size.rows * size.row - 16, r * size.row + size.row / 2 - 8))}px`;
        return element;
      }),
    );
  }

  return {
    /** scales: of the three pictures; pointed: the cell under the pointer; ring: the cell that a formula's part stands for, if any. */
    draw(data, width, marks) {
      const size = sizes(data, width);
      if (pictures.of !== data) pictures = { of: data };
      const row = Math.max(0, Math.min(size.rows - 1, chosen(data.labels.length) - data.first));
      host.style.gridTemplateColumns = `${labelRoom(width) - GAP}px repeat(3, ${size.width}px)`;
      for (const each of panels) drawPanel(each, data, size, row, marks);
      drawLabels(data, size, row);
    },
    /** Drops the pictures: colours have changed. */
    forget() {
      pictures = { of: null };
    },
  };
}
