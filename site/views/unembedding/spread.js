// Draws how many tokens have which logit, by the square root: the few at the end are what the draw is about.
import { colour } from "../../lib/colour.js";
import { h } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";

const HIGH = 72; // px of the histogram
const NEAR = 64; // px between two numbers that would run into one another

/** @param {{point(isThere: boolean): void}} options point: whether the histogram is under the pointer */
export function logitSpread({ point }) {
  const [element, about] = [h("div", { class: "spread" }), h("p", { class: "head-small" })];
  const drawing = canvas(element);
  element.addEventListener("pointerenter", () => point(true));
  element.addEventListener("pointerleave", () => point(false));

  return {
    element,
    about,
    /**
     * near: the candidate that is pointed at; lit: what a formula's part stands for, "all" or the opened "logit".
     * @param {import("../../generated/contract").UnembeddingShown} data
     * @param {number} width
     * @param {{near: {id: number, logit: number} | null, lit: string | null}} marks
     */
    draw({ counts, low, high, opened, n_vocab }, width, { near, lit }) {
      const context = drawing.size(width, HIGH + 20);
      const most = Math.max(...counts);
      const x = (logit) => (high > low ? ((logit - low) / (high - low)) * (width - 2) + 1 : width / 2);
      const wide = (width - 2) / counts.length;
      context.fillStyle = colour(lit === "all" ? "residual" : "residual-soft");
      counts.forEach((count, bin) => {
        const tall = Math.sqrt(count / most) * (HIGH - 8);
        if (count) context.fillRect((bin / counts.length) * (width - 2) + 1, HIGH - tall, wide - 1, tall);
      });
      context.fillStyle = colour("control");
      context.fillRect(0, HIGH, width, 1);
      context.fillStyle = colour("ink");
      const thick = lit === "logit" && near === null ? 4 : 2;
      context.fillRect(x(opened.logit) - thick / 2, 0, thick, HIGH + 4);
      if (near !== null && near.id !== opened.id) {
        context.fillStyle = colour("residual");
        context.fillRect(x(near.logit) - 1, 0, 2, HIGH + 4);
      }
      element.style.height = `${HIGH + 20}px`;
      const mark = (logit, left, kind) => {
        const text = h("span", { class: `axis ${kind}`, text: number(logit) });
        if (left < width / 2) text.style.left = `${Math.max(0, left)}px`;
        else text.style.right = `${Math.max(0, width - left)}px`;
        return text;
      };
      const ends = [
        [low, 0],
        [high, width],
      ].filter(([end]) => Math.abs(x(end) - x(opened.logit)) >= NEAR);
      element.replaceChildren(
        drawing.element,
        ...ends.map(([end, left]) => mark(end, left, "")),
        mark(opened.logit, x(opened.logit), "is-now"),
      );
      about.textContent = strings.unembedding.spreadAbout(integer(n_vocab), integer(most));
    },
  };
}
