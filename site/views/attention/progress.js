// Plays the order in which the chosen query's row is computed, and says how far it has come.
import strings from "../../strings/index.js";
import { player } from "../../widgets/player.js";
import { STAGES, timeline } from "./arithmetic.js";

const words = strings.attention;
const [CELL_MS, STAGE_MS] = [220, 400]; // how long a step stays

export class Progress {
  #steps = [];
  #query = null;
  #labels = [];
  #scale = "";

  /** show(): draws what another step has computed. */
  constructor(show) {
    this.player = player({
      label: words.play,
      length: () => this.#steps.length,
      time: (at) => this.#time(at),
      says: (at) => this.#says(at),
      show: () => show(),
    });
  }

  /** Another row, or a longer text, ends the play. scale: what the scores are divided by, as text. */
  draw(query, labels, scale) {
    const isOther = query !== this.#query || labels.length !== this.#labels.length;
    [this.#query, this.#labels, this.#scale] = [query, labels, scale];
    if (isOther) {
      this.#steps = timeline(query, labels.length);
      this.finish();
    }
    this.player.draw();
  }
  /** Moves to the end, where everything is computed. */
  finish() {
    this.player.finish();
  }
  /** The number of steps that are done. */
  get at() {
    return this.player.at;
  }
  /** The last step: {stage, done, key, half}, see `timeline`; null where everything is computed. */
  get step() {
    const { at } = this;
    return at < this.#steps.length ? (this.#steps[at - 1] ?? { stage: "scores", done: 0 }) : null;
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
  #time(at) {
    return at > 0 && ["scores", "values"].includes(this.#steps[at - 1]?.stage) ? CELL_MS : STAGE_MS;
  }
  /** Says step `at` in words. */
  #says(at) {
    const labels = this.#labels;
    const query = labels[this.#query];
    if (at >= this.#steps.length) return words.steps.all(query);
    if (at === 0) return words.steps.none(query);
    const [{ stage, done, half, key }, before] = [this.#steps[at - 1], this.#steps[at - 2]];
    const several = done - (before?.stage === stage ? before.done : 0) > 1;
    const what = several ? words.steps.several : labels[key];
    if (stage === "scores") return words.steps.scores(what, done, labels.length);
    if (stage === "values") return words.steps.values(what, done, this.#query + 1);
    return words.steps[half ? "powers" : stage](this.#scale);
  }
}
