// Shows one vector entry by entry, in lines of so many that a reader can add them up.
import { paint, picture } from "../../lib/heat.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";

const WIDTHS = [1, 2, 4, 8, 16, 32, 48, 64, 96, 128]; // entries in a line

/**
 * @template {import("../../widgets/cell.js").Cell} C
 * @param {HTMLElement} host
 * @param {{label: string, cell(entry: number): C, point(cell: C | null): void}} options
 */
export function entryCells(host, { label, cell, point }) {
  let inLine = 1;
  const grid = gridCanvas(host, { label, cell: (row, column) => cell(row * inLine + column), point, move: null });

  return {
    /**
     * scale: of the picture; entry: the one that is read; lit: whether a formula's part stands for it.
     * @param {Float32Array} vector
     */
    draw(vector, width, { scale, entry, lit }) {
      const count = vector.length;
      const columns = WIDTHS.find((n) => n >= count || (n * n >= count * 2.2 && n >= 16)) ?? WIDTHS.at(-1);
      inLine = Math.min(columns, count);
      const [size, lines] = [Math.max(3, Math.min(18, Math.floor(width / inLine))), Math.ceil(count / inLine)];
      const padded = new Float32Array(lines * inLine);
      padded.set(vector);
      const context = grid.lay({ rows: lines, columns: inLine, width: size, height: size, count });
      const image = picture(padded, lines, inLine, { ...scale, blank: (r, c) => r * inLine + c >= count });
      paint(context, image, 0, 0, inLine * size, lines * size);
      grid.rule();
      const [row, column] = [Math.floor(entry / inLine), entry % inLine];
      grid.ring(row, column, "ink", lit ? 3 : 1.5);
      Object.assign(host.style, { width: `${inLine * size}px`, height: `${lines * size}px` });
      grid.follow(row, column);
    },
  };
}
