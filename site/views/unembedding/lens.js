// Shows the logit lens: what the stream would predict before the first block and after each, a line each.
import { h } from "../../lib/dom.js";
import { integer, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { renew } from "../../widgets/renew.js";
import { phrase } from "../../widgets/token.js";
import { tokenButton } from "./candidates.js";

const words = strings.unembedding;

/**
 * point(line, id): a token's probability in a line, the opened token's where id is null; line null: none; choose(id): a token is opened.
 * @param {{point(line: number | null, id?: number | null): void, choose(id: number): void}} options
 */
export function logitLens({ point, choose }) {
  const element = h("div", { class: "lens-table scroll-x", tabindex: "0", role: "region", "aria-label": words.lens });
  const lines = () => [...element.querySelectorAll("tbody tr")];
  const look = (event) => {
    const line = lines().indexOf(event.target.closest("tr"));
    const button = event.target.closest(".lens-token")?.querySelector("[data-id]");
    if (line < 0) point(null);
    else point(line, button ? Number(button.dataset.id.split("/").pop()) : null);
  };
  element.addEventListener("pointerover", (event) => event.pointerType !== "touch" && look(event));
  element.addEventListener("pointerleave", () => point(null));
  element.addEventListener("focusin", look);
  element.addEventListener("focusout", () => point(null));

  function row({ top, prob, rank }, line, last, opened) {
    const bar = h("span", { class: "lens-bar" });
    bar.style.setProperty("--share", prob);
    const name = line === 0 ? words.before : line === last ? words.last(line) : words.block(line);
    return h(
      "tr",
      {},
      h("th", { scope: "row", text: name }),
      h("td", { class: "lens-rank", text: integer(rank) }),
      h("td", { class: "lens-track", "aria-hidden": "true" }, bar),
      h("td", { text: probability(prob) }),
      top.map(({ id, text, prob: own }) =>
        h(
          "td",
          { class: "lens-token" },
          tokenButton({ id: `${line}/${id}`, text, pressed: id === opened.id, choose: () => choose(id) }),
          h("span", { class: "lens-p", text: probability(own) }),
        ),
      ),
    );
  }

  return {
    element,
    /** @param {import("../../generated/contract").UnembeddingShown} data */
    draw({ lens, opened }, other) {
      const { after, rank, top } = words.lensColumns;
      const head = h(
        "tr",
        {},
        h("th", { scope: "col", text: after }),
        h("th", { scope: "colgroup", colspan: 3, class: "lens-token" }, phrase(rank({ token: opened.text }))),
        h("th", { scope: "colgroup", colspan: lens[0].top.length, class: "lens-token", text: top }),
      );
      const rows = lens.map((each, line) => row(each, line, lens.length - 1, opened));
      const caption = h("caption", { class: "unseen", text: words.lens });
      renew(element, "id", [h("table", { class: "ways" }, caption, h("thead", {}, head), h("tbody", {}, rows))], other);
    },
    /** Lights a line, null for none. */
    light: (line) => lines().forEach((each, at) => each.classList.toggle("lit", at === line)),
  };
}
