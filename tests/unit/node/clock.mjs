// Not a test: a browser's clock, timers and frames that move only when a test says so, in place of node's own.

/**
 * `clock.pass(ms)` lets time pass, and what was due by then happen, in order; `clock.paint()` is the browser's next frame and what
 * happens right after it. `clock.frames`: callbacks that wait for it. `clock.failures`: messages of what was thrown, as a browser
 * would write them into its console.
 */
export function install() {
  let now = 1000;
  let last = 0;
  const timers = new Map(); // id -> {at, call}
  const clock = {
    frames: [],
    failures: [],
    now: () => now,
    /** Time that a computation takes: the clock moves, and nothing else can happen. */
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
  /** The timer that is due first, of those due by `end`; of two at once the one set first. */
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
