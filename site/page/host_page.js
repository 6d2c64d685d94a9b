// Serves the course page whose frame holds this page: shows the figures it asks for, and sends it messages. See docs/embedding.md.

/** Returns which of the figures that `show` names is a part of the closer look, which is then open from the start; null for none. */
export const partIn = (show) => show?.find((name) => document.getElementById(`part-${name}`)) ?? null;

/**
 * Shows the figures that `show` names, all without it. Returns tell(type, more), which sends a message to the course page and
 * does nothing outside a frame. The course page gets {source: "explainer", type: "ready"}, {type: "height", height} in CSS pixels
 * whenever it changes, and {type: "state", state}: the reader's choices.
 */
export function embed(show) {
  const slots = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main [data-slot]")]);
  const wanted = slots.filter((slot) => show?.includes(slot.dataset.slot));
  // Names that are all unknown would leave an empty page.
  if (wanted.length) {
    for (const slot of slots.filter((other) => !wanted.includes(other))) {
      slot.hidden = true;
      document.getElementById(`note-${slot.dataset.slot}`).hidden = true;
      const opens = /** @type {HTMLElement | null} */ (document.querySelector(`[aria-controls="${slot.id}"]`)); // a part has a button that opens it
      if (opens) opens.hidden = true;
    }
    const parts = wanted.filter((slot) => slot.matches(".part"));
    /** @type {HTMLElement} */ (document.querySelector(".part-bar")).hidden = parts.length < 2; // a single one is open and stays open
    for (const band of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("main > section"))) {
      const all = /** @type {HTMLElement[]} */ ([...band.querySelectorAll("[data-slot]")]);
      band.hidden = !all.some((slot) => wanted.includes(slot));
      // The overview's columns are made for all three of its figures.
      band.classList.toggle("some", !all.every((slot) => wanted.includes(slot)));
    }
  }
  if (window.parent === window) return () => {};
  // Any page may embed this one, and sees the frame anyway; nothing in it is secret.
  const tell = (type, more = {}) => window.parent.postMessage({ source: "explainer", type, ...more }, "*");
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    tell("height", { height });
  }).observe(document.body);
  return tell;
}
