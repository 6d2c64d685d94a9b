// How z comes about: the weight of every key, its value, the two multiplied, and the sum, a row for each.
import { colour, fit } from "../../lib/colour.js";
import { cursor } from "../../widgets/cursor.js";
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { canvas, paintCells } from "../../lib/heat.js";
import { legend } from "../../widgets/note.js";
import strings from "../../strings/index.js";

const [ROW, HEAD] = [20, 24];
const [MANY, LISTED] = [16, 12]; // beyond so many keys only the strongest are listed
const WIDE_COLUMNS = ["label", "score", "power", "weight", "value", "product", "share"];
const NARROW_COLUMNS = ["label", "weight", "product", "share"];
const BAR = 56; // of the largest weight, px
const WIDE = { label: 88, score: 48, power: 64, weight: 112, share: 64, gap: 16 };
const NARROW = { label: 80, weight: 56, share: 56, gap: 8 };

const weightText = ({ weight, last }) =>
  weight === undefined ? "" : last ? `${number(weight * 100)}\u00a0%` : probability(Math.min(1, weight));
const percent = (share) => `${number(share * 100)}\u00a0%`;

/**
 * take(key or null, entry): the reader's choice of a cell; over({key, entry, column, sum} or null): the one under the pointer,
 * column: "label", "score", "power", "weight", "value", "product" or "share"; sum: whether it is of z.
 */
