// Opens and closes the parts of the model, and brings the reader there and back.
import { calm } from "../lib/dom.js";
import { choose, state } from "./choices.js";

let from = null; // the element that opened the part: the reader returns to it

const sectionOf = (name) => document.getElementById(`part-${name}`);
const behavior = () => (calm() ? "auto" : "smooth");
const isInFrame = () => {
  try {
    return window.parent !== window;
  } catch {
    return true;
  }
};

/** Notes in the browser's history which part is open: the address is written a little later. A course page's own history stays as it is. */
function note(part, asNewPlace = false) {
  if (isInFrame()) return;
  if (asNewPlace) history.pushState({ part }, "");
  else history.replaceState({ ...history.state, part }, "");
}

/** Opens a part and scrolls to its head. The browser's Back returns to the place before. */
export function openPart(send, name) {
  const { activeElement } = document;
  if (activeElement !== document.body && !sectionOf(name)?.contains(activeElement)) from = activeElement;
  if (state.part !== name) {
    note(state.part ?? "");
    note(name, true);
  }
  choose(send, { part: name });
  sectionOf(name)?.scrollIntoView({ block: "start", behavior: behavior() });
}

/** Closes a part that is open and in sight; opens any other. */
export function togglePart(send, name) {
  const top = sectionOf(name)?.getBoundingClientRect().top ?? 0;
  if (state.part === name && top >= 0 && top < innerHeight * 0.8) closePart(send);
  else openPart(send, name);
}

/** Closes the open part and returns to what opened it, else to `otherwise`. */
export function closePart(send, otherwise = null) {
  choose(send, { part: "" });
  note("");
  const back = from?.isConnected && !from.closest("[hidden]") ? from : otherwise;
  from = null;
  if (!back) return;
  back.focus({ preventScroll: true });
  back.scrollIntoView({ block: "nearest", behavior: behavior() });
}
