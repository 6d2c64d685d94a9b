// The button "Copy link": copies the address with everything that the reader chose.
import { h, setText } from "../lib/dom.js";
import strings from "../strings/index.js";

const SAY_MS = 2000;

/** Sets the button up. link() returns the address, or null when it would be too long; `status` says what did not work. */
export function linkButton(button, link, status) {
  setText(button, strings.link.copy);
  let timer = 0;
  button.addEventListener("click", async () => {
    const url = link();
    if (url === null) return status.say(strings.link.tooLong);
    if (!(await copy(url))) return status.say(strings.link.byHand);
    status.say(strings.link.copied);
    setText(button, strings.link.copied);
    clearTimeout(timer);
    timer = setTimeout(() => setText(button, strings.link.copy), SAY_MS);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http from another machine, and frames, have no navigator.clipboard.
    const field = h("textarea", { class: "unseen", readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
