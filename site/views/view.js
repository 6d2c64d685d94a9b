// The base of every view: one figure in its slot, and its words beside it. Its Python half is a View of src/explainer/views/base.py.
import { onTheme } from "../lib/colour.js";
import { h, pale, unchanged, widthOf } from "../lib/dom.js";
import { frame } from "../lib/scheduler.js";
import { adopt, choose, listen, outrun, put } from "../state/choices.js";
import strings from "../strings/index.js";
import { sameCell } from "../widgets/cell.js";
import { difference } from "../widgets/difference.js";
import { note } from "../widgets/note.js";
import { strips } from "../widgets/strips.js";

/**
 * A view extends this class: `layout` makes its elements, and `draw` shows its data. The class holds what all views share: when to draw,
 * the reader's choices, staleness, width, theme, the note, the common figure of a difference, and the links between a figure's cells
 * and the formulas.
 *
 * Fields: slot, send(message to Python), words (its strings), note (its words on the page), data (what Python shows; null before the
 * first), pointed (the Cell under the pointer or in focus), lit (the symbol of the formulas under the pointer).
 * @template {object} Shown what its Python half shows
 * @template {import("../widgets/cell.js").Cell} [Pointed=import("../widgets/cell.js").Cell] its cells, where they hold more
 */
export class View {
  /** Whether the common figure shows its difference: vectors of the changed model less the untouched one's (widgets/difference.js). */
  static differs = false;
  /** The choices after which it draws; null for all but the token under the pointer. */
  static follows = null;

  /** Makes a view in its slot; the page calls this. */
  static create(slot, send) {
    const view = new this(slot, send);
    slot.inert = true; // nothing can be chosen before there are data
    slot.append(...view.layout());
    view.#begin(this.follows);
    return view;
  }

  #memos = [];
  #drawn = null; // the data that were last drawn

