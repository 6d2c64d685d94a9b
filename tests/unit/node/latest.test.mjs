// A slider that moves faster than Python answers: at most one message on its way, and the newest value arrives.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.requestAnimationFrame = (callback) => setTimeout(callback);
const { latest } = await import("../../../site/state/latest.js");
const { state } = await import("../../../site/state/choices.js");

const frame = () => new Promise((resolve) => setTimeout(resolve, 5));

test("the newest of many values follows the first one's answer", async () => {
  state.live = true;
  const sent = [];
  const choices = latest(
    ({ set }) => sent.push(set),
    () => {},
  );
  for (const top_k of [1, 2, 3, 4]) {
    choices.set({ top_k });
    await frame();
  }
  assert.deepEqual(sent, [{ top_k: 1 }]);
  assert.equal(choices.wanted("top_k", { top_k: 0 }), 4);
  choices.answered({ top_k: 9 }); // to somebody else's question
  await frame();
  assert.equal(sent.length, 1);
  choices.answered({ top_k: 1 });
  await frame();
  assert.deepEqual(sent, [{ top_k: 1 }, { top_k: 4 }]);
  choices.answered({ top_k: 4 });
  assert.equal(choices.wanted("top_k", { top_k: 7 }), 7);
  await frame(); // nothing of this test is left over in the next one's time
});

test("what Python refuses holds nothing up", async (context) => {
  state.live = true;
  const sent = [];
  let gaveUp = 0;
  const choices = latest(
    ({ set }) => sent.push(set),
    () => (gaveUp += 1),
  );
  context.mock.timers.enable({ apis: ["setTimeout"] });
  choices.set({ seed: -1 });
  context.mock.timers.tick(1);
  assert.deepEqual(sent, [{ seed: -1 }]);
  context.mock.timers.tick(1001);
  assert.equal(gaveUp, 1);
  assert.equal(choices.wanted("seed", { seed: 5 }), 5);
});
