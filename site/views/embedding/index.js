// Where the residual stream begins: the token's row plus the position's row, and what is near to each.
import { difference } from "../../widgets/difference.js";
import { become, h, pale, unchanged, widthOf } from "../../lib/dom.js";
import { colour, onTheme } from "../../lib/colour.js";
import { cursor } from "../../widgets/cursor.js";
import { integer, number } from "../../lib/format.js";
import { token, words as parts } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { canvas, paint, picture } from "../../lib/heat.js";
import { formula, row, sub, tied } from "../../lib/math.js";
import { legend, note } from "../../widgets/note.js";
import { adopt, choose, listen, outrun, put, state } from "../../state/choices.js";
import { strips } from "../../widgets/strips.js";
import { byHand } from "../../widgets/terms.js";
import strings from "../../strings/index.js";

const ROWS = [
  ["embed", "embed", null],
  ["pos_embed", "pos_embed", "+"],
  ["total", "resid_pre", "="],
];

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const sums = h("div");
    const [nearHead, placesHead] = [h("h3"), h("h3")];
    const nearIs = h("p", { class: "head-small" });
    const placesAre = h("p", { class: "head-small" });
    const near = h("ol", { class: "near" });
    const places = h("div", { class: "cells places" });
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const scale = legend();
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: strings.embedding.title }), where),
      sums,
      h(
        "div",
        { class: "sides" },
        h("div", {}, nearHead, nearIs, near),
        h("div", {}, placesHead, placesAre, places, readout, scale.element),
      ),
    );
    const drawing = canvas(places);
    const words = note(slot, strings.embedding.title);
    words.explain(...strings.embedding.explain);
    const moved = difference(slot, words);
    const [box, side] = [slot, places.parentElement].map((element) => widthOf(element, () => draw()));
    const same = unchanged();
    let data = null;
    let rows = [];
    let size = { cell: 8, columns: 16 };
    let hover = null; // a position of the strip of cosines
    let told = null; // of its formula what is under the pointer: "here", "there"
    let described = false;

    const figure = strips(sums, {
      label: strings.embedding.strips,
      read: (at, entry) => strings.embedding.cell(rows[at].name, entry + 1, number(rows[at].values[entry], 4)),
      look: () => say(),
      choose: (entry) => choose(send, { entry }),
      ties: words.ties,
    });
    words.ties.follow((key) => {
      if (told === key) return;
      told = key;
      drawNear();
    });
    const count = () => data.positions.length;
    const placeText = (at) =>
      strings.embedding.place(at + data.first + 1, data.labels[at + data.first], number(data.positions[at], 4));
    const go = (at) => choose(send, { token: at + data.first });
    const pointer = cursor(places, {
      label: strings.embedding.positions,
      size: () => [Math.ceil(count() / size.columns), Math.min(count(), size.columns)],
      box: (row, col) => ({ x: col * size.cell, y: row * size.cell, width: size.cell, height: size.cell }),
      read: (row, col) => placeText(Math.min(count() - 1, row * size.columns + col)),
      move: (row, col) => go(Math.min(count() - 1, row * size.columns + col)),
      enter: () => {},
    });

    const draw = frame(() => {
      if (!data || !box.width || moved.on) return false;
      const { width } = box;
      pale(slot, outrun(data));
      // A choice that only Python can answer: what is there stays as it is until then.
      if (same(data, width, side.width, state.entry)) return false;
      where.textContent = strings.embedding.where(integer(data.id), data.token + 1);
      figure.draw({ rows, entry: Math.min(state.entry, data.embed.length - 1), width });
      drawNear();
      say();
      if (described) return;
      described = true;
      drawNearest();
      describe();
    }, slot);

    /** Cosines with every position of the text: as many to a line as fit. */
    function drawPlaces(width) {
      const cell = Math.max(6, Math.min(24, Math.floor(width / Math.min(32, count()))));
      const columns = Math.max(1, Math.min(count(), Math.floor(width / cell)));
      size = { cell, columns };
      const lines = Math.ceil(count() / columns);
      const padded = new Float32Array(lines * columns);
      padded.set(data.positions);
      const context = drawing.size(columns * cell, lines * cell);
      const image = picture(padded, lines, columns, {
        kind: "signed",
        limit: 1,
        blank: (r, c) => r * columns + c >= count(),
      });
      paint(context, image, 0, 0, columns * cell, lines * cell);
      context.fillStyle = colour("paper");
      for (let c = 1; c < columns; c++) context.fillRect(c * cell - 0.5, 0, 1, lines * cell);
      for (let r = 1; r < lines; r++) context.fillRect(0, r * cell - 0.5, columns * cell, 1);
      const mark = (at, name, thick = 2) => {
        context.strokeStyle = colour(name);
        context.lineWidth = thick;
        context.strokeRect((at % columns) * cell + 1, Math.floor(at / columns) * cell + 1, cell - 2, cell - 2);
      };
      mark(data.token - data.first, "chosen");
      const near = hover ?? (state.hover === null ? null : state.hover - data.first);
      if (near !== null && near >= 0 && near < count() && near !== data.token - data.first) mark(near, "residual");
      if (told === "here") mark(data.token - data.first, "ink", 4);
      if (told === "there") mark(other(), "ink", 4);
      Object.assign(places.style, { width: `${columns * cell}px`, height: `${lines * cell}px` });
      readout.textContent = placeText(hover ?? data.token - data.first);
      scale.show("signed", "\u22121", "1");
      const here = data.token - data.first;
      if (pointer.focused) pointer.refresh();
      else pointer.place(Math.floor(here / columns), here % columns);
    }

    /** The position whose cosine the formula is of. */
    const other = () => hover ?? data.token - data.first;
    function formulas() {
      const i = figure.entry;
      const at = String(i + 1);
      const closed = (value) => (value < 0 ? row("(", number(value, 4), ")") : number(value, 4));
      words.formulas(
        formula(tied(2, sub("resid_pre", at)), "=", tied(0, sub("embed", at)), "+", tied(1, sub("pos_embed", at))),
        formula(
          "=",
          tied(0, number(data.embed[i], 4)),
          "+",
          tied(1, closed(data.pos_embed[i])),
          ...byHand(data.total[i], data.embed[i], data.pos_embed[i]),
          "=",
          tied(2, number(data.total[i], 4)),
        ),
        cosine(),
      );
    }

    function cosine() {
      const at = other();
      const rowOf = (position) => sub("W", row("pos", ",", String(position + 1)));
      return formula(
        "cos",
        row("(", tied("here", rowOf(data.token)), ",", tied("there", rowOf(at + data.first)), ")"),
        "=",
        tied("there", number(data.positions[at], 4)),
      );
    }

    const say = frame(() => moved.on || formulas(), words.place);
    const drawNearest = frame(() => {
      const { nearest } = data;
      become(nearHead, ...parts([strings.embedding.near, { token: data.labels[data.token] }]));
      nearIs.textContent = [strings.embedding.nearIs, !data.tied && strings.embedding.untied].filter(Boolean).join("; ");
      become(
        near,
        ...nearest.map(({ id, text, cosine }) => {
          const bar = h("span", { class: "near-bar", "aria-hidden": "true" });
          bar.style.setProperty("--share", Math.max(0, cosine));
          return h(
            "li",
            { class: id === data.id ? "near-line is-chosen" : "near-line" },
            token(text),
            h("span", { class: "near-id", text: integer(id) }),
            bar,
            h("span", { class: "near-cosine", text: number(cosine) }),
          );
        }),
      );
      placesHead.textContent = strings.embedding.places(data.token + 1);
      placesAre.textContent = strings.embedding.placesAre(data.first + 1, data.first + count());
    }, near);

    const describe = frame(() => {
      if (moved.on) return false; // the words are the difference's
      const { nearest, norms } = data;
      const other = nearest.find(({ id }) => id !== data.id);
      words.say(
        ...strings.embedding.says({
          token: { token: data.labels[data.token] },
          id: integer(data.id),
          all: integer(data.d_vocab),
          position: data.token + 1,
          most: integer(data.n_ctx),
          embed: number(norms.embed),
          place: number(norms.pos_embed),
          total: number(norms.total),
          near: other && { token: other.text },
          cosine: other && number(other.cosine),
        }),
      );
      words.table(() => ({
        caption: strings.embedding.caption(data.labels[data.token]),
        columns: strings.embedding.columns,
        rows: (function* () {
          for (let i = 0; i < data.embed.length; i++) yield [i + 1, ...rows.map(({ values }) => number(values[i], 5))];
        })(),
      }));
    }, words.place);

    const placeAt = (event) => {
      const { left, top } = drawing.element.getBoundingClientRect();
      const [col, row] = [event.clientX - left, event.clientY - top].map((px) => Math.floor(px / size.cell));
      const at = row * size.columns + col;
      return col >= 0 && col < size.columns && at >= 0 && at < count() ? at : null;
    };
    function point(at) {
      if (at === hover) return;
      hover = at;
      put({ hover: hover === null ? null : hover + data.first });
      drawNear();
      say();
      words.ties.light(hover === null ? null : "there");
    }
    places.addEventListener("pointermove", (event) => {
      if (!data) return;
      point(placeAt(event));
    });
    places.addEventListener("pointerleave", () => point(null));
    places.addEventListener("click", (event) => {
      const at = data ? placeAt(event) : null;
      if (at !== null) go(at);
    });

    const drawNear = frame(() => data && !moved.on && side.width && drawPlaces(side.width), places);
    listen((changes) => (Object.keys(changes).some((key) => key !== "hover") ? draw() : drawNear()));
    onTheme(() => {
      same.forget();
      for (const row of rows) row.image = null;
      draw();
    });
    return {
      update(next) {
        if (moved.update(next)) return void (where.textContent = strings.embedding.at(next.token + 1));
        data = next;
        rows = ROWS.map(([key, name, sign]) => ({ name, sign, values: data[key], group: strings.embedding.rows }));
        described = false;
        adopt(next);
        draw();
      },
    };
  },
};
