// Shows the text that grows: the prompt, what was generated, and all its branches side by side.
import { attribute, h, setText } from "../../lib/dom.js";
import { integer, probability } from "../../lib/format.js";
import { afterFrame } from "../../lib/scheduler.js";
import { lookAtEnd, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { View } from "../view.js";
import { expanded, PROMPT, samePrompt } from "./branches.js";
import { surprise } from "./formulas.js";
import { isFresh, Steps } from "./steps.js";
import { StoryTree } from "./tree.js";

const words = strings.story;
const RUN = 60; // tokens, unless stopped
const isTyping = (element) => element.matches("input:not([type=range], [type=checkbox]), textarea, select");
// Buttons that can do nothing now stay in the tab order: with `disabled` the focus would be lost.
const isOff = (button) => button.getAttribute("aria-disabled") === "true";

/** @extends {View<import("./branches.js").Story>} */
class Story extends View {
  static follows = ["taken", "queued", "live"];
  steps = new Steps({ send: this.send, current: () => this.data.current });
  hovered = null; // the node under the pointer or in focus
  moved = false; // whether the end is elsewhere than when it was last drawn
  /** What the reader wants, run or stop, until Python says the same: {running, at: when}. */
  wish = null;

  layout() {
    const button = (name, key, act, title = words.titles[name]) =>
      h("button", {
        type: "button",
        text: words[name],
        title,
        "aria-keyshortcuts": key,
        onclick: (event) => !isOff(event.currentTarget) && act(),
      });
    this.back = button("back", "b", () => this.goto(this.data.nodes[this.data.current]?.parent ?? PROMPT));
    this.step = button("step", "n", () => {
      lookAtEnd(this.send);
      this.steps.add();
    });
    this.run = button("run", "r", () => this.turn(), words.titles.run(RUN));
    this.forget = button("forget", null, () => this.act({ forget: true }));
    this.queued = h("span", { class: "story-waits", role: "status" });
    this.tree = new StoryTree({ goto: (node) => this.goto(node), hover: (node) => this.hover(node) });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.dropped = h("p", { class: "story-dropped", role: "status" });
    this.plays = h("div", { class: "plays" });
    return [
      h("div", { class: "part-head" }, h("h2", { text: words.title }), this.plays),
      this.dropped,
      this.readout,
      this.tree.element,
      h("p", { class: "legend" }, h("span", { class: "story-keys", text: words.keys }), this.queued),
    ];
  }
  begin() {
    // Going on with the text is what the whole page is about: these buttons are in the bar, always in reach.
    const bar = document.getElementById("plays") ?? this.plays;
    this.step.classList.add("main");
    bar.append(this.forget, this.back, this.run, this.step);
    this.made = document.getElementById("made") ?? h("span");
    // Buttons are drawn even where the bar is out of the window: keys press them from the tree.
    this.buttonsSoon = this.piece(() => this.drawButtons(), null);
    // Letters work while this part of the page or a button in the bar has the focus, nowhere else (docs/decisions/0033).
    const section = this.slot.closest("section") ?? this.slot;
    section.addEventListener("keydown", (event) => this.press(event));
    if (!section.contains(this.step)) bar.addEventListener("keydown", (event) => this.press(event));
    // A reader who turns to the text or to the models takes back the steps still owed to the old one.
    document.querySelector("[data-slot=prompt]")?.addEventListener("input", () => this.steps.takeBack());
  }

  get isRunning() {
    if (!state.live) return Boolean(state.queued?.run);
    return this.wish && isFresh(this.wish.at) ? this.wish.running : (this.data?.running ?? false);
  }
  /** Sends an action that is not a step. */
  act(action) {
    this.steps.takeBack();
    if (action.run) lookAtEnd(this.send);
    this.send({ do: action });
  }
  goto(node) {
    this.act({ goto: node });
  }
  /** Starts a run, or stops it. */
  turn() {
    const running = !this.isRunning;
    this.wish = { running, at: performance.now() };
    this.act(running ? { run: RUN } : { stop: true });
    this.buttonsSoon();
  }
  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const pressed = { n: this.step, r: this.run, b: this.back }[event.key.toLowerCase()];
    if (!pressed || isOff(pressed)) return;
    event.preventDefault();
    if (event.repeat && (pressed !== this.step || this.steps.owed)) return; // a key held down must not pile up steps that go on after it
    pressed.click();
  }
  chosen(changes) {
    if ("taken" in changes) this.steps.takeBack();
    if (!("queued" in changes || "live" in changes)) return;
    this.buttonsSoon();
    this.redraw();
  }

  update(next) {
    super.update(expanded(next));
  }
  adopt() {} // the data repeat no choice
  isOutrun() {
    return false;
  }
  updated(old) {
    const { data, tree } = this;
    setText(this.made, data.written);
    const box = this.made.parentElement;
    if (box?.classList.contains("prompt-box")) afterFrame(() => (box.scrollTop = box.scrollHeight)); // the end is what is being written
    const wasAtEnd = old && document.activeElement === tree.piece(old.current);
    this.hovered = null;
    if (this.wish?.running === data.running) this.wish = null;
    tree.update(data);
    // A reader who reads along at the end stays there, and hears what is added.
    if (wasAtEnd && !data.running) tree.piece(data.current).focus({ preventScroll: true });
    if (!old || !samePrompt(old, data) || data.nodes.length < old.nodes.length) this.steps.takeBack();
    else this.steps.answered(data.nodes[data.current]?.parent);
    this.moved ||= Boolean(old) && (old.current !== data.current || old.nodes.length !== data.nodes.length);
    this.buttonsSoon();
  }

  drawButtons() {
    const running = this.isRunning;
    setText(this.run, running ? words.stop : words.run);
    attribute(this.run, "title", running ? words.titles.stop : words.titles.run(RUN));
    attribute(this.step, "aria-disabled", running && "true");
    if (!this.data) return;
    attribute(this.back, "aria-disabled", this.data.current === PROMPT && "true");
    const none = !this.data.nodes.length;
    if (none && document.activeElement === this.forget) this.step.focus(); // the button that goes hands the focus on
    this.forget.hidden = none;
  }
  draw() {
    const { data, tree } = this;
    tree.draw();
    setText(this.queued, state.queued ? words.queued : "");
    setText(this.dropped, data.dropped ? words.dropped(integer(data.dropped), integer(data.n_ctx)) : "");
    this.dropped.hidden = !data.dropped;
    this.drawReadout();
    if (this.moved && !data.running) afterFrame(() => tree.follow()); // during a run the tree does so by itself
    this.moved = false;
  }
  hover(node) {
    this.hovered = node;
    if (this.data) this.drawReadout();
  }
  drawReadout() {
    const { nodes, current, n_prompt } = this.data;
    const node = this.hovered ?? current;
    const generated = nodes[node];
    if (!generated) return this.readout.replaceChildren(nodes.length ? words.prompt(n_prompt) : words.empty);
    const { prob, kind, text, end } = generated;
    const place = integer(this.tree.branches.place(node));
    this.readout.replaceChildren(end ? words.end : token(text), words.readout(probability(prob), words.kind[kind], place));
  }

  describe() {
    const { nodes } = this.data;
    this.note.say(...this.says());
    this.note.table(() => ({
      caption: words.caption,
      columns: words.columns,
      rows: nodes.map(({ node, parent, text, id, prob, kind }) => [
        { token: text },
        node + 1,
        parent === PROMPT ? words.root : parent + 1,
        id,
        probability(prob),
        words.kind[kind],
      ]),
    }));
  }
  says() {
    const { nodes, current, path, n_prompt } = this.data;
    if (!nodes.length) return [words.saysNone(n_prompt)];
    const ends = integer(nodes.filter(({ node }) => !this.tree.branches.nexts(node).length).length);
    const [made, last] = [integer(nodes.length), nodes[current]];
    if (!last) return words.saysPrompt({ made, ends });
    const end = last.end ? words.end : { token: last.text };
    const how = words.kind[last.kind];
    return words.says({ made, ends, length: integer(path.length), token: end, how, prob: probability(last.prob) });
  }
  formulas() {
    const { path } = this.data;
    return path.length ? [surprise(this.tree.branches.costs()[path.at(-1)].bits)] : [];
  }
}

export default Story;
