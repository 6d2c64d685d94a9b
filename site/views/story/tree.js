// Draws the tree of continuations: a run without branches is a paragraph, below which its branches stand side by side.
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { Branches, PROMPT, samePrompt } from "./branches.js";

const words = strings.story;
const MAX_SHOWN = 40; // tokens of a long prompt; the bar has all of it

export class StoryTree {
  #data = null;
  #pieces = new Map(); // node -> its element
  #stop = null; // the one element that is in the tab order
  // Called when another line has just been laid out: asking after every token would cost a layout each.
  #lines = new ResizeObserver(() => this.#data?.running && this.follow());

  /**
   * goto(node): the reader goes there; hover(node): it is under the pointer or in focus, null for none.
   * @param {{goto(node: number): void, hover(node: number | null): void}} options
   */
  constructor({ goto, hover }) {
    this.goto = goto;
    this.element = h("div", { class: "tree", role: "group", "aria-label": words.tree });
    const nodeOf = (event) => {
      const piece = event.target.closest(".piece");
      return piece ? Number(piece.dataset.node) : null;
    };
    this.element.addEventListener("click", (event) => {
      const node = nodeOf(event);
      if (node !== null) goto(node);
    });
    this.element.addEventListener("pointerover", (event) => hover(nodeOf(event)));
    this.element.addEventListener("pointerleave", () => hover(null));
    this.element.addEventListener("focusin", (event) => {
      this.#stopAt(/** @type {Element} */ (event.target).closest(".piece"));
      hover(nodeOf(event));
    });
    this.element.addEventListener("focusout", () => hover(null));
    this.element.addEventListener("keydown", (event) => {
      const node = nodeOf(event);
      if (node !== null && !event.ctrlKey && !event.altKey && !event.metaKey) this.#press(event, node);
    });
  }
  #press(event, node) {
    const { branches } = this;
    const ways = {
      ArrowRight: () => branches.onward(node),
      ArrowLeft: () => branches.parent(node),
      ArrowDown: () => branches.beside(node, 1),
      ArrowUp: () => branches.beside(node, -1),
      Home: () => PROMPT,
      Enter: () => this.goto(node),
      " ": () => this.goto(node),
      End: () => branches.last(node),
    };
    const to = ways[event.key]?.();
    if (event.key in ways) event.preventDefault();
    if (to !== null && to !== undefined) this.piece(to).focus();
  }

  /** Returns a node's element. */
  piece(node) {
    return this.#pieces.get(node);
  }

  /**
   * Shows a story: adds new nodes where all are at the ends of paragraphs, else builds the tree anew.
   * @param {import("./branches.js").Story} data
   */
  update(data) {
    const old = this.#data;
    this.#data = data;
    this.branches = new Branches(data);
    const added = data.nodes.slice(old?.nodes.length ?? 0);
    if (!this.#isGrown(old) || added.some(({ parent }) => this.branches.nexts(parent).length > 1)) this.#build();
    else for (const { node, parent } of added) this.#extend(node, parent);
  }
  /** Returns whether the story holds all that the old one held. */
  #isGrown(old) {
    const { nodes } = this.#data;
    return (
      old &&
      old.nodes.length <= nodes.length &&
      samePrompt(old, this.#data) &&
      old.nodes.every(({ id, parent }, i) => id === nodes[i].id && parent === nodes[i].parent)
    );
  }
  #extend(node, parent) {
    const line = this.piece(parent).parentElement;
    this.#append(node, line, this.branches.place(node));
    line.parentElement.querySelector(":scope > .branch-foot").dataset.leaf = node;
  }
  #build() {
    const { activeElement } = document;
    const focused = this.element.contains(activeElement) ? Number(/** @type {HTMLElement} */ (activeElement).dataset.node) : null;
    const first = promptPiece(this.#data);
    this.#pieces = new Map([[PROMPT, first]]);
    const line = h("p", { class: "line" }, first);
    const root = h("div", { class: "branch root" }, line);
    this.#grow(PROMPT, root, line, this.#data.n_prompt);
    this.element.replaceChildren(root);
    this.#lines.disconnect();
    this.#lines.observe(root);
    this.#stopAt(this.piece(focused ?? this.#data.current) ?? first);
    if (focused !== null) this.#stop.focus({ preventScroll: true });
  }
  /** Adds what follows a node to its paragraph, or, where there are several, as branches side by side. */
  #grow(node, host, line, place) {
    let [at, n] = [node, place];
    for (let nexts = this.branches.nexts(at); nexts.length; nexts = this.branches.nexts(at)) {
      n += 1;
      if (nexts.length > 1) {
        const branches = nexts.map((next) => this.#branch(next, n));
        host.append(h("div", { class: "branches" }, branches));
        return;
      }
      [at] = nexts;
      this.#append(at, line, n);
    }
    host.append(h("p", { class: "branch-foot", "data-leaf": at }));
  }
  #branch(node, place) {
    const line = h("p", { class: "line" });
    const branch = h("div", { class: "branch" }, line);
    this.#append(node, line, place);
    this.#grow(node, branch, line, place);
    return branch;
  }
  #append(node, line, place) {
    const generated = this.#data.nodes[node];
    const element = generatedPiece(generated, place);
    this.#pieces.set(node, element);
    line.append(...gap(generated.text), element);
    // A line break in the text is one here.
    if (generated.text.includes("↵")) line.append(h("br"));
  }

  /** Puts exactly one piece into the tab order: the one in focus, else the current one. */
  #stopAt(piece) {
    if (this.#stop !== piece) this.#stop?.setAttribute("tabindex", "-1");
    this.#stop = piece;
    attribute(piece, "tabindex", "0");
  }

  /** Shows which way the text takes. */
  draw() {
    const { path, current, nodes } = this.#data;
    const on = new Set([PROMPT, ...path]);
    for (const [node, piece] of this.#pieces) {
      piece.classList.toggle("on", on.has(node));
      attribute(piece, "aria-current", node === current ? "step" : null);
    }
    if (!this.element.contains(document.activeElement)) this.#stopAt(this.piece(current));
    for (const branch of this.element.querySelectorAll(".branch")) {
      branch.classList.toggle("on", branch.querySelector(".piece").classList.contains("on"));
    }
    this.#drawFeet();
    this.element.classList.toggle("alone", !nodes.length);
  }
  /** Says below each end, where there are several, how long its way was, and how surprising. */
  #drawFeet() {
    const costs = this.branches.costs();
    const feet = this.element.querySelectorAll(".branch-foot");
    for (const foot of feet) {
      const cost = costs[foot.dataset.leaf];
      foot.hidden = feet.length < 2;
      setText(foot, cost ? words.branch(integer(cost.length), number(cost.bits / cost.length, 2)) : "");
    }
  }

  /** Keeps the end in view, inside the tree only: the page stays where the reader has it. Runs by itself while the text grows. */
  follow() {
    const [inner, outer] = [this.piece(this.#data.current), this.element].map((element) => element.getBoundingClientRect());
    if (inner.bottom > outer.bottom) this.element.scrollTop += inner.bottom - outer.bottom + 24;
    else if (inner.bottom < outer.top) this.element.scrollTop -= outer.top - inner.top + 24;
  }
}

// Pieces are spans, since buttons cannot be words in a text: lines break where a space is shown, not inside words.
const gap = (text) => (text.startsWith("·") ? [h("wbr")] : []);
const pieceOf = (node, kind, title, attributes, ...inside) =>
  h("span", { role: "button", class: `piece is-${kind}`, tabindex: "-1", title, "data-node": node, ...attributes }, ...inside);

function generatedPiece({ node, text, id, prob, kind, end }, place) {
  const name = words.item(end ? words.end : text, probability(prob), words.kind[kind], place);
  const attributes = { "aria-label": name, "data-id": id };
  return pieceOf(node, end ? `${kind} is-end` : kind, name, attributes, end ? words.end : token(text));
}
function promptPiece({ prompt, n_prompt }) {
  const hidden = prompt.length - MAX_SHOWN;
  const earlier = hidden > 0 && h("span", { class: "mark", text: words.earlier(integer(hidden)) });
  const shown = prompt.slice(-MAX_SHOWN).flatMap(({ text }) => [...gap(text), token(text)]);
  return pieceOf(PROMPT, "prompt", words.prompt(n_prompt), {}, earlier, shown);
}
