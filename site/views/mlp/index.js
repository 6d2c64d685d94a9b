// One block's MLP under the chosen token: its neurons before and after the activation function, the strongest and what
// they write, and how the whole is added to the stream. One neuron and one entry open as dot products.
import contract from "../../generated/contract.js";
import { difference } from "../../widgets/difference.js";
import { attribute, become, check, h, pale, radios, unchanged, widthOf } from "../../lib/dom.js";
import { onTheme } from "../../lib/colour.js";
import { integer, number } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { coloured, formula, frac, root, row, sub, sum, sup, tied } from "../../lib/math.js";
import { neurons } from "./neurons.js";
import { note } from "../../widgets/note.js";
import { adopt, choose, listen, outrun, state } from "../../state/choices.js";
import { strips } from "../../widgets/strips.js";
import { byHand, light, terms } from "../../widgets/terms.js";
import strings from "../../strings/index.js";

const words_ = strings.mlp;
const WIDE = 760;
const ORDERS = contract.orders;

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const orders = ORDERS.map((name) => h("button", { type: "button", role: "radio", text: words_.orders[name] }));
    const toggle = h("div", { class: "toggle", role: "radiogroup", "aria-label": words_.order }, orders);
    const figure = h("div", { class: "neurons" });
    const list = h("ol", { class: "strongest", "aria-label": words_.strongest });
    const [neuronHead, entryHead] = [h("h3", {}), h("h3", {})];
    const [neuronTerms, entryTerms] = [h("div"), h("div")];
    const down = h("div", {});
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: words_.title }), where, toggle),
      figure,
      h("h3", { class: "sub", text: words_.strongest }),
      h("p", { class: "head-small", text: words_.strongestAbout }),
      list,
      h("h3", { class: "sub", text: words_.down }),
      h("p", { class: "head-small", text: words_.downAbout }),
      down,
      h("div", { class: "pair" }, h("div", {}, neuronHead, neuronTerms), h("div", {}, entryHead, entryTerms)),
    );
    const box = widthOf(slot, () => draw());
    const [same, sameNeurons, sameNeuron, sameEntry] = [unchanged(), unchanged(), unchanged(), unchanged()];
    const words = note(slot, words_.title);
    words.explain(...words_.explain);
    const moved = difference(slot, words);
    let data = null;
    let neuronData = null; // the same until another neuron is opened, or all are others
    let described = null;
    let drawn = false;

    const open = (neuron) => choose(send, { neuron });
    let product = { in: null, out: null }; // the term under the pointer, of what the opened neuron reads and of the entry
    const near = (neuron) => {
      for (const button of list.querySelectorAll("[data-neuron]")) {
        button.classList.toggle("near", Number(button.dataset.neuron) === neuron);
      }
    };
    const profile = neurons(figure, {
      open,
      look(neuron) {
        light(entryTerms, neuron);
        near(neuron);
        formulas();
      },
      ties: words.ties,
    });
    const stream = strips(down, {
      label: words_.strips,
      read: (line, entry) => words_.stripCell(ROWS[line], entry + 1, number(data[ROWS[line]][entry], 4)),
      look: () => formulas(),
      choose: (entry) => choose(send, { entry }),
      ties: words.ties,
    });
    // What the formulas have of the lists: a neuron's line, all products of a sum, one of them.
    words.ties.follow((key) => {
      near(key === "written" ? profile.now : null);
      neuronTerms.classList.toggle("lit", key === "reads");
      entryTerms.classList.toggle("lit", key === "writes");
      light(neuronTerms, key === "in" ? termOf("in").i : null);
      light(entryTerms, key === "out" ? termOf("out").i : null);
    });
    /** The product of one of the two sums that is under the pointer, else its largest. */
    const termOf = (which) => {
      const { terms: all } = which === "in" ? data.neuron_terms : data.entry_terms;
      const at = product[which] ?? (which === "out" ? profile.now : null);
      return all.find(({ i }) => i === at) ?? all[0];
    };
    const point = (which, i) => {
      product = { ...product, [which]: i };
      words.ties.light(i === null ? null : which);
      formulas();
    };
    const goOrder = (at) => choose(send, { order: ORDERS[at] });
    radios(toggle, goOrder);
    toggle.addEventListener("click", (event) => {
      if (orders.includes(event.target)) goOrder(orders.indexOf(event.target));
    });

    const place = ({ block, labels, token: at }) => become(where, `${strings.vectors.where.block(block + 1)}, `, token(labels[at]));
    const draw = frame(() => {
      if (!data || !box.width || moved.on) return false;
      const { width } = box;
      pale(slot, outrun(data));
      // A choice that only Python can answer: what is there stays as it is until then.
      if (same(data, width, state.order, state.entry)) return false;
      place(data);
      check(orders, Math.max(0, ORDERS.indexOf(state.order)));
      if (!sameNeurons(neuronData, width, state.order)) profile.draw({ order: state.order, width, wide: width >= WIDE });
      stream.draw({
        rows: [
          { name: "resid_mid", values: data.resid_mid, group: "resid_mid, resid_post", meaning: "residual" },
          { name: "mlp_out", values: data.mlp_out, group: "mlp_out", sign: "+", meaning: "mlp" },
          {
            name: "resid_post",
            values: data.resid_post,
            group: "resid_mid, resid_post",
            sign: "=",
            meaning: "residual",
          },
        ],
        entry: Math.min(state.entry, data.d_model - 1),
        width,
      });
      drawn = true;
      say();
    }, slot);
    const say = frame(() => formulas(), words.place);

    /** A neuron as a line: its values, how long what it writes is, the tokens that this speaks for and against. */
    function line(entry, longest) {
      const bar = h("span", { class: "neuron-bar" });
      bar.style.setProperty("--share", entry.written / longest);
      const speak = (list, name) =>
        h(
          "span",
          { class: `speaks ${name}` },
          h("span", { class: "speaks-how", text: words_.speaks[name] }),
          list
            .filter(({ effect }) => (name === "up" ? effect > 0 : effect < 0))
            .map(({ text, effect }) =>
              h("span", { class: "speaks-one" }, token(text), h("span", { class: "speaks-by", text: number(effect, 2) })),
            ),
        );
      const button = h("button", {
        type: "button",
        class: "neuron",
        "data-neuron": entry.neuron,
        text: words_.neuron(entry.neuron + 1),
        onclick: () => open(entry.neuron),
      });
      attribute(button, "aria-pressed", String(entry.neuron === data.opened.neuron));
      return h(
        "li",
        {
          onpointerenter: () => profile.peek(entry.neuron, "written"),
          onpointerleave: () => profile.peek(null),
          onfocusin: () => profile.peek(entry.neuron, "written"),
          onfocusout: () => profile.peek(null),
        },
        button,
        h("span", { class: "neuron-values", text: words_.values(number(entry.pre), number(entry.post)) }),
        h("span", { class: "neuron-writes" }, bar, number(entry.written)),
        speak(entry.up, "up"),
        speak(entry.down, "down"),
      );
    }

    function build() {
      const { opened, version, block, token } = data;
      if (!sameNeuron(version, block, token, opened.neuron)) {
        neuronData = data;
        profile.take(data);
        buildList();
        buildNeuron();
      }
      if (!sameEntry(version, block, token, data.entry)) buildEntry();
    }
    const buildList = frame(() => {
      const { strongest, opened } = data;
      const inList = strongest.some(({ neuron }) => neuron === opened.neuron);
      const focused = document.activeElement?.dataset?.neuron;
      become(
        list,
        ...[...strongest, ...(inList ? [] : [opened])].map((entry) => line(entry, Math.max(strongest[0].written, 1e-30))),
      );
      if (focused === undefined) return;
      // Another neuron may stand there now; who was on one's button stays with that, or near to where it was.
      const all = [...list.querySelectorAll("[data-neuron]")];
      const same = all.find((button) => button.dataset.neuron === focused);
      if (same || !list.contains(document.activeElement)) (same ?? all.at(-1)).focus({ preventScroll: true });
    }, list);
    const buildNeuron = frame(() => {
      const n = data.opened.neuron + 1;
      neuronHead.textContent = words_.neuronOpened(n);
      terms(neuronTerms, { ...data.neuron_terms, name: `mlp_pre ${n}`, x: "ln2", w: "W_in", hover: (i) => point("in", i) });
    }, neuronTerms.parentElement);
    const buildEntry = frame(() => {
      const e = data.entry + 1;
      entryHead.textContent = words_.entryOpened(e);
      terms(entryTerms, {
        ...data.entry_terms,
        name: `mlp_out ${e}`,
        x: "mlp_post",
        w: "W_out",
        label: (i) => words_.neuron(i + 1),
        hover(i) {
          profile.peek(i);
          point("out", i);
        },
        choose: open,
      });
    }, entryTerms.parentElement);

    const describe = frame(() => {
      if (moved.on) return false; // the words are the difference's
      const { opened, pre, post, mlp_out, entry } = data;
      const key = `${data.version}/${data.block}/${data.token}/${opened.neuron}/${entry}`;
      if (key === described) return false;
      described = key;
      let on = 0;
      for (const value of post) if (value > 0) on++;
      let norm = 0;
      for (const value of mlp_out) norm += value * value;
      const strongest = data.strongest[0];
      words.say(
        ...words_.says({
          block: data.block + 1,
          token: { token: data.labels[data.token] },
          on: integer(on),
          all: integer(data.d_mlp),
          neuron: strongest.neuron + 1,
          written: number(strongest.written),
          norm: number(Math.sqrt(norm)),
          up: { token: strongest.up[0].text },
          effect: number(strongest.up[0].effect, 2),
        }),
      );
      words.table(() => ({
        caption: words_.caption(data.labels[data.token], data.block + 1),
        columns: words_.columns,
        rows: profile.order().map((at) => [at + 1, number(pre[at], 4), number(post[at], 4), number(data.written[at])]),
      }));
    }, words.place);

    /** Of the neuron and the entry under the pointer, else of the opened ones. */
    function formulas() {
      if (!drawn || moved.on) return false;
      const { act_fn, pre, post, written, resid_mid, mlp_out, resid_post, neuron_terms, entry_terms } = data;
      const [neuron, entry] = [profile.now, stream.entry];
      const [n, e] = [neuron + 1, entry + 1].map(String);
      const [opensNeuron, opensEntry] = [neuron === data.opened.neuron, entry === data.entry];
      const closed = (value, digits = 4) => (value < 0 ? row("(", number(value, digits), ")") : number(value, digits));
      const before = () => tied("pre", number(pre[neuron], 4));
      /** One product of an opened sum, filled in: which one its indices say. */
      const one = (which, { i, x, w, product }, vector, matrix, result) => {
        const [of, by] = [sub(vector, String(i + 1)), sub(matrix, `${i + 1},${result}`)];
        return [
          formula(tied(which, row(of, by))),
          formula(tied(which, row("=", number(x), "·", closed(w, 3), "=", number(product)))),
        ];
      };
      const reads = row(sum("i"), sub("ln2", "i"), sub("W_in", `i,${n}`));
      const writes = row(sum("n"), sub("mlp_post", "n"), sub("W_out", `n,${e}`));
      const lacks = ({ result, rest, bias, terms: all }) => byHand(result, ...all.map(({ product }) => product), rest, bias);
      const edited = lacks(entry_terms);
      words.formulas(
        formula(
          tied("pre", coloured("mlp", sub("mlp_pre", n))),
          "=",
          opensNeuron ? tied("reads", reads) : reads,
          "+",
          sub("b", n),
          "=",
          before(),
        ),
        ...one("in", termOf("in"), "ln2", "W_in", data.opened.neuron + 1),
        formula(
          tied("post", coloured("mlp", sub("mlp_post", n))),
          "=",
          tied("curve", act_fn),
          "(",
          before(),
          ")",
          "=",
          tied("post", number(post[neuron], 4)),
        ),
        ...activation(act_fn),
        formula(tied("written", row("‖", sub("mlp_post", n), sub("W_out", n), "‖", "=", number(written[neuron])))),
        formula(tied(1, coloured("mlp", sub("mlp_out", e))), "=", opensEntry ? tied("writes", writes) : writes, "+", sub("b", e)),
        formula(...(edited.length && !opensEntry ? ["+", strings.terms.edited] : edited), "=", tied(1, number(mlp_out[entry], 4))),
        ...one("out", termOf("out"), "mlp_post", "W_out", data.entry + 1),
        formula(
          tied(2, sub("resid_post", e)),
          "=",
          tied(0, number(resid_mid[entry], 4)),
          "+",
          tied(1, coloured("mlp", closed(mlp_out[entry]))),
          ...byHand(resid_post[entry], resid_mid[entry], mlp_out[entry]),
          "=",
          tied(2, number(resid_post[entry], 4)),
        ),
      );
    }

    // Not for the token under the pointer, which nothing here shows.
    listen((changes) => Object.keys(changes).some((key) => key !== "hover") && draw());
    // The button at once; what it opens only Python knows.
    listen(
      ({ neuron }) => {
        for (const button of neuron >= 0 ? list.querySelectorAll("[data-neuron]") : []) {
          attribute(button, "aria-pressed", String(Number(button.dataset.neuron) === neuron));
        }
      },
      ["neuron"],
    );
    listen(({ order }) => order && data && ((described = null), describe()));
    onTheme(() => {
      same.forget();
      sameNeurons.forget();
      draw();
    });
    return {
      update(next) {
        toggle.hidden = moved.update(next);
        if (moved.on) return place(next);
        same.forget();
        data = next;
        described = null;
        adopt(next);
        build();
        describe();
        draw();
      },
    };
  },
};

const ROWS = ["resid_mid", "mlp_out", "resid_post"];

/** What the activation function is: a formula, none for one that is not known. */
function activation(name) {
  const half = frac("x", "2");
  const inside = {
    relu: () => ["max", "(", "0", ",", "x", ")"],
    gelu: () => [half, row("(", "1", "+", "erf", "(", frac("x", root("2")), ")", ")")],
    gelu_new: () => {
      const cubed = row("(", "x", "+", "0.044715", sup("x", "3"), ")");
      return [half, row("(", "1", "+", "tanh", "(", root(frac("2", "π")), cubed, ")", ")")];
    },
  }[name];
  return inside ? [formula(tied("curve", row(name, "(", "x", ")")), "=", tied("curve", row(...inside())))] : [];
}
