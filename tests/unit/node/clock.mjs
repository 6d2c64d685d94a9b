// Not a test: a browser's clock, timers and frames that move only when a test says so, in place of node's own.

/**
 * Installs the clock. `clock.pass(ms)` lets time pass and runs what is due by then, in order; `clock.paint()` runs the browser's next
 * frame and what follows it at once. `clock.frames`: callbacks that wait for a frame. `clock.failures`: messages of thrown errors, as a
 * browser would write them into its console.
 */
export function install() {
  let now = 1000;
  let last = 0;
  const timers = new Map(); // id -> {at, call}
  const clock = {
    frames: [],
    failures: [],
    now: () => now,
    /** Takes the time of a computation: the clock moves, and nothing else can happen. */
    busy: (ms) => (now += ms),
    pass(ms = 0) {
      const end = now + ms;
      for (let due = next(end); due; due = next(end)) {
        timers.delete(due.id);
        now = Math.max(now, due.at);
        try {
          due.call();
        } catch (error) {
          clock.failures.push(error.message);
        }
      }
      now = Math.max(now, end);
    },
    paint() {
      for (const call of clock.frames.splice(0)) call(now);
      clock.pass();
    },
  };
  /** Returns the timer that is due first, of those due by `end`; of two due at once the one set first. */
  function next(end) {
    let first = null;
    for (const [id, { at, call }] of timers) if (at <= Math.max(now, end) && (!first || at < first.at)) first = { id, at, call };
    return first;
  }
  globalThis.setTimeout = (call, ms = 0) => {
    timers.set(++last, { at: now + ms, call });
    return last;
  };
  globalThis.clearTimeout = (id) => timers.delete(id);
  globalThis.requestAnimationFrame = (call) => clock.frames.push(call);
  Object.defineProperty(globalThis, "performance", { value: { now: () => now }, configurable: true });
  return clock;
}
