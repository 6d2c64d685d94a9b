// Every part of the model that can be switched off: a row for each block, its heads between its two LayerNorms.
import { attribute, h } from "../../lib/dom.js";
import { read, valueAt, withEdit } from "../../state/edits.js";
import strings from "../../strings/index.js";

const ENDS = { before: ["ln1"], after: ["attn_out", "ln2", "mlp_out"] };

/**
 * edit(text): the reader changes the edits.  select(block, head): a head gets the focus.  off(): what "off" is, "0" or
 * "mean".  Returns {element, draw({n_layer, n_head, edits, block, head})}.
 */
export function switches({ edit, select, off }) {
  const words = strings.whatif;
  const grid = h("div", { class: "switches", role: "group", "aria-label": words.grid });
  const element = h("div", { class: "switches-scroll scroll-x" }, grid);
  let cells = []; // [block][column]: {button, name, at}
  let now = null;
  let at = null; // the cell that is in the tab order

  function build({ n_layer, n_head }) {
    const columns = [...ENDS.before, ...Array.from({ length: n_head }, (_, head) => head), ...ENDS.after];
    grid.style.gridTemplateColumns = `max-content 32px repeat(${n_head}, minmax(20px, 28px)) 40px 32px 40px`;
    const heads = columns.map((column) =>
      h("span", { text: typeof column === "number" ? String(column + 1) : words.columns[column], "aria-hidden": "true" }),
    );
    cells = Array.from({ length: n_layer }, (_, block) =>
      columns.map((column) => {
        const head = typeof column === "number";
        const [name, place] = head ? ["z", [block, column]] : [column, [block]];
        const button = h("button", { type: "button", class: `cell is-${head ? "head" : name}`, tabindex: "-1" });
        return { button, name, place, what: head ? words.head(block + 1, column + 1) : words.part(name, block + 1) };
      }),
    );
    grid.replaceChildren(
      h("span"),
      ...heads,
      ...cells.flatMap((row, block) => [
        h("span", { class: "switches-block", text: String(block + 1), "aria-hidden": "true" }),
        ...row.map(({ button }) => button),
      ]),
    );
  }

  const find = (element) => {
    for (let row = 0; row < cells.length; row++) {
      const col = cells[row].findIndex(({ button }) => button === element);
      if (col >= 0) return [row, col];
    }
    return null;
  };
  grid.addEventListener("click", (event) => {
    const place = find(event.target.closest("button"));
    if (!place) return;
    const { name, place: where } = cells[place[0]][place[1]];
    const value = valueAt(read(now.edits), name, where);
    const to = name.startsWith("ln") ? "0" : off();
    // A head that is off because its whole block's are: only that edit can bring it back.
    const whole = value !== null && valueAt(read(withEdit(now.edits, name, where, null)), name, where);
    const without = whole ? withEdit(now.edits, name, where.slice(0, -1), null) : now.edits;
    edit(withEdit(without, name, where, value === null || Number(value) === 1 ? to : null));
    go(place, false);
  });
  grid.addEventListener("focusin", (event) => {
    const place = find(event.target);
    if (place) go(place, false);
  });
  function go([row, col], focus = true) {
    at = [row, col];
    const { button, name, place } = cells[row][col];
    if (focus) button.focus();
    if (name === "z") select(...place);
    for (const [r, line] of cells.entries()) {
      for (const [c, cell] of line.entries()) attribute(cell.button, "tabindex", r === row && c === col ? "0" : "-1");
    }
  }
  grid.addEventListener("keydown", (event) => {
    const place = find(document.activeElement);
    if (!place) return;
    const [row, col] = place;
    const [last, end] = [cells.length - 1, cells[0].length - 1];
    const to = {
      ArrowUp: [row - 1, col],
      ArrowDown: [row + 1, col],
      ArrowLeft: [row, col - 1],
      ArrowRight: [row, col + 1],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? last : row, end],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    go([Math.max(0, Math.min(last, to[0])), Math.max(0, Math.min(end, to[1]))]);
  });

  return {
    element,
    draw(next) {
      if (!now || next.n_layer !== now.n_layer || next.n_head !== now.n_head) {
        build(next);
        at = null;
      }
      now = next;
      const edits = read(now.edits);
      const order = at ?? [now.block, 1 + now.head];
      cells.forEach((row, r) =>
        row.forEach(({ button, name, place, what }, c) => {
          const value = valueAt(edits, name, place);
          const factor = Number(value);
          const off = value !== null && factor === 0;
          const set = value !== null && factor !== 1;
          button.classList.toggle("is-off", off);
          button.classList.toggle("is-set", set && !off);
          button.classList.toggle("is-chosen", name === "z" && place[0] === now.block && place[1] === now.head);
          const text = !set || off ? "" : value === "mean" ? "x̄" : value === "patch" ? "B" : String(factor);
          if (button.textContent !== text) button.textContent = text;
          const how = !set ? words.now.on : off ? words.now.off : (words.now[value] ?? words.now.times(factor));
          attribute(button, "aria-label", words.cell(what, how));
          attribute(button, "title", words.cell(what, how));
          attribute(button, "aria-pressed", String(set));
          attribute(button, "tabindex", r === order[0] && c === order[1] ? "0" : "-1");
        }),
      );
    },
  };
}
