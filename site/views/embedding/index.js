// Shows where the residual stream begins: the token's row plus the position's row, and what is near to each.
import { morphChildren, h, widthOf } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { legend } from "../../widgets/note.js";
import { token, phrase } from "../../widgets/token.js";
import { partHead, View } from "../view.js";
import { sumFormulas } from "./formulas.js";
import { positions } from "./positions.js";

const words = strings.embedding;

/** @extends {View<import("../../generated/contract").EmbeddingShown>} */
class Embedding extends View {
  static differs = true;
  same = this.memo();
  sameNeighbours = this.memo();
  rows = []; // of the strips

  layout() {
    this.where = h("span", { class: "head-small" });
    const sums = h("div");
    this.strips = this.entryStrips(sums, ({ name, values }, entry) => words.cell(name, entry + 1, number(values[entry], 4)));
    return [partHead(words.title, this.where), sums, h("div", { class: "sides" }, this.layNeighbours(), this.layPositions())];
  }
  layNeighbours() {
    const [head, about, list] = [h("h3"), h("p", { class: "head-small" }), h("ol", { class: "near" })];
    this.neighbours = { head, about, list };
    this.drawNeighbours = this.piece(() => this.listNeighbours(), list);
    return h("div", {}, head, about, list);
  }
  layPositions() {
    this.positionsHead = h("h3");
    this.positionsAbout = h("p", { class: "head-small" });
    const cells = h("div", { class: "cells places" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.positions = positions(cells, {
      label: words.positions,
      cell: (at) => this.position(at),
      point: (cell) => this.point(cell),
      choose: (cell) => this.choose({ token: cell.token }),
    });
    this.drawPositions = this.piece(() => this.side.width && this.showPositions(), cells);
    const scale = legend();
    scale.show("signed", "\u22121", "1");
    this.beside = h("div", {}, this.positionsHead, this.positionsAbout, cells, this.readout, scale.element);
    return this.beside;
  }
  begin() {
    this.side = widthOf(this.beside, () => this.redraw());
  }

  /** Returns the cell of the position `at` places after the first that is shown: the cosine of its row with the chosen one's. */
  position(at) {
    const { first, labels, positions: cosines } = this.data;
    const place = first + at;
    return {
      activation: "cosine",
      at: [place],
      value: cosines[at],
      symbol: "there",
      token: place,
      text: words.place(place + 1, labels[place], number(cosines[at], 4)),
    };
  }
  /** Returns the position whose cosine the formula shows: under the pointer, else the most similar other one. */
  other() {
    const { token, first, positions: cosines } = this.data;
    if (this.pointed) return this.pointed.token;
    const others = Array.from(cosines, (value, at) => ({ value, place: first + at })).filter(({ place }) => place !== token);
    return others.sort((a, b) => b.value - a.value)[0]?.place ?? token;
  }

  place(next) {
    this.where.textContent = next.difference ? words.at(next.token + 1) : words.where(integer(next.id), next.token + 1);
  }
  updated() {
    const { embed, pos_embed, total, first, positions: cosines } = this.data;
    const line = (values, name, sign) => ({ values, name, sign, group: words.rows });
    this.rows = [line(embed, "embed", null), line(pos_embed, "pos_embed", "+"), line(total, "resid_pre", "=")];
    if (this.pointed && !(this.pointed.token - first in cosines)) this.pointed = null;
  }

  draw(width) {
    // Where only Python can answer a choice, the figure stays as it is until then.
    if (this.same(this.data, width, this.side.width, state.entry)) return false;
    this.strips.draw({ rows: this.rows, token: this.data.token, entry: state.entry, width });
    this.drawPositions();
    this.formulasSoon();
    if (!this.sameNeighbours(this.data)) this.drawNeighbours();
  }
  showPositions() {
    const { token: chosen, first, positions: cosines } = this.data;
    const near = this.pointed?.token ?? state.hover;
    this.positions.draw(cosines, this.side.width, {
      chosen: chosen - first,
      near: near === null ? null : near - first,
      lit: { here: chosen - first, there: this.other() - first }[this.lit] ?? null,
    });
    this.readout.textContent = this.position(this.other() - first).text;
  }
  listNeighbours() {
    const { nearest, labels, token: at, id: own, tied, first, positions: cosines } = this.data;
    const { head, about, list } = this.neighbours;
    morphChildren(head, ...phrase([words.near, { token: labels[at] }]));
    about.textContent = [words.nearIs, !tied && words.untied].filter(Boolean).join("; ");
    morphChildren(list, ...nearest.map((each) => neighbour(each, own)));
    this.positionsHead.textContent = words.places(at + 1);
    this.positionsAbout.textContent = words.placesAre(first + 1, first + cosines.length);
  }

  chosen(changes) {
    super.chosen(changes);
    if ("hover" in changes) this.drawPositions();
  }
  pointing() {
    this.drawPositions();
  }
  lightened() {
    this.drawPositions();
  }
  describe() {
    const { data } = this;
    const near = data.nearest.find(({ id }) => id !== data.id);
    this.note.say(
      ...words.says({
        token: { token: data.labels[data.token] },
        id: integer(data.id),
        all: integer(data.d_vocab),
        position: data.token + 1,
        most: integer(data.n_ctx),
        embed: number(data.norms.embed),
        place: number(data.norms.pos_embed),
        total: number(data.norms.total),
        near: near && { token: near.text },
        cosine: near && number(near.cosine),
      }),
    );
    this.note.table(() => ({
      caption: words.caption(data.labels[data.token]),
      columns: words.columns,
      rows: Array.from(data.embed, (_, i) => [i + 1, ...this.rows.map(({ values }) => number(values[i], 5))]),
    }));
  }
  formulas() {
    return sumFormulas(this.data, this.strips.entry, this.other());
  }
}

/** Makes the line of a token with its cosine. own: the chosen token's id. */
function neighbour({ id, text, cosine }, own) {
  const bar = h("span", { class: "near-bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(Math.max(0, cosine)));
  return h(
    "li",
    { class: id === own ? "near-line is-chosen" : "near-line" },
    token(text),
    h("span", { class: "near-id", text: integer(id) }),
    bar,
    h("span", { class: "near-cosine", text: number(cosine) }),
  );
}

export default Embedding;
