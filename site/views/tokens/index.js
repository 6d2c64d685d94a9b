// The prompt's tokens: labels of the overview's lanes, and the place to choose one.
import { attribute, become, h, widthOf } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { token as tokenText } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { lanes, onTurn, turned, GUTTER } from "../../widgets/lanes.js";
import { legend, note } from "../../widgets/note.js";
import { apart } from "../../widgets/outcome.js";
import { opener } from "../../widgets/part_opener.js";
import { adopt, choose, chosen, listen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const FOLD = 24; // px for the button that folds the middle, after the last lane
const PATIENCE_MS = 4000; // how long a choice holds against answers to earlier ones

const given = (x) => x !== null && x !== undefined;
const signed = (x, digits) => `${x > 0 ? "+" : ""}${number(x, digits)}`;

export default {
  create(slot, send) {
    const list = h("div", { class: "token-list", role: "listbox", "aria-label": strings.tokens.label });
    const fold = h("div", { class: "token-folds" });
    const surprise = h("input", { type: "checkbox", onchange: () => paint(surprise.checked) });
    const toggle = h(
      "label",
      { class: "switch surprise-switch", title: strings.tokens.surpriseTitle },
      surprise,
      strings.tokens.surprise,
    );
    const name = h("span", { class: "tokens-name" }, opener(send, "merges", strings.tokens.title));
    slot.append(name, toggle, list, fold);
    const scale = legend();
    const isMade = h("span", {}, h("span", { class: "swatch-made" }), strings.tokens.isMade);
    const legends = document.getElementById("legends-tokens") ?? slot.appendChild(h("div"));
    legends.append(isMade, scale.element);
    const words = note(slot, strings.tokens.title);
    words.explain(...strings.tokens.explain);
    let data = null;
    const options = [];
    let asked = -Infinity; // when the reader last chose to see surprise or not

    function paint(on) {
      asked = performance.now();
      send({ set: { surprise: on } });
    }
    /** most: bits by which a change moves what it moves most. */
    function option({ text, id, made, prob, before, bits }, index, most) {
      const [known, compared] = [given(prob), given(bits)];
      const what = compared ? "bits" : known ? "prob" : data.surprise ? "none" : "id";
      const shown = {
        bits: () => signed(bits, 2),
        prob: () => probability(prob),
        none: () => strings.tokens.none,
        id: () => String(id),
      };
      const element = h(
        "div",
        {
          role: "option",
          class: "token-option",
          "data-token": index,
          title: compared
            ? strings.tokens.moved({ ...apart({ before, after: prob }), bits: signed(bits) })
            : known && strings.tokens.given(probability(prob), number(-Math.log2(prob))),
        },
        tokenText(text),
        h("span", { class: "unseen", text: strings.tokens.item(index + 1, made, what) }),
        h("span", { class: "token-id", text: shown[what]() }),
      );
      element.classList.toggle("made", Boolean(made));
      element.classList.toggle("coloured", known);
      if (compared) element.classList.add(bits < 0 ? "falls" : "rises");
      // In bits; the scale ends where the model knows no more than the size of its vocabulary.
      const share = compared ? Math.abs(bits) / (most || 1) : -Math.log2(prob) / Math.log2(data.config.d_vocab);
      if (known) element.style.setProperty("--share", Math.min(1, share));
      return element;
    }
    /** What both have in common stays: a token that is added costs one element. */
    function build(old) {
      const same = (a, b) => ["id", "text", "made", "prob", "before", "bits"].every((name) => a[name] === b?.[name]);
      const most = mostOf(data.pieces);
      const alike = most === mostOf(old?.pieces ?? []) && data.surprise === old?.surprise;
      const first = alike ? data.pieces.findIndex((piece, index) => !same(piece, old?.pieces[index])) : 0;
      const keep = first < 0 ? data.pieces.length : first;
      for (const element of options.splice(keep)) element.remove();
      for (let index = keep; index < data.pieces.length; index++) options.push(option(data.pieces[index], index, most));
      list.append(...options.slice(keep));
      const known = data.pieces.some(({ prob }) => given(prob));
      if (performance.now() - asked > PATIENCE_MS && data.pieces.length > 1) surprise.checked = known;
      isMade.hidden = !data.pieces.some(({ made }) => made);
      scale.element.hidden = !known;
      const vocab = data.config.d_vocab;
      const mark = data.shows ? strings.altered.marks[data.shows] : "";
      if (most === null) scale.show("surprise", ...strings.tokens.surprising(number(Math.log2(vocab)), integer(vocab)), mark);
      else scale.show("surprise-moves", ...(most ? strings.tokens.moving(number(most)) : strings.tokens.still), mark);
    }
    /** Bits by which a change moves what it moves most; null where no change is shown. */
    const mostOf = (pieces) => pieces.reduce((most, { bits }) => (given(bits) ? Math.max(most, Math.abs(bits)) : most), null);

    const draw = frame(() => {
      if (!data) return false;
      const layout = lanes(slot.parentElement, data.pieces.length);
      const isTurned = turned();
      const place = (element, { at, size }) =>
        Object.assign(
          element.style,
          isTurned
            ? { left: `${GUTTER + at}px`, width: `${size}px`, top: "", height: "" }
            : { top: `${at}px`, height: `${size}px`, left: "", width: "" },
        );
      const canFold = layout.foldable && !layout.folded;
      const room = layout.total + (canFold ? FOLD : 0);
      Object.assign(list.style, isTurned ? { width: `${GUTTER + room}px`, height: "" } : { height: `${room}px`, width: "" });
      list.classList.toggle("dense", layout.size < 20);
      const now = chosen(data.pieces.length);
      options.forEach((option, index) => {
        const lane = layout.lanes[layout.laneOf(index)];
        const folded = lane.from !== lane.to;
        if (option.hidden !== folded) option.hidden = folded;
        if (!option.hidden) place(option, lane);
        attribute(option, "aria-selected", String(index === now));
        attribute(option, "tabindex", index === now ? "0" : "-1");
        option.classList.toggle("near", index === state.hover);
      });
      const folds = layout.lanes
        .filter(({ from, to }) => from !== to)
        .map((lane) => {
          const element = h("button", {
            type: "button",
            class: "token-fold",
            title: strings.tokens.unfold(data.pieces.length),
            "aria-label": strings.tokens.unfold(data.pieces.length),
            onclick: () => put({ unfolded: true }),
            text: isTurned ? "⋯" : strings.tokens.more(lane.to - lane.from + 1),
          });
          place(element, lane);
          return element;
        });
      if (canFold) {
        const back = h("button", {
          type: "button",
          class: "token-fold",
          text: isTurned ? "›‹" : strings.tokens.fold,
          "aria-label": strings.tokens.fold,
          onclick: () => put({ unfolded: false }),
        });
        place(back, { at: layout.total, size: FOLD });
        folds.push(back);
      }
      become(fold, ...folds);
      describe(now);
    }, slot);

    function sayMoves(most) {
      const at = data.pieces.findIndex(({ bits }) => given(bits) && Math.abs(bits) === most);
      const { text, before, prob, bits } = data.pieces[at];
      if (most === 0) return strings.tokens.saysStill;
      const moves = bits < 0 ? strings.whatif.falls : strings.whatif.rises;
      return strings.tokens.saysMoves({
        token: { token: text },
        position: at + 1,
        moves,
        ...apart({ before, after: prob }),
        bits: signed(bits),
      });
    }

    function describe(now) {
      const { pieces, config } = data;
      const most = mostOf(pieces);
      words.say(
        ...strings.tokens.says({
          n: pieces.length,
          dropped: data.dropped,
          most: config.n_ctx,
          token: { token: pieces[now].text },
          id: integer(pieces[now].id),
          vocab: integer(config.d_vocab),
        }),
        pieces.some(({ made }) => made) ? strings.tokens.made(pieces.filter(({ made }) => made).length) : "",
        ...(most === null ? [] : sayMoves(most)),
      );
      words.table(() => ({
        caption: strings.tokens.caption,
        columns: [...strings.tokens.columns, ...(most === null ? strings.tokens.one : strings.tokens.both)],
        rows: pieces.map(({ text, id, bytes, made, prob, before, bits }, i) => [
          i + 1,
          { token: text },
          id,
          [...bytes].join(" "),
          made ? strings.tokens.isMade : "",
          ...(most === null ? [prob] : [before, prob]).map((p) => (given(p) ? probability(p) : "")),
          ...(most === null ? [] : [given(bits) ? signed(bits, 4) : ""]),
        ]),
      }));
    }

    const at = (event) => {
      const option = event.target.closest(".token-option");
      return option ? Number(option.dataset.token) : null;
    };
    list.addEventListener("click", (event) => {
      if (at(event) !== null) choose(send, { token: at(event) });
    });
    list.addEventListener("pointerover", (event) => put({ hover: at(event) }));
    list.addEventListener("pointerleave", () => put({ hover: null }));
    list.addEventListener("keydown", (event) => {
      const from = at(event);
      const last = options.length - 1;
      const to = {
        ArrowUp: from - 1,
        ArrowLeft: from - 1,
        ArrowDown: from + 1,
        ArrowRight: from + 1,
        Home: 0,
        End: last,
      }[event.key];
      if (from === null || to === undefined) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(last, to));
      choose(send, { token: next });
      options[next].hidden = false; // it may come out of the fold: drawn in this very frame
      options[next].focus();
    });

    listen(draw, ["token", "hover", "unfolded"]);
    onTurn(draw);
    widthOf(slot, draw);

    return {
      update(next) {
        const old = data;
        data = next;
        adopt(next);
        build(old);
        draw();
      },
    };
  },
};
