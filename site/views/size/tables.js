// Makes the tables of the model's size. open(what) fills in the formula of a cell, see index.js.
import { h } from "../../lib/dom.js";
import { bytes, integer } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.size;
const { columns } = words;
export const MEANS = { attention: "attention", projections: "attention", mlp: "mlp" };

/** Prints three digits and a word: 1.25 million. */
export function large(n) {
  const [unit, name] =
    n >= 1e12 ? [1e12, words.trillion] : n >= 1e9 ? [1e9, words.billion] : n >= 1e6 ? [1e6, words.million] : [1, ""];
  return unit === 1 ? integer(n) : `${(n / unit).toPrecision(3)} ${name}`;
}
export const share = (part, all) => `${((part / all) * 100).toFixed(part / all < 0.1 ? 1 : 0)}\u00a0%`;

const th = (content, scope = "col") => h("th", { scope }, content);
const tr = (...cells) => h("tr", {}, ...cells);
const tds = (...values) => values.map((value) => h("td", {}, value));
const table = (caption, heads, bodies, foot = null) =>
  h(
    "table",
    { class: "ways" },
    h("caption", { class: "unseen", text: caption }),
    h("thead", {}, tr(heads)),
    bodies.map((rows) => h("tbody", {}, rows)),
    foot && h("tfoot", {}, foot),
  );

/** Makes the head of a part's row: a button that fills in the part's formula. */
function name(open, group, part) {
  const filled = () => open({ group, part });
  const button = {
    type: "button",
    class: `way is-${MEANS[part] ?? "plain"}`,
    "data-key": `${group}/${part}`,
    text: words.parts[part],
  };
  return th(h("button", { ...button, onclick: filled, onpointerenter: filled, onfocus: filled }), "row");
}
/** Makes a cell whose number fills in its formula: of one of the models, or of the work for one token more. */
const cell = (open, content, own, group, part, which = {}) =>
  h(
    "td",
    {
      class: own ? "is-here" : null,
      onpointerenter: () => open({ group, part, ...which }),
      onpointerleave: () => open({ group, part }),
    },
    content,
  );

/** Shows shares of a whole as lengths. counts: [part, number]. */
export const divided = (counts, total, open = null) =>
  counts
    .filter(([, count]) => count > 0)
    .map(([part, count]) =>
      h("span", {
        class: `split-part of-${part}`,
        "data-part": open && part,
        title: `${words.parts[part]} ${share(count, total)}`,
        style: `flex-grow: ${count}`,
        onpointerenter: open && (() => open({ group: "parameters", part })),
      }),
    );

export function parameterTable({ parts, models }, open) {
  const { parameters } = models[0];
  const lines = parts.map(({ part, formula, count }) =>
    tr(name(open, "parameters", part), tds(count ? formula : words.again, integer(count), count ? share(count, parameters) : "")),
  );
  const heads = [columns.part, columns.formula, columns.parameters, columns.share].map((head) => th(head));
  return table(words.parameters, heads, [lines], tr(th(words.total, "row"), tds("", integer(parameters), "")));
}

export function workTable({ work, models, prompt }, open) {
  const [own] = models;
  const lines = work.map(({ part, formula, prompt, step }) =>
    tr(
      name(open, "work", part),
      tds(formula),
      cell(open, large(prompt), false, "work", part),
      cell(open, large(step), false, "work", part, { step: true }),
    ),
  );
  const heads = [columns.part, columns.formula, columns.prompt(integer(prompt.T)), columns.step].map((head) => th(head));
  return table(words.work, heads, [lines], tr(th(words.total, "row"), tds("", large(own.prompt), large(own.step))));
}

export function byteTable({ files, models }, open) {
  const [own] = models;
  const lines = Object.entries(own.bytes).map(([precision, size]) => {
    const here = precision === files.precision;
    const computed = cell(open, bytes(size), false, "bytes", precision);
    return h(
      "tr",
      { class: here ? "is-here" : null },
      th(precision, "row"),
      tds(words.each[precision]),
      computed,
      tds(here ? bytes(files.weights) : ""),
    );
  });
  return table(
    words.bytes,
    [columns.precision, columns.each, columns.computed, columns.measured].map((head) => th(head)),
    [lines],
  );
}

/** Makes the table with a column for every model. */
export function modelTable({ models, parts, prompt }, open) {
  const line = (head, make) => tr(th(head, "row"), models.map(make));
  const plain = (head, content) => line(head, (model) => h("td", { class: model.own ? "is-here" : null }, content(model)));
  const filled = (head, group, part, value) =>
    line(head, (model, at) => cell(open, value(model), model.own, group, part, { model: at }));
  const group = (head) =>
    h("tr", { class: "ways-group" }, h("th", { scope: "rowgroup", text: head }), h("td", { colspan: models.length }));
  const split = (model) =>
    h("div", { class: "split small", "aria-hidden": "true" }, divided(Object.entries(model.parts), model.parameters));
  return table(
    words.models,
    [h("td"), ...models.map((model) => h("th", { scope: "col", class: model.own ? "is-here" : null, text: model.name }))],
    [
      [
        plain(columns.blocks, ({ L }) => String(L)),
        plain(columns.heads, ({ H }) => String(H)),
        plain(columns.width, ({ D }) => integer(D)),
        plain(columns.vocabulary, ({ V }) => integer(V)),
      ],
      [
        group(words.groups.parameters),
        plain(columns.divided, split),
        ...parts.map(({ part }) => filled(words.parts[part], "parameters", part, (model) => large(model.parts[part]))),
        plain(words.total, ({ parameters }) => large(parameters)),
        plain(columns.untied, ({ untied }) => large(untied)),
      ],
      [
        group(words.groups.bytes),
        ...Object.keys(words.each).map((precision) =>
          filled(precision, "bytes", precision, (model) => bytes(model.bytes[precision])),
        ),
      ],
      [
        group(words.groups.work),
        plain(columns.prompt(integer(prompt.T)), (model) => large(model.prompt)),
        plain(columns.step, ({ step }) => large(step)),
      ],
    ],
  );
}
