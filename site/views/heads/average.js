// Shows the average of the picked heads: its pattern, the rows that are averaged, and the keys they look at.
import { h, pale, setText } from "../../lib/dom.js";
import { integer, number, probability, signed } from "../../lib/format.js";
import { picture, sharpness } from "../../lib/heat.js";
import { chosen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { LABEL, matrix, sideIn } from "../../widgets/matrix.js";
import { token } from "../../widgets/token.js";
import { bar, handOn } from "./bars.js";

const words = strings.heads;
const KEYS = 8; // how many are listed
const linkButton = (text, onclick) => h("button", { type: "button", class: "link", text, onclick });

export class Average {
  #data = null;
  #drag = null; // rows that the pointer drags over: {held, first, last}
  #image = { key: "", picture: null };
  #labels = []; // tokens of the two selects
  /** The {query, key} under the pointer or in focus. */
  cell = null;

  /** choose(changes): the reader's choices; changed(): another cell or other rows are pointed at. */
  constructor({ choose, changed, wording }) {
    this.choose = choose;
    this.changed = changed;
    this.wording = wording;
    this.title = h("h3");
    this.about = h("p", { class: "average-is" });
    this.clear = linkButton(words.clear, () => choose({ heads: "" }));
    this.from = h("select", { class: "quiet small" });
    this.to = h("select", { class: "quiet small" });
    this.oneRow = linkButton(words.oneRow, () => choose({ rows: "" }));
    this.rowTitle = h("p", { class: "head-small" });
    this.keys = h("ol", { class: "alike" });
    this.host = h("div");
    this.rowsFrom = h(
      "div",
      { class: "rows-from" },
      h("label", {}, `${words.from} `, this.from),
      h("label", {}, `${words.to} `, this.to),
      this.oneRow,
    );
    this.element = h(
      "section",
      { class: "heads-average" },
      h("div", { class: "part-head" }, this.title, this.clear),
      this.about,
      this.host,
      this.rowsFrom,
      this.rowTitle,
      this.keys,
    );
    this.square = matrix(this.host, {
      label: words.matrix,
      cell: (query, key) =>
        this.#data && {
          activation: "pattern",
          at: [query, key],
          symbol: "cell",
          place: { query, key },
          text: this.#text(query, key),
        },
      choose: ({ place }) => this.#chooseCell(place),
      point: (found) => this.#point(found?.place ?? null),
    });
    this.#listenToDrags();
    for (const select of [this.from, this.to]) select.addEventListener("change", () => this.#chooseRows(select));
  }

  #text(query, key) {
    const { average, labels } = this.#data;
    const n = average.shape[0];
    const step = Math.ceil(labels.length / n);
    const value = average[Math.floor(query / step) * n + Math.floor(key / step)];
    return this.wording().cell(labels[query], labels[key], number(value, 4), step > 1);
  }
  #chooseCell(place) {
    if (!this.#drag) this.choose({ token: place.query, rows: "" });
    this.#drag = null;
    this.cell = place;
    this.changed();
  }
  #point(place) {
    if (this.#drag?.held && place) this.#drag = { ...this.#drag, last: place.query };
    this.cell = place;
    this.changed();
  }
  #listenToDrags() {
    this.square.element.addEventListener("pointerdown", (event) => {
      const { cell } = this;
      if (event.pointerType !== "touch" && cell) this.#drag = { held: true, first: cell.query, last: cell.query };
    });
    addEventListener("pointerup", () => {
      if (!this.#drag?.held) return;
      const [first, last] = this.#dragged();
      // The click that ends a drag chooses nothing more.
      this.#drag = first < last ? { held: false } : null;
      if (first === last) return;
      this.choose({ rows: `${first}-${last}` });
      setTimeout(() => (this.#drag = null));
    });
  }
  #dragged() {
    return [this.#drag.first, this.#drag.last].sort((a, b) => a - b);
  }
  #chooseRows(select) {
    const [a, b] = [Number(this.from.value), Number(this.to.value)];
    this.choose({ rows: select === this.from ? `${a}-${Math.max(a, b)}` : `${Math.min(a, b)}-${b}` });
  }

  /** Drops the picture: colours have changed. */
  forget() {
    this.#image.key = "";
  }
  /** Returns the keys of the shown row, the strongest first. */
  strongest() {
    const { row } = this.#data;
    return [...row.keys()].sort((a, b) => Math.abs(row[b]) - Math.abs(row[a]));
  }
  /** Takes the data that are drawn from now on. */
  update(data) {
    this.#data = data;
    if (this.cell && Math.max(this.cell.query, this.cell.key) >= data.labels.length) this.cell = null; // the text is shorter now
  }

  /**
   * room: px; limit: of a difference; lit: {query, key, last} that a part of the formulas stands for; picked: whether there are heads to
   * clear; after: what gets the focus of the button that clears them, where there are none.
   */
  draw({ room, limit, lit, picked, after }) {
    const data = this.#data;
    const several = data.picked.length > 1;
    const [block, head] = data.picked[0] ?? [data.block, data.head];
    setText(this.title, several ? words.average(integer(data.picked.length)) : words.single(block + 1, head + 1));
    setText(this.about, several ? words.isAverage : words.isSingle);
    this.about.classList.toggle("changed", several);
    pale(this.element, data.heads !== state.heads || data.rows !== state.rows);
    handOn(this.clear, !picked, after);
    const side = sideIn(room - LABEL, data.labels.length);
    const [row, strongest] = [chosen(data.labels.length), this.strongest()];
    this.square.draw({
      labels: data.labels,
      side,
      names: true,
      images: [{ image: this.#picture(side, limit) }],
      row,
      rows: this.#span(),
      query: this.cell?.query ?? row,
      key: this.cell?.key ?? strongest[0],
      near: state.hover,
      lit,
    });
    this.#drawRows(strongest);
  }
  #span() {
    const { rows, span } = this.#data;
    if (this.#drag?.held) return this.#dragged();
    return rows === state.rows && rows ? span : null;
  }
  #picture(side, limit) {
    const { version, picked, block, head, average } = this.#data;
    const key = `${version}/${picked.join()}/${block}.${head}/${side}`;
    if (this.#image.key === key) return this.#image.picture;
    const [n, pixels] = [average.shape[0], Math.ceil(side * sharpness())];
    const scale = limit ? { kind: "signed", limit } : { kind: "amount", limit: 1, root: true };
    const blank = (q, k) => k > q && average[q * n + k] === 0;
    this.#image = { key, picture: picture(average, n, n, { ...scale, maxRows: pixels, maxCols: pixels, blank }) };
    return this.#image.picture;
  }

  #drawRows(strongest) {
    const { labels, span, row, version, heads, block, head } = this.#data;
    const [first, last] = span;
    this.#fillSelects(labels);
    this.from.value = String(first);
    this.to.value = String(last);
    this.rowsFrom.hidden = labels.length < 2;
    handOn(this.oneRow, !state.rows, this.to);
    setText(this.rowTitle, this.wording().rows(last - first + 1));
    const key = `${version}/${heads}/${block}.${head}/${first}-${last}`;
    if (this.keys.dataset.key === key) return;
    this.keys.dataset.key = key;
    const listed = strongest.slice(0, KEYS).filter((at) => row[at] !== 0);
    this.keys.replaceChildren(...listed.map((at) => this.#line(at, Math.abs(row[strongest[0]]))));
  }
  /** Fills the selects, keeping the options that stay: a text that grows has the same tokens and one more. */
  #fillSelects(labels) {
    const differs = labels.findIndex((label, at) => label !== this.#labels[at]);
    const kept = differs < 0 ? labels.length : differs;
    for (const select of [this.from, this.to]) {
      while (select.length > kept) select.lastChild.remove();
      select.append(...labels.slice(kept).map((label, at) => h("option", { value: kept + at, text: `${kept + at + 1} ${label}` })));
    }
    this.#labels = labels;
  }
  #line(at, most) {
    const { labels, row, difference } = this.#data;
    const weight = row[at];
    return h(
      "li",
      {},
      h("span", {}, h("span", { class: "place", text: at + 1 }), token(labels[at])),
      bar(difference ? weight / most : weight),
      h("span", { text: difference ? signed(weight) : probability(Math.min(1, weight)) }),
    );
  }
}
