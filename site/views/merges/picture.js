// Draws the merges: bytes in columns, a row for every merge up to the one that is shown, the pieces as wide as their bytes.
import { h } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";

const words = strings.merges;
const NAMES = 136; // px of the rows' names
const [LEAST, WIDEST] = [22, 44]; // px of a byte
const MAX_ROWS = 20; // steps at once: the last ones up to the shown one
const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, "0");
const cells = (list) => list.map((item) => h("td", {}, item));

/** Makes a row's name; where it stands for a step, it is a button that goes there. */
function head(content, step, { at, go }) {
  if (step === null) return h("th", { scope: "row" }, content);
  const attributes = { type: "button", class: "merge-name", "data-step": step, "aria-current": step === at ? "step" : null };
  return h("th", { scope: "row" }, h("button", { ...attributes, onclick: () => go(step) }, content));
}
function piece(part, isNow) {
  const kind = ["merge-piece", part.made && "made", isNow && "now"].filter(Boolean).join(" ");
  return h("td", { colspan: part.bytes, class: kind, title: part.id === null ? null : words.id(part.id) }, token(part.text));
}
function mergeRow({ parts, pair, rank }, step, place, columns) {
  const name = [token(pair[0]), " + ", token(pair[1]), h("span", { class: "merge-rank", text: integer(rank + 1) })];
  const later = step > place.at;
  const made = later ? h("td", { colspan: columns }) : parts.map((part) => piece(part, step === place.at));
  return h("tr", { class: later ? "later" : null }, head(name, step, place), made);
}

/** Fills the table. place: {at: the shown step, last, width: px, go(step)}. */
export function mergeTable(table, { bytes, letters, steps }, place) {
  const { at, last, width } = place;
  const byte = Math.max(LEAST, Math.min(WIDEST, Math.floor((width - NAMES) / bytes.length)));
  const first = Math.max(1, Math.min(at, last) - MAX_ROWS + 1);
  const rows = steps.slice(first, Math.max(first, Math.min(last, first + MAX_ROWS - 1)) + 1);
  // The pieces that the shown step leaves, with their ids: every piece on the way is a token of the vocabulary.
  const ids = steps[at].parts.map((part) => h("td", { colspan: part.bytes, text: part.id === null ? "–" : String(part.id) }));
  table.style.width = `${NAMES + byte * bytes.length}px`;
  table.replaceChildren(
    h(
      "colgroup",
      {},
      h("col", { style: `width: ${NAMES}px` }),
      bytes.map(() => h("col", { style: `width: ${byte}px` })),
    ),
    h(
      "tbody",
      {},
      h("tr", { class: "merge-bytes" }, head(words.bytes, null, place), cells(bytes.map(hex))),
      h("tr", { class: "merge-letters" }, head(words.letters, 0, place), cells(letters)),
      first > 1 && h("tr", { class: "later" }, head(words.before(first - 1), null, place), h("td", { colspan: bytes.length })),
      rows.map((row, index) => mergeRow(row, first + index, place, bytes.length)),
      h("tr", { class: "merge-ids" }, head(at === last ? words.ids : words.idsNow, null, place), ids),
    ),
  );
}
