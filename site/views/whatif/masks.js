// Who may look at whom: the kind of mask with its numbers, a picture of it, and what it costs.
import contract from "../../generated/contract.js";
import { check, h, radios, setText } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { colour } from "../../lib/colour.js";
import { canvas } from "../../lib/heat.js";
import strings from "../../strings/index.js";

const KINDS = Object.keys(contract.masks);
const FIRST = contract.first_masks;
const MOST = contract.limits.mask_number;

/** choose(mask as text). Returns {element, draw({mask, visible, length, scores, side})}. */
export function masks({ choose }) {
  const words = strings.whatif.mask;
  const buttons = KINDS.map((kind) =>
    h("button", { type: "button", role: "radio", text: words.kinds[kind], title: words.titles[kind] }),
  );
  const kinds = h("div", { class: "toggle", role: "radiogroup", "aria-label": words.title }, buttons);
  const field = (most) => h("input", { type: "number", min: 0, max: most, step: 1 });
  const fields = { size: field(MOST), more: field(MOST), seed: field(MOST) };
  fields.size.min = 1;
  const labels = Object.fromEntries(Object.entries(fields).map(([name, input]) => [name, h("label", {}, h("span"), input)]));
  const line = h("div", { class: "mask-line" }, Object.values(labels));
  const [about, facts] = [h("p", { class: "head-small" }), h("p", { class: "mask-facts" })];
  const picture = h("div", { class: "mask-picture", role: "img" });
  const drawing = canvas(picture);
  const element = h("div", {}, kinds, h("div", { class: "mask-body" }, picture, h("div", {}, about, line, facts)));
  let now = null;

  const pick = (at) => choose(FIRST[KINDS[at]]);
  radios(kinds, pick);
  buttons.forEach((button, at) => button.addEventListener("click", () => pick(at)));
  for (const input of Object.values(fields)) {
    input.addEventListener("change", () => {
      const [kind] = now.mask.split(":");
      const value = (name) => Math.max(Number(fields[name].min), Math.min(MOST, Math.round(fields[name].valueAsNumber || 0)));
      choose([kind, ...contract.masks[kind].map(value)].join(":"));
    });
  }

  return {
    element,
    draw(next) {
      now = next;
      const [kind, size, more, seed] = now.mask.split(":");
      check(buttons, KINDS.indexOf(kind));
      about.textContent = words.titles[kind];
      const values = { size, more, seed };
      const names = { size: words.size[kind], more: words.more[kind], seed: kind === "blocks" && words.seed };
      for (const [name, label] of Object.entries(labels)) {
        label.hidden = values[name] === undefined;
        setText(label.firstChild, names[name] || "");
        if (document.activeElement !== fields[name]) fields[name].value = values[name] ?? "";
      }
      line.hidden = size === undefined;
      setText(facts, words.scores(integer(now.scores.causal), integer(now.scores.now)));
      draw();
    },
  };

  function draw() {
    const { length: n, side, visible } = now;
    const context = drawing.size(side, side);
    const each = side / n;
    picture.setAttribute("aria-label", words.picture(n));
    context.fillStyle = colour("raised");
    context.fillRect(0, 0, side, side);
    context.fillStyle = colour("attention", 0.75);
    const gap = each > 6 ? 1 : 0;
    for (let row = 0; row < n; row++) {
      for (let col = 0; col < n; col++) {
        const seen = visible ? visible[row * n + col] > 0 : now.mask === "full" || (now.mask === "causal" && col <= row);
        if (seen) context.fillRect(col * each, row * each, each - gap + (gap ? 0 : 0.3), each - gap + (gap ? 0 : 0.3));
      }
    }
  }
}
