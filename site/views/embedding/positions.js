// Draws cosines of the chosen position's row with the rows of all positions of the text: as many cells in a line as fit.
import { paint, picture } from "../../lib/heat.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";

/**
 * Adds the cells to `host`; they count from the first position that is shown.
 * @template {import("../../widgets/cell.js").Cell} C
 * @param {HTMLElement} host
 * @param {{label: string, cell(at: number): C, point(cell: C | null): void, choose(cell: C): void}} options
 */
export function positions(host, { label, cell, point, choose }) {
  let columns = 1;
  const grid = gridCanvas(host, { label, cell: (row, column) => cell(row * columns + column), point, choose });
  const ring = (at, name, thick = 2) => grid.ring(Math.floor(at / columns), at % columns, name, thick, 1);

  return {
    /**
     * chosen: a cell; near: the one that is pointed at, here or elsewhere, null for none; lit: the one that a formula's part stands for.
     * @param {Float32Array} cosines
     * @param {number} width
     * @param {{chosen: number, near: number | null, lit: number | null}} marks
     */
    draw(cosines, width, { chosen, near, lit }) {
      const count = cosines.length;
      const size = Math.max(6, Math.min(24, Math.floor(width / Math.min(32, count))));
      columns = Math.max(1, Math.min(count, Math.floor(width / size)));
      const lines = Math.ceil(count / columns);
      const padded = new Float32Array(lines * columns);
      padded.set(cosines);
      const context = grid.lay({ rows: lines, columns, width: size, height: size, count });
      const image = picture(padded, lines, columns, { kind: "signed", limit: 1, blank: (r, c) => r * columns + c >= count });
      paint(context, image, 0, 0, columns * size, lines * size);
      grid.rule();
      ring(chosen, "chosen");
      if (near !== null && near >= 0 && near < count && near !== chosen) ring(near, "residual");
      if (lit !== null) ring(lit, "ink", 4);
      Object.assign(host.style, { width: `${columns * size}px`, height: `${lines * size}px` });
      grid.follow(Math.floor(chosen / columns), chosen % columns);
    },
  };
}
