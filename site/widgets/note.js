// The words beside a figure: what it shows now, its formula, its numbers as a table.
import { attribute, h, morphChildren, widthOf } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { afterFrame } from "../lib/scheduler.js";
import strings from "../strings/index.js";
import { formulaLinks } from "./formula_links.js";
import { explained } from "./definition.js";
import { phrase } from "./token.js";

const CHUNK = 200; // table rows per idle slice: a long table must not hold up the page

/** Makes the note of a slot, in the page's place for it where there is one, else below the figure. */
export function note(slot, title) {
  const place = document.getElementById(`note-${slot.dataset.slot}`) ?? slot.appendChild(h("div"));
  const says = h("p", { class: "says" });
  const formulas = h("div", { class: "formulas", role: "group", "aria-label": strings.formulas });
  const body = h("div", { class: "twin-body" });
  const twin = h("details", { class: "twin" }, h("summary", { text: strings.table.open }), body);
  const paragraphs = h("div");
  const more = h("details", { class: "more", hidden: true }, h("summary", { text: strings.more }), paragraphs);
  place.replaceChildren(h("h2", { text: title }), says, formulas, more, twin);
  const links = formulaLinks(formulas);
  let source = null;
  let run = 0;

  function fill() {
    const mine = ++run;
    if (!twin.open || !source) return;
    const { caption, columns, rows } = source();
    const lines = h("tbody");
    const scroller = tableOf(caption, columns, lines);
    const old = body.firstChild;
    if (old) old.replaceWith(scroller);
    else body.append(scroller);
    const iterator = rows[Symbol.iterator]();
    const more = () => {
      if (mine !== run) return;
      for (let i = 0; i < CHUNK; i++) {
        const { value, done } = iterator.next();
        if (done) return;
        lines.append(lineOf(value));
      }
      setTimeout(more);
    };
    more();
  }
  twin.addEventListener("toggle", fill);

  /** Lets the keyboard scroll formulas that are wider than their place. */
  const reach = () => attribute(formulas, "tabindex", formulas.scrollWidth > formulas.clientWidth ? "0" : null);
  widthOf(formulas, reach);

  return {
    place,
    /** Says the sentence; parts: see phrase(). */
    say(...parts) {
      morphChildren(says, ...phrase(parts));
    },
    /** Sets the longer explanation, a click away: paragraphs as text, or as parts (see phrase()). */
    explain(...all) {
      more.hidden = false;
      paragraphs.replaceChildren(...all.map((text) => h("p", {}, phrase([].concat(text)))));
    },
    formulas(...all) {
      morphChildren(formulas, ...all);
      links.lightAgain();
      afterFrame(reach);
    },
    links, // between the formulas' parts and what they stand for in the figure
    /** make() -> {caption, columns, rows}: called when the reader opens the table, and again when the data change. */
    table(make) {
      source = make;
      if (twin.open) fill();
    },
  };
}

function tableOf(caption, columns, lines) {
  const heads = columns.map((name) => h("th", { scope: "col", text: name }));
  return h(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", { text: caption }), h("thead", {}, h("tr", {}, heads)), lines),
  );
}
function lineOf(items) {
  const cells = items.map((item, column) =>
    h(column ? "td" : "th", column ? {} : { scope: "row" }, phrase([typeof item === "number" ? String(item) : item])),
  );
  return h("tr", {}, cells);
}

/** Says how many values lie beyond the end of a scale that `fit` (lib/colour.js) made, if any. */
export const beyondText = ({ beyond, largest }) => (beyond ? strings.vectors.beyond(beyond, number(largest)) : "");

/** Makes a colour scale with its range in words. */
export function legend() {
  const [low, high, extra] = [h("span"), h("span"), h("span")];
  const bar = h("span", { class: "ramp" });
  const element = h("div", { class: "legend" }, low, bar, high, extra);
  const show = (kind, from, to, more = "") => {
    bar.className = `ramp ${kind}`;
    low.textContent = from;
    high.textContent = to;
    if (extra.textContent !== more) extra.replaceChildren(...explained(more));
  };
  return {
    element,
    show,
    /** Shows the scale that `fit` (lib/colour.js) made; plus: the sign of its end, where the values are differences. */
    showFit: (scaled, plus = "") =>
      show("signed", `\u2212${number(scaled.limit)}`, `${plus}${number(scaled.limit)}`, beyondText(scaled)),
  };
}
