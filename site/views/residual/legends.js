// Makes the legends below the spine: what its widths and colours measure.
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { leftOut } from "./block.js";

const words = strings.residual;
const entry = (swatch, text) => h("span", {}, h("i", { class: `swatch ${swatch}` }), text);

/** scaled: the fit of the lengths; block and head count from 0. */
export function streamLegends({ scaled, difference, block, head }) {
  const thickness = words.thickness(number(scaled.largest && scaled.limit)); // zeros alone have no scale
  const ribbons = (difference ? strings.whatif.gains : words.ribbons)(strings.places.head(block + 1, head + 1));
  return [
    entry("wedge", thickness + (scaled.beyond ? words.broken(scaled.beyond, number(scaled.largest)) : "")),
    entry("writes", words.writes),
    entry("line", ribbons + words.faint(...leftOut())),
    entry("ramp signed", words.strips),
    h("span", { text: words.drawn }),
  ];
}
