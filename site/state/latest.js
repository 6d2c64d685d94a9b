// Choices that change faster than Python answers, such as a slider's: one on its way at a time, the newest wins.
import { frame } from "../lib/scheduler.js";
import { state } from "./choices.js";

const PATIENCE_MS = 1000; // a choice that Python refuses has no answer

/** gaveUp(): a choice found no answer, so what Python last said holds again. */
export function latest(send, gaveUp) {
  let next = {}; // waits for the answer to `sent`
  let sent = null;
  let timer = 0;

  function arm() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!state.live) return arm(); // page.js keeps it until Python is there
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
      // Before Python is there the page keeps choices: nothing has to be waited for.
      next = state.live ? { ...next, ...changes } : { ...sent, ...next, ...changes };
      if (!state.live) sent = null;
      flush();
    },
    /** To be called with every update. */
    answered(data) {
      if (!sent || Object.entries(sent).some(([name, value]) => data[name] !== value)) return;
      clearTimeout(timer);
      sent = null;
      flush();
    },
    /** What the reader wants, which is what Python says where nothing is on its way. */
    wanted: (name, data) => next[name] ?? sent?.[name] ?? data[name],
  };
}