  constructor(slot, send) {
    this.slot = slot;
    this.send = send;
    this.words = strings[slot.dataset.slot];
    this.note = note(slot, this.words.title);
    /** @type {Shown | null} */
    this.data = null;
    /** @type {Pointed | null} */
    this.pointed = null;
    /** @type {string | null} */
    this.lit = null;
    /** Draws what has changed, soon. */
    this.redraw = frame(() => this.#redraw(), slot);
    this.describeSoon = this.piece(() => this.describe(), this.note.place);
    this.formulasSoon = this.piece(() => {
      if (this.#drawn !== this.data) return false; // the figure comes first: it says which cell is read
      this.note.formulas(...this.formulas());
    }, this.note.place);
  }

  #begin(follows) {
    const { slot } = this;
    if (!this.note.place.parentNode) slot.append(this.note.place);
    if (this.words.explain) this.note.explain(...this.words.explain);
    this.difference = this.differenceFigure();
    this.box = widthOf(slot, () => this.redraw());
    this.note.links.follow((symbol) => {
      this.lit = symbol;
      this.lightened();
    });
    listen((changes) => this.chosen(changes), follows);
    onTheme(() => {
      for (const memo of this.#memos) memo.forget();
      this.themed();
      this.redraw();
    });
    this.begin();
  }

  #redraw() {
    if (this.data || this.showsDifference) this.controls();
    if (!this.data || !this.box.width || this.showsDifference) return false;
    pale(this.slot, this.isOutrun());
    const changed = this.draw(this.box.width);
    if (this.#drawn !== this.data) {
      this.#drawn = this.data;
      this.describeSoon();
      this.formulasSoon();
    }
    return changed;
  }

  /** Takes what Python shows now. */
  update(next) {
    this.slot.inert = false;
    this.place(next);
    if (this.difference?.update(next)) {
      this.pointed = null;
      this.redraw();
      return;
    }
    const old = this.data;
    this.data = next;
    this.adopt(next);
    this.updated(old);
    this.redraw();
  }

  /** Whether the common figure of a difference stands in the place of the view's own. */
  get showsDifference() {
    return Boolean(this.difference?.on);
  }

  /**
   * Returns a function that draws a part of the figure by itself, soon, where one piece of work has no time for all. It draws nothing
   * before there are data, or while a difference is shown. place: the element it draws into.
   */
  piece(draw, place = this.slot) {
    return frame(() => (this.data && !this.showsDifference ? draw() : false), place);
  }

  /** Makes an `unchanged` for the inputs of a drawing, which is forgotten when colours change. */
  memo() {
    const same = unchanged();
    this.#memos.push(same);
    return same;
  }

  /**
   * Makes strips of the chosen token's vectors: their entry is the reader's choice, and the formulas are about it. text(row, entry): a
   * cell in words; look(entry): another entry is pointed at.
   */
  entryStrips(host, text, look = (_entry) => {}) {
    return strips(host, {
      label: this.words.strips,
      text,
      look: (entry) => {
        look(entry);
        this.formulasSoon();
      },
      choose: (entry) => this.choose({ entry }),
      links: this.note.links,
    });
  }

  /** Makes the reader's choices. */
  choose(changes) {
    choose(this.send, changes);
  }

  /** Points at a cell, null for none: fills the formulas with it, lights its part of them, and lights its token on the page. */
  point(cell) {
    if (sameCell(cell, this.pointed)) return;
    this.pointed = cell;
    put({ hover: cell?.token ?? null });
    this.note.links.light(this.linkedSymbol());
    this.pointing();
    this.formulasSoon();
  }

  // What a view overrides. All but `layout` and `draw` may be left as they are.

  /** Makes the elements of the slot. @returns {Node[]} */
  layout() {
    return [];
  }
  /**
   * Makes the figure that takes the place of its own while a difference is shown, see widgets/difference.js; null for none.
   * @returns {{on: boolean, update(next: any): boolean} | null}
   */
  differenceFigure() {
    return /** @type {typeof View} */ (this.constructor).differs ? difference(this.slot, this.note) : null;
  }
  /** Runs once, when the elements are in the slot. */
  begin() {}
  /** Says which part of the model the data show; runs for a difference too, whose data the view gets nowhere else. */
  place(_next) {}
  /** Adopts the choices that the data were made with. */
  adopt(next) {
    adopt(next);
  }
  /** Works out what all draws need of `this.data`, once. */
  updated(_old) {}
  /** Returns whether the reader has chosen what Python has not yet answered: the figure turns pale. */
  isOutrun() {
    return outrun(/** @type {any} */ (this.data));
  }
  /** Shows choices that need no numbers, such as the button that is on. */
  controls() {}
  /** Draws the data; returns false where nothing has changed. @returns {boolean | void} */
  draw(_width) {}
  /** Writes the sentence about the figure, and its table; runs for new data. */
  describe() {}
  /** Returns the formulas, filled with the numbers that are pointed at. @returns {Element[]} */
  formulas() {
    return [];
  }
  /** Returns the symbol of the formulas that stands for what is pointed at. */
  linkedSymbol() {
    return this.pointed?.symbol ?? null;
  }
  /** Runs when another cell is pointed at. */
  pointing() {
    this.redraw();
  }
  /** Runs when another part of the formulas is under the pointer. */
  lightened() {
    this.redraw();
  }
  /** Runs when the reader has chosen something, here or elsewhere. */
  chosen(changes) {
    if (Object.keys(changes).some((name) => name !== "hover")) this.redraw();
  }
  /** Runs when the colours have changed. */
  themed() {}
}

/** Makes the head of a part: its title and what stands beside it. It stays where a difference takes the figure's place. */
export const partHead = (title, ...beside) => h("div", { class: "part-head stays" }, h("h2", { text: title }), ...beside);

/** Says where in the model something is: "block 3" or, of a head, "head 3.2"; "" for no block. */
export function whereText({ block = null, head = null }) {
  const { places } = strings;
  if (block === null) return "";
  return head === null ? places.block(block + 1) : places.head(block + 1, head + 1);
}
