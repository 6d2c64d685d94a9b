// Sends choices that change faster than Python answers, such as a slider's: one at a time is on its way, the newest wins.
import { frame } from "../lib/scheduler.js";
import { state } from "./choices.js";

const PATIENCE_MS = 1000; // a choice that Python refuses has no answer

/** Makes such a sender. It calls gaveUp() when a choice got no answer, so that Python's last value holds again. */
export function latest(send, gaveUp) {
  let next = {}; // waits for the answer to `sent`
  let sent = null;
  let timer = 0;

  function arm() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!state.live) return arm(); // page.js keeps the choice until Python answers
      sent = null;
      if (Object.keys(next).length) flush();
      else gaveUp();
    }, PATIENCE_MS);
  }
  const flush = frame(() => {
    if (sent || !Object.keys(next).length) return;
    sent = next;
    next = {};
    send({ set: sent });
    arm();
  });
  return {
    set(changes) {
      // Until Python answers, the page keeps choices: there is nothing to wait for.
      next = state.live ? { ...next, ...changes } : { ...sent, ...next, ...changes };
      if (!state.live) sent = null;
      flush();
    },
    /** Compares an update with the choice on its way; to be called with every update. */
    answered(data) {
      if (!sent || Object.entries(sent).some(([name, value]) => data[name] !== value)) return;
      clearTimeout(timer);
      sent = null;
      flush();
    },
    /** Returns the value that the reader wants: Python's own where nothing is on its way. */
    wanted: (name, data) => next[name] ?? sent?.[name] ?? data[name],
  };
}
