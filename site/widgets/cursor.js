// The way into a canvas for keyboard and screen reader: a grid of which only the current cell is in the DOM.
import { h } from "../lib/dom.js";

/**
 * Adds the grid to `host`. options: label, size() -> [rows, cols], box(row, col) -> {x, y, width, height}, read(row, col) -> text,
 * move(row, col), enter(row, col, key), mark(element, row, col): adds attributes to the cell's element. Arrow keys move, Page and
 * Home/End jump, Enter or Space chooses.
 */
export function cursor(host, { label, size, box, read, move, enter, mark = (_element, _row, _col) => {} }) {
  const grid = h("div", { class: "cursor", role: "grid", "aria-label": label });
  host.append(grid);
  let [row, col] = [0, 0];
  let cell = null;
  let following = false; // the focus goes to the new element of a place chosen elsewhere: the reader has not moved

  // A new element per step: not every screen reader reads out a focused element whose name merely changes.
  function render(focus) {
    const [rows, cols] = size();
    row = Math.max(0, Math.min(rows - 1, row));
    col = Math.max(0, Math.min(cols - 1, col));
    grid.setAttribute("aria-rowcount", rows);
    grid.setAttribute("aria-colcount", cols);
    const { x, y, width, height } = box(row, col);
    const next = h("div", {
      role: "gridcell",
      class: "cursor-cell",
      tabindex: "0",
      "aria-colindex": col + 1,
      "aria-label": read(row, col),
      onkeydown,
      onfocus,
    });
    Object.assign(next.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
    mark(next, row, col);
    const line = h("div", { role: "row", "aria-rowindex": row + 1 }, next);
    const old = grid.firstChild;
    cell = next;
    if (old) old.replaceWith(line);
    else grid.append(line);
    if (focus) next.focus({ preventScroll: rows * cols > 1 && inView() });
  }
  const inView = () => {
    const { top, bottom } = host.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  };
  function onfocus() {
    if (!following) move(row, col);
  }
  function onkeydown(event) {
    const [rows, cols] = size();
    const to = destination(event, row, col, rows, cols);
    if (to) {
      event.preventDefault();
      [row, col] = to;
      render(true);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      enter(row, col, event.key);
    }
  }
  return {
    /** Follows the data or the pointer without taking the focus. */
    place(r, c) {
      const focused = cell !== null && document.activeElement === cell;
      [row, col] = [r, c];
      following = true;
      render(focused);
      following = false;
    },
    refresh() {
      this.place(row, col);
    },
    get at() {
      return [row, col];
    },
    get focused() {
      return cell !== null && document.activeElement === cell;
    },
  };
}

/** Returns the cell that a key leads to; undefined for other keys. */
function destination({ key, ctrlKey }, row, col, rows, cols) {
  const page = Math.max(1, Math.round(cols / 8));
  return {
    ArrowUp: [row - 1, col],
    ArrowDown: [row + 1, col],
    ArrowLeft: [row, col - 1],
    ArrowRight: [row, col + 1],
    PageUp: [row, col - page],
    PageDown: [row, col + page],
    Home: [ctrlKey ? 0 : row, 0],
    End: [ctrlKey ? rows - 1 : row, cols - 1],
  }[key];
}
