// The model itself: parameters part by part, bytes, and what this text costs; the published GPT-2s beside it.
import { attribute, become, h } from "../../lib/dom.js";
import { bytes, integer } from "../../lib/format.js";
import { coloured, formula, row, sub, sup } from "../../lib/math.js";
import { note } from "../../widgets/note.js";
import { adopt } from "../../state/choices.js";
import strings from "../../strings/index.js";

const text = strings.size;
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
    const heading = (name) => h("h3", { class: "sub", text: name });
    slot.append(
      h("div", { class: "part-head" }, h("h2", { text: text.title }), about),
      bar,
      parameters,
      tied,
      h(
        "div",
        { class: "pair sizes" },
        h("div", {}, heading(text.work), work, workAbout),
        h("div", {}, heading(text.bytes), computed, files),
      ),
      heading(text.models),
      h("p", { class: "head-small", text: text.modelsAbout }),
      models,
    );
    const words = note(slot, text.title);
    words.explain(...text.explain);
    let data = null;
    let opened = { group: "parameters", part: "mlp" }; // whose formula is filled in

    const th = (content, scope = "col") => h("th", { scope }, content);
    const table = (caption, heads, bodies, foot) =>
      h(
        "table",
        { class: "ways" },
        h("caption", { class: "unseen", text: caption }),
        h("thead", {}, h("tr", {}, heads)),
        bodies.map((rows) => h("tbody", {}, rows)),
        foot && h("tfoot", {}, foot),
      );
    const cells = (...values) => values.map((value) => h("td", {}, value));

    /** A part's name that fills in its formula. */
    const name = (group, part) =>
      th(
        h("button", {
          type: "button",
          class: `way is-${MEANS[part] ?? "plain"}`,
          "data-key": `${group}/${part}`,
          text: text.parts[part],
          onclick: () => open({ group, part }),
          onpointerenter: () => open({ group, part }),
          onfocus: () => open({ group, part }),
        }),
        "row",
      );
    /** A number that fills in its formula, of one of the models and, of the work, for one token more. */
    const cell = (content, group, part, which = {}) =>
      h(
        "td",
        {
          class: data.models[which.model]?.own ? "is-here" : null,
          onpointerenter: () => open({ group, part, ...which }),
          onpointerleave: () => open({ group, part }),
        },
        content,
      );

    function open(next) {
      opened = next;
      const { group, part, model = 0, step = false } = next;
      for (const button of slot.querySelectorAll("[data-key]")) {
        attribute(button, "aria-pressed", String(button.dataset.key === `${group}/${part}`));
      }
      for (const element of bar.children) {
        element.classList.toggle("lit", group === "parameters" && element.dataset.part === part);
      }
      const shape = data.models[model];
      const label = text.parts[part] ?? part;
      const whole = sub(MEANS[part] ? coloured(MEANS[part], label) : label, step ? text.columns.step : shape.name);
      if (group === "bytes") {
        const each = ["·", text.each[part]];
        words.formulas(
          formula(whole, "=", text.columns.parameters, ...each),
          formula("=", integer(shape.parameters), ...each),
          formula("=", integer(shape.bytes[part])),
        );
        return;
      }
      const { T } = data;
      // Where the context is full one token more is a run over all that are left.
      const of = !step ? { T, n: T } : full() ? { T: shape.N, n: shape.N } : { T: T + 1, n: 1 };
      const made = group === "work" ? data.work.find((entry) => entry.part === part) : formulaOf(part, shape);
      const n = group === "work" ? made[step ? "step" : "prompt"] : shape.parts[part];
      words.formulas(
        formula(whole, "=", ...written(made.formula)),
        formula("=", ...written(made.formula, { ...shape, ...of })),
        formula("=", integer(n)),
      );
    }
    const full = () => data.T >= data.shape.N;
    /** A tied head has no numbers of its own, whatever the model's that is open. */
    const formulaOf = (part, { tied }) =>
      part === "head" && tied ? { formula: "0" } : data.parts.find((entry) => entry.part === part);

    function build() {
      const { parts, shape, models: all, T } = data;
      const own = all[0];
      const total = own.parameters;
      about.textContent = `${own.name}, ${text.letters(
        Object.fromEntries(Object.entries({ ...shape, T }).map(([letter, n]) => [letter, integer(n)])),
      )}`;
      become(
        bar,
        ...parts
          .filter(({ count }) => count)
          .map(({ part, count }) =>
            h("span", {
              class: `split-part of-${part}`,
              "data-part": part,
              title: `${text.parts[part]} ${share(count, total)}`,
              style: `flex-grow: ${count}`,
              onpointerenter: () => open({ group: "parameters", part }),
            }),
          ),
      );
      become(
        parameters,
        table(
          text.parameters,
          [text.columns.part, text.columns.formula, text.columns.parameters, text.columns.share].map((head) => th(head)),
          [
            parts.map(({ part, formula: made, count }) =>
              h(
                "tr",
                {},
                name("parameters", part),
                cells(count ? made : text.again, integer(count), count ? share(count, total) : ""),
              ),
            ),
          ],
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
      become(
        work,
        table(
          text.work,
          [text.columns.part, text.columns.formula, text.columns.prompt(integer(T)), text.columns.step].map((head) => th(head)),
          [
            lines.map(({ part, formula: made, prompt, step }) =>
              h(
                "tr",
                {},
                name("work", part),
                cells(made),
                cell(large(prompt), "work", part),
                cell(large(step), "work", part, { step: true }),
              ),
            ),
          ],
          h("tr", {}, th(text.total, "row"), cells("", large(all[0].prompt), large(all[0].step))),
        ),
      );
      workAbout.textContent = text.workAbout(T, bytes(all[0].cache), full());
    }

    function buildBytes() {
      const { files: real, models: all } = data;
      become(
        computed,
        table(
          text.bytes,
          [text.columns.precision, text.columns.each, text.columns.computed, text.columns.measured].map((head) => th(head)),
          [
            Object.entries(all[0].bytes).map(([precision, size]) =>
              h(
                "tr",
                { class: precision === real.precision ? "is-here" : null },
                th(precision, "row"),
                cells(text.each[precision]),
                cell(bytes(size), "bytes", precision),
                cells(precision === real.precision ? bytes(real.weights) : ""),
              ),
            ),
          ],
        ),
      );
      files.className = "head-small";
      files.textContent = text.files(real.precision, bytes(real.weights), bytes(real.graphs), bytes(real.tokenizer));
    }

    /** A column for every model. */
    function buildModels() {
      const { columns } = text;
      const { models: all, parts } = data;
      const line = (head, make) =>
        h(
          "tr",
          {},
          th(head, "row"),
          all.map((model, at) => make(model, at)),
        );
      const plain = (head, content) => line(head, (model) => h("td", { class: model.own ? "is-here" : null }, content(model)));
      const group = (head) =>
        h("tr", { class: "ways-group" }, h("th", { scope: "rowgroup", text: head }), h("td", { colspan: all.length }));
      const divided = (model) =>
        h(
          "div",
          { class: "split small", "aria-hidden": "true" },
          Object.entries(model.parts).map(
            ([part, count]) =>
              count > 0 &&
              h("span", {
                class: `split-part of-${part}`,
                title: `${text.parts[part]} ${share(count, model.parameters)}`,
                style: `flex-grow: ${count}`,
              }),
          ),
        );
      const of = (group, part, value) => (model, at) => cell(value(model), group, part, { model: at });
      become(
        models,
        table(
          text.models,
          [h("td"), ...all.map((model) => h("th", { scope: "col", class: model.own ? "is-here" : null, text: model.name }))],
          [
            [
              plain(columns.blocks, ({ L }) => String(L)),
              plain(columns.heads, ({ H }) => String(H)),
              plain(columns.width, ({ D }) => integer(D)),
              plain(columns.vocabulary, ({ V }) => integer(V)),
            ],
            [
              group(text.groups.parameters),
              plain(columns.divided, divided),
              ...parts.map(({ part }) =>
                line(
                  text.parts[part],
                  of("parameters", part, (model) => large(model.parts[part])),
                ),
              ),
              plain(text.total, ({ parameters: n }) => large(n)),
              plain(columns.untied, ({ untied }) => large(untied)),
            ],
            [
              group(text.groups.bytes),
              ...Object.keys(text.each).map((precision) =>
                line(
                  precision,
                  of("bytes", precision, (model) => bytes(model.bytes[precision])),
                ),
              ),
            ],
            [
              group(text.groups.work),
              plain(columns.prompt(integer(data.T)), ({ prompt }) => large(prompt)),
              plain(columns.step, ({ step }) => large(step)),
            ],
          ],
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
          full: full(),
          times: own.parameters * 1.5 < small.parameters ? integer(Math.round(small.parameters / own.parameters)) : null,
        }),
      );
      words.table(() => ({
        caption: text.models,
        columns: text.twin(data.parts.map(({ part }) => text.parts[part])),
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
