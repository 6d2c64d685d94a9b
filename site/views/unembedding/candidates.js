// Lists tokens with their rank, logit and probability, one per line; each opens its logit.
import { h } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { renew } from "../../widgets/renew.js";
import { token } from "../../widgets/token.js";

const words = strings.unembedding;

/** Makes a token's button, which opens its logit; id: its name among the buttons. */
export const tokenButton = ({ id, text, pressed, choose }) =>
  h("button", { type: "button", class: "way", "data-id": id, "aria-pressed": String(pressed), onclick: choose }, token(text));

/**
 * point(id, symbol): what of a token is pointed at, its "logit" or its probability "p", id null for none; choose(id): the reader opens it.
 * @param {{point(id: number | null, symbol?: string): void, choose(id: number): void}} options
 */
export function candidateList({ point, choose }) {
  const element = h("div");
  const buttonOf = (line) => /** @type {HTMLElement | null} */ (line?.querySelector("[data-id]") ?? null);
  const look = (event) => {
    const button = buttonOf(event.target.closest("tr"));
    if (button) point(Number(button.dataset.id), event.target.closest(".way-p") ? "p" : "logit");
    else point(null);
  };
  element.addEventListener("pointerover", (event) => event.pointerType !== "touch" && look(event));
  element.addEventListener("pointerleave", () => point(null));
  element.addEventListener("focusin", look);
  element.addEventListener("focusout", () => point(null));

  /** Makes a token's line, with a bar that measures its logit from the lowest of all to the highest. */
  function line({ id, text, logit, prob, rank, kind }, { low, high, opened }) {
    const bar = h("span", { class: "logit-bar" });
    bar.style.setProperty("--share", String(high > low ? (logit - low) / (high - low) : 1));
    const pressed = id === opened.id;
    return h(
      "tr",
      { class: pressed ? "is-open" : null },
      h("th", { scope: "row" }, tokenButton({ id, text, pressed, choose: () => choose(id) })),
      h("td", { class: "way-id", text: String(id) }),
      kind !== undefined && h("td", { class: "way-kind", text: words.kinds[kind] }),
      h("td", { text: integer(rank) }),
      h("td", { text: number(logit) }),
      h("td", { class: "way-bar", "aria-hidden": "true" }, bar),
      h("td", { class: "way-p", text: probability(prob) }),
    );
  }
  function table(caption, candidates, data) {
    const { columns } = words;
    const found = candidates[0]?.kind !== undefined;
    const names = [columns.token, columns.id, found && columns.kind, columns.rank, columns.logit].filter(Boolean);
    const heads = names.map((text) => h("th", { scope: "col", text }));
    return h(
      "table",
      { class: "ways" },
      h("caption", { class: "unseen", text: caption }),
      h("thead", {}, h("tr", {}, heads, h("td"), h("th", { scope: "col", text: columns.probability }))),
      h(
        "tbody",
        {},
        candidates.map((candidate) => line(candidate, data)),
      ),
    );
  }

  return {
    element,
    /**
     * other: gets the focus where no token is left.
     * @param {string} caption
     * @param {(import("../../generated/contract").RankedCandidate & {kind?: number})[]} candidates
     * @param {import("../../generated/contract").UnembeddingShown} data
     * @param {HTMLElement} other
     */
    draw: (caption, candidates, data, other) =>
      renew(element, "id", candidates.length ? [table(caption, candidates, data)] : [], other),
    /** Lights a token's line. */
    light(id) {
      for (const line of element.querySelectorAll("tbody tr")) {
        line.classList.toggle("lit", Number(buttonOf(line).dataset.id) === id);
      }
    },
  };
}
