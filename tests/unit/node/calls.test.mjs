// site/workers/calls.js: calls from one worker to another, over a real port.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";

import { answer, caller } from "../../../site/workers/calls.js";
import { AppError } from "../../../site/workers/download.js";

function pair(t, functions, told = () => {}) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  answer(port2, functions);
  return { ask: caller(port1, told), there: port2 };
}

test("every question gets its own answer, in whatever order they come", async (t) => {
  const answers = [];
  const { ask } = pair(t, { later: () => new Promise((resolve) => answers.push(resolve)), now: (a, b) => a + b });
  const first = ask("later");
  const second = ask("later");
  assert.equal(await ask("now", 2, 3), 5); // asked last, answered first
  answers[1]("second");
  assert.equal(await second, "second");
  answers[0]("first");
  assert.equal(await first, "first");
});

test("arrays are handed over, not copied, also those that share their memory", async (t) => {
  const data = Float32Array.of(1, 2, 3, 4);
  const { ask } = pair(t, { give: () => ({ outputs: { a: { data, dims: [4] }, b: { data: data.subarray(1, 3), dims: [2] } } }) });
  const { outputs } = await ask("give");
  assert.deepEqual([...outputs.a.data, ...outputs.b.data], [1, 2, 3, 4, 2, 3]);
  assert.equal(data.byteLength, 0);
});

test("a failure crosses with all that the reader may be told", async (t) => {
  const wrong = new AppError("runtime", ["It broke.", "Try again."], { detail: "why", retry: false });
  wrong.fallback = "wasm";
  const { ask } = pair(t, {
    known() {
      throw wrong;
    },
    async unknown() {
      throw new TypeError("no such thing");
    },
  });
  const { name, message, stage, advice, detail, retry, fallback } = wrong;
  await assert.rejects(ask("known"), (error) => {
    assert.ok(error instanceof AppError);
    return Object.entries({ name, message, stage, advice, detail, retry, fallback }).every(([key, value]) => error[key] === value);
  });
  await assert.rejects(
    ask("unknown"),
    (error) =>
      !(error instanceof AppError) &&
      error.name === "TypeError" &&
      error.message === "no such thing" &&
      error.stack.includes("calls.test.mjs"),
  );
  await assert.rejects(ask("missing"), /is not a function/);
});

test("what is no answer is told", async (t) => {
  const told = [];
  const { ask, there } = pair(t, { done: () => true }, (message) => told.push(message));
  there.postMessage({ type: "progress", loaded: 1 });
  await ask("done");
  assert.deepEqual(told, [{ type: "progress", loaded: 1 }]);
});
