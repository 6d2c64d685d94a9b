// Shows what becomes of the answer: the next token before and after, and how far the two distributions are apart.
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { outcomeLines, outcomeSides } from "../../widgets/outcome.js";
import { token } from "../../widgets/token.js";

const words = strings.whatif;

export class Answer {
  constructor() {
    this.title = h("h3");
    this.none = h("p", { class: "outcome-none", text: words.none });
    this.sides = h("p", { class: "legend outcome-head" });
    this.list = h("ol", { class: "outcome", "aria-label": words.list });
    this.facts = h("div", { class: "outcome-facts" });
    this.element = h("section", {}, this.title, this.none, this.sides, this.list, this.facts);
  }

  /** @param {import("../../generated/contract").WhatIfShown} data */
  draw({ compared, labels, places, other, top, kl, loss }) {
    const here = token(labels[places[0]]);
    const there = compared === "prompts" ? token(other.labels[places[1]]) : null;
    const both = there && there.textContent !== here.textContent;
    this.title.replaceChildren(...(both ? words.outcomeBoth(here, there) : words.outcome(here)));
    this.none.hidden = compared !== null;
    this.sides.hidden = compared === null;
    this.sides.replaceChildren(...outcomeSides(...words.sides[compared ?? "change"]));
    this.list.replaceChildren(...outcomeLines(top, compared !== null));
    const facts = [compared && words.kl(number(Math.max(0, kl))), compared !== "prompts" && lossText(loss, compared)];
    this.facts.replaceChildren(...facts.filter(Boolean).map((text) => h("p", { text })));
  }
}

function lossText({ before, after }, compared) {
  if (before === null || after === null) return null;
  return compared ? words.loss(number(before, 4), number(after, 4)) : words.lossOne(number(before, 4));
}
