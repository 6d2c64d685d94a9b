// Shows maps: what each head does, by where it looks, and what becomes of the answer when parts are changed one by one.
import contract from "../../generated/contract.js";
import { h, setText } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { adopt, state } from "../../state/choices.js";
import { withEdit } from "../../state/edits.js";
import strings from "../../strings/index.js";
import { legend } from "../../widgets/note.js";
import { token } from "../../widgets/token.js";
import { MAX_CELL_WIDTH, ValueGrid } from "../../widgets/value_grid.js";
import { View } from "../view.js";
import { isOff, Measured } from "./measured.js";
import { measures } from "./measures.js";
import { says } from "./says.js";
import { StrongestList } from "./strongest_list.js";
import { SweepBar } from "./sweep_bar.js";

const words = strings.maps;
const WIDE = 760;
const BESIDE_CELLS = 80;
const KEYS = ["Delete", "X"]; // in the map: they switch a head

/** @extends {View<import("../../generated/contract").MapsShown>} */
class Maps extends View {
  #map = null;

  layout() {
    this.measures = measures({ choose: (measure) => this.choose({ measure }) });
    this.meaning = h("p", { class: "map-meaning" });
    const run = () => this.send({ do: this.map.sweep?.running ? { stop: true } : { sweep: state.measure } });
    this.bar = new SweepBar(this.send, { run });
    const host = h("div");
    this.grid = new ValueGrid(host, {
      label: words.grid,
      cell: (row, column) => this.map.cell(row, column),
      choose: (row, column) => this.open(row, column),
      point: (cell) => this.point(cell),
    });
    this.grid.body.addEventListener("keydown", (event) => this.press(event));
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.switch = h("button", {
      type: "button",
      class: "link",
      title: words.switchTitle,
      onclick: () => this.turn(...this.head()),
    });
    const below = h("div", { class: "map-readout" }, this.readout, this.switch);
    this.scale = legend();
    this.list = new StrongestList({
      open: (row, column) => this.open(row, column),
      turn: (block, head) => this.turn(block, head),
      turnOff: (heads) => this.choose({ edits: heads.reduce((edits, at) => withEdit(edits, "z", at, this.off), state.edits) }),
    });
    this.main = h("div", { class: "map-main" }, h("div", {}, host, below, this.scale.element), this.list.element);
    this.texts = h("p", { class: "wakes" });
    const head = h("div", { class: "part-head" }, h("h2", { text: words.title }));
    return [head, this.measures.element, this.meaning, ...this.bar.elements, this.main, this.texts];
  }

