// The text that grows: the prompt, what was generated, and every other way it could have gone on, side by side.
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { afterFrame, frame } from "../../lib/scheduler.js";
import { coloured, formula, row, sub, sum } from "../../lib/math.js";
import { note } from "../../widgets/note.js";
import { listen, state } from "../../state/choices.js";
import { PROMPT, storyTree } from "./tree.js";
import strings from "../../strings/index.js";

const RUN = 60; // tokens, unless stopped
const PATIENCE_MS = 2000; // then an action counts as answered

const words = strings.story;
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
        onclick: (event) => !off(event.currentTarget) && act(),
      });
    // What can do nothing now stays where it is in the tab order: switched off for good, the focus would fall out of it.
    const off = (pressed) => pressed.getAttribute("aria-disabled") === "true";
    const back = button("back", "b", () => goto(data.nodes[data.current]?.parent ?? PROMPT));
    const step = button("step", "n", () => {
      if (!underWay()) steps.owed = 0; // of earlier ones no answer came
      steps.owed += 1;
      advance();
    });
    const run = button("run", "r", () => {
      const on = !running();
      wish = { running: on, at: performance.now() };
      takeBack();
      send({ do: on ? { run: RUN } : { stop: true } });
      draw();
    });
    const forget = button("forget", null, () => {
      takeBack();
      send({ do: { forget: true } });
    });
    forget.classList.add("link");
    const said = h("span", { class: "story-waits", role: "status" });
    const tree = storyTree({ goto: (node) => goto(node), hover: (node) => point(node) });
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const dropped = h("p", { class: "story-dropped", role: "status" });
    slot.append(
      h("div", { class: "part-head" }, h("h2", { text: words.title }), h("div", { class: "plays" }, back, forget)),
      dropped,
      readout,
      tree.element,
      h("p", { class: "legend" }, h("span", { class: "story-keys", text: words.keys }), said),
    );
    // To go on with the text is what the whole page is about: in the bar, always in reach.
    (document.getElementById("plays") ?? slot.querySelector(".plays")).prepend(step, run);
    const margin = note(slot, words.title);
    margin.explain(...words.explain);
    let data = null;
    let hover = null;
    let moved = false; // the end is elsewhere than when it was last drawn

    let wish = null; // run or stop, until Python says the same
    // Steps that are to be taken; when one was sent, and from which node.
    const steps = { owed: 0, sent: -Infinity, from: null };
    const underWay = () => performance.now() - steps.sent < PATIENCE_MS;

    function running() {
      if (!state.live) return Boolean(state.queued?.run);
      if (wish && performance.now() - wish.at < PATIENCE_MS) return wish.running;
      return data?.running ?? false;
    }
    /** One step at a time: quick presses are counted, and taken one after another. */
    function advance() {
      if (!steps.owed || underWay()) return;
      if (state.live) Object.assign(steps, { owed: steps.owed - 1, sent: performance.now(), from: data.current });
      else steps.owed = 0; // the page keeps the last action only
      send({ do: { step: 1 } });
    }
    /** The reader does something else: steps not yet sent were meant for what was there before. */
    function takeBack() {
      Object.assign(steps, { owed: 0, sent: -Infinity, from: null });
    }
    const goto = (node) => {
      takeBack();
      send({ do: { goto: node } });
    };

    const draw = frame(() => {
      if (!data) return false;
      tree.draw();
      setText(run, running() ? words.stop : words.run);
      attribute(run, "title", running() ? words.titles.stop : words.titles.run(RUN));
      attribute(step, "aria-disabled", running() && "true");
      attribute(back, "aria-disabled", data.current === PROMPT && "true");
      if (!data.nodes.length && document.activeElement === forget) tree.piece(PROMPT).focus({ preventScroll: true });
      forget.hidden = !data.nodes.length;
      setText(said, state.queued ? words.queued : "");
      setText(dropped, data.dropped ? words.dropped(integer(data.dropped), integer(data.n_ctx)) : "");
      dropped.hidden = !data.dropped;
      read();
      if (moved && !data.running) afterFrame(tree.follow); // while it writes the tree does so by itself
      moved = false;
    });

    function read() {
      const node = hover ?? data.current;
      const entry = data.nodes[node];
      if (!entry) return readout.replaceChildren(data.nodes.length ? words.prompt(data.n_prompt) : words.empty);
      const { prob, kind, text, end } = entry;
      readout.replaceChildren(
        end ? words.end : token(text),
        words.readout(probability(prob), words.kind[kind], integer(tree.place(node))),
      );
    }

    function describe() {
      const { nodes, current, path, n_prompt } = data;
      const ends = integer(nodes.filter(({ node }) => !tree.nexts(node).length).length);
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

    const point = (node) => {
      hover = node;
      if (data) read();
    };
    // Letters work in this part of the page and at the buttons in the bar, and never where one types.
    function key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
      const pressed = { n: step, r: run, b: back }[event.key.toLowerCase()];
      if (!pressed || off(pressed)) return;
      event.preventDefault();
      if (event.repeat && (pressed !== step || steps.owed)) return; // a key held down: nothing piles up to go on after it
      pressed.click();
    }
    const section = slot.closest("section") ?? slot;
    section.addEventListener("keydown", key);
    if (!section.contains(step)) step.parentElement.addEventListener("keydown", key);
    // Who turns to the text or to the models takes back what is still owed to the old one.
    document.querySelector("[data-slot=prompt]")?.addEventListener("input", takeBack);

    listen(takeBack, ["taken"]);
    listen((changes) => {
      if ("queued" in changes || "live" in changes) draw();
    });
    return {
      update(next) {
        const old = data;
        next = { ...next, ...expanded(next) };
        const atEnd = old && document.activeElement === tree.piece(old.current);
        data = next;
        hover = null;
        if (wish?.running === next.running) wish = null;
        tree.update(data);
        // Who reads along at the end stays there, and hears what is added.
        if (atEnd && !next.running) tree.piece(next.current).focus({ preventScroll: true });
        describe();
        draw();
        const same = old?.prompt.length === next.prompt.length && next.prompt.every(({ id }, at) => id === old.prompt[at].id);
        if (!same || next.nodes.length < old.nodes.length) takeBack();
        else if (next.nodes[next.current]?.parent === steps.from) {
          Object.assign(steps, { sent: -Infinity, from: null }); // that was the answer
          advance();
        }
        moved ||= Boolean(old) && (old.current !== next.current || old.nodes.length !== next.nodes.length);
      },
    };
  },
};
