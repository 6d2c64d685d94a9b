// ?lock=prompt,model: what a course page does not want changed in its figure. Names are those of the choices (docs/embedding.md); `sampling` is all that the draw depends on, `story` is all that goes on with the text.

import contract from "../generated/contract.js";

const asked = (new URLSearchParams(globalThis.location?.search ?? "").get("lock") ?? "").split(",").map((name) => name.trim());
const locked = new Set(asked.includes("sampling") ? [...asked, ...contract.sampling] : asked);

// Where the controls are. Fields are switched off; what a view itself switches on and off is made inert instead; groups
// of choices stay readable, say that they are switched off, and do nothing.
const CONTROLS = {
  prompt: "#prompt-text, .examples",
  model: "[data-slot=prompt] select:not(.examples)",
  block: ".stream-blocks, [data-slot=residual] button",
  head: ".heads",
  token: ".token-list",
  point: ".points",
  part: ".part-bar button, .opener",
  surprise: ".surprise-switch input",
  sampling: ".knobs",
  story: "[data-slot=story] button, #plays button, .tree",
};

/** What is left of a message of a view's, {set} or {do}; null when nothing is. */
export function allowed(message) {
  if (message.do) return locked.has("story") ? null : message;
  const set = Object.fromEntries(Object.entries(message.set ?? {}).filter(([name]) => !locked.has(name)));
  return Object.keys(set).length ? { set } : null;
}

/** Switches the controls off; to be called when the views have made them. */
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
