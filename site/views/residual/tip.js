// Shows numbers beside the pointer, where the figure has no room for them.
import { h } from "../../lib/dom.js";

export class Tip {
  /** host: the element over which it is shown. */
  constructor(host) {
    this.host = host;
    this.element = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    host.append(this.element);
  }
  /** Shows a text below the place [x, y] in the host; hides where there is none. */
  show(text, [x, y] = [0, 0]) {
    const { host, element } = this;
    element.hidden = !text;
    if (!text) return;
    element.textContent = text;
    element.style.top = `${y + 16}px`;
    element.style.left = `${Math.max(0, Math.min(host.clientWidth - element.offsetWidth, x - element.offsetWidth / 2))}px`;
  }
}
