// The tree of continuations: a run without branches is a paragraph, and where it parts the branches stand side by side.
import contract from "../../generated/contract.js";
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import strings from "../../strings/index.js";

export const PROMPT = contract.story_root; // the node that stands for the prompt
const SHOWN = 40; // tokens of a long prompt: the bar has all of it

const words = strings.story;

/**
 * goto(node) is called where the reader goes, hover(node or null) for the one under the pointer or in focus. Returns
 *   element          - what stands in the page
 *   update(data)     - new nodes: those at the ends of paragraphs are added there, else the tree is built anew
 *   draw()           - what is chosen
 *   follow()         - brings the end into view; where the text grows by itself, that happens by itself
 *   piece(node)      - its element
 *   nexts(node)      - the nodes that follow it
 *   place(node)      - which token it is, counted from the first one typed
 */
export function storyTree({ goto, hover }) {
  const tree = h("div", { class: "tree", role: "group", "aria-label": words.tree });
  let data = null;
  let children = new Map(); // node -> its next ones
  let pieces = new Map(); // node -> its element
  let stop = null; // the one of them that is in the tab order
  // Told when a line more has just been laid out: to ask after every token would cost a layout each.
  const lines = new ResizeObserver(() => data?.running && follow());

  const parent = (node) => (node === PROMPT ? null : data.nodes[node].parent);
  const nexts = (node) => children.get(node) ?? [];

  function index() {
    children = new Map();
    for (const { node, parent } of data.nodes) {
      if (!children.has(parent)) children.set(parent, []);
      children.get(parent).push(node);
    }
  }

  /** Tokens typed, then generated, before this node and with it. */
  function place(node) {
    let n = data.n_prompt;
    for (let at = node; at !== PROMPT; at = parent(at)) n += 1;
    return n;
  }

  // Pieces are words in a text, which buttons could not be: lines break where a space is shown, not inside words.
  const gap = (text) => (text.startsWith("·") ? [h("wbr")] : []);

  function piece({ node, text, id, prob, kind, end }, n) {
    const name = words.item(end ? words.end : text, probability(prob), words.kind[kind], n);
    const element = h("span", {
      role: "button",
      class: `piece is-${kind}${end ? " is-end" : ""}`,
      tabindex: "-1",
      title: name,
      "aria-label": name,
      "data-node": node,
    });
    element.append(end ? words.end : token(text));
    element.dataset.id = id;
    return element;
  }
  function promptPiece() {
    const { prompt, n_prompt } = data;
    const element = h("span", {
      role: "button",
      class: "piece is-prompt",
      tabindex: "-1",
      title: words.prompt(n_prompt),
      "data-node": PROMPT,
    });
    if (prompt.length > SHOWN) element.append(h("span", { class: "mark", text: words.earlier(integer(prompt.length - SHOWN)) }));
    element.append(...prompt.slice(-SHOWN).flatMap(({ text }) => [...gap(text), token(text)]));
    return element;
  }
  function append(node, line, n) {
    const entry = data.nodes[node];
    const element = piece(entry, n);
    pieces.set(node, element);
    line.append(...gap(entry.text), element);
    // A line of the text is a line here.
    if (entry.text.includes("↵")) line.append(h("br"));
  }

  /** A run without branches is one paragraph; where it parts, the branches stand side by side. */
  function grow(node, host, line, n) {
    for (let next = nexts(node); next.length; next = nexts(node)) {
      if (next.length > 1) {
        host.append(
          h(
            "div",
            { class: "branches" },
            next.map((child) => {
              const paragraph = h("p", { class: "line" });
              const branch = h("div", { class: "branch" }, paragraph);
              append(child, paragraph, n + 1);
              grow(child, branch, paragraph, n + 1);
              return branch;
            }),
          ),
        );
        return;
      }
      [node] = next;
      n += 1;
      append(node, line, n);
    }
    host.append(h("p", { class: "branch-foot", "data-leaf": node }));
  }
  function build() {
    const focused = tree.contains(document.activeElement) ? Number(document.activeElement.dataset.node) : null;
    const first = promptPiece();
    pieces = new Map([[PROMPT, first]]);
    const line = h("p", { class: "line" }, first);
    const root = h("div", { class: "branch root" }, line);
    grow(PROMPT, root, line, data.n_prompt);
    tree.replaceChildren(root);
    lines.disconnect();
    lines.observe(root);
    stopAt(pieces.get(focused ?? data.current) ?? first);
    if (focused !== null) stop.focus({ preventScroll: true });
  }

  /** Exactly one piece is in the tab order: the one in focus, else the current one. */
  function stopAt(piece) {
    if (stop !== piece) stop?.setAttribute("tabindex", "-1");
    stop = piece;
    attribute(stop, "tabindex", "0");
  }

  /** New tokens at the ends of paragraphs are added there; anything else builds the tree anew. */
  function grown(old) {
    const start = old?.nodes.length ?? 0;
    const same =
      old &&
      old.nodes.length <= data.nodes.length &&
      old.n_prompt === data.n_prompt &&
      old.prompt.every(({ id }, i) => id === data.prompt[i].id) &&
      old.nodes.every(({ id, parent }, i) => id === data.nodes[i].id && parent === data.nodes[i].parent);
    const added = data.nodes.slice(start);
    if (!same || added.some(({ parent }) => nexts(parent).length > 1)) return build();
    for (const { node, parent } of added) {
      const line = pieces.get(parent).parentElement;
      append(node, line, place(node));
      line.parentElement.querySelector(":scope > .branch-foot").dataset.leaf = node;
    }
  }

  function draw() {
    const path = new Set([PROMPT, ...data.path]);
    for (const [node, piece] of pieces) {
      piece.classList.toggle("on", path.has(node));
      attribute(piece, "aria-current", node === data.current ? "step" : null);
    }
    if (!tree.contains(document.activeElement)) stopAt(pieces.get(data.current));
    for (const branch of tree.querySelectorAll(".branch")) {
      branch.classList.toggle("on", branch.querySelector(".piece").classList.contains("on"));
    }
    feet();
    tree.classList.toggle("alone", !data.nodes.length);
  }

  /** Below each end, where there are several: how long its way was, and how surprising. */
  function feet() {
    const bits = [];
    const length = [];
    for (const { node, parent, prob } of data.nodes) {
      bits[node] = (parent === PROMPT ? 0 : bits[parent]) - Math.log2(prob);
      length[node] = (parent === PROMPT ? 0 : length[parent]) + 1;
    }
    const all = tree.querySelectorAll(".branch-foot");
    for (const foot of all) {
      const leaf = Number(foot.dataset.leaf);
      foot.hidden = all.length < 2;
      setText(foot, leaf === PROMPT ? "" : words.branch(integer(length[leaf]), number(bits[leaf] / length[leaf], 2)));
    }
  }

  /** Keeps the end in view, inside the tree only: the page stays where the reader has it. */
  function follow() {
    const element = pieces.get(data.current);
    const [inner, outer] = [element.getBoundingClientRect(), tree.getBoundingClientRect()];
    if (inner.bottom > outer.bottom) tree.scrollTop += inner.bottom - outer.bottom + 24;
    else if (inner.bottom < outer.top) tree.scrollTop -= outer.top - inner.top + 24;
  }

  const nodeOf = (event) => {
    const element = event.target.closest(".piece");
    return element ? Number(element.dataset.node) : null;
  };
  tree.addEventListener("click", (event) => {
    const node = nodeOf(event);
    if (node !== null) goto(node);
  });
  tree.addEventListener("pointerover", (event) => hover(nodeOf(event)));
  tree.addEventListener("pointerleave", () => hover(null));
  tree.addEventListener("focusin", (event) => {
    stopAt(event.target.closest(".piece"));
    hover(nodeOf(event));
  });
  tree.addEventListener("focusout", () => hover(null));

  /** To the same place in the branch beside this one. */
  function beside(node, way) {
    for (let [at, depth] = [node, 0]; at !== PROMPT; at = parent(at), depth++) {
      const all = nexts(parent(at));
      let other = all[all.indexOf(at) + way];
      if (other === undefined) continue;
      for (; depth > 0 && nexts(other).length; depth--) [other] = nexts(other);
      return other;
    }
    return null;
  }
  const onward = (node) => nexts(node).find((next) => pieces.get(next).classList.contains("on")) ?? nexts(node)[0];
  function last(node) {
    while (nexts(node).length) node = onward(node);
    return node;
  }
  tree.addEventListener("keydown", (event) => {
    const node = nodeOf(event);
    if (node === null || event.ctrlKey || event.altKey || event.metaKey) return;
    const ways = {
      ArrowRight: () => onward(node),
      ArrowLeft: () => parent(node),
      ArrowDown: () => beside(node, 1),
      ArrowUp: () => beside(node, -1),
      Home: () => PROMPT,
      Enter: () => goto(node),
      " ": () => goto(node),
      End: () => last(node),
    };
    const to = ways[event.key]?.();
    if (event.key in ways) event.preventDefault();
    if (to === null || to === undefined) return;
    pieces.get(to).focus();
  });

  return {
    element: tree,
    draw,
    follow,
    nexts,
    place,
    piece: (node) => pieces.get(node),
    update(next) {
      const old = data;
      data = next;
      index();
      grown(old);
    },
  };
}
