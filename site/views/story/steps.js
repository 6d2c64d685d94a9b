// Steps that the reader asks for: taken one at a time, quick presses counted and taken one after another.
import { state } from "../../state/choices.js";

const PATIENCE_MS = 2000; // then an action counts as answered
/** Whether something of that time may still find its answer. */
export const isFresh = (time) => performance.now() - time < PATIENCE_MS;

export class Steps {
  /** Still to be taken. */
  owed = 0;
  #sent = -Infinity; // when one was sent
  #from = null; // and from which node

  /** current(): the node that the text ends with. @param {{send(message: object): void, current(): number}} options */
  constructor({ send, current }) {
    this.send = send;
    this.current = current;
  }

  /** The reader wants one more. */
  add() {
    if (!isFresh(this.#sent)) this.owed = 0; // of earlier ones no answer came
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
  /** The reader does something else: steps not yet sent were meant for what was there before. */
  takeBack() {
    this.owed = 0;
    this.#settle();
  }
  #settle() {
    this.#sent = -Infinity;
    this.#from = null;
  }
  /** The text ends with a node that follows `parent`. */
  answered(parent) {
    if (parent === undefined || parent !== this.#from) return;
    this.#settle();
    this.#advance();
  }
}
