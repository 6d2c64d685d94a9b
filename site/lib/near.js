// What is nowhere near the screen is drawn later: when the reader comes near it, or when no newer numbers have come for a
// while. A text that grows then costs the page what the reader sees of it.

const LATER_MS = 250;
const MARGIN = "50%"; // of the window's height: so near counts as seen, for who scrolls

/** Returns draw(slot, call): calls at once, or later, then only the newest call of the slot. Slots are elements' names. */
export function nearFirst() {
  const far = new Set(); // bands
  const waiting = new Map(); // slot -> {band, call}
  let timer = 0;

  function flush(band = null) {
    for (const [slot, held] of [...waiting]) {
      if (band && held.band !== band) continue;
      waiting.delete(slot);
      held.call();
    }
  }
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) far.delete(target);
        else far.add(target);
        if (isIntersecting) flush(target);
      }
    },
    { rootMargin: `${MARGIN} 0px` },
  );
  const bands = new Map(); // slot -> its band
  function bandOf(slot) {
    if (!bands.has(slot)) {
      bands.set(slot, document.querySelector(`[data-slot="${slot}"]`)?.closest(".band") ?? null);
      if (bands.get(slot)) observer.observe(bands.get(slot));
    }
    return bands.get(slot);
  }

  return (slot, call) => {
    const band = bandOf(slot);
    if (!far.has(band)) {
      waiting.delete(slot);
      return call();
    }
    waiting.set(slot, { band, call });
    clearTimeout(timer);
    timer = setTimeout(flush, LATER_MS);
  };
}
