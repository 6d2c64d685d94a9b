// Shows two links under the list, for more lines and for fewer.
import contract from "../../generated/contract.js";
import { h, setText } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.sampling;
const { least, most } = contract.choices.listed;
const SIZES = [least, 64, 192, most]; // lines: at first, and each time the reader asks for more

export class ListSize {
  #tokens = 1; // how many there are

  /** wanted(): the lines that the reader has asked for; choose(lines): the reader asks for others. */
  constructor(wanted, choose) {
    this.wanted = wanted;
    const link = (way) =>
      h("button", {
        type: "button",
        class: "link",
        onclick: () => {
          choose(this.#next(way));
          this.show(this.#tokens);
        },
      });
    this.fewer = link(-1);
    this.more = link(1);
    this.element = h("span", { class: "lists" }, this.fewer, this.more);
  }

  /** Returns the next size, larger or smaller. */
  #next(way) {
    const now = this.wanted();
    return way > 0 ? (SIZES.find((size) => size > now) ?? most) : (SIZES.findLast((size) => size < now) ?? least);
  }
  show(tokens) {
    this.#tokens = tokens;
    const { fewer, more } = this;
    const now = this.wanted();
    const [shortest, longest] = [Math.min(now, tokens) <= least, now >= Math.min(most, tokens)];
    setText(fewer, words.fewer);
    setText(more, words.all(integer(Math.min(this.#next(1), tokens))));
    // A link that goes hands its focus to the other one.
    const had = document.activeElement;
    [fewer.hidden, more.hidden] = [shortest, longest];
    if (shortest && had === fewer) more.focus({ preventScroll: true });
    if (longest && had === more) fewer.focus({ preventScroll: true });
  }
}