export function mixture(host, { take, over }) {
  const words = strings.attention.mixture;
  const lines = h("div", { class: "mix-lines", "aria-hidden": "true" });
  const body = h("div", { class: "mix-body" }, lines);
  const [values, products] = [canvas(body), canvas(body)];
  const more = h("button", { type: "button", class: "link", onclick: () => ((all = !all), draw(now)) });
  const scale = legend();
  host.append(body, h("div", { class: "mix-foot" }, scale.element, more));
  let all = false;
  let now = null;
  let rows = []; // {key or null, element, parts}: keys, then the others together, then z
  let built = "";
  let place = { cell: 4, left: 0, width: 1, values: null, columns: [] }; // columns: [name, where it ends] from left to right

  const grid = cursor(body, {
    label: words.grid,
    size: () => [Math.max(1, rows.length), now ? now.head.d : 1],
    box: (row, entry) => ({
      x: place.left + entry * place.cell,
      y: HEAD + row * ROW,
      width: place.cell,
      height: ROW,
    }),
    read: (row, entry) => {
      if (!rows[row]) return "";
      const { key, vector } = rows[row];
      const value = number(vector[entry], 4);
      return key === null ? words.other(rows[row].name, entry + 1, value) : words.cell(now.labels[key], entry + 1, value);
    },
    move: (row, entry) => rows[row] && take(rows[row].key, entry),
    enter: (row, entry) => rows[row] && take(rows[row].key, entry),
  });

  function choose(keys, query, key) {
    if (all || keys.length <= MANY) return keys;
    const strongest = [...keys].sort((a, b) => now.head.weight(query, b) - now.head.weight(query, a)).slice(0, LISTED);
    return keys.filter((each) => strongest.includes(each) || each === key);
  }

  /** A row for each listed key, one for all others together, one for the sum; with `sink` also the model's own sum. */
  function lay({ head, own, sink, query, key }) {
    const keys = head.seen(query);
    const listed = choose(keys, query, key);
    const shares = new Map(head.shares(query).map((share) => [share.key, share]));
    const scaled = (w, vector) => vector.map((x) => w * x);
    const found = listed.map((each) => ({
      ...shares.get(each),
      key: each,
      value: head.v(each),
      vector: scaled(head.weight(query, each), head.v(each)),
    }));
    const others = keys.filter((each) => !listed.includes(each));
    const total = (name) => others.reduce((sum, each) => sum + shares.get(each)[name], 0);
    if (others.length) {
      const name = words.others(integer(others.length));
      found.push({
        key: null,
        name,
        weight: total("weight"),
        share: total("share"),
        vector: head.mixed(query, others),
      });
    }
    const sum = { key: null, name: sink ? words.changed : words.sum, vector: head.z(query), last: true };
    found.push({ ...sum, weight: keys.reduce((all, each) => all + head.weight(query, each), 0) });
    if (sink) found.push({ key: null, name: words.own, vector: own.z(query), last: true });
    return { found, keys, listed };
  }

  function build(found, wide) {
    const shape = `${wide}/${found.map(({ key, name }) => key ?? name).join()}/${now.labels.join()}`;
    if (shape !== built) {
      built = shape;
      const cells = wide ? WIDE_COLUMNS : NARROW_COLUMNS;
      const line = (kind) => {
        const parts = Object.fromEntries(cells.map((name) => [name, h("span", { class: `mix-${name}` })]));
        return { element: h("div", { class: `mix-line ${kind}` }, Object.values(parts)), parts };
      };
      const head = line("mix-head");
      for (const name of cells)
        head.parts[name].append(...(name === "power" ? ["e", h("sup", { text: words.heads.score })] : [words.heads[name]]));
      rows = found.map(({ key, name, last }) => {
        const { element, parts } = line(last ? "mix-sum" : "");
        parts.label.append(key === null ? name : token(now.labels[key]));
        parts.weight.append(h("span", { class: "mix-bar" }), h("span", { class: "mix-number" }));
        return { element, parts };
      });
      lines.replaceChildren(head.element, ...rows.map(({ element }) => element));
    }
    rows = rows.map(({ element, parts }, at) => ({ element, parts, ...found[at] }));
  }

  /**
   * head: see attend.js, own: the same with the model's weights; room: px; done: null, or how far the order has come:
   * {scores: boolean, powers: boolean, weights: boolean, values: number of keys};
   * lit: null, or what a formula's part stands for: {column, key}, key null for those of all keys, "z" for that of the sum.
   */
  function draw(next) {
    now = next;
    const { head, query, key, entry, room, done, labels, lit } = now;
    const wide = room >= 640;
    const width = wide ? WIDE : NARROW;
    const { found, keys, listed } = lay(now);
    build(found, wide);
    const fixed = Object.values(width).reduce((sum, px) => sum + px) - width.gap;
    const columns = (wide ? WIDE_COLUMNS : NARROW_COLUMNS).length;
    const strips = (room - fixed - (columns - 1) * width.gap) / (wide ? 2 : 1);
    const cell = Math.min(16, strips < 240 ? strips / head.d : Math.floor(strips / head.d));
    const strip = Math.round(cell * head.d);
    const template = wide
      ? [width.label, width.score, width.power, width.weight, strip, strip, width.share]
      : [width.label, width.weight, strip, width.share];
    const left = (column) => template.slice(0, column).reduce((sum, px) => sum + px + width.gap, 0);
    const names = wide ? WIDE_COLUMNS : NARROW_COLUMNS;
    place = {
      cell,
      left: left(wide ? 5 : 2),
      width: strip,
      values: wide ? left(4) : null,
      columns: names.map((name, at) => [name, left(at + 1) - width.gap / 2]),
    };
    lines.style.gridTemplateColumns = template.map((px) => `${px}px`).join(" ");
    lines.style.columnGap = `${width.gap}px`;
    body.style.height = `${HEAD + rows.length * ROW}px`;

    const { power } = head.softmax(query);
    const most = Math.max(1e-9, ...rows.filter(({ last }) => !last).map(({ weight }) => weight));
    for (const row of rows) {
      const { parts, element } = row;
      const missing = (when) => Boolean(done) && !when;
      element.classList.toggle("is-open", row.key !== null && row.key === key);
      for (const name in parts) parts[name].classList.toggle("lit", lit?.column === name && isLit(row));
      if (parts.score) {
        setText(parts.score, row.key === null ? "" : number(head.score(query, row.key)));
        parts.score.classList.toggle("later", missing(done?.scores));
      }
      if (parts.power) {
        setText(parts.power, row.key === null ? "" : number(power(row.key)));
        parts.power.classList.toggle("later", missing(done?.powers));
      }
      const dropped = now.sink && row.key === 0;
      setText(parts.weight.lastChild, dropped ? words.dropped : weightText(row));
      parts.weight.firstChild.style.width = `${row.last || dropped ? 0 : (row.weight / most) * BAR}px`;
      parts.weight.classList.toggle("later", missing(done?.weights));
      setText(parts.share, row.share === undefined ? "" : percent(row.share));
      parts.share.classList.toggle("later", missing(done?.values > keys.length - 1));
    }
    drawStrips(strip, found, done);
    const shown = grid.focused ? grid.at[0] : Math.max(0, listed.indexOf(key));
    grid.place(Math.min(rows.length - 1, shown), entry);
    setText(more, all ? words.fewer(LISTED) : words.all(integer(keys.length)));
    more.hidden = keys.length <= MANY;
    attribute(body, "data-query", labels[query]);
  }

  const isSum = ({ last, name }) => Boolean(last) && name !== words.own;
  const isLit = (row) => (now.lit.key === "z" ? isSum(row) : row.key !== null && (now.lit.key === null || now.lit.key === row.key));

  function drawStrips(strip, found, done) {
    const { head, query, key, entry, lit } = now;
    const valuesLeft = place.values;
    const height = rows.length * ROW;
    const scaled = fit(Float32Array.from(found.flatMap(({ vector }) => [...vector])));
    const paintRows = (drawing, x, limit, vectorOf) => {
      Object.assign(drawing.element.style, { left: `${x}px`, top: `${HEAD}px` });
      const context = drawing.size(strip, height);
      const vectors = rows.map(vectorOf);
      const all = new Float32Array(rows.length * head.d);
      vectors.forEach((vector, at) => vector && all.set(vector, at * head.d));
      const blank = (at) => !vectors[at];
      paintCells(context, all, rows.length, head.d, { kind: "signed", limit, blank }, 0, 0, strip, height);
      context.fillStyle = colour("paper");
      for (let at = 0; at <= rows.length; at++) context.fillRect(0, at * ROW - 2, strip, 4);
      if (place.cell >= 6) {
        context.fillStyle = colour("paper");
        for (let i = 1; i < head.d; i++) context.fillRect(i * place.cell - 0.5, 0, 1, height);
      }
      return context;
    };
    const mark = (context, at) =>
      context.strokeRect(entry * place.cell + 0.5, at * ROW + 2.5, Math.max(place.cell - 1, 2), ROW - 5);
    const light = (context) => {
      context.strokeStyle = colour("ink");
      context.lineWidth = 3;
      rows.forEach((row, at) => isLit(row) && mark(context, at));
    };
    // While the order is shown, z is the sum of what has been added so far.
    const sofar = (row) => {
      if (!done) return row.vector;
      const added = head.seen(query).filter((each) => each < done.values);
      if (row.last) return done.values ? head.mixed(query, added) : null;
      if (row.key === null) return added.length === head.seen(query).length ? row.vector : null;
      return row.key < done.values ? row.vector : null;
    };
    const context = paintRows(products, place.left, scaled.limit, sofar);
    context.lineWidth = 1.5;
    context.strokeStyle = colour("ink");
    const at = rows.findIndex((row) => row.key === key);
    if (at >= 0 && sofar(rows[at])) mark(context, at);
    const sum = rows.findIndex(({ last }) => last);
    if (sofar(rows[sum])) mark(context, sum);
    // A value that has no column is lit where it is weighted.
    if (lit?.column === "product" || (lit?.column === "value" && valuesLeft === null)) light(context);
    values.element.hidden = valuesLeft === null;
    if (valuesLeft !== null) {
      const limit = fit(Float32Array.from(found.flatMap(({ value }) => (value ? [...value] : [])))).limit;
      const context = paintRows(values, valuesLeft, limit, ({ value }) => value);
      if (lit?.column === "value") light(context);
      scale.show("signed", "\u2212", "+", words.scales(number(limit), number(scaled.limit)));
    } else scale.show("signed", `\u2212${number(scaled.limit)}`, number(scaled.limit), words.scale);
  }

  const locate = (event) => {
    const box = body.getBoundingClientRect();
    const [x, row] = [event.clientX - box.left, Math.floor((event.clientY - box.top - HEAD) / ROW)];
    if (!rows[row]) return null;
    const column = place.columns.find(([, end]) => x < end)?.[0] ?? "share";
    const from = column === "value" ? place.values : column === "product" ? place.left : x + 1;
    const inside = x >= from && x < from + place.width;
    return {
      key: rows[row].key,
      entry: inside ? Math.floor((x - from) / place.cell) : null,
      column,
      sum: isSum(rows[row]),
    };
  };
  let under = null;
  const move = (at) => {
    if (at && under && Object.keys(at).every((name) => at[name] === under[name])) return;
    if (!at && !under) return;
    under = at;
    over(at);
  };
  body.addEventListener("pointermove", (event) => now && move(locate(event)));
  body.addEventListener("pointerleave", () => move(null));
  body.addEventListener("click", (event) => {
    const at = now && locate(event);
    if (at) take(at.key, at.entry ?? now.entry);
  });
  return {
    draw,
    get focused() {
      return grid.focused;
    },
  };
}
