// Leads through the page, stop by stop: as a tour with a sentence for each stop, or as a presentation, one figure at a time in large
// type. A stop is a step of the overview, a part of the model, or the draw.
import { enlarge, h, setText } from "../lib/dom.js";
import { afterFrame } from "../lib/scheduler.js";
import contract from "../generated/contract.js";
import { choose, listen, state } from "../state/choices.js";
import strings from "../strings/index.js";
import { STEPS } from "../widgets/spotlight.js";

const words = strings.tour;
const [LEAST_WIDTH, LEAST_HEIGHT] = [860, 480]; // CSS px that a presentation's page has at least, in its large type
const LEAST_ZOOM = 1.5; // 12 px, the smallest type, become 18

/**
 * A stop. step: of the overview; part: of the model; stage: of attention; band: which band of the page a presentation shows;
 * points: the element that the reader is to press; shows: the element that the text speaks of; after: what a slide's heading adds to
 * its part's title; says: a sentence that a slide begins with.
 * @typedef {{name: string, title: string, text?: string, band: string, step?: string, part?: string, stage?: string, points?: string,
 *   shows?: string, after?: string, says?: string}} Stop
 */
/** @returns {Stop} */
const overview = (step) => ({ name: step, band: "overview", step, ...words.stops[step] });
/** @returns {Stop} */
const part = (name) => ({ name, title: strings[name].title, band: "closer", part: name, says: words.says[name] });
/** @returns {Stop} */
const stageOf = (stage) => {
  const { after, says } = words.stages[stage];
  return { ...part("attention"), name: `stage-${stage}`, title: strings.attention.title + after, stage, after, says };
};

/** @returns {Stop[]} */
const tourStops = () => [
  ...STEPS.map(overview),
  { name: "write", band: "overview", points: "#plays .main", ...words.stops.write },
  { name: "inside", band: "closer", part: "attention", stage: "scores", shows: ".matrices", ...words.stops.inside },
  { name: "yours", band: "all", ...words.stops.yours },
];
/** @returns {Stop[]} */
const slides = () => [
  ...STEPS.map(overview),
  ...contract.partGroups.model.flatMap((name) => (name === "attention" ? contract.stages.map(stageOf) : [part(name)])),
  { name: "draw", title: words.draw, band: "choice" },
  ...contract.partGroups.experiments.map((name) => part(name)),
];

const HEADING = "h3, .opened, .head-small, thead, caption"; // stays with what it stands over

const NEXT = new Set(["ArrowRight", "PageDown"]);
const BACK = new Set(["ArrowLeft", "PageUp"]);
/** Returns whether an element takes arrow keys itself: fields, lists, figures with a cursor. */
const takesArrows = (element) =>
  element.matches("input, textarea, select, [role=radio], [role=option], [role=grid], [role=slider], [contenteditable]") ||
  element.closest("[role=toolbar], [role=listbox], [role=radiogroup], [role=tree], [aria-roledescription], canvas, .scroller") !==
    null;

export class Tour {
  /** @type {Stop[]} */
  #stops = [];
  #at = 0;
  #presenting = false;
  /** @type {string | null} */
  #part = null; // what was open before
  /** @type {Element | null} */
  #from = null; // what had the focus before
  #pointer = [0, 0]; // where it was last

