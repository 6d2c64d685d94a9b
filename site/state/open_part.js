// Which part of the model is open.
import { calm } from "../lib/dom.js";
import { choose, state } from "./choices.js";

/** Opens a part from anywhere: from the overview's names, from another part. The same part again closes it. */
export function openPart(send, name) {
  choose(send, { part: state.part === name ? "" : name });
  const place = document.getElementById("closer");
  // Into view, but no farther than needed: the overview above is where the reader is.
  if (state.part && place.getBoundingClientRect().top > innerHeight * 0.7) {
    place.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  }
}
