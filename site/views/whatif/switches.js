// Shows every part of the model that can be switched off: a row for each block, its heads between its two LayerNorms.
import contract from "../../generated/contract.js";
import { attribute, h, setText } from "../../lib/dom.js";
import { read, valueAt, withEdit } from "../../state/edits.js";
import strings from "../../strings/index.js";

const words = strings.whatif;
const { means, norms } = contract.edits;
const axesOf = (name) => contract.activations[name].axes;
const isHeads = (name) => axesOf(name).includes("head");
/** A block's parts in the order in which they are computed: ln1, z (every head), attn_out, ln2, mlp_out. */
const PARTS = Object.keys(contract.activations).filter(
  (name) => axesOf(name).includes("layer") && (norms.includes(name) || means.includes(name)),
);
const FIRST_HEAD = PARTS.findIndex(isHeads);

/** Returns a part's short text, and its state in words. @param {string | null} value of the edit that holds there */
function stateOf(value) {
  const factor = Number(value);
  const off = value !== null && factor === 0;
  const set = value !== null && factor !== 1;
  return {
    off,
    set,
    text: !set || off ? "" : value === "mean" ? "x̄" : value === "patch" ? "B" : String(factor),
    how: !set ? words.now.on : off ? words.now.off : (words.now[value] ?? words.now.times(factor)),
  };
}

export class Switches {
  #cells = []; // [block][column]: {button, name, place, what}
  #places = new Map(); // button -> [block, column]
  #now = null;
  #stop = null; // the place in the tab order; null: the chosen head's

  /**
   * edit(text): the reader changes the edits; select(block, head): a head gets the focus; off(): the value that switches off.
   * @param {{edit(text: string): void, select(block: number, head: number): void, off(): string}} options
   */
  constructor({ edit, select, off }) {
    this.edit = edit;
    this.select = select;
    this.off = off;
    this.grid = h("div", { class: "switches", role: "group", "aria-label": words.grid });
    this.element = h("div", { class: "switches-scroll scroll-x" }, this.grid);
    this.grid.addEventListener("click", (event) => {
      const place = this.#places.get(event.target.closest("button"));
      if (!place) return;
      this.#turn(this.#cells[place[0]][place[1]]);
      this.#go(place);
    });
    this.grid.addEventListener("focusin", (event) => {
      const place = this.#places.get(event.target);
      if (place) this.#go(place);
    });
    this.grid.addEventListener("keydown", (event) => this.#press(event));
  }

  #build({ n_layer, n_head }) {
    const heads = Array.from({ length: n_head }, (_, head) => head);
    const columns = PARTS.flatMap((name) => (isHeads(name) ? heads.map((head) => ({ name, head })) : [{ name, head: null }]));
    const widths = PARTS.map((name) =>
      isHeads(name) ? `repeat(${n_head}, minmax(20px, 28px))` : norms.includes(name) ? "32px" : "40px",
    );
    this.grid.style.gridTemplateColumns = `max-content ${widths.join(" ")}`;
    this.#cells = Array.from({ length: n_layer }, (_, block) =>
      columns.map(({ name, head }) => ({
        button: h("button", { type: "button", class: `cell is-${head === null ? name : "head"}`, tabindex: "-1" }),
        name,
        place: head === null ? [block] : [block, head],
        what: head === null ? words.part(name, block + 1) : strings.places.head(block + 1, head + 1),
      })),
    );
    this.#places = new Map(this.#cells.flatMap((row, block) => row.map(({ button }, column) => [button, [block, column]])));
    const named = (text, name = null) => h("span", { class: name, text, "aria-hidden": "true" });
    this.grid.replaceChildren(
      h("span"),
      ...columns.map(({ name, head }) => named(head === null ? words.columns[name] : String(head + 1))),
      ...this.#cells.flatMap((row, block) => [named(String(block + 1), "switches-block"), ...row.map(({ button }) => button)]),
    );
    this.#stop = null;
  }

  /** Switches a part off, or brings it back. */
  #turn({ name, place }) {
    const { edits } = this.#now;
    const value = valueAt(read(edits), name, place);
    // The head is off because all of its block are: only removing that edit can bring it back.
    const whole = value !== null && valueAt(read(withEdit(edits, name, place, null)), name, place);
    const without = whole ? withEdit(edits, name, place.slice(0, -1), null) : edits;
    const off = norms.includes(name) ? "0" : this.off();
    this.edit(withEdit(without, name, place, value === null || Number(value) === 1 ? off : null));
  }

  /** Moves the tab stop to the place where the reader is, and selects its head. */
  #go([row, column]) {
    this.#stop = [row, column];
    const { name, place } = this.#cells[row][column];
    if (isHeads(name)) this.select(place[0], place[1]);
    for (const [button, [r, c]] of this.#places) attribute(button, "tabindex", r === row && c === column ? "0" : "-1");
  }
  #press(event) {
    const place = this.#places.get(document.activeElement);
    if (!place) return;
    const [row, column] = place;
    const [last, end] = [this.#cells.length - 1, this.#cells[0].length - 1];
    const to = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? last : row, end],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const [nextRow, nextColumn] = [Math.max(0, Math.min(last, to[0])), Math.max(0, Math.min(end, to[1]))];
    this.#cells[nextRow][nextColumn].button.focus();
  }

  /** @param {{n_layer: number, n_head: number, edits: string, block: number, head: number}} next block, head: the chosen ones */
  draw(next) {
    const now = this.#now;
    if (!now || next.n_layer !== now.n_layer || next.n_head !== now.n_head) this.#build(next);
    this.#now = next;
    const { block, head } = next;
    const edits = read(next.edits);
    const [row, column] = this.#stop ?? [block, FIRST_HEAD + head];
    this.#cells.forEach((line, r) =>
      line.forEach(({ button, name, place, what }, c) => {
        const { off, set, text, how } = stateOf(valueAt(edits, name, place));
        button.classList.toggle("is-off", off);
        button.classList.toggle("is-set", set && !off);
        button.classList.toggle("is-chosen", isHeads(name) && place[0] === block && place[1] === head);
        setText(button, text);
        attribute(button, "aria-label", words.cell(what, how));
        attribute(button, "title", words.cell(what, how));
        attribute(button, "aria-pressed", String(set));
        attribute(button, "tabindex", r === row && c === column ? "0" : "-1");
      }),
    );
  }
}
