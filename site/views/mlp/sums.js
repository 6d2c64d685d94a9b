// Shows what the opened neuron reads and what writes the opened entry, each a dot product taken apart.
import { h } from "../../lib/dom.js";
import strings from "../../strings/index.js";
import { light, listedIn, terms } from "../../widgets/terms.js";

const words = strings.mlp;

/**
 * point(cell): the product under the pointer, with the symbol "in" for the neuron's sum, "out" for the entry's; open(neuron).
 * @param {{point(cell: import("./index.js").Pointed | null): void, open(neuron: number): void}} options
 */
export function openedSums({ point, open }) {
  const half = () => {
    const [head, list] = [h("h3", {}), h("div")];
    return { head, list, element: h("div", {}, head, list) };
  };
  const [neuron, entry] = [half(), half()];
  const pair = h("div", { class: "pair" }, neuron.element, entry.element);
  const product = (i, cell) => point(i === null ? null : { text: "", i, ...cell });

  return {
    element: pair,
    neuron: neuron.element,
    entry: entry.element,
    /** @param {import("../../generated/contract").MlpShown} data */
    drawNeuron({ opened, neuron_terms }) {
      const n = opened.neuron + 1;
      neuron.head.textContent = words.neuronOpened(n);
      const hover = (i) => product(i, { activation: "W_in", at: [i, opened.neuron], symbol: "in" });
      terms(neuron.list, { ...neuron_terms, name: `mlp_pre ${n}`, x: "ln2", w: "W_in", hover });
    },
    /** @param {import("../../generated/contract").MlpShown} data */
    drawEntry({ entry: opened, entry_terms }) {
      entry.head.textContent = words.entryOpened(opened + 1);
      terms(entry.list, {
        ...entry_terms,
        name: `mlp_out ${opened + 1}`,
        x: "mlp_post",
        w: "W_out",
        label: (i) => words.neuron(i + 1),
        hover: (i) => product(i, { activation: "W_out", at: [i, opened], symbol: "out", neuron: i }),
        choose: open,
      });
    },
    /** Returns those of a sum's products that its list shows. */
    listed: (symbol, all) => listedIn((symbol === "in" ? neuron : entry).list, all),
    /** Lights the product that a neuron writes. */
    lightNeuron: (at) => light(entry.list, at),
    /** Lights what a formula's part stands for: all products of a sum, "reads" or "writes", or the product of a term. */
    light(symbol, termOf) {
      neuron.list.classList.toggle("lit", symbol === "reads");
      entry.list.classList.toggle("lit", symbol === "writes");
      light(neuron.list, symbol === "in" ? termOf(symbol).i : null);
      light(entry.list, symbol === "out" ? termOf(symbol).i : null);
    },
  };
}
