// Not a test: makes a document for node with happy-dom, whose path tests/widgets/test_widgets.py gives in EXPLAINER_DOM.
import { pathToFileURL } from "node:url";

const place = process.env.EXPLAINER_DOM;
if (!place) throw new Error("run these tests by `python -m pytest tests/widgets`, or name happy-dom's main file in EXPLAINER_DOM");
const { Window } = await import(pathToFileURL(place).href);

/** The window whose names the page's modules find as globals; tests can look at it afterwards. */
export const window = new Window({ url: "http://site.test/", width: 1440, height: 900 });
const NAMES = [
  "document",
  "Node",
  "Element",
  "HTMLElement",
  "Event",
  "KeyboardEvent",
  "PointerEvent",
  "CustomEvent",
  "location",
  "history",
];
for (const name of NAMES) Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
for (const name of ["addEventListener", "removeEventListener", "getComputedStyle"]) globalThis[name] = window[name].bind(window);
globalThis.innerHeight = 900;

/** Whether the reader wants no motion. */
export const reader = { calm: false };
globalThis.matchMedia = () => ({ matches: reader.calm, addEventListener() {} });

/** Empties the page, and returns an element in it to draw into. */
export function blank() {
  document.body.replaceChildren();
  const host = document.createElement("div");
  document.body.append(host);
  return host;
}

export const press = (element, key, more = {}) => {
  const event = new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  element.dispatchEvent(event);
  return event;
};

export const pointer = (element, type, more = {}) => {
  element.dispatchEvent(new window.PointerEvent(type, { bubbles: type !== "pointerleave", pointerType: "mouse", ...more }));
};

export const texts = (elements) => [...elements].map((element) => element.textContent);

// What watches sizes and frames: nothing here has a size, and a frame is a turn of the loop.
for (const name of ["ResizeObserver", "IntersectionObserver"]) {
  globalThis[name] = class {
    observe() {}
  };
}
globalThis.requestAnimationFrame = (draw) => setTimeout(draw);
