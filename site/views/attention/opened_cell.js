// One cell of attention, opened: its formula with the numbers, and where it is a sum, what it is the sum of.
import { colour, fit } from "../../lib/colour.js";
import { become, h } from "../../lib/dom.js";
import { number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { canvas, paintCells } from "../../lib/heat.js";
import { coloured, formula, frac, root, row, sub, sum, sup, tied } from "../../lib/math.js";
import { byHand, light, terms } from "../../widgets/terms.js";
import { formulaLinks } from "../../widgets/formula_links.js";
import strings from "../../strings/index.js";

const STRIP = 14;
const closed = (value) => (value < 0 ? row("(", number(value), ")") : number(value));

/**
 * told(key or null): the part of the formulas under the pointer. It stands for "query" or "key", a row or a column; for a cell
 * of the stage "scores", "scaled", "masked" or "softmax"; for the "powers" of a row or one "power"; for the "weights" or the
 * "values" that are mixed, or those of one key ("weight:3", "value:3", both: "term:3"), or for their sum "z"; for the weight
 * that is left out, "first".
 */
export function openedCell({ told }) {
  const words = strings.attention.opened;
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
  let lit = null; // the entry under the pointer, in the strips, in the list or in the formula
  let whole = null; // the strip that a part of the formula stands for
  let vectors = null;
  let width = 240;
  let drawn = {};
  let fill = () => {}; // the formulas, anew

  const tie = formulaLinks(formulas);
  tie.follow((key) => {
    const [kind, at] = (key ?? "").split(":");
    whole = key === "scores" ? "product" : key;
    lit = kind === "entry" ? Number(at) : null;
    if (vectors) {
      light(list, lit);
      drawStrips();
    }
    told(kind === "entry" ? null : key);
  });
  /** The entry that is pointed at, in the strips or in the list: its product is in the formula. */
  function glow(entry) {
    lit = entry;
    light(list, entry);
    drawStrips();
    fill();
    tie.light(entry === null ? null : `entry:${entry}`);
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
      context.strokeStyle = colour("ink");
      context.lineWidth = 1.5;
      if (name === whole) context.strokeRect(0.75, 0.75, width - 1.5, STRIP - 1.5);
      if (lit === null) continue;
      context.strokeRect((lit / vectors.d) * width + 0.75, 0.75, Math.max(2, width / vectors.d - 1.5), STRIP - 1.5);
    }
  }

  /**
   * cell: {stage, query, key, entry}; head: see attend.js, own: the same with the model's weights; scale: attn_scale;
   * room: px; over(key or null): the one whose term is under the pointer; pointed: the part of the formula for what is under
   * the pointer in the figure, see `told`.
   * Where the order has come to this stage, done: of how many keys the values are added; half: nothing is divided yet;
   * unknown: the cell is still to come.
   */
  function draw(
    { stage, query, key, entry },
    { head, own, labels, scale, sink, room, over, pointed, done = head.T, half = false, unknown = false },
  ) {
    // A term under the pointer must stay the same element: what is there already is left alone.
    const now = [stage, query, stage === "values" ? entry : key, sink, room, done, half, unknown].join();
    if (drawn.head === head && drawn.now === now) {
      if (stage === "values" && drawn.key !== key) {
        drawn.key = key;
        light(list, key);
        become(formulas, ...valueFormulas());
        tie.lightAgain();
      }
      if (lit === null) tie.light(pointed);
      return;
    }
    drawn = { head, now, key };
    lit = null;
    const masked = head.masked(query, key);
    const q = tied("query", coloured("query", sub("q", String(query + 1))));
    const k = tied("key", coloured("key", sub("k", String(key + 1))));
    const names = [token(labels[query]), " → ", token(labels[key])];
    names[0].classList.add("is-query");
    names[2].classList.add("is-key");
    become(title, ...(stage === "values" ? [words.entry(entry + 1), names[0]] : names), `, ${strings.attention.stages[stage]}`);

    vectors = null;
    strips.hidden = stage !== "scores" || unknown;
    fill = () => {
      become(formulas, ...(unknown ? [h("p", { text: strings.attention.unknown })] : filled()));
      tie.lightAgain();
    };
    if (unknown) list.replaceChildren();
    else if (stage === "scores") {
      const [a, b] = [head.q(query), head.k(key)];
      vectors = { query: a, key: b, product: a.map((x, i) => x * b[i]), d: head.d };
      width = Math.max(64, Math.min(320, room - 72));
      drawStrips();
      terms(list, { name: "q · k", x: "q", w: "k", ...head.products(query, key), hover: glow });
    } else if (stage === "values") {
      terms(list, {
        name: `z[${entry + 1}]`,
        x: words.weight,
        head: words.key,
        w: "v",
        ...head.entry(query, entry, done),
        label: (i) => token(labels[i]),
        hover: over,
      });
      light(list, key);
    } else list.replaceChildren();
    fill();
    tie.light(pointed);

    function filled() {
      if (stage === "scores") return productFormulas();
      if (stage === "values") return valueFormulas();
      if (stage === "scaled") return [scaledFormula()];
      if (masked) return maskedFormulas();
      if (stage === "softmax") return softmaxFormulas();
      return [
        h("p", { text: key > query ? words.keptBy : words.kept }),
        formula(order(), ":", tied("masked", number(head.score(query, key)))),
      ];
    }
    function order() {
      return row(tied("key", String(key + 1)), key > query ? ">" : "≤", tied("query", String(query + 1)));
    }

    /** A sum of two terms and what more there is: the largest, and `extra` where that is not one of them. */
    function summed(parts, extra, write) {
      const two = parts.terms.slice(0, 2);
      if (extra && !two.some(({ i }) => i === extra.i)) two[Math.min(1, two.length)] = extra;
      const shown = two.flatMap((term, at) => (at ? ["+", write(term, at)] : [write(term, at)]));
      return [...shown, ...(parts.count > two.length ? ["+", "…"] : [])];
    }

    function productFormulas() {
      const parts = head.products(query, key);
      const extra = lit === null ? null : { i: lit, x: vectors.query[lit], w: vectors.key[lit] };
      const times = ({ i, x, w }, at) => tied(`entry:${i}`, row(at ? closed(x) : number(x), "·", closed(w)));
      return [
        formula(
          tied("scores", row(q, "·", k)),
          "=",
          sum("i"),
          tied("query", coloured("query", sub("q", "i"))),
          "·",
          tied("key", coloured("key", sub("k", "i"))),
        ),
        formula("=", ...summed(parts, extra, times)),
        formula("=", tied("scores", number(parts.result, 4))),
      ];
    }

    function valueFormulas() {
      const parts = head.entry(query, entry, done);
      const edited = byHand(parts.result, ...parts.terms.map(({ product }) => product), parts.rest);
      const at = drawn.key;
      const extra = head.masked(query, at) || at >= done ? null : { i: at, x: head.weight(query, at), w: head.v(at)[entry] };
      const times = ({ i, x, w }) => {
        const [weight, value] = [coloured("attention", number(x)), coloured("value", closed(w))];
        return tied(`term:${i}`, row(tied(`weight:${i}`, weight), "·", tied(`value:${i}`, value)));
      };
      return [
        ...(sink ? [h("p", { class: "changed", text: words.changed })] : []),
        formula(
          tied("z", sub("z", row(String(query + 1), ",", String(entry + 1)))),
          "=",
          sum("j"),
          tied("weights", coloured("attention", sub("w", "j"))),
          "·",
          tied("values", coloured("value", sub("v", row("j", ",", String(entry + 1))))),
        ),
        formula("=", ...summed(parts, extra, times)),
        formula(...edited, "=", tied("z", number(parts.result, 4))),
      ];
    }

    /** The score over the root of d_head, or times whatever else this model scales with. */
    function scaledFormula() {
      const rooted = Math.abs(scale - 1 / Math.sqrt(head.d)) < 1e-6;
      const product = tied("scores", number(head.product(query, key)));
      return formula(
        rooted ? frac(row(q, "·", k), root(String(head.d))) : row(q, "·", k, "×", number(scale)),
        "=",
        rooted ? frac(product, number(1 / scale)) : row(product, "×", number(scale)),
        "=",
        tied("scaled", number(head.score(query, key), 4)),
      );
    }

    function maskedFormulas() {
      return [
        h("p", { text: key > query ? words.masked : words.maskedBy }),
        formula(order(), ":", tied("masked", "\u2212∞")),
        formula(sup("e", tied("masked", "\u2212∞")), "=", tied("softmax", "0")),
      ];
    }

    function softmaxFormulas() {
      const { shift, power, total } = own.softmax(query);
      const set = own.seen(query).some((key) => Math.abs(own.weight(query, key) - power(key) / total) > 1e-3); // no rounding
      if (set && !half) return setFormulas();
      const s = tied("masked", number(head.score(query, key)));
      const less = shift ? ["\u2212", number(shift)] : [];
      const share = coloured("attention", probability(power(key) / total));
      const whole = formula(
        frac(tied("power", sup("e", row(s, ...less))), tied("powers", row(sum("j"), sup("e", row(sub("s", "j"), ...less))))),
        "=",
        frac(tied("power", number(power(key))), tied("powers", number(total))),
        ...(half ? [] : ["=", sink ? share : tied("softmax", share)]),
      );
      const shifted = shift ? [h("p", { text: words.shifted })] : [];
      return [whole, ...shifted, ...(sink && !half ? changedFormulas(power(key) / total) : [])];
    }

    /** Of a row of weights that the reader has set: its scores do not make them. */
    function setFormulas() {
      const made = own.weight(query, key);
      const share = coloured("attention", probability(made));
      const w = sub("w", String(key + 1));
      return [
        h("p", { class: "changed", text: words.set }),
        formula(w, "=", sink ? share : tied("softmax", share)),
        ...(sink ? changedFormulas(made) : []),
      ];
    }

    function changedFormulas(made) {
      const first = tied("first", coloured("attention", sub("w", "1")));
      const taken = tied("first", coloured("attention", probability(own.weight(query, 0))));
      const alone = head.empty(query);
      const w = tied("softmax", coloured("attention", probability(head.weight(query, key))));
      return [
        h("p", { class: "changed", text: alone ? words.alone : words.changed }),
        key === 0
          ? formula(first, "→", tied("first", "0"))
          : formula(alone ? sub("w", String(key + 1)) : frac(probability(made), row("1", "-", taken)), "=", w),
      ];
    }
  }

  return {
    element,
    draw,
    /** Call when colours have changed. */
    forget() {
      drawn = {};
    },
  };
}
