// Lists what every head writes, and the bias: its length as a bar, and its share of the whole.
import { morphChildren, check, h, radios } from "../../lib/dom.js";
import { number, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.output;

export const percent = (share) => (share < 0 ? `\u2212${probability(-share)}` : probability(Math.min(share, 1e6)));

/**
 * Lines are numbered as the heads; the last one is the bias.
 * @typedef {import("../../widgets/cell.js").Cell & {line: number}} LengthCell the length of what a head or the bias writes
 * @param {{point(cell: LengthCell | null): void, choose(head: number): void}} options
 */
export function headShares({ point, choose }) {
  /** @type {import("../../generated/contract").OutputShown} */
  let data = null;
  const element = h("div", { class: "shares", role: "radiogroup", "aria-label": words.heads });
  const all = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[aria-label]")]);
  const lineOf = (event) => all().indexOf(event.target.closest("[aria-label]"));
  /** @returns {LengthCell} */
  const cellOf = (line) => ({
    activation: "written",
    at: [data.token, line],
    value: data.written[line],
    symbol: "length",
    text: all()[line].getAttribute("aria-label"),
    line,
  });
  const heads = () => all().filter((line) => line.matches("[role=radio]"));

  element.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const at = lineOf(event);
    point(at < 0 ? null : cellOf(at));
  });
  element.addEventListener("pointerleave", () => point(null));
  element.addEventListener("click", (event) => {
    const at = lineOf(event);
    if (at >= 0 && at < heads().length) choose(at);
  });
  radios(element, choose);

  return {
    element,
    draw(next) {
      data = next;
      const { written, shares, n_head } = data;
      const longest = Math.max(...written, 1e-9);
      morphChildren(
        element,
        h(
          "div",
          { class: "share-line share-head", "aria-hidden": "true" },
          h("span"),
          h("span"),
          words.columns.map((text) => h("span", { text })),
        ),
        ...Array.from(written, (length, at) =>
          at < n_head
            ? line(strings.places.head(data.block + 1, at + 1), length, shares[at], longest, { role: "radio", tabindex: "-1" })
            : line(words.bias, length, shares[at], longest, { role: "note" }),
        ),
      );
    },
    /** Marks the chosen head. */
    check: (head) => check(heads(), head),
    light: (isLit) => all().forEach((line, at) => line.classList.toggle("lit", isLit(at))),
  };
}

function line(name, written, part, longest, attributes) {
  const bar = h("span", { class: "share-bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(written / longest));
  const [length, share] = [number(written), percent(part)];
  return h(
    "div",
    { class: "share-line", ...attributes, "aria-label": words.line(name, length, share) },
    h("span", { text: name }),
    bar,
    h("span", { text: length }),
    h("span", { text: share }),
  );
}
