// A slider that moves faster than Python answers: at most one message on its way, and the newest value arrives.
import assert from "node:assert/strict";
import { test } from "node:test";

import { install } from "./clock.mjs";

const clock = install();
const { latest } = await import("../../../site/state/latest.js");
const { state } = await import("../../../site/state/choices.js");

/** Lets the browser draw, and paint what was drawn. */
function frame() {
  clock.pass();
  clock.paint();
}

test("the newest of many values follows the first one's answer", () => {
  state.live = true;
  const sent = [];
  const choices = latest(
    ({ set }) => sent.push(set),
    () => {},
  );
  for (const top_k of [1, 2, 3, 4]) {
    choices.set({ top_k });
    frame();
  }
  assert.deepEqual(sent, [{ top_k: 1 }]);
  assert.equal(choices.wanted("top_k", { top_k: 0 }), 4);
  choices.answered({ top_k: 9 }); // to another question
  frame();
  assert.equal(sent.length, 1);
  choices.answered({ top_k: 1 });
  frame();
  assert.deepEqual(sent, [{ top_k: 1 }, { top_k: 4 }]);
  choices.answered({ top_k: 4 });
  assert.equal(choices.wanted("top_k", { top_k: 7 }), 7);
  frame(); // no work of this test is left for the next one
});

test("what Python refuses holds nothing up", () => {
  state.live = true;
  const sent = [];
  let gaveUp = 0;
  const choices = latest(
    ({ set }) => sent.push(set),
    () => (gaveUp += 1),
  );
  choices.set({ seed: -1 });
  frame();
  assert.deepEqual(sent, [{ seed: -1 }]);
  clock.pass(1001);
  assert.equal(gaveUp, 1);
  assert.equal(choices.wanted("seed", { seed: 5 }), 5);
});
