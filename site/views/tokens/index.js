// Shows the prompt's tokens: labels of the overview's lanes, and the place to choose one.
import { attribute, morphChildren, h } from "../../lib/dom.js";
import { integer, number, probability, signed } from "../../lib/format.js";
import { splitCharacters } from "../../lib/characters.js";
import { adopt, chosen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { GUTTER, lanes, onRoom, onTurn, turned } from "../../widgets/lanes.js";
import { legend } from "../../widgets/note.js";
import { distinctProbabilities } from "../../widgets/outcome.js";
import { opener } from "../../widgets/part_opener.js";
import { step } from "../../widgets/step.js";
import { View } from "../view.js";
import { given, mostMoved, option, sameOption } from "./option.js";

const words = strings.tokens;
const FOLD = 24; // px for the button that folds the middle, after the last lane

/** @extends {View<import("../../generated/contract").TokensShown>} */
class Tokens extends View {
  static follows = ["token", "hover", "unfolded", "surprise"];
  options = []; // an element for each token
  sameSaid = this.memo();

  layout() {
    this.list = h("div", { class: "token-list", role: "listbox", "aria-label": words.label });
    this.folds = h("div", { class: "token-folds" });
    this.characters = h("div", { class: "token-characters", "aria-hidden": "true" }); // over the pieces that are bytes of one
    this.surprise = h("input", { type: "checkbox", onchange: () => this.choose({ surprise: this.surprise.checked }) });
    const toggle = h("label", { class: "switch surprise-switch", title: words.surpriseTitle }, this.surprise, words.surprise);
    this.scale = legend();
    this.isMade = h("span", {}, h("span", { class: "swatch-made" }), words.isMade);
    return [
      h("span", { class: "tokens-name" }, opener(this.send, "merges", words.names)),
      toggle,
      this.list,
      this.characters,
      this.folds,
    ];
  }
  begin() {
    const legends = document.getElementById("legends-tokens") ?? this.slot.appendChild(h("div"));
    legends.append(this.isMade, this.scale.element);
    this.list.addEventListener("click", (event) => {
      const token = this.tokenAt(event);
      if (token !== null) this.choose({ token });
    });
    this.list.addEventListener("pointerover", (event) => put({ hover: this.tokenAt(event) }));
    this.list.addEventListener("pointerleave", () => put({ hover: null }));
    this.list.addEventListener("keydown", (event) => this.step(event));
    this.steps = { pieces: step("pieces"), numbers: step("numbers") };
    onTurn(this.redraw);
    onRoom(this.redraw);
  }

  tokenAt(event) {
    const element = event.target.closest(".token-option");
    return element ? Number(element.dataset.token) : null;
  }
  step(event) {
    const from = this.tokenAt(event);
    const last = this.options.length - 1;
    const moves = { ArrowUp: from - 1, ArrowLeft: from - 1, ArrowDown: from + 1, ArrowRight: from + 1, Home: 0, End: last };
    const to = moves[event.key];
    if (from === null || to === undefined) return;
    event.preventDefault();
    const token = Math.max(0, Math.min(last, to));
    this.choose({ token });
    this.options[token].hidden = false; // it may be in the fold: hidden, it could not take the focus
    this.options[token].focus();
  }

  /** Keeps the elements of what both texts have in common: a token that is added costs one element. */
  updated(old) {
    const { data, options } = this;
    this.split = splitCharacters(data.pieces);
    const most = mostMoved(data.pieces);
    const alike = most === mostMoved(old?.pieces ?? []) && data.surprise === old?.surprise;
    const first = alike ? data.pieces.findIndex((piece, index) => !sameOption(piece, old?.pieces[index])) : 0;
    const keep = first < 0 ? data.pieces.length : first;
    for (const element of options.splice(keep)) element.remove();
    for (let index = keep; index < data.pieces.length; index++) options.push(option(data, index, most));
    this.list.append(...options.slice(keep));
    this.showScale(most);
  }
  showScale(most) {
    const { pieces, config, shows } = this.data;
    const known = pieces.some(({ prob }) => given(prob));
    this.isMade.hidden = !pieces.some(({ made }) => made);
    this.scale.element.hidden = !known;
    const mark = shows ? strings.altered.marks[shows] : "";
    const { d_vocab } = config;
    if (most === null) this.scale.show("surprise", ...words.surprising(number(Math.log2(d_vocab)), integer(d_vocab)), mark);
    else this.scale.show("surprise-moves", ...(most ? words.moving(number(most)) : words.still), mark);
  }
  isOutrun() {
    return false; // the page itself shows the chosen token
  }
  chosen() {
    this.redraw();
  }
  adopt(next) {
    super.adopt(next);
    adopt(next, ["surprise"]);
  }

  draw() {
    this.surprise.checked = state.surprise;
    const { data, list } = this;
    const layout = lanes(this.slot.parentElement, data.pieces.length);
    const canFold = layout.foldable && !layout.folded;
    const room = layout.total + (canFold ? FOLD : 0);
    Object.assign(list.style, turned() ? { width: `${GUTTER + room}px`, height: "" } : { height: `${room}px`, width: "" });
    list.classList.toggle("dense", layout.size < 20);
    const now = chosen(data.pieces.length);
    this.options.forEach((element, index) => {
      const lane = layout.lanes[layout.laneOf(index)];
      const folded = lane.from !== lane.to;
      if (element.hidden !== folded) element.hidden = folded;
      if (!element.hidden) place(element, lane);
      attribute(element, "aria-selected", String(index === now));
      attribute(element, "tabindex", index === now ? "0" : "-1");
      element.classList.toggle("near", index === state.hover);
    });
    morphChildren(this.characters, ...this.split.map((run) => bracket(run, layout)).filter(Boolean));
    morphChildren(
      this.folds,
      ...layout.lanes.filter(({ from, to }) => from !== to).map((lane) => this.unfolder(lane)),
      ...(canFold ? [this.folder(layout)] : []),
    );
    if (!this.sameSaid(data, now)) this.describeSoon();
  }
  unfolder(lane) {
    const label = words.unfold(this.data.pieces.length);
    const text = turned() ? "⋯" : words.more(lane.to - lane.from + 1);
    return foldButton({ title: label, "aria-label": label, text, onclick: () => put({ unfolded: true }) }, lane);
  }
  folder(layout) {
    const text = turned() ? "›‹" : words.fold;
    return foldButton(
      { text, "aria-label": words.fold, onclick: () => put({ unfolded: false }) },
      { at: layout.total, size: FOLD },
    );
  }

  describe() {
    const { pieces, config, dropped } = this.data;
    const [now, most] = [chosen(pieces.length), mostMoved(pieces)];
    const made = pieces.filter((piece) => piece.made).length;
    this.sayPieces(now);
    this.steps.numbers(words.numbers(integer(config.d_model)));
    const facts = { n: pieces.length, dropped, most: config.n_ctx, vocab: integer(config.d_vocab) };
    this.note.say(
      ...words.says({ ...facts, token: { token: pieces[now].text }, id: integer(pieces[now].id) }),
      made ? words.made(made) : "",
      ...(most === null ? [] : this.moves(most)),
    );
    this.note.table(() => this.table(most));
  }
  /** Says what the chosen piece is, or that the model's pieces do not fit the text: they are bytes of its characters. */
  sayPieces(now) {
    const { pieces, config } = this.data;
    const n = this.split.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const { text, id } = pieces[now];
    const says =
      n > pieces.length / 2
        ? words.unread({ text: this.split[0].text, n, all: pieces.length })
        : words.piece({ token: { token: text }, id: integer(id), vocab: integer(config.d_vocab) });
    this.steps.pieces(says);
  }
  /** Says what a change moves most. */
  moves(most) {
    const { pieces } = this.data;
    const at = pieces.findIndex(({ bits }) => given(bits) && Math.abs(bits) === most);
    const { text, before, prob, bits } = pieces[at];
    if (most === 0) return words.saysStill;
    const moves = bits < 0 ? strings.whatif.falls : strings.whatif.rises;
    return words.saysMoves({
      token: { token: text },
      position: at + 1,
      moves,
      ...distinctProbabilities({ before, after: prob }),
      bits: signed(bits),
    });
  }
  table(most) {
    return {
      caption: words.caption,
      columns: [...words.columns, ...(most === null ? words.one : words.both)],
      rows: this.data.pieces.map(({ text, id, bytes, made, prob, before, bits }, index) => [
        index + 1,
        { token: text },
        id,
        [...bytes].join(" "),
        made ? words.isMade : "",
        ...(most === null ? [prob] : [before, prob]).map((p) => (given(p) ? probability(p) : "")),
        ...(most === null ? [] : [given(bits) ? signed(bits, 4) : ""]),
      ]),
    };
  }
}

/** Makes the bracket of characters over the lanes of their pieces; none where these are folded. */
function bracket({ text, from, to }, layout) {
  const [first, last] = [from, to].map((at) => layout.lanes[layout.laneOf(at)]);
  if (first.from !== first.to || last.from !== last.to) return null;
  const element = h("span", { class: "token-character", text });
  place(element, { at: first.at + 2, size: last.at + last.size - first.at - 4 });
  return element;
}

/** Puts an element into a lane. */
function place(element, { at, size }) {
  const across = { left: `${GUTTER + at}px`, width: `${size}px`, top: "", height: "" };
  Object.assign(element.style, turned() ? across : { top: `${at}px`, height: `${size}px`, left: "", width: "" });
}
function foldButton(attributes, lane) {
  const element = h("button", { type: "button", class: "token-fold", ...attributes });
  place(element, lane);
  return element;
}

export default Tokens;
