// Builds DOM from values, never from HTML strings: text from the data stays text.

/** Makes an element: h('button', {class: 'x', onclick: f, 'aria-label': 's'}, child, ...). Null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) handle(element, name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const HANDLERS = Symbol("handlers"); // on an element: {event type: function}
const handled = (event) => event.currentTarget[HANDLERS][event.type]?.(event);

/** Makes `call` the one handler of `element` for events of this type, so that `morphChildren` can replace it. */
function handle(element, type, call) {
  element[HANDLERS] ??= {};
  if (!(type in element[HANDLERS])) element.addEventListener(type, handled);
  element[HANDLERS][type] = call;
}

// Elements with a state beside their attributes: what was drawn, typed, opened.
const OWN_STATE = new Set(["canvas", "details", "input", "select", "textarea"]);

/**
 * Morphs the children of `host` into `wanted` (nodes and texts made by h and math.js), reusing nodes: the browser then lays out a changed
 * number, not a new list. Afterwards look elements up in `host`, since a node of `wanted` may not be in the document.
 */
export function morphChildren(host, ...wanted) {
  let old = host.firstChild;
  for (const child of wanted.flat()) {
    const next = child instanceof Node ? child : document.createTextNode(child);
    const following = old?.nextSibling;
    if (!old) host.append(next);
    else if (!turn(old, next)) old.replaceWith(next);
    old = following;
  }
  while (old) {
    const following = old.nextSibling;
    old.remove();
    old = following;
  }
}

/** Makes `node` like `next`; returns false where that is not possible. */
function turn(node, next) {
  if (node.nodeName !== next.nodeName) return false;
  if (node.nodeType !== 1) {
    if (node.data !== next.data) node.data = next.data;
    return true;
  }
  if (OWN_STATE.has(node.localName)) return false;
  // Listing attributes is slow, and most elements have none.
  if (next.hasAttributes())
    for (const name of next.getAttributeNames()) {
      const value = next.getAttribute(name);
      if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    }
  if (node.hasAttributes()) for (const name of node.getAttributeNames()) if (!next.hasAttribute(name)) node.removeAttribute(name);
  if (node[HANDLERS] || next[HANDLERS]) {
    for (const type in node[HANDLERS]) node[HANDLERS][type] = null;
    for (const type in next[HANDLERS]) handle(node, type, next[HANDLERS][type]);
  }
  if (node.firstChild || next.firstChild) morphChildren(node, ...next.childNodes);
  return true;
}

const PALE_AFTER_MS = 160; // a sooner answer pales nothing: paling and undoing it costs as much as drawing the new numbers
const paling = new Map(); // element -> its timer

/** Turns `element` pale while a choice of the reader outruns what it shows, until the new numbers are there. */
export function pale(element, outrun) {
  if (!outrun && paling.has(element)) {
    clearTimeout(paling.get(element));
    paling.delete(element);
    element.classList.remove("stale");
  } else if (outrun && !paling.has(element))
    paling.set(
      element,
      setTimeout(() => element.classList.add("stale"), PALE_AFTER_MS),
    );
}

/** Sets an attribute only where it changes: an untouched DOM costs no layout and wakes no screen reader. */
export function attribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function setText(element, text) {
  const only = element.firstChild;
  if (only?.nodeType === 3 && !only.nextSibling) {
    if (only.data !== String(text)) only.data = text; // changing a text costs less layout than replacing it
  } else if (element.textContent !== text) element.textContent = text;
}

/** Returns a function that says whether its arguments are those of its last call: their drawing is then still right. `forget` resets it. */
export function unchanged() {
  let last = null;
  const same = (...values) => {
    const is = last !== null && values.every((value, at) => Object.is(value, last[at]));
    last = values;
    return is;
  };
  same.forget = () => (last = null);
  return same;
}

/**
 * Returns {width}, the inner width of an element, which the browser keeps up to date, and calls `changed` after each change. (Not
 * the height: the drawing itself sets it, and drawing once more for it costs a frame.) Asking the element may cost a layout.
 */
export function widthOf(element, changed = () => {}) {
  const size = { width: element.clientWidth };
  new ResizeObserver(() => {
    if (element.clientWidth === size.width) return; // the first report, or another height
    size.width = element.clientWidth;
    changed();
  }).observe(element);
  return size;
}

let family = "";
/** Returns the page's font, for canvases; asks once, since asking may cost a layout. */
export const fontFamily = () => (family ||= getComputedStyle(document.body).fontFamily);

let scale = 1;
/** Makes the page's figures `factor` times as large, for a presentation. */
export function enlarge(factor) {
  scale = factor;
  document.documentElement.style.setProperty("--zoom", String(factor));
}
/** Returns how many times larger than usual the figures are. */
export const enlarged = () => scale;

/** Returns where in `element` the pointer is, in the element's own pixels. @returns {[x: number, y: number]} */
export function pointIn(event, element) {
  const { left, top } = element.getBoundingClientRect();
  return [(event.clientX - left) / scale, (event.clientY - top) / scale];
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Lets arrow keys, Home and End choose among the radios of a group; only the checked one is in the tab order.
 * With `columns` > 1, up and down jump a row.
 */
export function radios(group, choose, columns = () => 1) {
  group.addEventListener("keydown", (event) => {
    const all = [...group.querySelectorAll("[role=radio]")];
    const at = all.indexOf(document.activeElement);
    if (at < 0) return;
    const wide = columns();
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[event.key];
    let to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : step ? at + step : null;
    if (to === null) return;
    event.preventDefault();
    to = Math.max(0, Math.min(all.length - 1, to));
    all[to].focus();
    choose(to);
  });
}

export function check(all, chosen) {
  all.forEach((radio, index) => {
    attribute(radio, "aria-checked", String(index === chosen));
    attribute(radio, "tabindex", index === chosen ? "0" : "-1");
  });
}
