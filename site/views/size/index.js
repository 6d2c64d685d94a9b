// Shows the model itself: parameters part by part, bytes, and what this text costs; the published GPT-2s beside it.
import { attribute, morphChildren, h } from "../../lib/dom.js";
import { bytes, integer } from "../../lib/format.js";
import { coloured, formula, sub } from "../../lib/math.js";
import strings from "../../strings/index.js";
import { View } from "../view.js";
import { byteTable, divided, large, MEANS, modelTable, parameterTable, share, workTable } from "./tables.js";
import { written } from "./written.js";

const words = strings.size;
const text = (name, attributes = {}) => h("h3", { class: "sub", text: name, ...attributes });

/** @extends {View<import("../../generated/contract").SizeShown>} */
class Size extends View {
  /** The formula that is shown: {group: "parameters", "work" or "bytes", part, model: its index, step: for one token more}. */
  opened = { group: "parameters", part: "mlp" };
  same = this.memo();

  layout() {
    this.about = h("span", { class: "head-small" });
    this.bar = h("div", { class: "split", "aria-hidden": "true" });
    this.parameters = h("div");
    this.tied = h("p", { class: "head-small" });
    this.files = h("p", { class: "head-small" });
    this.computed = h("div");
    this.work = h("div");
    this.workAbout = h("p", { class: "head-small" });
    this.models = h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": words.models });
    return [
      h("div", { class: "part-head" }, h("h2", { text: words.title }), this.about),
      this.bar,
      this.parameters,
      this.tied,
      h(
        "div",
        { class: "pair sizes" },
        h("div", {}, text(words.work), this.work, this.workAbout),
        h("div", {}, text(words.bytes), this.computed, this.files),
      ),
      text(words.models),
      h("p", { class: "head-small", text: words.modelsAbout }),
      this.models,
    ];
  }
  /** Returns whether the context is full: one token more is then a run over all that are left. */
  full() {
    return this.data.step.T === this.data.prompt.T;
  }
  isOutrun() {
    return false; // no choice changes any of it
  }
  chosen() {}

  draw() {
    const { data } = this;
    if (this.same(data)) return false;
    const [own] = data.models;
    const open = (next) => this.open(next);
    const letters = Object.fromEntries(
      Object.entries({ ...data.shape, T: data.prompt.T }).map(([letter, n]) => [letter, integer(n)]),
    );
    this.about.textContent = `${own.name}, ${words.letters(letters)}`;
    morphChildren(
      this.bar,
      ...divided(
        data.parts.map(({ part, count }) => [part, count]),
        own.parameters,
        open,
      ),
    );
    morphChildren(this.parameters, parameterTable(data, open));
    const head = integer(data.shape.V * data.shape.D);
    this.tied.textContent = data.tied ? words.tied(head, integer(own.untied)) : words.untied(head);
    morphChildren(this.work, workTable(data, open));
    this.workAbout.textContent = words.workAbout(data.prompt.T, bytes(own.cache), this.full());
    morphChildren(this.computed, byteTable(data, open));
    const { precision, weights, graphs, tokenizer } = data.files;
    this.files.textContent = words.files(precision, bytes(weights), bytes(graphs), bytes(tokenizer));
    morphChildren(this.models, modelTable(data, open));
    this.mark();
  }

  open(next) {
    this.opened = next;
    this.mark();
    this.note.formulas(...this.formulas());
  }
  mark() {
    const { group, part } = this.opened;
    for (const button of this.slot.querySelectorAll("[data-key]")) {
      attribute(button, "aria-pressed", String(button.dataset.key === `${group}/${part}`));
    }
    for (const element of this.bar.children)
      element.classList.toggle("lit", group === "parameters" && element.dataset.part === part);
  }

  formulas() {
    const { group, part, model = 0, step = false } = this.opened;
    const { models, work, parts } = this.data;
    const shape = models[model];
    const label = words.parts[part] ?? part;
    const whole = sub(MEANS[part] ? coloured(MEANS[part], label) : label, step ? words.columns.step : shape.name);
    if (group === "bytes") {
      const each = ["·", words.each[part]];
      return [
        formula(whole, "=", words.columns.parameters, ...each),
        formula("=", integer(shape.parameters), ...each),
        formula("=", integer(shape.bytes[part])),
      ];
    }
    const of = this.data[step ? "step" : "prompt"];
    // A tied head has no numbers of its own, whether or not the open model's head is tied.
    const tied = part === "head" && shape.tied ? { formula: "0" } : parts.find((entry) => entry.part === part);
    const made = group === "work" ? work.find((entry) => entry.part === part) : tied;
    const n = group === "work" ? made[step ? "step" : "prompt"] : shape.parts[part];
    return [
      formula(whole, "=", ...written(made.formula)),
      formula("=", ...written(made.formula, { ...shape, ...of })),
      formula("=", integer(n)),
    ];
  }

  describe() {
    const { data } = this;
    const [own] = data.models;
    const most = data.parts.reduce((best, part) => (part.count > best.count ? part : best));
    const small = data.models.find((model) => model.name === "GPT-2 small");
    this.note.say(
      ...words.says({
        name: own.name,
        parameters: integer(own.parameters),
        most: words.parts[most.part],
        share: share(most.count, own.parameters),
        prompt: large(own.prompt),
        step: large(own.step),
        T: data.prompt.T,
        full: this.full(),
        times: own.parameters * 1.5 < small.parameters ? integer(Math.round(small.parameters / own.parameters)) : null,
      }),
    );
    this.note.table(() => ({
      caption: words.models,
      columns: words.twin(data.parts.map(({ part }) => words.parts[part])),
      rows: data.models.map((model) => [
        model.name,
        integer(model.parameters),
        integer(model.untied),
        ...data.parts.map(({ part }) => integer(model.parts[part])),
        ...["fp32", "fp16", "int8", "int4"].map((precision) => integer(model.bytes[precision])),
        integer(model.prompt),
        integer(model.step),
        integer(model.cache),
      ]),
    }));
  }
}

export default Size;
