// Lights one step of the overview: all else of the figure lies under a veil.
import { calm, enlarged, h } from "../lib/dom.js";
import { turned } from "./lanes.js";

// The steps in the order of computation -> the elements of the overview between whose edges a step takes place, and the headings that
// speak of it. px: how far the light reaches beyond these edges; before: what it also takes in where the figure runs to the right.
const PLACES = {
  pieces: { between: "[data-slot=tokens]", names: ".tokens-name", px: 0 },
  numbers: { between: ".at-embed", names: ".at-embed", px: 0 },
  attention: { between: ".at-stream, .at-attention", names: ".block[aria-checked=true] > span, .at-stream, .at-attention", px: 2 },
  mlp: { between: ".at-mlp", names: ".block[aria-checked=true] > span, .at-mlp", px: 2 },
  next: { between: "[data-slot=logits]", names: ".overview-head > *", before: ".at-final", px: 0 },
};
export const STEPS = Object.keys(PLACES);
const HEADS = 56; // px at the figure's top that hold its headings, on a wide page
const MOST_NAMES = 3; // headings that one step lights
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
    if (turned()) this.stage.querySelector(PLACES[step].between)?.scrollIntoView({ block: "start" });
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
  /**
   * Returns the clip path of a veil that leaves a step open: what lies below the headings, and each of its headings, whole. All paths
   * have as many corners, so that the light can move from one to the next.
   */
  #around(step) {
    const { stage } = this;
    const box = stage.getBoundingClientRect();
    const scale = enlarged();
    const { px, before = "", ...place } = { before: undefined, ...PLACES[step] };
    const [between, names] = [place.between, place.names].map((all) => (before && !turned() ? `${all}, ${before}` : all));
    const [wide, high] = [turned() ? stage.scrollWidth : stage.clientWidth, stage.clientHeight];
    Object.assign(this.veil.style, { width: `${wide}px`, height: `${high}px` });
    /** Returns where a box of the window is in the figure. */
    const inside = ({ left, top, right, bottom }) => ({
      left: (left - box.left) / scale + stage.scrollLeft,
      right: (right - box.left) / scale + stage.scrollLeft,
      top: (top - box.top) / scale,
      bottom: (bottom - box.top) / scale,
    });
    const places = [...stage.querySelectorAll(between)].map((place) => inside(place.getBoundingClientRect()));
    const heads = [...stage.querySelectorAll(names)].flatMap((name) => textBoxes(name).map(inside));
    const holes = turned() ? [[...places, ...heads].reduce(union)] : [places.reduce(union), ...apart(heads)];
    const [body] = holes;
    if (turned()) Object.assign(body, { left: 0, right: wide, top: body.top - px, bottom: body.bottom + px });
    else Object.assign(body, { left: body.left - px, right: body.right + px, top: HEADS, bottom: high });
    while (holes.length <= MOST_NAMES) holes.push({ left: body.left, right: body.left, top: body.top, bottom: body.top });
    const corners = [
      [0, 0],
      [wide, 0],
      [wide, high],
      [0, high],
      [0, 0],
      ...holes.flatMap(({ left, right, top, bottom }) => [
        [left, top],
        [left, bottom],
        [right, bottom],
        [right, top],
        [left, top],
        [0, 0],
      ]),
    ];
    return `polygon(evenodd, ${corners.map(([x, y]) => `${Math.round(x)}px ${Math.round(y)}px`).join(", ")})`;
  }
}

/** Returns the boxes of an element's texts in the window. */
function textBoxes(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  return [...range.getClientRects()].filter(({ width, height }) => width && height);
}
const union = (a, b) => ({
  left: Math.min(a.left, b.left),
  right: Math.max(a.right, b.right),
  top: Math.min(a.top, b.top),
  bottom: Math.max(a.bottom, b.bottom),
});
/** Returns boxes of headings above what they are over, with a margin; those that meet become one. */
function apart(boxes) {
  const left = [];
  for (const { left: x0, right: x1, top, bottom } of boxes) {
    let box = { left: x0 - 1, right: x1 + 1, top: Math.max(0, top - 2), bottom: Math.min(HEADS, bottom + 4) };
    if (box.bottom <= box.top) continue;
    for (let at; (at = left.findIndex((other) => meet(other, box))) >= 0; ) box = union(box, left.splice(at, 1)[0]);
    left.push(box);
  }
  return left;
}
const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
