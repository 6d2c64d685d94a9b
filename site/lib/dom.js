// DOM made from values, never from HTML strings: text from the data stays text.

/** h('button', {class: 'x', onclick: f, 'aria-label': 's'}, child, ...): null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Set an attribute only where it changes: an untouched DOM costs no layout and wakes no screen reader. */
export function attribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Run `draw` once in the next frame however often it is asked for. */
export function frame(draw) {
  let asked = 0;
  return () => {
    if (asked) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  };
}

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
