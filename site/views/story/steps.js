// Takes the steps that the reader asks for: one at a time; quick presses are counted and taken one after another.
import { state } from "../../state/choices.js";

const PATIENCE_MS = 2000; // after it an action counts as answered
/** Returns whether an action of that time may still find its answer. */
export const isFresh = (time) => performance.now() - time < PATIENCE_MS;

export class Steps {
  /** How many are still to be taken. */
  owed = 0;
  #sent = -Infinity; // when a step was sent
  #from = null; // from which node

  /** current(): the node that the text ends with. @param {{send(message: object): void, current(): number}} options */
  constructor({ send, current }) {
    this.send = send;
    this.current = current;
  }

  /** Adds a step. */
  add() {
    if (!isFresh(this.#sent)) this.owed = 0; // earlier steps got no answer
    this.owed += 1;
    this.#advance();
  }
  #advance() {
    if (!this.owed || isFresh(this.#sent)) return;
    if (state.live) {
      this.owed -= 1;
      this.#sent = performance.now();
      this.#from = this.current();
    } else this.owed = 0; // the page keeps the last action only
    this.send({ do: { step: 1 } });
  }
  /** Drops the steps that are not yet sent: the reader does something else, and they were meant for what was there before. */
  takeBack() {
    this.owed = 0;
    this.#settle();
  }
  #settle() {
    this.#sent = -Infinity;
    this.#from = null;
  }
  /** Notes that the text now ends with a node that follows `parent`. */
  answered(parent) {
    if (parent === undefined || parent !== this.#from) return;
    this.#settle();
    this.#advance();
  }
}
