// The colour maps and the fit of a scale to its data. Colours come from styles/theme.css, so themes need no code here.

const LEVELS = 256;
let cache = new Map();
const changed = new Set();

/** Calls `callback` after every change of the theme (canvases must be drawn again). */
export const onTheme = (callback) => changed.add(callback);
export function themeChanged() {
  cache = new Map();
  for (const callback of changed) callback();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themeChanged);

/** Returns a colour of styles/theme.css as [r, g, b]; the browser resolves light-dark(). */
function rgb(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const parts = getComputedStyle(probe)
    .color.match(/[\d.]+/g)
    .slice(0, 3)
    .map(Number);
  probe.remove();
  return parts;
}

export function colour(name, alpha = 1) {
  // Asking the browser is slow. The key is the name alone, since alpha takes any value.
  if (!cache.has(name)) cache.set(name, rgb(name).join(" "));
  return `rgb(${cache.get(name)} / ${alpha})`;
}

// The colour maps with their numbers of stops in styles/theme.css.
const MAPS = { signed: 5, amount: 4 };

/** Returns the colour map 'signed' or 'amount', or from paper to the colour `kind`: a Uint32Array of 256 colours in ImageData's byte order. */
export function ramp(kind) {
  const name = `map ${kind}`; // a colour may have the same name
  if (cache.has(name)) return cache.get(name);
  const stops = kind in MAPS ? Array.from({ length: MAPS[kind] }, (_, i) => rgb(`${kind}-${i}`)) : [rgb("paper"), rgb(kind)];
  const table = new Uint32Array(LEVELS);
  for (let level = 0; level < LEVELS; level++) {
    const at = (level / (LEVELS - 1)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    const [r, g, b] = stops[low].map((c, i) => Math.round(c + (stops[low + 1][i] - c) * (at - low)));
    table[level] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  cache.set(name, table);
  return table;
}

/**
 * Finds the largest magnitude that the scale must hold, `limit`. A few far outliers (GPT-2 has them) would make all else look 0:
 * then the scale ends at the 99.5th percentile, and the legend prints `beyond`, how many values lie outside, and `largest`.
 * Linear in the number of values: a histogram, not a sort.
 */
export function fit(values, from = 0, to = values.length) {
  let largest = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(values[i]);
    if (size > largest && size < Infinity) largest = size;
  }
  if (largest === 0) return { limit: 1, largest: 0, beyond: 0 };
  const bins = new Uint32Array(4096);
  for (let i = from; i < to; i++) bins[Math.min(4095, ((Math.abs(values[i]) / largest) * 4096) | 0)]++;
  let left = Math.ceil((to - from) * 0.995);
  let bin = 0;
  while (bin < 4095 && (left -= bins[bin]) > 0) bin++;
  const high = ((bin + 1) / 4096) * largest;
  if (to - from < 64 || largest < 3 * high) return { limit: largest, largest, beyond: 0 };
  let beyond = 0;
  for (let i = from; i < to; i++) if (Math.abs(values[i]) > high) beyond++;
  return { limit: high, largest, beyond };
}
