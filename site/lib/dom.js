// DOM made from values, never from HTML strings: text from the data stays text.

/** h('button', {class: 'x', onclick: f, 'aria-label': 's'}, child, ...): null and false are left out. */
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

const HANDLERS = Symbol("handlers"); // of an element: {event type: function}
const handled = (event) => event.currentTarget[HANDLERS][event.type]?.(event);

/** Has `call` handle events of this type, in the place of any other given here: `morphChildren` passes them on. */
function handle(element, type, call) {
  element[HANDLERS] ??= {};
  if (!(type in element[HANDLERS])) element.addEventListener(type, handled);
  element[HANDLERS][type] = call;
}

// They have a state beside their attributes: what was drawn, typed, opened.
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

/** Makes `node` like `next`; false where it cannot be. */
function turn(node, next) {
  if (node.nodeName !== next.nodeName) return false;
  if (node.nodeType !== 1) {
    if (node.data !== next.data) node.data = next.data;
    return true;
  }
  if (OWN_STATE.has(node.localName)) return false;
  // Most elements have no attributes; to list those of one is slow.
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

const PALE_AFTER_MS = 160; // an answer that comes sooner pales nothing: to do so and undo it costs as much as to draw the new
const paling = new Map(); // element -> its timer

/** Whether what `element` shows is outrun by a choice of the reader: it turns pale then, until the new numbers have come. */
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

/** Set an attribute only where it changes: an untouched DOM costs no layout and wakes no screen reader. */
export function attribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function setText(element, text) {
  const only = element.firstChild;
  if (only?.nodeType === 3 && !only.nextSibling) {
    if (only.data !== String(text)) only.data = text; // a text that changes is less to lay out than a new one
  } else if (element.textContent !== text) element.textContent = text;
}

/** Whether what is given is what was given the last time: then a drawing of it is still right. `forget` when it is not. */
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
 * The inner width of an element, kept up to date by the browser: {width}; `changed` is called when it is another. (Not its
 * height: that is the drawing's own doing, and to draw for it once more costs a frame.) To ask the element may cost a layout.
 */
export function widthOf(element, changed = () => {}) {
  const size = { width: element.clientWidth };
  new ResizeObserver(() => {
    if (element.clientWidth === size.width) return; // just laid out
    size.width = element.clientWidth;
    changed();
  }).observe(element);
  return size;
}

let family = "";
/** The page's font, for canvases; asked once, since to ask may cost a layout. */
export const fontFamily = () => (family ||= getComputedStyle(document.body).fontFamily);

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Arrow keys among the radios of a group; only the checked one is in the tab order.
 * `columns` > 1 makes up and down jump a row.
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
