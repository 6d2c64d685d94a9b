// Formulas and figures point at each other: what is under the pointer in one is lit in the other.

/**
 * Of the parts of the formulas in `place` that are `tied` (lib/math.js). -> {follow(told), light(key), lightAgain()}: told(key) is
 * called when the pointer comes upon another part, null for none; light(key): what is under the pointer in the figure.
 * Keys are texts or numbers, told as texts.
 */
export function formulaLinks(place) {
  const followers = [];
  let under = null; // the key under the pointer
  let lit = null;
  const find = (key) => {
    if (key === under) return;
    under = key;
    for (const told of followers) told(key);
  };
  place.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") find(event.target.closest("[data-tied]")?.getAttribute("data-tied") ?? null);
  });
  place.addEventListener("pointerleave", () => find(null));
  const paint = () => {
    for (const part of place.querySelectorAll("[data-tied]")) {
      part.classList.toggle("lit", lit !== null && part.getAttribute("data-tied") === lit);
    }
  };
  return {
    follow: (told) => followers.push(told),
    light(key) {
      const next = key === null ? null : String(key);
      if (next === lit) return;
      lit = next;
      paint();
    },
    /** The formulas are new ones. */
    lightAgain: () => lit !== null && paint(),
  };
}
