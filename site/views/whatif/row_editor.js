// Lets the reader make one row of attention by hand: a bar for every key, dragged up and down; the others share what is left.
import { attribute, h, pointIn } from "../../lib/dom.js";
import { probability } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";

const words = strings.whatif.row;
const [MAX_WIDTH, NAMED_WIDTH] = [28, 14]; // px of a bar; from NAMED_WIDTH on it has a name
const STEPS = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.2, PageDown: -0.2 };
const percent = (weight) => Math.round(weight * 1000) / 10;
const between = (low, x, high) => Math.max(low, Math.min(high, x));

export class RowEditor {
  #now = null;
  #bars = [];
  #key = 0; // the key that is edited
  #width = 1;
  #dragged = false;

  /** set(weights or null): the reader's row; it adds up to 1. @param {{set(weights: number[] | null): void}} options */
  constructor({ set }) {
    this.set = set;
    this.host = h("div", { class: "rowedit-bars", role: "group", "aria-label": words.label });
    this.names = h("div", { class: "rowedit-names", "aria-hidden": "true" });
    this.readout = h("span", { "aria-hidden": "true" });
    this.field = h("input", { type: "number", min: 0, max: 100, step: "any", onchange: () => this.#typed() });
    this.undo = h("button", { type: "button", text: words.undo, onclick: () => this.#now.set && set(null) });
    const share = () => set(this.#now.weights.map(() => 1 / this.#now.weights.length));
    const same = h("button", { type: "button", text: words.same, onclick: share });
    const label = h("label", {}, `${words.weight} `, this.field, " %");
    this.foot = h("div", { class: "rowedit-foot" }, this.readout, label, same, this.undo);
    this.element = h("div", { class: "rowedit" }, this.host, this.names, this.foot);
    this.#listen();
  }
  #listen() {
    const { host } = this;
    host.addEventListener("pointerdown", (event) => {
      if (!this.#now || this.#now.weights.length < 2) return;
      [this.#key] = this.#under(event);
      this.#dragged = true;
      host.setPointerCapture(event.pointerId);
      this.#bars[this.#key].focus();
      this.#give(this.#under(event)[1]);
      event.preventDefault();
    });
    host.addEventListener("pointermove", (event) => this.#dragged && this.#give(this.#under(event)[1]));
    for (const name of ["pointerup", "pointercancel"]) host.addEventListener(name, () => (this.#dragged = false));
    host.addEventListener("keydown", (event) => this.#press(event));
    host.addEventListener("focusin", (event) => {
      const at = this.#bars.indexOf(event.target);
      if (at >= 0) this.#key = at;
      this.#paint();
    });
  }

  /** Returns the key and the weight under the pointer. */
  #under(event) {
    const [x, y] = pointIn(event, this.host);
    return [between(0, Math.floor(x / this.#width), this.#bars.length - 1), 1 - y / this.host.offsetHeight];
  }
  #press(event) {
    const [step, last] = [STEPS[event.key], this.#bars.length - 1];
    const to = { ArrowLeft: this.#key - 1, ArrowRight: this.#key + 1, Home: 0, End: last }[event.key];
    if (step !== undefined) this.#give(this.#now.weights[this.#key] + step);
    else if (to !== undefined) this.#bars[between(0, to, last)].focus();
    else return;
    event.preventDefault();
  }
  #typed() {
    if (Number.isFinite(this.field.valueAsNumber)) this.#give(this.field.valueAsNumber / 100);
  }
  /** Sets the weight of one key; the others keep their proportions, or share equally where they were nothing. */
  #give(weight) {
    const { weights } = this.#now;
    if (weights.length < 2) return;
    const given = between(0, weight, 1);
    const rest = weights.reduce((total, w, i) => (i === this.#key ? total : total + w), 0);
    const share = (w) => (rest > 1e-9 ? (w / rest) * (1 - given) : (1 - given) / (weights.length - 1));
    const next = weights.map((w, i) => (i === this.#key ? given : share(w)));
    this.#now = { ...this.#now, weights: next, set: true };
    this.#paint();
    this.set(next);
  }

  /**
   * set: whether the row is the reader's; before: the untouched weights; room: px.
   * @param {{labels: string[], weights: number[], before: number[], set: boolean, room: number}} next
   */
  draw(next) {
    if (this.#dragged) return; // what is under the finger is newer
    const now = this.#now;
    this.#now = next;
    if (!now || next.labels.join("\n") !== now.labels.join("\n") || next.room !== now.room) this.#build();
    this.foot.hidden = next.weights.length < 2;
    this.#paint();
  }
  #build() {
    const { labels, room, before } = this.#now;
    const focused = this.#bars.includes(document.activeElement);
    this.#width = Math.min(MAX_WIDTH, room / labels.length);
    const other = this.#key >= labels.length || this.#bars.length !== labels.length;
    if (other) this.#key = Math.max(0, before.indexOf(Math.max(...before)));
    const style = `width:${this.#width}px`;
    const range = { "aria-valuemin": 0, "aria-valuemax": 100, "aria-orientation": "vertical" };
    this.#bars = labels.map((label) =>
      h("div", { class: "rowedit-bar", role: "slider", "aria-label": label, ...range, title: label, style }),
    );
    this.host.replaceChildren(...this.#bars);
    this.#buildNames(labels);
    if (focused) this.#bars[this.#key]?.focus();
  }
  #buildNames(labels) {
    const named = this.#width >= NAMED_WIDTH;
    this.names.hidden = !named;
    // Short names need not be turned.
    const short = labels.every((label) => label.length < 3);
    this.names.classList.toggle("short", short);
    const names = named ? labels.map((label) => token(label)) : [];
    for (const name of names) name.style.width = `${this.#width}px`;
    this.names.replaceChildren(...names);
  }

  #paint() {
    const { labels, weights, before, set } = this.#now;
    this.element.classList.toggle("is-set", set);
    this.#bars.forEach((bar, i) => {
      bar.style.setProperty("--now", weights[i]);
      bar.style.setProperty("--was", before[i]);
      attribute(bar, "aria-valuenow", percent(weights[i]));
      attribute(bar, "aria-valuetext", probability(weights[i]));
      attribute(bar, "tabindex", i === this.#key ? "0" : "-1");
      this.names.children[i]?.classList.toggle("is-now", i === this.#key);
    });
    const [was, is] = [before[this.#key], weights[this.#key]];
    this.readout.replaceChildren(...words.readout(token(labels[this.#key]), probability(was), probability(is)));
    if (document.activeElement !== this.field) this.field.value = String(percent(is));
    attribute(this.undo, "aria-disabled", !set && "true"); // not `disabled`: the button would lose the focus
  }
}
