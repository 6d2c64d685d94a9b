// Follows the pointer over the overview: what lies under it lights and says its numbers, and a press chooses or opens it.
import { pointIn } from "../../lib/dom.js";
import { probability } from "../../lib/format.js";
import { put } from "../../state/choices.js";
import { openPart } from "../../state/open_part.js";
import strings from "../../strings/index.js";
import { lanes, turned } from "../../widgets/lanes.js";
import { dotAt, placeAt } from "./places.js";
import { Tip } from "./tip.js";

const words = strings.residual;

export class Pointing {
  /** The block under the pointer, null for none. @type {number | null} */
  block = null;

  /** above: px above the lanes. @param {any} view  @param {number} above */
  constructor(view, above) {
    this.view = view;
    this.above = above;
    const { body } = view;
    this.tip = new Tip(body);
    body.addEventListener("pointermove", (event) => view.data && !view.columns.moving && this.look(event));
    body.addEventListener("pointerleave", () => this.leave());
    body.addEventListener("click", (event) => view.data && this.press(event));
  }

  get #lanes() {
    return lanes(this.view.slot.parentElement, this.view.data.labels.length);
  }
  /** Finds what is under the pointer: its lane, its block, and the open block's part, by its name in head.js. */
  locate(event) {
    const { view } = this;
    const [left, top] = pointIn(event, view.drawing.element);
    const [x, y] = turned() ? [top, left - 8] : [left, top - this.above];
    return placeAt(x, y, { layout: this.#lanes, starts: view.columns.now.starts, open: view.block() });
  }
  dotAt(place) {
    const { view } = this;
    return dotAt(place, { data: view.data, layout: this.#lanes, open: view.block(), head: view.nowHead() });
  }
  look(event) {
    const { view } = this;
    const place = this.locate(event);
    const { lane, block, part } = place;
    if (block !== this.block) {
      this.block = block;
      view.redraw();
    }
    view.note.links.light(part);
    const token = lane && lane.from === lane.to ? lane.from : null;
    put({ hover: token });
    this.tip.show(this.tipOf(place, token), pointIn(event, view.body));
  }
  /** Returns what is said beside the pointer: a dot's weight, or the numbers of a folded block, which has no room for them. */
  tipOf(place, token) {
    const { view } = this;
    const { block } = place;
    if (token !== null && block !== null && block !== view.block()) return words.readout(view.facts(block, token));
    const dot = this.dotAt(place);
    const { labels } = view.data;
    return dot ? words.dot({ query: labels[dot.query], key: labels[dot.key], share: probability(dot.weight) }) : "";
  }
  leave() {
    const { view } = this;
    this.block = null;
    this.tip.show("");
    view.note.links.light(null);
    put({ hover: null });
    if (view.data) view.redraw();
  }
  press(event) {
    const { view } = this;
    const place = this.locate(event);
    const { lane, block } = place;
    const dot = this.dotAt(place);
    if (lane && lane.from !== lane.to) put({ unfolded: true });
    else if (block !== null && block !== view.block()) view.goBlock(block);
    else if (dot) {
      view.choose({ token: dot.query, key: dot.key, stage: "softmax" });
      openPart(view.send, "attention");
    } else if (lane) view.choose({ token: lane.from });
  }
}
