// The text that grows: the prompt, what was generated, and every other way it could have gone on, side by side.
import { afterFrame, attribute, frame, h, setText } from "../lib/dom.js";
import { integer, number, probability, token } from "../lib/format.js";
import { coloured, formula, row, sub, sum } from "../lib/math.js";
import { note } from "../lib/note.js";
import { listen, state } from "../lib/store.js";
import en from "../strings/index.js";

const RUN = 60; // tokens, unless stopped
const PATIENCE_MS = 2000; // then an action counts as answered
const PROMPT = -1; // the node that stands for the prompt
const SHOWN = 40; // tokens of a long prompt: the bar has all of it

const words = en.story;
const typing = (element) => element.matches("input:not([type=range], [type=checkbox]), textarea, select");

/** The columns that Python sends as one entry per token. */
function expanded({ texts, prompt, ids, parents, probs, how, kinds, end }) {
  return {
    prompt: Array.from(prompt, (id) => ({ id, text: texts[id] })),
    nodes: Array.from(ids, (id, node) => ({
      node,
      id,
      parent: parents[node],
      prob: probs[node],
      kind: kinds[how[node]],
      text: texts[id],
      end: id === end,
    })),
  };
}

export default {
  create(slot, send) {
    const button = (name, key, act) =>
      h("button", {
        type: "button",
        text: words[name],
        title: words.titles[name],
        "aria-keyshortcuts": key,
        onclick: act,
      });
    const back = button("back", "b", () => goto(data.nodes[data.current]?.parent ?? PROMPT));
    const step = button("step", "n", () => {
      steps.owed += 1;
      advance();
    });
    const run = button("run", "r", () => {
      const on = !running();
      wish = { running: on, at: performance.now() };
      steps.owed = 0;
      send({ do: on ? { run: RUN } : { stop: true } });
      draw();
    });
    const forget = button("forget", null, () => send({ do: { forget: true } }));
    forget.classList.add("link");
    const said = h("span", { class: "story-waits", role: "status" });
    const tree = h("div", { class: "tree", role: "group", "aria-label": words.tree });
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const dropped = h("p", { class: "story-dropped", role: "status" });
    slot.append(
      h(
        "div",
        { class: "part-head" },
        h("h2", { text: words.title }),
        h("div", { class: "plays" }, back, forget),
      ),
      dropped,
      readout,
      tree,
      h("p", { class: "legend" }, h("span", { class: "story-keys", text: words.keys }), said),
    );
    // To go on with the text is what the whole page is about: in the bar, always in reach.
    (document.getElementById("plays") ?? slot.querySelector(".plays")).prepend(step, run);
    const margin = note(slot, words.title);
    let data = null;
    let children = new Map(); // node -> its next ones
    let pieces = new Map(); // node -> its button
    let hover = null;
    let moved = false; // the end is elsewhere than when it was last drawn

    let wish = null; // run or stop, until Python says the same
    const steps = { owed: 0, sent: -Infinity };

    function running() {
      if (!state.live) return Boolean(state.queued?.run);
      if (wish && performance.now() - wish.at < PATIENCE_MS) return wish.running;
      return data?.running ?? false;
    }
    /** One step at a time: quick presses are counted, and taken one after another. */
    function advance() {
      if (!steps.owed || performance.now() - steps.sent < PATIENCE_MS) return;
      if (state.live) Object.assign(steps, { owed: steps.owed - 1, sent: performance.now() });
      else steps.owed = 0; // the page keeps the last action only
      send({ do: { step: 1 } });
    }
    const goto = (node) => {
      steps.owed = 0;
      send({ do: { goto: node } });
    };
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
      if (prompt.length > SHOWN)
        element.append(h("span", { class: "mark", text: words.earlier(integer(prompt.length - SHOWN)) }));
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
      if (focused !== null) (pieces.get(focused) ?? first).focus({ preventScroll: true });
    }

    /** New tokens at the ends of paragraphs are added there; anything else builds the tree anew. */
    function update(old) {
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

    const draw = frame(() => {
      if (!data) return;
      const path = new Set([PROMPT, ...data.path]);
      const focused = tree.contains(document.activeElement);
      for (const [node, element] of pieces) {
        element.classList.toggle("on", path.has(node));
        attribute(element, "aria-current", node === data.current ? "step" : null);
        if (!focused) attribute(element, "tabindex", node === data.current ? "0" : "-1");
      }
      for (const branch of tree.querySelectorAll(".branch")) {
        branch.classList.toggle("on", branch.querySelector(".piece").classList.contains("on"));
      }
      feet();
      tree.classList.toggle("alone", !data.nodes.length);
      setText(run, running() ? words.stop : words.run);
      attribute(run, "title", running() ? words.titles.stop : words.titles.run(RUN));
      step.disabled = running();
      back.disabled = data.current === PROMPT;
      forget.hidden = !data.nodes.length;
      setText(said, state.queued ? words.queued : "");
      setText(dropped, data.dropped ? words.dropped(integer(data.dropped), integer(data.n_ctx)) : "");
      dropped.hidden = !data.dropped;
      read();
      if (moved) afterFrame(follow);
      moved = false;
    });
    const answered = () => {
      steps.sent = -Infinity;
      advance();
    };

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

    function read() {
      const node = hover ?? data.current;
      const entry = data.nodes[node];
      if (!entry) return readout.replaceChildren(data.nodes.length ? words.prompt(data.n_prompt) : words.empty);
      const { prob, kind, text, end } = entry;
      readout.replaceChildren(
        end ? words.end : token(text),
        words.readout(probability(prob), words.kind[kind], integer(place(node))),
      );
    }

    function describe() {
      const { nodes, current, path, n_prompt } = data;
      const ends = integer(nodes.filter(({ node }) => !nexts(node).length).length);
      const made = integer(nodes.length);
      const last = nodes[current];
      if (!nodes.length) margin.say(words.saysNone(n_prompt));
      else if (!last) margin.say(...words.saysPrompt({ made, ends }));
      else
        margin.say(
          ...words.says({
            made,
            ends,
            length: integer(path.length),
            token: last.end ? words.end : { token: last.text },
            how: words.kind[last.kind],
            prob: probability(last.prob),
          }),
        );
      const bits = path.reduce((total, node) => total - Math.log2(nodes[node].prob), 0);
      margin.formulas(
        ...(path.length
          ? [
              formula(
                sum("t"),
                "-",
                sub("log", "2"),
                row("p", "(", sub("x", "t"), "|", sub("x", row("<", "t")), ")"),
                "=",
                coloured("chosen", number(bits)),
                "\u00a0bits",
              ),
            ]
          : []),
      );
      margin.table(() => ({
        caption: words.caption,
        columns: words.columns,
        rows: nodes.map(({ node, parent: before, text, id, prob, kind }) => [
          { token: text },
          node + 1,
          before === PROMPT ? words.root : before + 1,
          id,
          probability(prob),
          words.kind[kind],
        ]),
      }));
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
    const point = (node) => {
      hover = node;
      if (data) read();
    };
    tree.addEventListener("click", (event) => {
      const node = nodeOf(event);
      if (node !== null) goto(node);
    });
    tree.addEventListener("pointerover", (event) => point(nodeOf(event)));
    tree.addEventListener("pointerleave", () => point(null));
    tree.addEventListener("focusin", (event) => point(nodeOf(event)));
    tree.addEventListener("focusout", () => point(null));

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
      for (const element of pieces.values()) attribute(element, "tabindex", "-1");
      const element = pieces.get(to);
      element.setAttribute("tabindex", "0");
      element.focus();
    });
    // Letters work in this part of the page only, and never where one types.
    (slot.closest("section") ?? slot).addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
      const pressed = { n: step, r: run, b: back }[event.key.toLowerCase()];
      if (!pressed || pressed.disabled) return;
      event.preventDefault();
      pressed.click();
    });

    listen((changes) => {
      if ("queued" in changes || "live" in changes) draw();
    });
    return {
      update(next) {
        const old = data;
        next = { ...next, ...expanded(next) };
        const atEnd = old && document.activeElement === pieces.get(old.current);
        data = next;
        hover = null;
        if (wish?.running === next.running) wish = null;
        index();
        update(old);
        // Who reads along at the end stays there, and hears what is added.
        if (atEnd && !next.running) pieces.get(next.current).focus({ preventScroll: true });
        describe();
        draw();
        if (old && (old.nodes.length !== next.nodes.length || old.current !== next.current)) answered();
        moved ||= Boolean(old) && (old.current !== next.current || old.nodes.length !== next.nodes.length);
      },
    };
  },
};
