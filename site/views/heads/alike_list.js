// Lists the heads that are most alike to the chosen one, or that a change moves most.
import { morphChildren, h, setText } from "../../lib/dom.js";
import strings from "../../strings/index.js";
import { bar } from "./bars.js";
import { same } from "./likeness.js";

const words = strings.heads;

export class AlikeList {
  #act;
  #over;

  /** act(head): the reader takes one; over(head or null): the one that is pointed at; average(): the reader averages all of them. */
  constructor({ act, over, average }) {
    this.#act = act;
    this.#over = over;
    this.title = h("p", { class: "head-small" });
    this.list = h("ol", { class: "alike" });
    this.averageThem = h("button", { type: "button", class: "link", text: words.averageThem, onclick: average });
    this.element = h("section", { class: "heads-alike" }, this.title, this.list, this.averageThem);
  }
  get focused() {
    return this.list.contains(document.activeElement);
  }

  /** near: the head that is lit, null for none. @param {import("./likeness.js").Likeness} likeness */
  draw(likeness, near) {
    const { data, listed } = likeness;
    setText(this.title, likeness.wording.alike(data.block + 1, data.head + 1));
    this.element.hidden = !listed.length;
    this.averageThem.hidden = data.difference;
    const key = `${data.version}/${listed.join()}/${near ?? ""}`;
    if (this.list.dataset.key === key) return;
    this.list.dataset.key = key;
    morphChildren(this.list, ...listed.map((at) => this.#line(likeness, at, near && same(at, near))));
  }
  #line(likeness, at, lit) {
    const [point, leave] = [() => this.#over(at), () => this.#over(null)];
    const handlers = { onclick: () => this.#act(at), onpointerenter: point, onpointerleave: leave, onfocus: point, onblur: leave };
    const name = h("button", { type: "button", class: "link", text: words.name(at[0] + 1, at[1] + 1), ...handlers });
    return h("li", { class: lit ? "lit" : null }, name, bar(likeness.of(at)), h("span", { text: likeness.percent(at) }));
  }
}
