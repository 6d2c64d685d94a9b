// Makes the legends below the spine: what its widths and colours measure.
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { leftOut } from "./spine.js";

const words = strings.residual;
const entry = (swatch, text) => h("span", {}, h("i", { class: `swatch ${swatch}` }), text);

/** scaled: limits of the norms and, as `strip`, of the stream's numbers; pooled: numbers per point of the strip; lanes: their number. */
export function streamLegends({ scaled, pooled, difference, head, lanes }) {
  const limit = number(scaled.strip.largest && scaled.strip.limit); // zeros alone have no scale
  const thickness = words.thickness(number(scaled.largest && scaled.limit));
  const ribbons = (difference ? strings.whatif.gains : words.ribbons)(head + 1);
  return [
    entry("wedge", thickness + (scaled.beyond ? words.broken(scaled.beyond, number(scaled.largest)) : "")),
    entry("writes", words.writes),
    entry("line", ribbons + words.faint(...leftOut(lanes))),
    entry("ramp signed", words.strip(limit) + (pooled > 1 ? words.pooled(Math.ceil(pooled)) : "")),
  ];
}
