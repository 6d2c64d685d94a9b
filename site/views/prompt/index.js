// The bar: text, examples, model, and how the last run went. It has no figure, so it does not extend View.
import { h, setText } from "../../lib/dom.js";
import { bytes, number, probability } from "../../lib/format.js";
import { listen, lookAtEnd, state } from "../../state/choices.js";
import strings from "../../strings/index.js";
import { noticed } from "../../widgets/token.js";

const words = strings.prompt;
const PAUSE_MS = 300; // typing runs the model after this pause
const SHOW_BUSY_MS = 250; // a quick run shows no sign of being busy: nothing flashes
const SHRINK_MS = 250; // what the reader presses to leave the field must not move from under the pointer
const [MAX_OPEN, MAX_CLOSED] = [160, 40]; // px: while it is edited a long text is open; else two lines do, for the figure's sake

// Where the browser fits a field to its text by itself, nothing has to be measured.
const fits = CSS.supports("field-sizing", "content");

class Prompt {
  /** @type {import("../../generated/contract").PromptShown | null} */
  #data = null;
  #sent = null; // the text on its way to Python
  #timer = 0; // runs while what is typed is not yet sent
  #busyTimer = 0;

  static create(slot, send) {
    return new this(slot, send);
  }

  constructor(slot, send) {
    this.slot = slot;
    this.send = send;
    this.field = h("textarea", {
      id: "prompt-text",
      class: "prompt-field",
      rows: 1,
      "aria-label": words.label,
      placeholder: words.placeholder,
      spellcheck: "false",
      autocomplete: "off",
      dir: "auto",
    });
    this.examples = h("select", { class: "quiet examples", "aria-label": words.examples, hidden: true });
    this.model = h("select", { class: "quiet models", "aria-label": words.model, hidden: true });
    this.about = document.getElementById("run-facts") ?? h("span"); // in the page's card of the model
    this.about.classList.add("prompt-about");
    this.described = h("span", { class: "prompt-described" });
    this.coming = h("span", { class: "prompt-coming", role: "status" });
    this.notice = h("p", { class: "prompt-notice", role: "status" });
    // The text that grows stands behind the reader's own.
    const made = h("span", { id: "made", class: "prompt-made" });
    const box = h("div", { class: "prompt-box", onclick: () => this.field.focus() }, this.field, made);
    const plays = h("span", { id: "plays" });
    slot.append(
      h("div", { class: "prompt-row" }, box, this.examples, plays),
      h("div", { class: "prompt-foot" }, this.notice, this.coming, this.described),
    );
    (document.getElementById("models") ?? slot).append(this.model);
    this.#heed();
    this.examples.addEventListener("change", () => this.#takeExample());
    this.model.addEventListener("change", () => this.#takeModel());
    listen(() => this.#data && this.#showStatus(), ["live", "waiting", "tokens"]);
  }

  /** Listens to what is typed. */
  #heed() {
    const { field } = this;
    const grow = () => this.#grow();
    field.addEventListener("input", (event) => {
      grow();
      // In the middle of composing a character (Chinese, Japanese ...) the text is not yet what the reader means.
      if (event instanceof InputEvent && event.isComposing) clearTimeout(this.#timer);
      else this.#runLater();
    });
    field.addEventListener("focus", grow);
    field.addEventListener("blur", () => {
      if (this.#timer) this.#run(); // what is pressed next is meant for this text
      setTimeout(grow, SHRINK_MS);
    });
    field.addEventListener("compositionend", () => this.#runLater());
    field.addEventListener("keydown", (event) => this.#pressed(event));
    addEventListener("resize", grow);
  }
  #grow() {
    const { field } = this;
    const open = document.activeElement === field;
    field.classList.toggle("open", open);
    if (fits) return;
    field.style.height = "auto";
    field.style.height = `${Math.min(open ? MAX_OPEN : MAX_CLOSED, field.scrollHeight)}px`;
  }
  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    const text = this.field.value;
    if (text === this.#data?.text && state.live && !event.repeat)
      this.send({ set: { prompt: text } }); // again: a run may have failed
    else this.#run();
  }

  #runLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), PAUSE_MS);
  }
  #run() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.field.value === (this.#sent ?? this.#data?.text)) return;
    this.#sent = this.field.value;
    lookAtEnd(this.send);
    this.send({ set: { prompt: this.#sent } });
    this.#showStatus();
  }
  #takeExample() {
    this.field.value = this.#data.examples[Number(this.examples.value)];
    this.examples.value = "";
    this.#grow();
    this.#run();
  }
  #takeModel() {
    this.send({ set: { model: this.model.value } });
    // Another model has to be loaded first: the list keeps showing the one that answers.
    if (state.live && this.#data.n_ctx) this.model.value = this.#data.model;
  }

  /** Takes what Python shows now. */
  update(next) {
    const first = this.#data === null;
    // While a model is loaded, Python has no examples to offer: the old ones stay.
    this.#data = next.busy && !next.n_ctx && this.#data ? { ...next, examples: this.#data.examples } : next;
    this.#showText(first);
    this.#grow();
    this.#showLists();
    setText(this.notice, this.#data.notice.map(noticed).join("; "));
    this.#showStatus();
  }
  /** Shows the text. What the reader types wins over what Python last ran; the field follows only where nobody is writing. */
  #showText(first) {
    const { field } = this;
    const { text, busy } = this.#data;
    if (this.#sent === text && !busy) this.#sent = null;
    const typing = this.#sent !== null || this.#timer || (document.activeElement === field && !first);
    if (!typing && field.value !== text) field.value = text;
    if (document.activeElement !== field) field.scrollTop = field.scrollHeight; // what follows stands behind the text's end
  }
  #showLists() {
    const { examples, models, model, coming } = this.#data;
    const listed = examples.map((text, index) => [index, text]);
    fill(this.examples, listed, [h("option", { value: "", text: words.examples })]);
    const sized = models.map(({ name, title, bytes: size }) => {
      const text = `${title ?? name}, ${bytes(size)}`;
      return [name, name === coming ? words.loading(text) : text];
    });
    fill(this.model, sized);
    this.examples.hidden = !examples.length;
    this.model.hidden = !models.length;
    this.model.value = model;
    const title = (name) => models.find((entry) => entry.name === name)?.title ?? name;
    setText(this.coming, coming ? words.coming(title(coming), title(model)) : "");
  }

  #showStatus() {
    const { busy } = this.#data;
    const queued = state.waiting && !state.live;
    const settled = this.#settled();
    const say = () => setText(this.about, queued ? words.waiting : busy ? words.running : settled);
    clearTimeout(this.#busyTimer);
    if (busy && !queued) this.#busyTimer = setTimeout(say, SHOW_BUSY_MS);
    else say();
    this.slot.classList.toggle("busy", Boolean(busy));
    // Busy from the moment a text is sent until every figure shows it.
    this.slot.setAttribute("aria-busy", String(this.#sent !== null || Boolean(busy)));
    this.model.title = this.#modelTitle();
    setText(this.described, this.#data.notice.length ? "" : this.#description());
  }
  /** Says how the last run went, and what runs the model. */
  #settled() {
    const { ms, reused, backend, precision, fidelity } = this.#data;
    const ran = state.live && typeof ms === "number" && words.ran(number(ms, 2), reused, state.tokens);
    const exact = precision && words.precision(precision, fidelity ? number(fidelity.kl, 2) : null);
    return [ran, backend, exact].filter(Boolean).join(" · ");
  }
  /** Says what the model has read and what it is for, by its card. */
  #description() {
    const { models, model } = this.#data;
    return models.find(({ name }) => name === model)?.description ?? "";
  }
  /** Says the same with how exact its numbers are, for the title of the list of models. */
  #modelTitle() {
    const { precision, fidelity } = this.#data;
    const near = fidelity && words.fidelity(number(fidelity.kl, 2), probability(fidelity.top1));
    return [this.#description(), precision, near].filter(Boolean).join("; ");
  }
}

/** Fills a list with `first` and then entries [value, text]; where these are the same, an open list is left alone. */
function fill(select, entries, first = []) {
  const key = JSON.stringify(entries);
  if (select.dataset.key === key) return;
  select.dataset.key = key;
  select.replaceChildren(...first, ...entries.map(([value, text]) => h("option", { value, text })));
}

export default Prompt;
