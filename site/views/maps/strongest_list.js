// Lists the cells of a map that are farthest from 0, with a switch for every head.
import { h, setText } from "../../lib/dom.js";
import strings from "../../strings/index.js";
import { isOff } from "./measured.js";

const words = strings.maps;
const MAX_LISTED = 8;
const MAX_TOGETHER = 3; // how many heads one button switches off

export class StrongestList {
  #map = null;

  /**
   * open(row, column): the reader opens a cell; turn(block, head): switches a head on or off; turnOff([[block, head]]): several off.
   * @param {{open(row: number, column: number): void, turn(block: number, head: number): void, turnOff(heads: number[][]): void}} options
   */
  constructor({ open, turn, turnOff }) {
    this.open = open;
    this.turn = turn;
    this.title = h("h3");
    this.list = h("ol", { class: "map-list" });
    const together = () => turnOff(this.#lowering().map(({ row, column }) => [row, column]));
    this.together = h("button", { type: "button", class: "link", text: words.together(MAX_TOGETHER), onclick: together });
    this.element = h("div", { class: "map-side" }, this.title, this.list, this.together);
  }
  /** Returns the heads that the lead depends on most. */
  #lowering() {
    return this.#map.strongest.filter(({ value }) => value < 0).slice(0, MAX_TOGETHER);
  }

  /** @param {import("./measured.js").Measured} map */
  draw(map) {
    this.#map = map;
    const { isRole, isDifference, sweep, measure, ofHeads, strongest } = map;
    this.element.hidden = !strongest.length;
    this.together.hidden = isRole || sweep?.running || !ofHeads || measure === "heads" || !this.#lowering().length;
    setText(this.title, isRole && !isDifference ? words.top.roles : words.top.sweep);
    this.list.replaceChildren(...strongest.slice(0, MAX_LISTED).map((cell) => this.#line(cell)));
  }
  #line({ row, column, value }) {
    const [name, off] = [this.#map.name(row, column), isOff(row, column)];
    return h(
      "li",
      {},
      h("button", { type: "button", text: name, title: name, onclick: () => this.open(row, column) }),
      h("span", { class: "value", text: this.#map.text(value) }),
      this.#map.ofHeads &&
        h("button", {
          type: "button",
          class: "map-switch",
          text: off ? words.on : words.turnOff,
          "aria-label": off ? words.switchOn(name) : words.switchOff(name),
          onclick: () => this.turn(row, column),
        }),
    );
  }
}
