// Shows a band under the bar while the model is changed: every change, which model the figures show, and the way back. Also
// marks every figure whose numbers are not the untouched model's.
import { attribute, check, h, radios, setText } from "../lib/dom.js";
import { described, masked, read, withEdit } from "../state/edits.js";
import { noticed } from "../widgets/token.js";
import { adopt, choose, listen, state } from "../state/choices.js";
import contract from "../generated/contract.js";
import strings from "../strings/index.js";

const LISTED = 4;
// Figures that compare by themselves, or show nothing that the model computes.
const UNMARKED = new Set(["prompt", "tokens", "whatif", "maps", "merges", "size"]);

/** Makes the band after `bar`. Returns {update(data of the prompt view)}. */
export function alteredBand(bar, send) {
  const words = strings.altered;
  const list = h("ul", { class: "altered-list" });
  const buttons = contract.shows.map((name) =>
    h("button", { type: "button", role: "radio", text: words.shows[name], title: words.showsTitle[name] }),
  );
  const toggle = h("div", { class: "toggle", role: "radiogroup", "aria-label": words.figures }, buttons);
  const figures = h("div", { class: "altered-figures" }, h("span", { text: words.figures }), toggle);
  const left = h("p", { class: "altered-left", role: "status" });
  const reset = h("button", { type: "button", class: "altered-reset", text: words.reset, title: words.resetTitle, onclick: back });
  const band = h(
    "section",
    { class: "altered", "aria-label": words.title, hidden: true },
    h("strong", { text: words.title }),
    list,
    figures,
    reset,
    left,
  );
  bar.after(band);
  // The bar of parts stays below the band, and the overview leaves room for it.
  const fit = () => document.documentElement.style.setProperty("--altered", `${band.offsetHeight}px`);
  new ResizeObserver(fit).observe(band);
  /** @type {import("../generated/contract.js").PromptShown | null} */
  let data = null;
  let drawn = "";

  function back() {
    // The band goes, and the focus with it. A field would bring up a phone's keyboard.
    const next = document.querySelector("#plays .main") ?? document.getElementById("prompt-text");
    /** @type {HTMLElement | null} */ (next)?.focus({ preventScroll: true });
    choose(send, { edits: "", mask: "causal", shows: "changed" });
  }
  const show = (at) => choose(send, { shows: contract.shows[at] });
  radios(toggle, show);
  buttons.forEach((button, at) => button.addEventListener("click", () => show(at)));

  /** Shows or hides the band without moving what the reader clicks on from under the pointer. */
  function appear(on) {
    if (band.hidden === !on) return;
    const root = document.documentElement;
    const pressed = document.activeElement?.closest("main") ? document.activeElement : null;
    const before = pressed?.getBoundingClientRect().top;
    root.style.overflowAnchor = "none";
    band.hidden = !on;
    fit();
    if (pressed) scrollBy(0, pressed.getBoundingClientRect().top - before);
    requestAnimationFrame(() => (root.style.overflowAnchor = ""));
  }

  function draw() {
    if (!data) return;
    const edits = read(state.edits);
    const changed = edits.length > 0 || state.mask !== "causal";
    appear(changed);
    if (!changed) return;
    const key = `${state.edits}/${state.mask}`;
    if (drawn !== key) {
      drawn = key;
      list.replaceChildren(...itemsOf(edits, send));
    }
    check(buttons, contract.shows.indexOf(state.shows));
    figures.hidden = !data.changed;
    setText(left, data.left_out?.length ? words.leftOut(data.left_out.map(noticed).join("; ")) : "");
    left.hidden = !left.textContent;
  }
  listen(draw);
  return {
    update(next) {
      data = next;
      adopt(next, ["edits", "mask", "other", "shows"]);
      draw();
    },
  };
}

/** Lists what is changed, each change with a button that undoes it. */
function itemsOf(edits, send) {
  const words = strings.altered;
  const item = (text, undone) => {
    const label = words.putBack(text);
    const onclick = () => choose(send, undone());
    return h("li", {}, h("button", { type: "button", text, title: label, "aria-label": label, onclick }));
  };
  return [
    ...(state.mask === "causal" ? [] : [item(masked(state.mask), () => ({ mask: "causal" }))]),
    ...edits
      .slice(0, LISTED)
      .map((edit) => item(described(edit), () => ({ edits: withEdit(state.edits, edit.name, edit.at, null) }))),
    ...(edits.length > LISTED ? [h("li", { text: words.more(edits.length - LISTED) })] : []),
  ];
}

/** Marks a figure whose numbers are the changed model's, or a difference; `shows` is null while nothing is changed. */
export function mark(slot, shows) {
  const on = shows && !UNMARKED.has(slot.dataset.slot);
  attribute(slot, "data-shows", on ? shows : null);
  attribute(slot, "data-mark", on ? strings.altered.marks[shows] : null);
}
