// The model itself: parameters part by part, bytes, and what this text costs; the published GPT-2s beside it.
import { attribute, h } from "../lib/dom.js";
import { bytes, integer } from "../lib/format.js";
import { coloured, formula, row, sup } from "../lib/math.js";
import { note } from "../lib/note.js";
import { adopt } from "../lib/store.js";
import en from "../strings/index.js";

const text = en.size;
const MEANS = { attention: "attention", projections: "attention", mlp: "mlp" };
/** Three digits and a word: 1.25 million. */
const large = (n) => {
  const [unit, name] =
    n >= 1e12 ? [1e12, text.trillion] : n >= 1e9 ? [1e9, text.billion] : n >= 1e6 ? [1e6, text.million] : [1, ""];
  return unit === 1 ? integer(n) : `${(n / unit).toPrecision(3)} ${name}`;
};
const share = (part, all) => `${((part / all) * 100).toFixed(part / all < 0.1 ? 1 : 0)}\u00a0%`;

export default {
  create(slot) {
    const about = h("span", { class: "head-small" });
    const bar = h("div", { class: "split", "aria-hidden": "true" });
    const [parameters, tied, files, computed, work, workAbout, models] = [
      h("div"),
      h("p", { class: "head-small" }),
      h("p", {}),
      h("div"),
      h("div"),
      h("p", { class: "head-small" }),
      h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": text.models }),
    ];
    const sub = (name) => h("h3", { class: "sub", text: name });
    slot.append(
      h("div", { class: "part-head" }, h("h2", { text: text.title }), about),
      bar,
      parameters,
      tied,
      h(
        "div",
        { class: "pair sizes" },
        h("div", {}, sub(text.work), work, workAbout),
        h("div", {}, sub(text.bytes), computed, files),
      ),
      sub(text.models),
      h("p", { class: "head-small", text: text.modelsAbout }),
      models,
    );
    const words = note(slot, text.title);
    words.explain(...text.explain);
    let data = null;
    let opened = "parameters/mlp"; // whose formula is filled in
    let buttons = [];

    const th = (content, scope = "col") => h("th", { scope }, content);
    const table = (caption, heads, rows, foot) =>
      h(
        "table",
        { class: "ways" },
        h("caption", { class: "unseen", text: caption }),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            heads.map((name) => th(name)),
          ),
        ),
        h("tbody", {}, rows),
        foot && h("tfoot", {}, foot),
      );
    const cells = (...values) => values.map((value) => h("td", {}, value));

    /** A part's name that fills in its formula. */
    function name(group, part) {
      const key = `${group}/${part}`;
      const button = h("button", {
        type: "button",
        class: `way is-${MEANS[part] ?? "plain"}`,
        text: text.parts[part],
        onclick: () => open(key),
        onpointerenter: () => open(key),
        onfocus: () => open(key),
      });
      buttons.push([key, button]);
      return th(button, "row");
    }
    function open(key) {
      opened = key;
      for (const [of, button] of buttons) attribute(button, "aria-pressed", String(of === key));
      for (const part of bar.children) part.classList.toggle("lit", `parameters/${part.dataset.part}` === key);
      const [group, part] = key.split("/");
      const found = (group === "work" ? data.work : data.parts).find((entry) => entry.part === part);
      if (!found) return;
      const n = group === "work" ? found.prompt : found.count;
      const values = { ...data.shape, T: data.T, n: data.T };
      const label = text.parts[part];
      words.formulas(
        formula(MEANS[part] ? coloured(MEANS[part], label) : label, "=", ...written(found.formula)),
        formula("=", ...written(found.formula, values)),
        formula("=", integer(n)),
      );
    }

    function build() {
      const { parts, shape, models: all, T } = data;
      const own = all[0];
      const total = own.parameters;
      buttons = [];
      about.textContent = `${own.name}, ${text.letters(
        Object.fromEntries(Object.entries({ ...shape, T }).map(([letter, n]) => [letter, integer(n)])),
      )}`;
      bar.replaceChildren(
        ...parts
          .filter(({ count }) => count)
          .map(({ part, count }) => {
            const element = h("span", {
              class: `split-part of-${part}`,
              "data-part": part,
              title: `${text.parts[part]} ${share(count, total)}`,
            });
            element.style.flexGrow = count;
            element.addEventListener("pointerenter", () => open(`parameters/${part}`));
            return element;
          }),
      );
      parameters.replaceChildren(
        table(
          text.parameters,
          [text.columns.part, text.columns.formula, text.columns.parameters, text.columns.share],
          parts.map(({ part, formula: made, count }) =>
            h(
              "tr",
              {},
              name("parameters", part),
              cells(count ? made : text.again, integer(count), count ? share(count, total) : ""),
            ),
          ),
          h("tr", {}, th(text.total, "row"), cells("", integer(total), "")),
        ),
      );
      tied.textContent = data.tied
        ? text.tied(integer(shape.V * shape.D), integer(own.untied))
        : text.untied(integer(shape.V * shape.D));
      buildWork();
      buildBytes();
      buildModels();
      open(opened);
    }

    function buildWork() {
      const { work: lines, models: all, T } = data;
      work.replaceChildren(
        table(
          text.work,
          [text.columns.part, text.columns.formula, text.columns.prompt(integer(T)), text.columns.step],
          lines.map(({ part, formula: made, prompt, step }) =>
            h("tr", {}, name("work", part), cells(made, large(prompt), large(step))),
          ),
          h("tr", {}, th(text.total, "row"), cells("", large(all[0].prompt), large(all[0].step))),
        ),
      );
      workAbout.textContent = text.workAbout(bytes(all[0].cache));
    }

    function buildBytes() {
      const { files: real, models: all } = data;
      computed.replaceChildren(
        table(
          text.bytes,
          [text.columns.precision, text.columns.each, text.columns.computed, text.columns.measured],
          Object.entries(all[0].bytes).map(([precision, size]) =>
            h(
              "tr",
              { class: precision === real.precision ? "is-here" : null },
              th(precision, "row"),
              cells(text.each[precision], bytes(size), precision === real.precision ? bytes(real.weights) : ""),
            ),
          ),
        ),
      );
      files.className = "head-small";
      files.textContent = text.files(real.precision, bytes(real.weights), bytes(real.graphs), bytes(real.tokenizer));
    }

    function buildModels() {
      const { columns } = text;
      models.replaceChildren(
        table(
          text.models,
          [
            "",
            columns.blocks,
            columns.heads,
            columns.width,
            columns.vocabulary,
            columns.divided,
            columns.parameters,
            columns.untied,
            "fp32",
            "int8",
            columns.prompt(integer(data.T)),
            columns.step,
          ],
          data.models.map((model) => {
            const divided = h("div", { class: "split small", "aria-hidden": "true" });
            for (const [part, count] of Object.entries(model.parts)) {
              const element = h("span", {
                class: `split-part of-${part}`,
                title: `${text.parts[part]} ${share(count, model.parameters)}`,
              });
              element.style.flexGrow = count;
              if (count) divided.append(element);
            }
            return h(
              "tr",
              { class: model.own ? "is-here" : null },
              th(model.name, "row"),
              cells(
                String(model.L),
                String(model.H),
                integer(model.D),
                integer(model.V),
                divided,
                large(model.parameters),
                large(model.untied),
                bytes(model.bytes.fp32),
                bytes(model.bytes.int8),
                large(model.prompt),
                large(model.step),
              ),
            );
          }),
        ),
      );
    }

    function describe() {
      const own = data.models[0];
      const most = data.parts.reduce((best, part) => (part.count > best.count ? part : best));
      const small = data.models.find((model) => model.name === "GPT-2 small");
      words.say(
        ...text.says({
          name: own.name,
          parameters: integer(own.parameters),
          most: text.parts[most.part],
          share: share(most.count, own.parameters),
          prompt: large(own.prompt),
          step: large(own.step),
          T: data.T,
          times:
            own.parameters * 1.5 < small.parameters ? integer(Math.round(small.parameters / own.parameters)) : null,
        }),
      );
      words.table(() => ({
        caption: text.models,
        columns: text.twin,
        rows: data.models.map((model) => [
          model.name,
          integer(model.parameters),
          integer(model.untied),
          ...["fp32", "fp16", "int8", "int4"].map((precision) => integer(model.bytes[precision])),
          integer(model.prompt),
          integer(model.step),
          integer(model.cache),
        ]),
      }));
    }

    return {
      update(next) {
        data = next;
        adopt(next);
        build();
        describe();
      },
    };
  },
};

/** A formula as Python writes it, "L × (4 D² + 4 D)", as MathML; with `values` its letters are filled in. */
function written(source, values = null) {
  const out = [];
  let product = false; // a value stands before: without a sign the two are multiplied
  for (const part of source.match(/[A-Za-z]²?|\d+|[()+×]/g)) {
    const value = /[\w]/.test(part);
    if (value && product) out.push("·");
    const base = part.replace("²", "");
    const filled = values && /[A-Za-z]/.test(base) ? integer(values[base]) : base;
    out.push(part.endsWith("²") ? sup(filled, "2") : filled);
    product = value;
  }
  return [row(...out)];
}
