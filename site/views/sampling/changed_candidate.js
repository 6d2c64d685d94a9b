// A line of the difference's list: a token's share of the draw untouched and changed, and the difference.
import { attribute, morphChildren, h } from "../../lib/dom.js";
import { signed } from "../../lib/format.js";
import { goOn } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { turned } from "../../widgets/lanes.js";
import { distinctProbabilities } from "../../widgets/outcome.js";
import { token } from "../../widgets/token.js";
import { Stage } from "./candidate_list.js";

const words = strings.sampling.difference;

/** Prints the change of a probability in percentage points. */
export const points = (by, digits = undefined) => signed(by * 100, digits);

export class ChangedCandidate {
  /** @type {number | null} */
  id = null; // of the token that a click takes
  node = null; // of the story, after which the token is taken

  constructor(send) {
    this.button = h("button", { type: "button", class: "take", onclick: () => goOn(send, this.id, this.node) });
    this.before = new Stage("before");
    this.after = new Stage("after");
    this.by = new Stage("by");
    const stages = [this.before, this.after, this.by].map(({ element }) => element);
    this.element = h("li", { class: "draw" }, this.button, stages);
  }

  /** most, farthest: the largest share and the largest difference, which have the longest bars. */
  fill(row, { drawn, node }, most, farthest) {
    const [was, now] = drawn.map((id) => id === row.id);
    this.node = node;
    if (this.id !== row.id) this.#name(row);
    this.element.classList.toggle("gap", Boolean(row.gap));
    this.element.classList.toggle("draws-now", now);
    const share = distinctProbabilities(row);
    const [before, after] = [row.before / most, row.after / most];
    const moved = Math.abs(after - before) > 1 / 60;
    this.before.show(was ? words.drawn : "", share.before, { share: before }, { "is-drawn": was });
    this.after.show(now ? words.drawn : "", share.after, { share: after, before }, { "is-drawn": now, moved });
    const how = (turned() ? words.short : words.how)[row.how];
    this.by.show(how, points(row.by), { share: Math.abs(row.by) / (farthest || 1) }, { falls: row.by < 0 });
  }
  #name({ id, text }) {
    this.id = id;
    morphChildren(this.button, token(text));
    for (const name of ["title", "aria-label"]) attribute(this.button, name, strings.sampling.takes(text));
  }
}
