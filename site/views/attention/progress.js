// Says how far the order of computation has come in the chosen query's row.
import strings from "../../strings/index.js";
import { STAGES, timeline } from "./arithmetic.js";

const words = strings.attention;
const [CELL_MS, STAGE_MS] = [220, 400]; // how long a step stays

export class Progress {
  #steps = [];
  #query = null;
  #T = 0;
  #at;

  /** at(): the number of steps that are done. */
  constructor(at) {
    this.#at = at;
  }

  /** Follows another query, or a longer text; returns false where both are the same. */
  follow(query, T) {
    if (query === this.#query && T === this.#T) return false;
    [this.#query, this.#T, this.#steps] = [query, T, timeline(query, T)];
    return true;
  }
  get length() {
    return this.#steps.length;
  }
  /** The last step: {stage, done, key, half}, see `timeline`; null where everything is computed. */
  get step() {
    const at = this.#at();
    return at < this.length ? (this.#steps[at - 1] ?? { stage: "scores", done: 0 }) : null;
  }
  /** What is computed, null for everything: {scores, powers, weights: of the row, values: how many keys' are added}. */
  get reached() {
    const now = this.step;
    if (!now) return null;
    const [at, softmax] = [STAGES.indexOf(now.stage), STAGES.indexOf("softmax")];
    return {
      scores: at >= STAGES.indexOf("scaled"),
      powers: at >= softmax,
      weights: at > softmax || (at === softmax && !now.half),
      values: now.stage === "values" ? now.done : 0,
    };
  }
  /** Returns whether a cell is still to come; cells of other rows are computed. */
  isToCome({ stage, query, key }) {
    const now = this.step;
    if (!now || query !== this.#query) return false;
    const [at, here] = [STAGES.indexOf(now.stage), STAGES.indexOf(stage)];
    return here > at || (here === at && stage === "scores" && key >= now.done);
  }

  /** Returns how many ms step `at` stays. */
  time(at) {
    return at > 0 && ["scores", "values"].includes(this.#steps[at - 1]?.stage) ? CELL_MS : STAGE_MS;
  }
  /** Says step `at` in words; scale: what the scores are divided by, as text. */
  says(at, labels, scale) {
    const query = labels[this.#query];
    if (at >= this.length) return words.steps.all(query);
    if (at === 0) return words.steps.none(query);
    const [{ stage, done, half, key }, before] = [this.#steps[at - 1], this.#steps[at - 2]];
    const several = done - (before?.stage === stage ? before.done : 0) > 1;
    const what = several ? words.steps.several : labels[key];
    if (stage === "scores") return words.steps.scores(what, done, this.#T);
    if (stage === "values") return words.steps.values(what, done, this.#query + 1);
    return words.steps[half ? "powers" : stage](scale);
  }
}