  /** The map by the measure that the reader has chosen. */
  get map() {
    if (this.#map?.data !== this.data || this.#map.measure !== state.measure) this.#map = new Measured(this.data, state.measure);
    return this.#map;
  }
  /** The value of an edit that switches a head off. */
  get off() {
    return state.measure === "mean" ? "mean" : "0";
  }
  adopt(next) {
    const { chosen, answer, against } = next;
    const rivals = { answer: chosen.answer ? answer.id : -1, against: chosen.against ? against.id : -1 };
    adopt({ ...next, ...rivals }, [...contract.mirrored, "measure", ...Object.keys(rivals)]);
  }
  isOutrun() {
    return false; // the bar says whether a map is out of date
  }
  chosen(changes) {
    if ("measure" in changes) this.describeSoon();
    super.chosen(changes);
  }

  /** Chooses what a cell stands for. */
  open(row, column) {
    const { ofHeads, ofPlaces, sweep } = this.map;
    if (ofHeads) this.choose({ block: row, head: column });
    else if (ofPlaces) this.choose({ block: row, token: column });
    else if (sweep) this.choose({ mask: sweep.masks[row][column] });
  }
  /** Switches the head under the keyboard's cursor. */
  press({ key, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey || !this.map.ofHeads) return;
    if (!KEYS.some((name) => name.toLowerCase() === key.toLowerCase())) return;
    const [block, head] = this.grid.at;
    this.choose({ block, head });
    this.turn(block, head);
  }
  /** Returns the block and number of the chosen head. @returns {[number, number]} */
  head() {
    return [Math.min(state.block, this.data.n_layer - 1), Math.min(state.head, this.data.n_head - 1)];
  }
  /** Switches a head off, or on again. */
  turn(block, head) {
    this.choose({ edits: withEdit(state.edits, "z", [block, head], isOff(block, head) ? null : this.off) });
  }

  draw(width) {
    const { map } = this;
    this.measures.check(map.measure);
    setText(this.meaning, words.meanings[map.measure]);
    this.bar.draw(map);
    const wide = width >= WIDE;
    const cells = BESIDE_CELLS + map.columns * MAX_CELL_WIDTH;
    this.main.classList.toggle("wide", wide);
    this.main.style.gridTemplateColumns = wide && map.ofHeads ? `minmax(0, ${cells}px) minmax(208px, 320px)` : "";
    this.drawGrid(map);
    this.drawScale(map);
    this.drawReadout();
    this.list.draw(map);
    this.drawTexts(map);
  }
  drawGrid(map) {
    const { data, ofHeads, ofPlaces, ofMasks, limit } = map;
    const decimals = Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(limit))));
    this.grid.element.classList.toggle("stale-map", Boolean(map.sweep?.stale));
    this.grid.draw({
      rows: map.rows,
      columns: map.columns,
      value: (row, column) => map.value(row, column),
      kind: map.isRole && !map.isDifference ? "amount" : "signed",
      text: (value) => value.toFixed(decimals).replace("-", "\u2212"),
      limit,
      chosen: ofHeads ? this.head() : null,
      struck: ofHeads ? isOff : null,
      rowName: (row) => map.rowName(row),
      columnName: (column) => {
        if (ofMasks) return String((map.sweep ?? data).sizes[column]);
        if (!ofPlaces) return String(column + 1);
        return data.labels[column] === undefined ? "" : token(data.labels[column]);
      },
      nameWidth: ofPlaces ? 36 : 18,
    });
  }
  drawScale({ isRole, isDifference, sweep, ofMasks, limit, strongest }) {
    const ends = [`−${number(limit)}`, `+${number(limit)}`];
    if (isRole && !isDifference) this.scale.show("amount", "0", "1");
    else if (isRole) this.scale.show("signed", ...ends, words.signedRole);
    else this.scale.show("signed", ...ends, sweep ? (ofMasks ? words.signedLoss : words.signed) : "");
    this.scale.element.hidden = isDifference ? !strongest.some(({ value }) => value) : !isRole && !sweep;
  }
  drawReadout() {
    if (!this.data) return;
    const { map } = this;
    const head = map.ofHeads ? this.head() : null;
    const [row, column] = this.pointed?.at ?? [Infinity, Infinity];
    const read = row < map.rows && column < map.columns ? [row, column] : head;
    setText(this.readout, read ? map.say(...read) : "");
    this.switch.hidden = !head;
    if (head) setText(this.switch, (isOff(...head) ? words.switchOn : words.switchOff)(map.name(...head)));
  }
  pointing() {
    this.drawReadout();
  }
  /** Lists texts on which the heads of the role, or the sweep, have something to show. */
  drawTexts({ data, isRole, measure }) {
    const texts = (data.model === "storyteller" && words.wake[measure]) || []; // chosen for that model's vocabulary
    this.texts.hidden = !texts.length;
    const key = JSON.stringify(texts);
    if (this.texts.dataset.key === key) return;
    this.texts.dataset.key = key;
    const choose = (prompt) => this.send({ set: { prompt } });
    this.texts.replaceChildren(
      h("span", { text: isRole ? words.examples : words.texts }),
      ...texts.map((one) => {
        const { name, text } = typeof one === "string" ? { name: one, text: one } : one;
        return h("button", { type: "button", class: "link", text: name, title: text, onclick: () => choose(text) });
      }),
    );
  }

  describe() {
    const { map } = this;
    this.note.say(...says(map));
    this.note.table(() => ({
      caption: words.caption(words.measures[map.measure]),
      columns: words.columns,
      rows: map.strongest.map(({ row, column, value }) => [map.name(row, column), number(value, 4)]),
    }));
  }
}

export default Maps;
