// What every view is: one figure in its slot, and its words beside it. The numbers are its Python half's (src/explainer/views/base.py).
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
 * A view extends this class and says in `layout` what it is made of and in `draw` how it shows its data; what is the same in all of
 * them is here: when to draw, the reader's choices, staleness, width, theme, the note, the common figure of a difference, and the links
 * between a figure's cells and the formulas.
 *
 * Fields: slot, send(message to Python), words (its strings), note (its words on the page), data (what Python shows; null before there
 * are any), pointed (the Cell under the pointer or in focus), lit (the key of the part of a formula that is under the pointer).
 * @template {object} Shown what its Python half shows
 * @template {import("../widgets/cell.js").Cell} [Pointed=import("../widgets/cell.js").Cell] its cells, where they hold more
 */
export class View {
  /** Whether its difference is the common figure: vectors of the changed model less the untouched one's (widgets/difference.js). */
  static differs = false;
  /** The choices that it draws; null for all but the token under the pointer. */
  static follows = null;

  /** The page's way to make one. */
  static create(slot, send) {
    const view = new this(slot, send);
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
    this.note.links.follow((key) => {
      this.lit = key;
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

  /** What Python shows now. */
  update(next) {
    this.place(next);
    if (this.difference?.update(next)) {
      this.pointed = null;
      this.redraw();
      return;
    }
    const old = this.data;
    this.data = next;
    this.adopt(next);
    this.take(old);
    this.redraw();
  }

  /** The common figure of a difference stands in the place of the view's own. */
  get showsDifference() {
    return Boolean(this.difference?.on);
  }

  /**
   * A part of the figure that is drawn by itself, where a piece of work has no time for all: -> draw it, soon. None is drawn before there
   * are data, or while a difference is shown. place: the element it draws into.
   */
  piece(draw, place = this.slot) {
    return frame(() => (this.data && !this.showsDifference ? draw() : false), place);
  }

  /** Whether a drawing's inputs are those of the last time (see `unchanged`); forgotten when colours change. */
  memo() {
    const same = unchanged();
    this.#memos.push(same);
    return same;
  }

  /**
   * Vectors of the chosen token as strips: their entry is the reader's choice, and the formulas are of it. text(row, entry): a cell in
   * words; look(entry): another one is pointed at.
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

  /** The reader takes these choices. */
  choose(changes) {
    choose(this.send, changes);
  }

  /** The cell under the pointer or in focus, null for none: it fills the formulas, lights its part of them and says which token it is of. */
  point(cell) {
    if (sameCell(cell, this.pointed)) return;
    this.pointed = cell;
    put({ hover: cell?.token ?? null });
    this.note.links.light(this.linkKey());
    this.pointing();
    this.formulasSoon();
  }

  // What a view says of itself. All but `layout` and `draw` may be left as they are.

  /** The elements of its slot. @returns {Node[]} */
  layout() {
    return [];
  }
  /**
   * The figure that takes the place of its own while a difference is shown, see widgets/difference.js; null for none.
   * @returns {{on: boolean, update(next: any): boolean} | null}
   */
  differenceFigure() {
    return /** @type {typeof View} */ (this.constructor).differs ? difference(this.slot, this.note) : null;
  }
  /** Once, when the elements are there. */
  begin() {}
  /** Says what of the model the data are of; of a difference too, which has no other numbers. */
  place(_next) {}
  /** What the page takes over of the choices that the data were made with. */
  adopt(next) {
    adopt(next);
  }
  /** Works out what is drawn from `this.data`, once for all draws. */
  take(_old) {}
  /** Whether the reader has chosen what Python has not yet answered: the figure turns pale. */
  isOutrun() {
    return outrun(/** @type {any} */ (this.data));
  }
  /** Shows choices that need no numbers: buttons that are on. */
  controls() {}
  /** Draws the data; false where nothing has changed. @returns {boolean | void} */
  draw(_width) {}
  /** The sentence on what the figure shows, and its table: for new data. */
  describe() {}
  /** The formulas, filled with the numbers that are pointed at. @returns {Element[]} */
  formulas() {
    return [];
  }
  /** The part of the formulas that stands for what is pointed at. */
  linkKey() {
    return this.pointed?.key ?? null;
  }
  /** Another cell is pointed at. */
  pointing() {
    this.redraw();
  }
  /** Another part of the formulas is under the pointer. */
  lightened() {
    this.redraw();
  }
  /** The reader has chosen something, here or elsewhere. */
  chosen(changes) {
    if (Object.keys(changes).some((name) => name !== "hover")) this.redraw();
  }
  /** The colours have changed. */
  themed() {}
}

/** The head of a part: its title and what stands beside it. It stays where a difference takes the figure's place. */
export const partHead = (title, ...beside) => h("div", { class: "part-head stays" }, h("h2", { text: title }), ...beside);

/** Where in the model something is, as text: "block 3, head 2". What is left out, or null, is not said. */
export function whereText({ block = null, head = null }) {
  const { where } = strings.vectors;
  return [block !== null && where.block(block + 1), head !== null && where.head(head + 1)].filter(Boolean).join(", ");
}