  /** send: to Python; spotlight: of the overview. */
  constructor(send, spotlight) {
    this.send = send;
    this.spotlight = spotlight;
    this.title = h("h2", { tabindex: "-1" });
    this.text = h("p", {});
    this.place = h("span", { class: "tour-place", role: "status" });
    this.back = h("button", { type: "button", text: words.back, onclick: () => this.go(-1) });
    this.next = h("button", { type: "button", class: "main", text: words.next, onclick: () => this.go(1) });
    const leave = h("button", { type: "button", text: words.leave, onclick: () => this.leave() });
    this.element = h(
      "section",
      { class: "tour", hidden: true, "aria-label": words.label },
      h("div", { class: "tour-words" }, this.title, this.text),
      h("div", { class: "tour-do" }, leave, this.place, this.back, this.next),
    );
    document.body.append(this.element);
    this.said = h("p", { class: "slide-says" }); // stands among the words of a slide's figure
    listen(() => this.#follow(), ["part", "stage"]);
    addEventListener("keydown", (event) => this.#pressed(event));
    // A pointer that rests marks nothing on a slide that a key has turned to; moving it ends that.
    addEventListener("pointermove", (event) => this.#moved(event), true);
    addEventListener("pointerdown", (event) => this.#moved(event), true);
    addEventListener("resize", () => this.isOn && this.#arrive());
    // Leaving full screen by the browser's own Escape leaves the presentation.
    document.addEventListener("fullscreenchange", () => !document.fullscreenElement && this.#presenting && this.leave());
  }

  get isOn() {
    return this.#stops.length > 0;
  }

  /** Begins the tour. */
  take() {
    this.#begin(tourStops(), false);
  }
  /** Begins a presentation, on the whole screen where the browser allows that. */
  present() {
    this.#begin(slides(), true);
    // Browsers refuse it without a press, and in most frames.
    if (navigator.userActivation?.isActive) document.documentElement.requestFullscreen?.().catch(() => {});
  }
  #begin(stops, presenting) {
    this.#from ??= document.activeElement;
    this.#part ??= state.part;
    this.#stops = stops;
    this.#at = Math.max(0, presenting && state.part && !this.#isAtTop() ? stops.findIndex(({ part }) => part === state.part) : 0);
    this.#presenting = presenting;
    this.element.setAttribute("aria-label", presenting ? words.presenting : words.label);
    document.documentElement.classList.add("touring");
    document.documentElement.classList.toggle("presenting", presenting);
    this.element.hidden = false;
    this.#show();
  }
  #isAtTop() {
    return scrollY < innerHeight / 2;
  }
  leave() {
    const wasFull = document.fullscreenElement;
    const stop = this.#presenting ? this.#stops[this.#at] : null;
    if (stop && !stop.part && this.#part !== null) choose(this.send, { part: this.#part });
    this.#part = null;
    this.#stops = [];
    this.#presenting = false;
    document.documentElement.classList.remove("touring", "presenting", "by-keys");
    enlarge(1);
    delete document.documentElement.dataset.band;
    delete document.documentElement.dataset.slide;
    this.said.remove();
    this.element.hidden = true;
    this.spotlight.hide();
    this.#point(null);
    const goBack = () => stop && this.#goTo(stop);
    if (wasFull) document.exitFullscreen().then(() => afterFrame(goBack));
    afterFrame(() => afterFrame(goBack)); // once the figures have their usual size
    if (this.#from instanceof HTMLElement && this.#from.isConnected) this.#from.focus({ preventScroll: true });
    this.#from = null;
  }
  /** Brings the place of a slide into sight on the page. */
  #goTo(/** @type {Stop} */ { part, band }) {
    if (this.isOn) return;
    if (band === "overview") scrollTo(0, 0);
    else (part ? document.getElementById(`part-${part}`) : document.querySelector(`.${band}`))?.scrollIntoView({ block: "start" });
  }
  /** Goes to another stop: the next (1), the one before (-1). */
  go(by) {
    if (by > 0 && this.#presenting && this.#scrolled()) return;
    const at = this.#at + by;
    if (at >= this.#stops.length && !this.#presenting) return this.leave();
    if (at < 0 || at >= this.#stops.length) return;
    this.#at = at;
    this.#show();
  }

  /**
   * Shows more of a figure that is higher than the window, from the first line or picture on that was not seen whole; returns whether
   * there was more.
   */
  #scrolled() {
    const { scrollHeight, clientHeight } = document.documentElement;
    if (scrollHeight - clientHeight - scrollY < 8) return false;
    const fold = this.element.getBoundingClientRect().top;
    const unseen = [...document.querySelectorAll("main *")].filter((element) => {
      if (element.childElementCount && !element.matches("p, li, tr")) return false;
      const { bottom, height } = element.getBoundingClientRect();
      return height > 4 && bottom > fold + 2;
    });
    if (!unseen.length) return false;
    const first = Math.min(...unseen.map(topOf)) - 8;
    // A heading that is not far above comes along.
    const heads = [...document.querySelectorAll(`main :is(${HEADING})`)].map((head) => topOf(head) - 8);
    const next = Math.min(first, ...heads.filter((top) => top > fold * 0.25 && top > first - fold * 0.25));
    scrollBy(0, next > fold * 0.25 && next < fold ? next : fold * 0.85);
    return true;
  }

  #show() {
    const stop = this.#stops[this.#at];
    const last = this.#at === this.#stops.length - 1;
    setText(this.title, stop.title);
    setText(this.text, stop.text ?? "");
    this.text.hidden = !stop.text;
    setText(this.place, words.place(this.#at + 1, this.#stops.length));
    this.back.disabled = this.#at === 0;
    this.next.disabled = last && this.#presenting;
    setText(this.next, last && !this.#presenting ? words.done : words.next);
    const set = { ...(stop.part && { part: stop.part }), ...(stop.stage && { stage: stop.stage }) };
    if (Object.keys(set).length) choose(this.send, set);
    document.documentElement.dataset.band = stop.band;
    if (this.#presenting) this.#showSlide(stop);
    this.title.focus({ preventScroll: true });
    this.#arrive();
  }
  #showSlide(/** @type {Stop} */ { name, after, says, band }) {
    const { dataset, style } = document.documentElement;
    dataset.slide = name;
    style.setProperty("--slide-after", JSON.stringify(after ?? ""));
    setText(this.said, says ?? "");
    this.said.hidden = !says;
    document.querySelector(`.${band} > .words`)?.prepend(this.said);
  }
  /** Turns to the slide of what the reader has opened in a figure. */
  #follow() {
    const stop = this.#stops[this.#at];
    if (!this.#presenting || !stop.part || !state.part || (stop.part === state.part && (!stop.stage || stop.stage === state.stage)))
      return;
    const at = this.#stops.findIndex(({ part, stage }) => part === state.part && (!stage || stage === state.stage));
    if (at < 0) return;
    this.#at = at;
    this.#show();
  }
  /** Brings the stop's place into sight, once the page has its new size. */
  #arrive() {
    const stop = this.#stops[this.#at];
    if (this.#presenting) {
      // A phone's window is too narrow for larger type.
      const zoom =
        innerWidth < LEAST_WIDTH ? 1 : Math.max(LEAST_ZOOM, Math.min(innerWidth / LEAST_WIDTH, innerHeight / LEAST_HEIGHT));
      enlarge(zoom);
    }
    document.documentElement.style.setProperty("--card-height", `${this.element.offsetHeight}px`);
    if (!stop.step) this.spotlight.hide();
    this.#point(stop.points ?? null);
    afterFrame(() => {
      if (this.#stops[this.#at] !== stop) return;
      if (stop.part && !this.#presenting) this.#uncover(stop);
      else if (stop.step && !this.#presenting) this.spotlight.scrollTo(stop.step);
      else scrollTo(0, 0);
      if (stop.step) this.spotlight.show(stop.step);
    });
  }
  /** Brings a part into sight, and what the text speaks of out from under the card, as soon as it is drawn. */
  #uncover(stop, frames = 90) {
    const part = document.getElementById(`part-${stop.part}`);
    if (!part || this.#stops[this.#at] !== stop) return;
    part.scrollIntoView({ block: "start" });
    const shown = stop.shows ? part.querySelector(stop.shows) : part;
    if (!shown?.clientHeight) {
      if (frames) afterFrame(() => this.#uncover(stop, frames - 1));
      return;
    }
    if (!stop.shows) return;
    const { top, bottom } = shown.getBoundingClientRect();
    const over = bottom + 8 - this.element.getBoundingClientRect().top;
    const room = top - parseFloat(getComputedStyle(part).scrollMarginTop);
    if (over > 0) scrollBy(0, Math.min(over, room));
  }
  #point(selector) {
    for (const element of document.querySelectorAll(".is-pointed")) element.classList.remove("is-pointed");
    if (selector) document.querySelector(selector)?.classList.add("is-pointed");
  }

  #pressed(event) {
    if (!this.isOn || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      return this.leave();
    }
    const by = NEXT.has(event.key) ? 1 : BACK.has(event.key) ? -1 : 0;
    if (!by || (event.key.startsWith("Arrow") && takesArrows(event.target))) return;
    event.preventDefault();
    if (this.#presenting) document.documentElement.classList.add("by-keys");
    this.go(by);
  }
  #moved(/** @type {PointerEvent} */ { type, clientX, clientY }) {
    const moves = type === "pointerdown" || clientX !== this.#pointer[0] || clientY !== this.#pointer[1];
    this.#pointer = [clientX, clientY];
    if (moves) document.documentElement.classList.remove("by-keys");
  }
}

/** Returns where in the window an element begins, with the headings that stand over it. */
function topOf(element) {
  let first = element;
  for (;;) {
    const before = first.previousElementSibling;
    if (before?.matches(HEADING)) first = before;
    else if (!before && first.parentElement && !first.parentElement.matches(".slot, .note")) first = first.parentElement;
    else return Math.min(first.getBoundingClientRect().top, element.getBoundingClientRect().top);
  }
}
