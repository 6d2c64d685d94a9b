// The model changed while one watches: parts switched off, a row of attention made by hand, other masks, another text;
// and what becomes of the answer, beside the untouched model's.
import contract from "../../generated/contract.js";
import { check, h, pale, radios, setText, widthOf } from "../../lib/dom.js";
import { described, masked, part, read, valueAt, withEdit } from "../../state/edits.js";
import { number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { latest } from "../../state/latest.js";
import { masks } from "./masks.js";
import { note } from "../../widgets/note.js";
import { apart, divergence, outcomeLines, outcomeSides, outcomeTable } from "../../widgets/outcome.js";
import { patch } from "./patching.js";
import { rowEdit } from "./row_editor.js";
import { adopt, choose, listen, state } from "../../state/choices.js";
import { switches } from "./switches.js";
import { onTheme } from "../../lib/colour.js";
import { frame } from "../../lib/scheduler.js";
import strings from "../../strings/index.js";

const WIDE = 760;
const words = strings.whatif;

export default {
  create(slot, send) {
    // Slider and drag change the edits faster than the model runs.
    const line = latest(send, () => {});
    const edit = (text) => choose((message) => line.set(message.set), { edits: text });
    let data = null;
    let how = "zero";

    const hows = ["zero", "mean"].map((name) => h("button", { type: "button", role: "radio", text: words.hows[name] }));
    const toggle = h("div", { class: "toggle", role: "radiogroup", "aria-label": words.how }, hows);
    const pickHow = (at) => {
      if (hows[at].disabled) return;
      how = ["zero", "mean"][at];
      check(hows, at);
    };
    radios(toggle, pickHow);
    hows.forEach((button, at) => button.addEventListener("click", () => pickHow(at)));
    check(hows, 0);

    const board = switches({
      edit,
      select: (block, head) => choose(send, { block, head }),
      off: () => (how === "zero" ? "0" : "mean"),
    });
    const strengthOf = h("span");
    const slider = h("input", { type: "range", min: 0, max: 2, step: 0.05 });
    const strengthIs = h("b");
    const asIs = h("button", { type: "button", text: words.asIs, onclick: () => setHead(null) });
    const strength = h("div", { class: "strength" }, h("label", {}, strengthOf, " ", slider), strengthIs, asIs);
    const embedOf = h("span");
    const embedButtons = ["0", "mean"].map((value) =>
      h("button", { type: "button", text: value === "0" ? words.embedOff : words.embedMean, onclick: () => setEmbed(value) }),
    );
    const embed = h("div", { class: "strength" }, embedOf, embedButtons);

    const outcomeTitle = h("h3");
    const outcomeNone = h("p", { class: "outcome-none", text: words.none });
    const outcomeHead = h("p", { class: "legend outcome-head" });
    const outcome = h("ol", { class: "outcome", "aria-label": words.list });
    const facts = h("div", { class: "outcome-facts" });
    const hand = rowEdit({
      set: (weights) => edit(withEdit(data.edits, "pattern", rowAt(), weights?.map((w) => w.toPrecision(4)).join(","))),
    });
    const [handTitle, handFrom] = [h("h3"), h("span", { class: "head-small" })];
    const handSection = h(
      "section",
      { class: "whatif-section" },
      h("div", { class: "line-head" }, handTitle, handFrom, h("span", { class: "head-small", text: words.row.hint })),
      hand.element,
    );
    const looks = masks({ choose: (mask) => choose(send, { mask }) });
    const pair = patch(send, { edit });
    let looksAndHand = null;
    const top = h(
      "div",
      { class: "whatif-top" },
      h(
        "section",
        {},
        h(
          "div",
          { class: "line-head" },
          h("h3", { text: words.switches }),
          h("div", { class: "whatif-how" }, h("span", { text: words.how }), toggle),
        ),
        board.element,
        strength,
        embed,
      ),
      h("section", {}, outcomeTitle, outcomeNone, outcomeHead, outcome, facts),
    );
    const section = (title, ...inside) =>
      h("section", { class: "whatif-section" }, h("div", { class: "line-head" }, h("h3", { text: title })), ...inside);
    slot.append(
      h(
        "div",
        { class: "part-head" },
        h("h2", { text: words.title }),
        h("span", { class: "head-small", text: words.switchesHint }),
      ),
      top,
      (looksAndHand = h("div", { class: "whatif-top" }, handSection, section(words.mask.title, looks.element))),
      section(words.patch.title, pair.element),
    );
    const [box, handBox] = [slot, hand.element].map((element) => widthOf(element, () => draw()));
    const said = note(slot, words.title);
    said.explain(...words.explain);

    const headNow = () => [Math.min(state.block, data.n_layer - 1), Math.min(state.head, data.n_head - 1)];
    const rowAt = () => [data.block, data.head, data.token];
    const setHead = (value) => edit(withEdit(state.edits, "z", headNow(), value));
    const setEmbed = (value) => {
      const now = valueAt(read(state.edits), "embed", [data.token]);
      edit(withEdit(state.edits, "embed", [data.token], now === value ? null : value));
    };
    slider.addEventListener("input", () => setHead(Number(slider.value) === 1 ? null : slider.value));

    const draw = frame(() => {
      if (!data || !box.width) return false;
      const edits = read(state.edits);
      const [block, head] = headNow();
      const name = words.head(block + 1, head + 1);
      top.classList.toggle("wide", box.width >= WIDE);
      looksAndHand.classList.toggle("halves", box.width >= WIDE);
      board.draw({ n_layer: data.n_layer, n_head: data.n_head, edits: state.edits, block, head });
      hows[1].disabled = !data.means;
      hows[1].title = data.means ? words.meanTitle(data.means.positions, data.means.of_text) : words.noMeans;
      if (!data.means && how === "mean") pickHow(0);

      const value = valueAt(edits, "z", [block, head]);
      const factor = value === null ? 1 : Number(value);
      setText(strengthOf, words.strength(name));
      if (document.activeElement !== slider || Number(slider.value) !== factor) slider.value = Number.isNaN(factor) ? 1 : factor;
      setText(strengthIs, Number.isNaN(factor) ? words.now[value] : String(factor));
      asIs.disabled = value === null;
      const embedded = valueAt(edits, "embed", [data.token]);
      embedOf.replaceChildren(words.embed, token(data.labels[data.token]));
      embedButtons.forEach((button, i) => {
        button.setAttribute("aria-pressed", String(embedded === ["0", "mean"][i]));
        button.disabled = i === 1 && !data.means;
      });

      for (const draw of drawings) draw();
      pale(slot, state.edits !== data.edits || state.mask !== data.mask);
    }, slot);
    // A draw each, where a piece has no time for all, and so that what is in the window comes first.
    const drawings = [
      [drawHand, handSection],
      [drawLooks, looks.element],
      [drawPair, pair.element],
    ].map(([draw, place]) => frame(draw, place));

    function drawHand() {
      setText(handTitle, words.row.title(data.block + 1, data.head + 1));
      handFrom.replaceChildren(...words.row.from(token(data.labels[data.token])));
      const labels = data.labels.slice(0, data.token + 1);
      const byHand = valueAt(read(state.edits), "pattern", rowAt());
      const room = handBox.width;
      if (room) {
        hand.draw({
          labels,
          room,
          set: byHand !== null,
          before: Array.from(data.row.subarray(0, labels.length)),
          // What the reader has set holds before Python has answered.
          weights:
            byHand === null
              ? Array.from(data.row_now.subarray(0, labels.length))
              : labels.map((_, i) => Number(byHand.split(",")[i] ?? 0)),
        });
      }
    }
    function drawLooks() {
      looks.draw({
        mask: state.mask,
        visible: state.mask === data.mask ? data.visible : null,
        length: data.labels.length,
        scores: data.scores,
        side: box.width >= WIDE ? 128 : 96,
      });
    }
    function drawPair() {
      pair.draw({ ...data, edits: state.edits });
    }

    function drawOutcome() {
      const { compared, labels, places, other } = data;
      const here = token(labels[places[0]]);
      const there = compared === "prompts" ? token(other.labels[places[1]]) : null;
      outcomeTitle.replaceChildren(
        ...(there && there.textContent !== here.textContent ? words.outcomeBoth(here, there) : words.outcome(here)),
      );
      outcomeNone.hidden = compared !== null;
      const sides = words.sides[compared ?? "change"];
      outcomeHead.replaceChildren(...outcomeSides(...sides));
      outcomeHead.hidden = compared === null;
      outcome.replaceChildren(...outcomeLines(data.top, compared !== null));
      const { before, after } = data.loss;
      const lost =
        before === null || after === null
          ? null
          : compared
            ? words.loss(number(before, 4), number(after, 4))
            : words.lossOne(number(before, 4));
      facts.replaceChildren(
        ...[compared && words.kl(number(Math.max(0, data.kl))), compared !== "prompts" && lost]
          .filter(Boolean)
          .map((text) => h("p", { text })),
      );
    }

    function describe() {
      const { compared, top: list } = data;
      const first = (side) => list.reduce((best, one) => (one[side] > best[side] ? one : best));
      const [was, is] = [first("before"), first("after")];
      // What was likeliest and is no longer is the news; else what changed most.
      const news =
        was.id === is.id ? [...list].sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))[0] : was;
      if (compared === null)
        said.say(
          ...words.untouched({
            token: { token: data.labels[data.places[0]] },
            first: { token: was.text },
            prob: probability(was.before),
          }),
        );
      else if (compared === "prompts") {
        said.say(
          ...words.other({
            before: probability(was.before),
            after: probability(is.after),
            one: { token: was.text },
            two: { token: is.text },
          }),
        );
      } else {
        const causes = [...(data.mask === "causal" ? [] : [masked(data.mask)]), ...read(data.edits)];
        const [only] = causes;
        const cause =
          causes.length > 1
            ? words.withMany(causes.length)
            : typeof only === "string"
              ? words.withChange(only)
              : only.name !== "pattern" && Number(only.value) === 0
                ? words.without(part(only))
                : words.withChange(described(only));
        if (news.before === news.after) said.say(...words.nothing(cause));
        else {
          said.say(
            ...words.says({
              cause,
              token: { token: news.text },
              moves: news.after < news.before ? words.falls : words.rises,
              ...apart(news),
            }),
            ...(was.id === is.id ? words.sameTop({ token: is.text }) : words.newTop({ token: is.text }, probability(is.after))),
          );
        }
      }
      said.formulas(divergence(compared && data.kl));
      said.table(() => outcomeTable(data.top));
    }

    listen(draw);
    onTheme(draw);
    return {
      update(next) {
        data = next;
        adopt(next);
        adopt({ ...next, other: next.other.text }, contract.alters);
        line.answered(next);
        drawOutcome();
        describe();
        draw();
      },
    };
  },
};
