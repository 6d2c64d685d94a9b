// Draws what stands over the spine: the blocks to choose from, and the names and norms of the open block's parts.
import { attribute, check, h, radios, setText } from "../../lib/dom.js";
import strings from "../../strings/index.js";
import { turned } from "../../widgets/lanes.js";
import { opener } from "../../widgets/part_opener.js";
import { interior } from "../../widgets/stream.js";

const words = strings.residual;
// The parts of the spine -> the parts of the closer look that their names open.
const OPENS = { embed: "embedding", stream: "qkv", attention: "attention", mlp: "mlp", final: "unembedding" };

const stepButton = (text, label, onclick) => h("button", { type: "button", class: "step", "aria-label": label, text, onclick });
/** Puts an element over the depth from `x0` to `x1`. */
function place(element, x0, x1) {
  const along = { left: `${x0}px`, width: `${x1 - x0}px`, top: "", height: "" };
  Object.assign(element.style, turned() ? { top: `${x0}px`, height: `${x1 - x0}px`, left: "", width: "" } : along);
}

export class Head {
  #radios = [];

  /** send: to Python; block(n): the reader takes a block; step(by), stepHead(by): the next block or head (1), the one before (-1). */
  constructor({ send, block, step, stepHead }) {
    this.element = h("div", { class: "stream-head" });
    this.blocks = h("div", { class: "stream-blocks", role: "radiogroup", "aria-label": words.blocks });
    this.steps = [stepButton("‹", words.previous, () => step(-1)), stepButton("›", words.next, () => step(1))];
    this.names = Object.fromEntries(
      Object.entries(OPENS).map(([name, part]) => [
        name,
        h("span", { class: `stream-name at-${name}` }, opener(send, part, words.names[name])),
      ]),
    );
    this.headOf = h("span");
    this.headSteps = [stepButton("‹", words.previousHead, () => stepHead(-1)), stepButton("›", words.nextHead, () => stepHead(1))];
    this.names.attention.append(h("span", { class: "head-steps" }, this.headSteps[0], this.headOf, this.headSteps[1]));
    this.element.append(this.blocks, ...this.steps, ...Object.values(this.names));
    radios(this.blocks, block);
    this.blocks.addEventListener("click", (event) => {
      const radio = event.target.closest("[role=radio]");
      if (radio) block(this.#radios.indexOf(radio));
    });
  }

  /** Lights the name of the part that the formulas' part under the pointer stands for. */
  light(symbol) {
    for (const [name, element] of Object.entries(this.names)) element.classList.toggle("lit", name === symbol);
  }

  /** columns: where blocks begin; open: the chosen block; under: the block under the pointer. */
  draw({ columns, open, under, layers, head, heads, moving }) {
    if (this.#radios.length !== layers) this.#make(layers);
    check(this.#radios, open);
    this.#radios.forEach((radio, block) => this.#drawBlock(radio, block, { columns, open, under, layers }));
    this.#drawSteps(columns, open, layers);
    this.#drawNames(columns, open);
    setText(this.headOf, strings.places.head(open + 1, head + 1));
    attribute(this.headOf, "title", words.heads(heads));
    // What can do nothing keeps the focus.
    this.headSteps.forEach((button, i) => attribute(button, "aria-disabled", (i ? head === heads - 1 : head === 0) || null));
    for (const element of Object.values(this.names)) element.hidden = moving;
  }
  #make(layers) {
    const label = (b) => words.block(b + 1, layers);
    this.#radios = Array.from({ length: layers }, (_, b) =>
      h("div", { role: "radio", class: "block", "aria-label": label(b) }, h("span")),
    );
    this.blocks.replaceChildren(...this.#radios);
  }
  #drawBlock(radio, block, { columns, open, under, layers }) {
    const [x0, x1] = [columns.starts[block], columns.starts[block + 1]];
    place(radio, x0, x1);
    const every = x1 - x0 >= 16 ? 1 : x1 - x0 >= 10 ? 2 : 6;
    setText(radio.firstChild, block === open ? words.block(block + 1, layers) : (block + 1) % every ? "" : String(block + 1));
    radio.classList.toggle("under", block === under);
  }
  #drawSteps(columns, open, layers) {
    const [x0, x1] = [columns.starts[open], columns.starts[open + 1]];
    const middle = (x0 + x1) / 2;
    this.steps.forEach((button, i) => {
      attribute(button, "aria-disabled", (i ? open === layers - 1 : open === 0) || null); // keeps the focus
      const wide = { left: `${i ? middle + 56 : middle - 80}px`, top: "0" };
      Object.assign(button.style, turned() ? { top: `${x1 - 34}px`, left: `${i * 36 - 8}px` } : wide);
    });
  }
  #drawNames(columns, open) {
    const inside = interior(columns.starts[open], columns.starts[open + 1]);
    place(this.names.embed, 0, columns.starts[0]);
    place(this.names.stream, inside.read, 2 * inside.vectors[1] - inside.read);
    place(this.names.attention, ...inside.card);
    place(this.names.mlp, inside.read2, inside.add);
    place(this.names.final, columns.starts.at(-1), columns.end);
  }
}
