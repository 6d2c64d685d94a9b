// Lists the likeliest tokens and any token that the reader looks for, and shows how the logits of all are spread.
import { h } from "../../lib/dom.js";
import { integer, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { candidateList } from "./candidates.js";
import { searchField } from "./search.js";
import { logitSpread } from "./spread.js";

const words = strings.unembedding;

/**
 * point(id, symbol): what of a listed token is pointed at, its "logit" or its probability "p", id null for none; pointSpread(isThere):
 * whether the histogram is under the pointer; choose(id): the reader opens a token.
 * @param {{point(id: number | null, symbol?: string): void, pointSpread(isThere: boolean): void, choose(id: number): void,
 *   send(message: object): void}} options
 */
export function waysOut({ point, pointSpread, choose, send }) {
  const [top, found] = [candidateList({ point, choose }), candidateList({ point, choose })];
  const others = h("p", { class: "head-small" });
  const foundAbout = h("p", { class: "head-small", "aria-live": "polite" });
  const search = searchField(send);
  const spread = logitSpread({ point: pointSpread });
  const [title, spreadTitle] = [h("h3", { text: words.top }), h("h3", { class: "sub", text: words.spread })];
  const label = h("h3", {}, h("label", { for: search.id, text: words.find }));
  const element = h(
    "div",
    { class: "ways-out" },
    h("div", {}, title, top.element, others, spreadTitle, spread.element, spread.about),
    h("div", {}, label, search.element, found.element, foundAbout),
  );

  return {
    element,
    search,
    spread,
    /** @param {import("../../generated/contract").UnembeddingShown} data */
    draw(data) {
      const { n_vocab, find } = data;
      top.draw(words.topCaption, data.top, data, search.element);
      const more = n_vocab - data.top.length;
      others.textContent = more > 0 ? words.rest(integer(more), probability(data.rest)) : "";
      search.show(find);
      found.draw(words.foundCaption(find), data.found, data, search.element);
      if (!find) foundAbout.textContent = words.findAbout(integer(n_vocab));
      else if (data.n_found > data.found.length) foundAbout.textContent = words.more(data.found.length, integer(data.n_found));
      else foundAbout.textContent = words.count(data.n_found, find);
    },
    /** Lights a token in both lists. */
    light(id) {
      for (const list of [top, found]) list.light(id);
    },
  };
}
