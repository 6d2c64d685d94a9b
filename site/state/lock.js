// ?lock=prompt,model names the choices that a course page fixes in its figure (docs/embedding.md). `sampling` stands for all that
// the draw depends on, `story` for all that goes on with the text.

import contract from "../generated/contract.js";

const asked = (new URLSearchParams(globalThis.location?.search ?? "").get("lock") ?? "").split(",").map((name) => name.trim());
const locked = new Set(asked.includes("sampling") ? [...asked, ...contract.sampling] : asked);

// The controls of each choice. Fields are switched off; controls that their view switches on and off are made inert; groups
// of choices stay readable, say that they are switched off, and do nothing.
const CONTROLS = {
  prompt: "#prompt-text, .examples",
  model: ".models",
  block: ".stream-blocks, [data-slot=residual] button",
  head: ".heads",
  token: ".token-list",
  point: ".points",
  part: ".part-bar button, .opener",
  surprise: ".surprise-switch input",
  sampling: ".knobs",
  story: "[data-slot=story] button, #plays button, .tree",
};

/** Returns what the lock leaves of a view's message, {set} or {do}; null where it leaves nothing. */
export function allowed(message) {
  if (message.do) return locked.has("story") ? null : message;
  const set = Object.fromEntries(Object.entries(message.set ?? {}).filter(([name]) => !locked.has(name)));
  return Object.keys(set).length ? { set } : null;
}

/** Switches the locked controls off; to be called when the views have made them. */
export function lockControls() {
  for (const name of Object.keys(CONTROLS).filter((each) => locked.has(each))) {
    for (const control of document.querySelectorAll(CONTROLS[name])) {
      if (control.matches("textarea")) control.readOnly = true;
      else if (control.matches("select")) control.disabled = true;
      else if (control.matches("input, button, .knobs")) control.inert = true;
      else control.setAttribute("aria-disabled", "true");
    }
  }
}
