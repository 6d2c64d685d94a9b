// What the heads write together: their z side by side, projected, and added to the residual stream.
import { dot } from "../../lib/dot_product.js";
import { difference } from "../../widgets/difference.js";
import { attribute, become, h, pale, radios, unchanged, widthOf } from "../../lib/dom.js";
import { onTheme } from "../../lib/colour.js";
import { integer, number, probability } from "../../lib/format.js";
import { frame } from "../../lib/scheduler.js";
import { coloured, formula, row, sub, sum, tied } from "../../lib/math.js";
import { note } from "../../widgets/note.js";
import { product } from "../../widgets/product.js";
import { adopt, choose, listen, outrun, state } from "../../state/choices.js";
import { strips } from "../../widgets/strips.js";
import { byHand, dotFormula, light, termOf, terms } from "../../widgets/terms.js";
import strings from "../../strings/index.js";

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const [matrix, sums, list] = [h("div"), h("div"), h("div", { class: "term-list" })];
    const shares = h("div", { class: "shares", role: "radiogroup", "aria-label": strings.output.heads });
    const opened = h("h3");
    const norms = h("span", { class: "head-small" });
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: strings.output.title }), where),
      matrix,
      h(
        "div",
        { class: "sides" },
        h(
          "div",
          {},
          h("h3", { text: strings.output.heads }),
          h("p", { class: "head-small", text: strings.output.headsAre }),
          shares,
        ),
        h("div", {}, opened, list),
      ),
      h("div", { class: "opened" }, h("h3", { text: strings.output.sum }), norms),
      sums,
    );
    const words = note(slot, strings.output.title);
    words.explain(...strings.output.explain);
    const moved = difference(slot, words);
    const box = widthOf(slot, () => draw());
    const same = unchanged();
    let data = null;
    let rows = [];
    let described = null;
    let within = null; // {entry, i, key} of the product or of a line of the list, under the pointer or the focus
    let near = null; // the line under the pointer of what the heads write: a head, or the bias, the last

    const headOf = (i) => Math.floor(i / data.d_head);
    /** One weight: exact in the opened row, elsewhere that of the cell it is drawn in. */
    const weight = (entry, i) => {
      if (entry === data.entry) return { value: data.column[i], exact: true };
      const [down, across] = data.pooled;
      const value = data.w[Math.floor(entry / down) * data.w.shape[1] + Math.floor(i / across)];
      return { value, exact: down * across === 1 };
    };
    const projection = product(matrix, {
      label: strings.output.matrix,
      read(entry, i) {
        const { value, exact } = weight(entry, i);
        const head = headOf(i) + 1;
        if (!exact) return strings.output.pooled(i + 1, head, entry + 1, number(value));
        return strings.output.weight(i + 1, head, entry + 1, number(data.z[i]), number(value), number(data.z[i] * value));
      },
      look(found) {
        light(list, found?.entry === data.entry ? found.key : null);
        follow(found);
      },
      choose: (entry) => choose(send, { entry }),
    });
    const figure = strips(sums, {
      label: strings.output.strips,
      read: (at, entry) => strings.output.cell(rows[at].name, entry + 1, number(rows[at].values[entry], 4)),
      look: () => sayFormulas(),
      choose: (entry) => choose(send, { entry }),
      ties: words.ties,
    });
    function follow(found) {
      within = found;
      sayFormulas();
      lightHeads((at) => Number.isInteger(found?.i) && at === headOf(found.i));
      words.ties.light(found?.key ?? null);
    }
    /** The line that the formula of what a head writes is of. */
    const written = () => near ?? (Number.isInteger(within?.i) ? headOf(within.i) : Math.min(state.head, data.n_head - 1));
    const lightHeads = (isLit) =>
      shares.querySelectorAll("[aria-label]").forEach((line, at) => line.classList.toggle("lit", isLit(at)));
    function markPart(key, at) {
      if (at < data.n_head) projection.mark(key, at * data.d_head, (at + 1) * data.d_head);
      else projection.mark(null);
    }
    words.ties.follow((key) => {
      light(list, key);
      if (key === "z" || key === "W") markPart(key === "z" ? "x" : "W", written());
      else projection.mark({ all: "x", matrix: "W" }[key] ?? key);
      lightHeads((at) => (key === "heads" && at < data.n_head) || (key === "length" && at === written()));
    });
    function approach(at) {
      if (at === near) return;
      near = at;
      sayFormulas();
      words.ties.light(near === null ? null : "length");
      markPart("xW", near ?? data.n_head);
    }
    shares.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const at = [...shares.querySelectorAll("[aria-label]")].indexOf(event.target.closest("[aria-label]"));
      approach(at < 0 ? null : at);
    });
    shares.addEventListener("pointerleave", () => approach(null));
    const goHead = (head) => choose(send, { head });
    radios(shares, goHead);
    shares.addEventListener("click", (event) => {
      const line = event.target.closest("[role=radio]");
      if (line) goHead([...shares.querySelectorAll("[role=radio]")].indexOf(line));
    });

    const draw = frame(() => {
      if (!data || !box.width || moved.on) return false;
      const { width } = box;
      pale(slot, outrun(data));
      where.textContent = strings.vectors.where.block(data.block + 1);
      const entry = Math.min(state.entry, data.z.length - 1);
      const head = Math.min(state.head, data.n_head - 1);
      // A choice that only Python can answer: what is there stays as it is until then.
      if (same(data, width, entry, head)) return false;
      figure.draw({ rows, entry, width });
      if (described !== width) {
        described = width;
        projection.draw({
          x: data.z,
          w: data.w,
          bias: data.bias,
          result: data.attn_out,
          rows: data.w.shape[0],
          cols: data.w.shape[1],
          step: data.pooled,
          entry: data.entry,
          borders: Array.from({ length: data.n_head - 1 }, (_, head) => (head + 1) * data.d_head),
          width,
          high: 200,
          names: { x: "z", w: "W_O", result: "attn_out", meaning: "attention" },
        });
        drawShares();
        drawTerms();
        describe();
      }
      markHead();
      sayFormulas();
    }, slot);
    function markHead() {
      const head = Math.min(state.head, data.n_head - 1);
      shares.querySelectorAll("[role=radio]").forEach((line, at) => {
        attribute(line, "aria-checked", String(at === head));
        attribute(line, "tabindex", at === head ? "0" : "-1");
      });
    }

    const drawShares = frame(() => {
      const most = Math.max(...data.written, 1e-9);
      const line = (name, at, attributes) => {
        const bar = h("span", { class: "share-bar", "aria-hidden": "true" });
        bar.style.setProperty("--share", data.written[at] / most);
        const [length, share] = [number(data.written[at]), percent(data.shares[at])];
        return h(
          "div",
          { class: "share-line", ...attributes, "aria-label": strings.output.line(name, length, share) },
          h("span", { text: name }),
          bar,
          h("span", { text: length }),
          h("span", { text: share }),
        );
      };
      become(
        shares,
        h(
          "div",
          { class: "share-line share-head", "aria-hidden": "true" },
          h("span"),
          h("span"),
          strings.output.columns.map((text) => h("span", { text })),
        ),
        ...Array.from({ length: data.n_head }, (_, at) => line(strings.output.head(at + 1), at, { role: "radio", tabindex: "-1" })),
        line(strings.output.bias, data.n_head, { role: "note" }),
      );
      markHead();
    }, shares.parentElement);
    const percent = (share) => (share < 0 ? `\u2212${probability(-share)}` : probability(Math.min(share, 1e6)));

    /** Of another entry than the chosen one the weights are here only where the picture shows every one. */
    function products(entry) {
      const given = { bias: data.bias[entry], result: data.attn_out[entry], count: data.z.length };
      const whole = data.pooled.every((step) => step === 1);
      if (entry === data.entry || whole) {
        const w = whole ? data.w.subarray(entry * data.z.length, (entry + 1) * data.z.length) : data.column;
        return { ...dot(data.z, w, given.result, data.z.length), ...given };
      }
      const i = within.i ?? data.terms.terms[0].i;
      return { ...given, terms: [{ i, x: data.z[i], w: null }], rest: null };
    }
    function formulas() {
      const i = figure.entry;
      const at = String(i + 1);
      const closed = (value) => (value < 0 ? row("(", number(value, 4), ")") : number(value, 4));
      const head = written();
      const [of, column] = [String(head + 1), String((within?.entry ?? data.entry) + 1)];
      const length = tied("length", number(data.written[head]));
      words.formulas(
        formula(
          tied(1, "attn_out"),
          "=",
          tied("heads", sum("h")),
          row(tied("all", sub("z", "h")), "·", tied("matrix", sub("W", row("O", ",", "h")))),
          "+",
          tied("b", sub("b", "O")),
        ),
        head < data.n_head
          ? formula("‖", tied("z", sub("z", of)), "·", tied("W", sub("W", row("O", ",", of))), "‖", "=", length)
          : formula("‖", tied("b", sub("b", "O")), "‖", "=", length),
        ...dotFormula({
          ...products(within?.entry ?? data.entry),
          name: coloured("attention", sub("attn_out", column)),
          x: "z",
          of: "O",
          column,
          at: within?.i,
          ties: true,
        }),
        formula(
          tied(2, sub("resid_mid", at)),
          "=",
          tied(0, sub("resid_pre", at)),
          "+",
          tied(1, coloured("attention", sub("attn_out", at))),
        ),
        formula(
          "=",
          tied(0, number(data.resid_pre[i], 4)),
          "+",
          tied(1, closed(data.attn_out[i])),
          ...byHand(data.resid_mid[i], data.resid_pre[i], data.attn_out[i]),
          "=",
          tied(2, number(data.resid_mid[i], 4)),
        ),
      );
    }

    const sayFormulas = frame(() => data && !moved.on && formulas(), words.place);

    const drawTerms = frame(() => {
      const { terms: taken, entry } = data;
      opened.textContent = strings.output.open(entry + 1);
      terms(list, {
        ...taken,
        name: `attn_out[${entry + 1}]`,
        x: "z",
        w: "W_O",
        label: (i) => `${i + 1}, ${strings.output.head(headOf(i) + 1)}`,
        point(key) {
          projection.mark(key);
          follow(key && { entry, i: termOf(key), key });
        },
      });
    }, list.parentElement);

    const describe = frame(() => {
      if (moved.on) return false; // the words are the difference's
      const { norms: lengths } = data;
      const [before, out, after] = rows.map(({ name }) => number(lengths[name]));
      norms.textContent = strings.output.norms(before, out, after);
      let [top, dot] = [0, 0];
      for (let head = 1; head < data.n_head; head++) if (data.shares[head] > data.shares[top]) top = head;
      data.resid_pre.forEach((value, i) => (dot += value * data.attn_out[i]));
      const cosine = dot / (lengths.resid_pre * lengths.attn_out || 1);
      words.say(
        ...strings.output.says({
          token: { token: data.labels[data.token] },
          block: data.block + 1,
          out,
          top: top + 1,
          share: percent(data.shares[top]),
          before,
          after,
          angle: integer(Math.round((Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI)),
        }),
      );
      words.table(() => ({
        caption: strings.output.caption(data.labels[data.token]),
        columns: strings.output.columnsTable,
        rows: (function* () {
          for (let i = 0; i < data.z.length; i++) yield [i + 1, ...rows.map(({ values }) => number(values[i], 5))];
        })(),
      }));
    }, words.place);

    // The token under the pointer elsewhere changes nothing here.
    listen((changes) => Object.keys(changes).some((key) => key !== "hover") && draw());
    onTheme(() => {
      same.forget();
      for (const each of rows) each.image = null;
      described = null;
      draw();
    });
    return {
      update(next) {
        if (moved.update(next)) return void (where.textContent = strings.vectors.where.block(next.block + 1));
        if (data && next.z.length !== data.z.length) within = near = null;
        data = next;
        const line = (name, sign, meaning) => ({ name, sign, meaning, values: data[name], group: strings.output.group });
        rows = [line("resid_pre"), line("attn_out", "+", "attention"), line("resid_mid", "=")];
        described = null;
        adopt(next);
        draw();
      },
    };
  },
};
