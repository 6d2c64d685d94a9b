// A line of the list: a candidate at every stage of the draw, or the number of candidates that are left and have no line.
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { goOn } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { Stage } from "./candidate_list.js";

const words = strings.sampling;

/**
 * Returns the lines' entries: Python's rows, and {isMore} for candidates that are left and have no row. gap: whether rows are left out
 * before it, between two that were cut.
 * @param {import("../../generated/contract").SamplingShown} data
 */
export const entriesOf = ({ rows }) =>
  rows.flatMap((row, at) => {
    const before = rows[at - 1];
    const entry = { ...row, isMore: false, gap: Boolean(before && !before.more && row.rank > before.rank + 1) };
    if (!row.more) return [entry];
    return [entry, { ...row.more, kept: "kept", from: row.to, to: row.to + row.more.p, isMore: true }];
  });

export class Candidate {
  /** @type {number | null} */
  id = null; // of the token that a click takes
  node = null; // of the story, after which the token is taken

  constructor(send) {
    this.button = h("button", { type: "button", class: "take" });
    this.more = h("span", { class: "foot-name" });
    this.model = new Stage("model");
    this.scaled = new Stage("scaled");
    this.left = new Stage("left");
    const stages = [this.model, this.scaled, this.left].map(({ element }) => element);
    this.element = h("li", { class: "draw" }, this.button, this.more, stages);
    this.button.addEventListener("click", () => goOn(send, this.id, this.node));
  }

  /** most: the largest share of any stage, which has the longest bar; lit: whether the formula points at it. */
  fill(entry, data, most, lit) {
    this.id = entry.id;
    this.node = data.node;
    const { classList } = this.element;
    classList.toggle("is-more", entry.isMore);
    classList.toggle("lit", lit);
    classList.toggle("is-cut", entry.kept in words.cut);
    classList.toggle("is-drawn", entry.id === data.drawn.id);
    classList.toggle("gap", Boolean(entry.gap));
    setText(this.more, entry.isMore ? words.keptOthers(integer(entry.n)) : "");
    if (entry.isMore) this.#fillMore(entry);
    else {
      this.#name(entry.text);
      this.#fillStages(entry, data.likeliest, most);
    }
  }
  #name(text) {
    const { button } = this;
    if (button.dataset.text === text) return;
    button.dataset.text = text;
    button.replaceChildren(token(text));
    attribute(button, "aria-label", words.takes(text));
    attribute(button, "title", words.takes(text));
  }
  #fillMore({ p }) {
    show(this.model, "", "", 0, 1);
    show(this.scaled, "", "", 0, 1);
    show(this.left, "", probability(p), 0, 1);
  }
  #fillStages({ logit, scaled, p0, p1, p, kept }, likeliest, most) {
    const cut = words.cut[kept];
    show(this.model, number(logit), probability(p0), p0, most);
    show(this.scaled, number(scaled), probability(p1), p1, most, p0);
    // A bar that was cut stays as long as it was, hatched.
    if (cut) show(this.left, "", cut, p1, most);
    else show(this.left, "", kept === "no" ? "" : probability(p), p, most, likeliest ? undefined : p1);
    attribute(this.left.right, "title", cut ? words.cutBy[kept] : null);
  }
}

function show(stage, left, right, share, most, before = undefined) {
  const moved = before !== undefined && Math.abs(before - share) > most / 60;
  stage.show(left, right, { share: share / most || 0, before: before / most || 0 }, { moved });
}
