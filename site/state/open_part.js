// Opens and closes the parts of the model.
import { calm } from "../lib/dom.js";
import { choose, state } from "./choices.js";

/** Opens a part, from the overview's names or from another part; closes it where it is open. */
export function openPart(send, name) {
  choose(send, { part: state.part === name ? "" : name });
  const place = document.getElementById("closer");
  // Scrolls only where the part is low in the window: the reader is looking at the overview above.
  if (state.part && place.getBoundingClientRect().top > innerHeight * 0.7) {
    place.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  }
}
