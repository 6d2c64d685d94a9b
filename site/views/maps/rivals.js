// Lets the reader choose the two tokens whose lead a sweep measures: two lists, and a search whose finds come first in both.
import contract from "../../generated/contract.js";
import { h, setText } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import { choose } from "../../state/choices.js";
import strings from "../../strings/index.js";

const words = strings.maps;
const MAX_FIND = contract.limits.find;
const PAUSE_MS = 300;
const RIVALS = /** @type {const} */ (["answer", "against"]);

export class Rivals {
  #timer = 0;
  #data = null;

  constructor(send) {
    const select = (name) =>
      h("select", { "aria-label": words[name], onchange: (event) => choose(send, { [name]: Number(event.target.value) }) });
    this.selects = RIVALS.map(select);
    const swap = h("button", {
      type: "button",
      class: "swap",
      text: "⇄",
      title: words.swap,
      "aria-label": words.swap,
      onclick: () => choose(send, { answer: this.#data.against.id, against: this.#data.answer.id }),
    });
    this.find = h("input", {
      type: "search",
      placeholder: words.search,
      "aria-label": words.searched,
      title: words.searchedTitle,
      maxlength: MAX_FIND,
      size: 16,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => send({ set: { find: this.find.value.slice(0, MAX_FIND) } }), PAUSE_MS);
      },
    });
    this.found = h("span", { class: "head-small", role: "status" });
    const [answer, against] = this.selects;
    const { before, between } = words.lead;
    this.element = h("span", { class: "map-search" }, before, answer, between, against, swap, this.find, this.found);
  }

  /** @param {import("../../generated/contract").MapsShown} data */
  draw(data) {
    this.#data = data;
    RIVALS.forEach((name, at) => this.#list(this.selects[at], data[name], data.chosen[name]));
    if (document.activeElement !== this.find) this.find.value = data.find;
    setText(this.found, data.find ? words.found(data.found.length) : "");
  }
  /** own: whether the token is the reader's choice. */
  #list(select, token, own) {
    const chosen = String(own ? token.id : -1);
    // An open list stays as it is, unless another token has been chosen.
    if (document.activeElement === select && select.matches(":open, :focus-visible") && select.value === chosen) return;
    const { found, top } = this.#data;
    const likeliest = select === this.selects[0] ? words.likeliest : words.nextLikeliest;
    const known = [...found, ...top.filter(({ id }) => found.every((other) => other.id !== id))];
    const entries = known.some(({ id }) => id === token.id) ? known : [token, ...known];
    const key = JSON.stringify([entries, own, token.id]);
    if (select.dataset.key === key) return;
    select.dataset.key = key;
    select.replaceChildren(
      h("option", { value: -1, text: own ? likeliest : `${token.text} (${likeliest})` }),
      ...entries.map(({ id, text, logit }) => h("option", { value: id, text: `${text}  ${number(logit)}` })),
    );
    select.value = chosen;
  }
}
