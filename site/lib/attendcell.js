// One cell of attention, opened: its formula with the numbers, and where it is a sum, what it is the sum of.
import { colour, fit } from "./colour.js";
import { become, h } from "./dom.js";
import { number, probability, token } from "./format.js";
import { canvas, paintCells } from "./heat.js";
import { coloured, formula, frac, root, row, sub, sum, sup } from "./math.js";
import { dotFormula, light, terms } from "./terms.js";
import en from "../strings/index.js";

const STRIP = 14;

export function openedCell() {
  const words = en.attention.opened;
  const title = h("p", { class: "opened-title" });
  const formulas = h("div", { class: "formulas" });
  const strips = h("div", { class: "opened-strips" });
  const rows = ["query", "key", "product"].map((name) => {
    const line = h("div", { class: "opened-strip" });
    const drawing = canvas(line);
    strips.append(h("span", { class: `is-${name}`, text: words.strips[name] }), line);
    return { name, line, drawing };
  });
  const list = h("div", { class: "opened-terms" });
  const element = h("div", { class: "cell-opened" }, title, formulas, strips, list);
  let lit = null; // the entry under the pointer, in the strips or in the list
  let vectors = null;
  let width = 240;
  let drawn = {};

  function glow(entry) {
    lit = entry;
    light(list, entry);
    drawStrips();
  }
  strips.addEventListener("pointermove", (event) => {
    const line = event.target.closest(".opened-strip");
    if (!line || !vectors) return;
    const entry = Math.floor(((event.clientX - line.getBoundingClientRect().left) / width) * vectors.d);
    if (entry !== lit && entry >= 0 && entry < vectors.d) glow(entry);
  });
  strips.addEventListener("pointerleave", () => glow(null));

  function drawStrips() {
    if (!vectors) return;
    for (const { name, drawing } of rows) {
      const context = drawing.size(width, STRIP);
      const limit = fit(vectors[name]).limit;
      paintCells(context, vectors[name], 1, vectors.d, { kind: "signed", limit }, 0, 0, width, STRIP);
      if (lit === null) continue;
      context.strokeStyle = colour("ink");
      context.lineWidth = 1.5;
      context.strokeRect((lit / vectors.d) * width + 0.75, 0.75, Math.max(2, width / vectors.d - 1.5), STRIP - 1.5);
    }
  }

  /**
   * cell: {stage, query, key, entry}; head: see attend.js; scale: attn_scale; room: px; over(key or null): the one whose
   * term is under the pointer.
   */
  function draw({ stage, query, key, entry }, { head, labels, scale, sink, room, over }) {
    // A term under the pointer must stay the same element: what is there already is left alone.
    const now = [stage, query, stage === "values" ? entry : key, sink, room].join();
    if (drawn.head === head && drawn.now === now) {
      if (stage === "values") light(list, key);
      return;
    }
    drawn = { head, now };
    lit = null;
    const masked = head.masked(query, key);
    const [q, k] = [coloured("query", sub("q", String(query + 1))), coloured("key", sub("k", String(key + 1)))];
    const names = [token(labels[query]), " → ", token(labels[key])];
    names[0].classList.add("is-query");
    names[2].classList.add("is-key");
    become(
      title,
      ...(stage === "values" ? [words.entry(entry + 1), names[0]] : names),
      `, ${en.attention.stages[stage]}`,
    );

    vectors = null;
    strips.hidden = stage !== "scores";
    if (stage === "scores") {
      const parts = head.products(query, key);
      become(formulas, ...dotFormula({ name: row(q, "·", k), x: "q", w: "k", ...parts }));
      const [a, b] = [head.q(query), head.k(key)];
      vectors = { query: a, key: b, product: a.map((x, i) => x * b[i]), d: head.d };
      width = Math.max(64, Math.min(320, room - 72));
      drawStrips();
      terms(list, { name: "q · k", x: "q", w: "k", ...parts, hover: glow });
      return;
    }
    if (stage === "values") {
      const parts = head.entry(query, entry);
      const name = sub("z", row(String(query + 1), ",", String(entry + 1)));
      const changed = sink ? [h("p", { class: "changed", text: words.changed })] : [];
      become(formulas, ...changed, ...valueFormula(name, parts, entry));
      terms(list, {
        name: `z[${entry + 1}]`,
        x: words.weight,
        head: words.key,
        w: "v",
        ...parts,
        label: (i) => token(labels[i]),
        hover: over,
      });
      light(list, key);
      return;
    }
    list.replaceChildren();
    if (masked && stage !== "scaled")
      become(formulas, h("p", { text: words.masked }), ...maskedFormula(query, key));
    else if (stage === "scaled") become(formulas, scaledFormula());
    else if (stage === "masked")
      become(
        formulas,
        h("p", { text: words.kept }),
        formula(String(key + 1), "≤", String(query + 1), ":", number(head.score(query, key))),
      );
    else become(formulas, ...softmaxFormula());

    /** The score over the root of d_head, or times whatever else this model scales with. */
    function scaledFormula() {
      const rooted = Math.abs(scale - 1 / Math.sqrt(head.d)) < 1e-6;
      const product = number(head.product(query, key));
      return formula(
        rooted ? frac(row(q, "·", k), root(String(head.d))) : row(q, "·", k, "×", number(scale)),
        "=",
        rooted ? frac(product, number(1 / scale)) : row(product, "×", number(scale)),
        "=",
        number(head.score(query, key), 4),
      );
    }

    function softmaxFormula() {
      const { shift, power, total } = head.softmax(query);
      const s = number(head.score(query, key));
      const less = shift ? ["\u2212", number(shift)] : [];
      const made = power(key) / total;
      const own = formula(
        frac(sup("e", row(s, ...less)), row(sum("j"), sup("e", row(sub("s", "j"), ...less)))),
        "=",
        frac(number(power(key)), number(total)),
        "=",
        coloured("attention", probability(made)),
      );
      const w = head.weight(query, key);
      const changed = sink && [
        h("p", { class: "changed", text: words.changed }),
        key === 0
          ? formula(coloured("attention", sub("w", "1")), "→", "0")
          : formula(frac(probability(made), row("1", "-", sub("w", "1"))), "=", coloured("attention", probability(w))),
      ];
      const shifted = shift ? [h("p", { text: words.shifted })] : [];
      return [own, ...shifted, ...(changed || [])];
    }
  }

  const maskedFormula = (query, key) => [
    formula(String(key + 1), ">", String(query + 1), ":", "\u2212∞"),
    formula(sup("e", "\u2212∞"), "=", "0"),
  ];
  const valueFormula = (name, parts, entry) => {
    const times = ({ x, w }) => row("(", coloured("attention", number(x)), "·", coloured("value", number(w)), ")");
    const filled = parts.terms.slice(0, 2).flatMap((term, at) => (at ? ["+", times(term)] : [times(term)]));
    const of = row("j", ",", String(entry + 1));
    return [
      formula(name, "=", sum("j"), coloured("attention", sub("w", "j")), "·", coloured("value", sub("v", of))),
      formula("=", ...filled, ...(parts.count > 2 ? ["+", "…"] : []), "=", number(parts.result, 4)),
    ];
  };

  return {
    element,
    draw,
    /** Call when colours have changed. */
    forget() {
      drawn = {};
    },
  };
}
