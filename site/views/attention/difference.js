// Shows how a change of the model moves one head's attention: the changed weights less the untouched ones, signed.
import { fit, onTheme } from "../../lib/colour.js";
import { h, pale } from "../../lib/dom.js";
import { number, probability } from "../../lib/format.js";
import { picture } from "../../lib/heat.js";
import { frame } from "../../lib/scheduler.js";
import { adopt, choose, chosen, listen, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { LABEL, matrix, sideIn } from "../../widgets/matrix.js";
import { legend } from "../../widgets/note.js";

const words = strings.whatif.attention;
const WIDEST = 480; // px

/** Takes the place of everything else in `slot` while the data are a difference. */
export class AttentionDifference {
  on = false;
  #data = null;
  #over = null; // the cell under the pointer

  constructor(slot, note, send) {
    this.slot = slot;
    this.note = note;
    this.where = h("span", { class: "head-small" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.scale = legend();
    const host = h("div");
    const head = h("div", { class: "part-head" }, h("h2", { text: words.title }), this.where);
    slot.append(
      h(
        "div",
        { class: "difference-figure" },
        head,
        h("p", { class: "head-small", text: words.about }),
        host,
        this.readout,
        this.scale.element,
      ),
    );
    this.square = matrix(host, {
      label: words.title,
      cell: (query, key) =>
        this.#data && { activation: "pattern", at: [query, key], query, source: key, text: this.#text(query, key) },
      choose: ({ query, source }) => choose(send, { token: query, key: source }),
      point: (cell) => {
        this.#over = cell;
        if (this.#data) this.#tell();
      },
    });
    this.draw = frame(() => this.#draw(), slot);
    listen(() => this.on && this.draw());
    onTheme(this.draw);
  }

  get #T() {
    return this.#data.labels.length;
  }
  #at(query, key) {
    return this.#data.difference[query * this.#T + key];
  }
  #text(query, key) {
    return words.cell(this.#data.labels[query], this.#data.labels[key], number(this.#at(query, key)));
  }
  /** Returns the chosen key, else the one whose weight moves most. */
  #key(query) {
    if (state.key >= 0 && state.key < this.#T) return state.key;
    return this.#data.labels.reduce(
      (best, _, key) => (Math.abs(this.#at(query, key)) > Math.abs(this.#at(query, best)) ? key : best),
      0,
    );
  }
  #tell() {
    const query = this.#over?.query ?? chosen(this.#T);
    this.readout.replaceChildren(this.#text(query, this.#over?.source ?? this.#key(query)));
  }

  #draw() {
    const { slot, scale } = this;
    const data = this.#data;
    if (!data || !this.on) return false;
    pale(slot, state.block !== data.block || state.head !== data.head);
    const [n, query] = [this.#T, chosen(this.#T)];
    const side = sideIn(Math.min(slot.clientWidth - LABEL, WIDEST), n);
    if (side <= 8) return false; // the part is closed
    const scaled = fit(data.difference);
    const { limit } = scaled;
    const blank = (q, k) => k > q && this.#at(q, k) === 0;
    const image = picture(data.difference, n, n, { kind: "signed", limit, maxRows: side * 2, maxCols: side * 2, blank });
    this.where.textContent = strings.places.head(data.block + 1, data.head + 1);
    this.square.draw({
      labels: data.labels,
      side,
      names: true,
      images: [{ image }],
      row: query,
      query,
      key: this.#key(query),
      near: state.hover,
    });
    scale.showFit(scaled, "+");
    this.#tell();
    this.#describe(query);
  }

  #describe(query) {
    const data = this.#data;
    const row = data.labels.map((_, key) => this.#at(query, key));
    const [most, least] = [row.indexOf(Math.max(...row)), row.indexOf(Math.min(...row))];
    const was = (key) => data.untouched[query * this.#T + key];
    const moves = (key) => `${probability(was(key))} → ${probability(Math.max(0, was(key) + row[key]))}`;
    const name = { block: data.block + 1, head: data.head + 1, query: { token: data.labels[query] } };
    if (row.every((x) => x === 0)) this.note.say(...words.same(name));
    else {
      const [more, less] = [most, least].map((key) => ({ token: data.labels[key] }));
      this.note.say(...words.says({ ...name, more, gains: moves(most), less, loses: moves(least) }));
    }
    this.note.formulas();
    this.note.table(() => ({
      caption: words.caption(data.labels[query]),
      columns: words.columns,
      rows: row.map((x, key) => [{ token: data.labels[key] }, number(was(key), 4), number(was(key) + x, 4), number(x, 4)]),
    }));
  }

  /** Returns whether `next` is a difference, which it then draws. */
  update(next) {
    this.on = Boolean(next.difference);
    this.slot.classList.toggle("is-difference", this.on);
    this.note.place.classList.toggle("is-difference", this.on);
    if (!this.on) return false;
    this.#data = next;
    adopt(next);
    this.draw();
    return true;
  }
}
