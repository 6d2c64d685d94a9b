// Links formulas and figures: what is under the pointer in one is lit in the other.

/**
 * Links the parts of the formulas in `place` that are `tied` (lib/math.js). -> {follow(told), light(symbol), lightAgain()}: follow
 * registers told(symbol), called when the pointer moves to another part, with null for none; light(symbol) lights the part that stands
 * for what is under the pointer in the figure. Symbols are texts or numbers, told as texts.
 */
export function formulaLinks(place) {
  const followers = [];
  let under = null; // the symbol under the pointer
  let lit = null;
  const find = (symbol) => {
    if (symbol === under) return;
    under = symbol;
    for (const told of followers) told(symbol);
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
    light(symbol) {
      const next = symbol === null ? null : String(symbol);
      if (next === lit) return;
      lit = next;
      paint();
    },
    /** Lights the part again after the formulas were replaced. */
    lightAgain: () => lit !== null && paint(),
  };
}
