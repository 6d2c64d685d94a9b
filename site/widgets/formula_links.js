// Links formulas and figures: what is under the pointer in one is lit in the other.

/**
 * Links the parts of the formulas in `place` that are `tied` (lib/math.js). -> {follow(told), light(key), lightAgain()}: follow has
 * told(key) called when the pointer moves to another part, with null for none; light(key) lights the part that stands for what is under
 * the pointer in the figure. Keys are texts or numbers, told as texts.
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
    /** Lights the part again after the formulas were replaced. */
    lightAgain: () => lit !== null && paint(),
  };
}
