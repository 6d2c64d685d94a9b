// Begins and stops a sweep, and says how far it is, what it lacks, and whether it is out of date.
import { h, setText } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { openPart } from "../../state/open_part.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { Rivals } from "./rivals.js";

const words = strings.maps;
const PAIRED = ["heads", "positions"]; // sweeps that need another text

export class SweepBar {
  /** run(): the reader begins or stops a sweep. */
  constructor(send, { run }) {
    this.rivals = new Rivals(send);
    this.run = h("button", { type: "button", class: "run", onclick: run });
    this.progress = h("span", { class: "map-progress", "aria-hidden": "true" });
    this.ran = h("span", { class: "head-small" });
    this.line = h("div", { class: "map-run" }, this.rivals.element, this.run, this.progress, this.ran);
    this.lacks = h("p", { class: "map-stale" });
    this.stale = h("p", { class: "map-stale", role: "status" });
    this.elements = [this.line, this.lacks, this.stale];
    const open = () => openPart(send, "whatif");
    this.toWhatIf = h("button", { type: "button", class: "link", text: words.toWhatIf, onclick: open });
  }

  /** @param {import("./measured.js").Measured} map */
  draw(map) {
    const lack = lackOf(map);
    this.lacks.hidden = !lack;
    this.lacks.replaceChildren(lack, ...(PAIRED.includes(map.measure) ? [" ", this.toWhatIf] : []));
    this.run.disabled = Boolean(lack) && !map.sweep?.running;
    this.line.hidden = map.isRole;
    this.rivals.element.hidden = map.ofMasks;
    if (!map.isRole) this.#drawSweep(map);
  }
  #drawSweep({ sweep, data, ofMasks, rows, columns }) {
    setText(this.run, sweep?.running ? words.stop : sweep ? words.again : words.run);
    setText(this.ran, sweep ? progressOf(sweep) : words.ready(integer(rows * columns)));
    this.progress.hidden = !sweep?.running;
    this.progress.style.setProperty("--share", sweep ? sweep.runs / sweep.of : 0);
    const others = sweep && !ofMasks && (sweep.a.id !== data.answer.id || sweep.b.id !== data.against.id);
    const stale = sweep?.stale ? [words.stale] : others ? words.staleTokens(token(sweep.a.text), token(sweep.b.text)) : [];
    this.stale.replaceChildren(...stale);
    this.stale.hidden = !stale.length;
    this.rivals.draw(data);
  }
}

/** Says what the measure needs and does not have; "" for nothing. */
function lackOf({ measure, data, isRole }) {
  if (isRole) return data.roles[measure] ? "" : words.cannot;
  if (measure === "mean") return data.means ? "" : words.needsMeans;
  if (!PAIRED.includes(measure)) return "";
  const [here, there] = [data.labels.length, data.other.labels.length];
  if (!data.other.text) return words.needsOther;
  return here === there ? "" : words.unlike(here, there);
}

function progressOf({ running, runs, of, seconds }) {
  const [done, all, took] = [integer(runs), integer(of), seconds.toFixed(1)];
  if (running) return words.progress(done, all, took);
  return runs === of ? words.done(done, took) : words.stopped(done, all, took);
}
