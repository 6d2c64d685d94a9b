// Lights one step of the overview: all else of the figure lies under a veil.
import { calm, enlarged, h } from "../lib/dom.js";
import { turned } from "./lanes.js";

// The steps in the order of computation -> the elements of the overview between whose edges a step takes place.
const PLACES = {
  pieces: "[data-slot=tokens]",
  numbers: ".at-embed",
  attention: ".at-stream, .at-attention",
  mlp: ".at-mlp",
  next: "[data-slot=logits]",
};
export const STEPS = Object.keys(PLACES);
const MARGIN = 2; // px around a step
const PASS_MS = 260; // for each step
const PASSING = 0.45; // how thick the veil is while the light passes: the picture can still be compared

/** stage: the overview's figure, which the veil lies over. */
export class Spotlight {
  #passing = []; // the animations of a passage
  /** @type {string | null} */
  #shown = null; // the step that is lit

  constructor(stage) {
    this.stage = stage;
    this.veil = h("div", { class: "veil", hidden: true, "aria-hidden": "true" });
    stage.append(this.veil);
    // The figure takes another size with the window, with a longer text, or with the room that a tour leaves it.
    new ResizeObserver(() => this.#shown && this.show(this.#shown)).observe(stage);
  }

  /** Brings a step into sight where the overview is higher than the window. */
  scrollTo(step) {
    if (turned()) this.stage.querySelector(PLACES[step])?.scrollIntoView({ block: "start" });
    else scrollTo(0, 0);
  }
  /** Lights the step, until another one is lit or `hide` is called. */
  show(step) {
    this.skip();
    this.#shown = step;
    this.veil.hidden = false;
    this.veil.style.clipPath = this.#around(step);
    for (const [name, place] of this.#steps()) place.classList.toggle("is-lit", name === step);
  }
  hide() {
    this.skip();
    this.#shown = null;
    this.veil.hidden = true;
    for (const [, place] of this.#steps()) place.classList.remove("is-lit");
  }

  /** Lights the steps one after another, once: what is computed from what. Nothing moves where the reader asks for calm. */
  pass() {
    if (calm() || !this.veil.hidden || !this.stage.clientHeight || typeof this.veil.animate !== "function") return;
    this.veil.hidden = false;
    const paths = STEPS.map((step) => this.#around(step));
    const duration = PASS_MS * STEPS.length;
    // Each step is lit for a while, then the light moves on.
    const frames = paths.flatMap((clipPath, at) => [
      { clipPath, opacity: PASSING, offset: (at + 0.15) / STEPS.length },
      { clipPath, opacity: PASSING, offset: (at + 0.75) / STEPS.length },
    ]);
    const ends = [
      { clipPath: paths[0], opacity: 0, offset: 0 },
      { clipPath: paths.at(-1), opacity: 0, offset: 1 },
    ];
    const motion = this.veil.animate([ends[0], ...frames, ends[1]], { duration, easing: "ease-in-out" });
    motion.onfinish = motion.oncancel = () => {
      this.veil.hidden = true;
      this.#passing = [];
    };
    this.#passing = [motion, ...this.#numbers(duration)];
  }
  /** Marks the sentence under each step while that step is lit. */
  #numbers(duration) {
    return this.#steps().map(([name, place]) => {
      const at = STEPS.indexOf(name) / STEPS.length;
      const to = at + 1 / STEPS.length;
      const [dim, lit] = [{ opacity: 0.35 }, { opacity: 1 }];
      return place.animate(
        [
          { opacity: 1, offset: 0 },
          { ...dim, offset: Math.max(0.001, at - 0.02) },
          { ...lit, offset: at + 0.03 },
        ]
          .concat([
            { ...lit, offset: to - 0.02 },
            { ...(to < 1 ? dim : lit), offset: Math.min(0.999, to + 0.02) },
          ])
          .concat([{ opacity: 1, offset: 1 }]),
        { duration },
      );
    });
  }
  /** Ends a passage at once. */
  skip() {
    for (const motion of this.#passing) motion.cancel();
  }

  /** Returns [name, the sentence under the figure] of every step. */
  #steps() {
    return STEPS.map((name) => /** @type {const} */ ([name, document.querySelector(`[data-step="${name}"]`)])).filter(
      ([, place]) => place,
    );
  }
  /** Returns the clip path of a veil that leaves a step open. */
  #around(step) {
    const { stage } = this;
    const box = stage.getBoundingClientRect();
    const scale = enlarged();
    const places = [...stage.querySelectorAll(PLACES[step])].map((place) => place.getBoundingClientRect());
    const [wide, high] = [turned() ? stage.scrollWidth : stage.clientWidth, stage.clientHeight];
    Object.assign(this.veil.style, { width: `${wide}px`, height: `${high}px` });
    const [near, far, start] = turned() ? ["top", "bottom", box.top] : ["left", "right", box.left];
    const along = turned() ? 0 : stage.scrollLeft;
    const from = (Math.min(...places.map((place) => place[near])) - start) / scale + along - MARGIN;
    const to = (Math.max(...places.map((place) => place[far])) - start) / scale + along + MARGIN;
    const [x0, x1, y0, y1] = turned() ? [0, wide, from, to] : [from, to, 0, high];
    const corners = [
      [0, 0],
      [wide, 0],
      [wide, high],
      [0, high],
      [0, 0],
      [x0, y0],
      [x0, y1],
      [x1, y1],
      [x1, y0],
      [x0, y0],
    ];
    return `polygon(evenodd, ${corners.map(([x, y]) => `${Math.round(x)}px ${Math.round(y)}px`).join(", ")})`;
  }
}
