// Holds the columns of the blocks, which move towards the chosen block when the reader takes another.
import { calm } from "../../lib/dom.js";
import { between, columns } from "../../widgets/stream.js";

const UNFOLD_MS = 240;

export class Columns {
  now = null; // {starts, end}, see `columns`
  #motion = null; // {from, block, since} while they move
  #width;

  /** Whether they still move. */
  get moving() {
    return this.#motion !== null;
  }
  /** The next columns are at their places at once. */
  forget() {
    this.now = null;
  }
  /** Moves the columns one step towards those of `block`; returns whether more steps are to come. */
  settle(width, layers, block) {
    if (this.#width !== undefined && this.#width !== width) this.now = null;
    this.#width = width;
    const to = columns(width, layers, block);
    const { now } = this;
    const moved = now && now.starts.length === to.starts.length && now.starts.some((x, i) => Math.abs(x - to.starts[i]) > 2);
    if (moved && !calm()) {
      if (this.#motion?.block !== block) this.#motion = { from: now, block, since: performance.now() };
      const share = Math.min(1, (performance.now() - this.#motion.since) / UNFOLD_MS);
      this.now = between(this.#motion.from, to, 1 - (1 - share) ** 3);
      if (share < 1) return true;
    }
    this.now = to;
    this.#motion = null;
    return false;
  }
}
