// Replaces lines while the reader's focus is on a button in one of them.
import { morphChildren } from "../lib/dom.js";

/**
 * Does what `morphChildren` does, where lines have buttons that `data-NAME` tells apart: a focus on one of them stays with its NAME, or
 * near its place, or goes to `other` where no button is left.
 * @param {HTMLElement} host
 * @param {string} name
 * @param {Element[]} lines
 * @param {HTMLElement | null} other
 */
export function renew(host, name, lines, other = null) {
  const { activeElement } = document;
  const focused = host.contains(activeElement) ? /** @type {HTMLElement} */ (activeElement).dataset[name] : undefined;
  morphChildren(host, ...lines);
  if (focused === undefined) return;
  const all = /** @type {HTMLElement[]} */ ([...host.querySelectorAll(`[data-${name}]`)]);
  const same = all.find((button) => button.dataset[name] === focused);
  if (same || !host.contains(document.activeElement)) (same ?? all.at(-1) ?? other)?.focus({ preventScroll: true });
}
