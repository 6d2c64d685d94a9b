// Sums the bytes of all stages of the loading, and estimates their rate and the time left from the last 5 seconds.

const LOADS = ["python", "runtime", "model"]; // the stages that load files

/** Bytes are counted as the files are in the site, whatever the connection compresses: only so is their total known from the start. */
export class Loading {
  stages = {};
  #seen = [];
  #loaded = 0;
  #total = 0;

  /**
   * Takes the report of a stage. Returns `total` 0 until all stages know theirs, so that it never grows, and bytes that never fall
   * while it stays: what has to be loaded again keeps the bar where it is.
   * @param {import("../generated/contract.js").Progress} progress
   */
  update({ stage, label, loaded, total, done }) {
    this.stages[stage] = { label, loaded: done ? total : Math.min(loaded, total), total, done };
    const known = LOADS.every((name) => this.stages[name]?.total || this.stages[name]?.done);
    const sum = (key) => Object.values(this.stages).reduce((bytes, entry) => bytes + entry[key], 0);
    const whole = known ? sum("total") : 0;
    this.#loaded = whole === this.#total ? Math.max(this.#loaded, sum("loaded")) : sum("loaded");
    this.#total = whole;
    const at = { time: performance.now(), loaded: this.#loaded };
    // Less than before: another model is loaded.
    this.#seen = [...this.#seen.filter((old) => at.time - old.time < 5000 && old.loaded <= at.loaded), at];
    const [first] = this.#seen;
    const speed = (at.loaded - first.loaded) / (at.time - first.time);
    // Less than a second of measurement would give a guess.
    const isMeasured = at.time - first.time > 1000 && speed > 0;
    return {
      stages: { ...this.stages },
      loaded: at.loaded,
      total: whole,
      secondsLeft: isMeasured ? (whole - at.loaded) / speed / 1000 : null,
      rate: isMeasured ? speed * 1000 : null,
    };
  }
}
