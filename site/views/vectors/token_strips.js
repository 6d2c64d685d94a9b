// Draws the vectors of all tokens as strips, a row each.
import { colour } from "../../lib/colour.js";
import { h, unchanged } from "../../lib/dom.js";
import { paint, picture, sharpness } from "../../lib/heat.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";
import { token } from "../../widgets/token.js";

const LABEL = 88; // room for the tokens, left of the strips

/**
 * cell(row, entry): a token's vector, by its row counted from the first shown token; entry: the one that is pointed at, null for none.
 * @template {import("../../widgets/cell.js").Cell} C
 * @param {HTMLElement} host
 * @param {{label: string, cell(row: number, entry: number | null): C, point(cell: C | null): void, choose(cell: C): void}} options
 */
export function tokenStrips(host, { label, cell, point, choose }) {
  const labels = h("div", { class: "strip-labels" });
  host.append(labels);
  const same = unchanged();
  let size = { rows: 1, columns: 1, height: 12, width: 1 };
  let image = null;

  // For the keyboard a row is one cell, in column 0; the pointer finds its entries, in the columns behind.
  const grid = gridCanvas(host, {
    label,
    locate(px, py) {
      const row = Math.max(0, Math.min(size.rows - 1, Math.floor(py / size.height)));
      const entry = Math.min(size.columns - 1, Math.floor(((px - LABEL) / size.width) * size.columns));
      return [row, px < LABEL ? 0 : entry + 1];
    },
    cell: (row, column) => cell(row, column ? column - 1 : null),
    point,
    choose,
  });

  /** Fits the strips to the room: few entries get whole pixels each, many fill the width. */
  function fit([rows, columns], room) {
    const width = columns < 64 ? columns * Math.max(1, Math.min(48, Math.floor(room / columns))) : room;
    size = { rows, columns, width, height: Math.max(2, Math.min(20, Math.floor(200 / rows))) };
  }
  function frameRow(context, row, name) {
    const { height } = size;
    context.strokeStyle = colour(name);
    context.lineWidth = name === "chosen" ? 2 : 1;
    context.strokeRect(1, row * height + (height > 4 ? 0.5 : -1), size.width - 2, Math.max(height - 1, 4));
  }
  /** Names the tokens where names fit; else only the chosen one. */
  function name(texts, first, chosen) {
    const named = size.height >= 14 ? [...Array(size.rows).keys()] : [chosen];
    labels.replaceChildren(
      ...named.map((row) => {
        const element = token(texts[row + first]);
        element.classList.add("strip-label");
        element.classList.toggle("is-chosen", row === chosen);
        const middle = row * size.height + size.height / 2;
        element.style.top = `${Math.max(0, Math.min(size.rows * size.height - 16, middle - 8))}px`;
        return element;
      }),
    );
  }

  return {
    /**
     * scale: of the picture; chosen: a row; near: the one that is pointed at elsewhere, null for none; lit: {row, entry} that a formula's
     * part stands for, one of them null. Returns the entries per pixel.
     * @param {import("../../generated/contract").VectorsShown} data
     */
    draw({ values, labels: texts, first }, width, { scale, chosen, near, lit }) {
      fit(values.shape, Math.max(64, width - LABEL));
      const { rows, columns, height } = size;
      const context = grid.lay({ rows, columns: 1, width: size.width, height, left: LABEL });
      const options = { ...scale, maxCols: size.width * sharpness() };
      if (!same(values, size.width, scale.kind, scale.limit)) image = picture(values, rows, columns, options);
      paint(context, image, 0, 0, size.width, rows * height);
      grid.rule({ rows: true });
      if (near !== null && near >= 0 && near < rows) frameRow(context, near, "residual");
      frameRow(context, chosen, "chosen");
      context.strokeStyle = context.fillStyle = colour("ink");
      context.lineWidth = 2;
      if (lit.row !== null) context.strokeRect(1, lit.row * height, size.width - 2, Math.max(height, 4));
      if (lit.entry !== null) context.fillRect(((lit.entry + 0.5) / columns) * size.width - 1, 0, 2, rows * height);
      host.style.height = `${rows * height}px`;
      name(texts, first, chosen);
      grid.follow(chosen, 0);
      return columns > image.width ? Math.ceil(columns / image.width) : 1;
    },
    /** Drops the picture: the colours have changed. */
    forget: same.forget,
  };
}
