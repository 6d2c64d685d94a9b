// Prints the numbers of some entries of vectors below their strips: a page of entries, which the reader turns.
import { ramp } from "../lib/colour.js";
import { attribute, h, setText } from "../lib/dom.js";
import { number } from "../lib/format.js";
import strings from "../strings/index.js";

const CELL = 68; // width of the longest number there can be, such as −1.23e−10
const MAX_ENTRIES = 16;

/** Makes an element with a row's name, its sign, and its colour. */
export const named = (row, tag) =>
  h(
    tag,
    { class: row.meaning ? `is-${row.meaning}` : null },
    row.sign && h("span", { class: "strip-sign", text: row.sign }),
    row.name,
  );

/** Shows the page that the reader has turned to, else the page of the current entry. */
export class Lens {
  #page = null; // the page turned to; null: that of the entry
  #size = MAX_ENTRIES; // entries on a page
  #N = 1;
  /** @type {{key: string | null, rows?: any[], now?: number | null}} */
  #cells = { key: null }; // made once for the same entries of the same rows

  /** entry() -> the current entry; paint(): the page was turned; point(entry, row): what is under the pointer; choose(entry). */
  constructor(host, { entry, paint, point, choose }) {
    this.entry = entry;
    this.paint = paint;
    const button = (text, name, by) =>
      h("button", { type: "button", class: "step", text, "aria-label": name, onclick: () => this.#turn(by) });
    this.previous = button("‹", strings.strips.previous, -1);
    this.next = button("›", strings.strips.next, 1);
    this.where = h("span", { class: "head-small" });
    this.table = h("table", { class: "lens", "aria-hidden": "true" });
    host.append(h("div", { class: "lens-head" }, this.where, this.previous, this.next), this.table);
    this.table.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-entry]");
      if (cell) choose(Number(cell.dataset.entry));
    });
    this.table.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const cell = event.target.closest("[data-entry]");
      const line = (event.target.closest("tr")?.rowIndex ?? 0) - 1;
      this.#page ??= this.#pageOf(entry()); // what is under the pointer stays there
      point(cell && Number(cell.dataset.entry), line < 0 ? null : line);
    });
    this.table.addEventListener("pointerleave", () => point(null, null));
  }

  #pageOf(entry) {
    return Math.floor(entry / this.#size);
  }
  #turn(by) {
    const pages = Math.ceil(this.#N / this.#size);
    this.#page = Math.max(0, Math.min(pages - 1, (this.#page ?? this.#pageOf(this.entry())) + by));
    this.paint();
  }
  turnTo(page) {
    this.#page = page;
  }

  /** Sets the size of a page to what fits into `room` pixels. */
  fit(room, all, element) {
    this.#N = all;
    this.#size = Math.max(1, Math.min(MAX_ENTRIES, all, Math.floor(room / CELL)));
    element.style.setProperty("--cell", `${Math.min(CELL + 12, Math.floor(room / this.#size))}px`);
  }
  /** Returns the entries that it shows, `from` .. `to` - 1, and the current one, `now`. */
  place(all) {
    this.#N = all;
    const now = this.entry();
    const from = (this.#page ?? this.#pageOf(now)) * this.#size;
    return { from, to: Math.min(all, from + this.#size), now };
  }
  draw(rows, limits, { from, to, now, lit }) {
    const entries = Array.from({ length: to - from }, (_, i) => from + i);
    const key = `${from}/${to}/${rows.map(({ name, sign, meaning }) => [name, sign, meaning]).join("/")}`;
    if (key !== this.#cells.key) this.#cells = this.#make(key, rows, entries);
    this.#fill(rows, limits, entries);
    this.#cells.rows.forEach(({ element }, index) => element.classList.toggle("lit", index === lit));
    // A disabled button would lose the focus; #turn goes no further than there are pages.
    attribute(this.previous, "aria-disabled", from === 0);
    attribute(this.next, "aria-disabled", to === this.#N);
    this.where.textContent = strings.strips.lens(from + 1, to, this.#N);
    if (now === this.#cells.now) return;
    this.#cells.now = now;
    for (const cell of this.table.querySelectorAll("[data-entry]")) cell.classList.toggle("at", Number(cell.dataset.entry) === now);
  }
  #make(key, rows, entries) {
    const made = rows.map((row) => {
      const line = entries.map((at) => ({ at, swatch: h("i"), value: h("span"), shade: null }));
      const cells = line.map(({ at, swatch, value }) => h("td", { "data-entry": at }, swatch, value));
      return { element: h("tr", {}, named(row, "th"), cells), cells: line };
    });
    const heads = entries.map((at) => h("td", { "data-entry": at, text: String(at + 1) }));
    this.table.replaceChildren(h("tr", {}, h("th", {}, strings.strips.entry), heads), ...made.map(({ element }) => element));
    return { key, rows: made, now: null };
  }
  /** Fills the cells, which stay while the same entries are shown: changing a hundred texts takes less than comparing nodes. */
  #fill(rows, limits, entries) {
    const levels = ramp("signed");
    rows.forEach((row, index) => {
      const { limit } = limits.get(row.group);
      entries.forEach((at, i) => {
        const cell = this.#cells.rows[index].cells[i];
        setText(cell.value, number(row.values[at]));
        const shade = levels[Math.max(0, Math.min(255, Math.round(((row.values[at] / limit + 1) / 2) * 255)))];
        if (cell.shade === shade) return;
        cell.shade = shade;
        cell.swatch.style.background = `rgb(${shade & 255} ${(shade >> 8) & 255} ${(shade >> 16) & 255})`;
      });
    });
  }
}
