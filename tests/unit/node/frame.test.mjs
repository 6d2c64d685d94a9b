// Drawing in pieces: once for many asks, nothing before the last piece is on the screen, and none lost.
import assert from "node:assert/strict";
import { test } from "node:test";

const frames = [];
globalThis.requestAnimationFrame = (callback) => frames.push(callback);
const failures = []; // what a browser would write into its console
const timer = globalThis.setTimeout;
globalThis.setTimeout = (call, ms) => timer(() => {
  try {
    call();
  } catch (error) {
    failures.push(error.message);
  }
}, ms);
const { frame } = await import("../../../site/lib/dom.js");

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));
/** The browser paints. */
async function paint() {
  assert.equal(frames.length, 1, "one frame was asked for");
  frames.pop()();
  await soon();
}
function busy(ms) {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test("what is asked for twice is drawn once, after what asked for it", async () => {
  const drawn = [];
  const draw = frame(() => drawn.push("a"));
  draw();
  draw();
  assert.deepEqual(drawn, []);
  await soon();
  assert.deepEqual(drawn, ["a"]);
  draw();
  await soon();
  assert.deepEqual(drawn, ["a"], "the first is not on the screen");
  await paint();
  assert.deepEqual(drawn, ["a", "a"]);
  await paint();
});

test("draws that take long are spread over frames", async () => {
  const drawn = [];
  const [long, short] = [frame(() => drawn.push("long") && busy(40)), frame(() => drawn.push("short"))];
  long();
  short();
  await soon();
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.deepEqual(drawn, ["long"]);
  await paint();
  assert.deepEqual(drawn, ["long", "short"]);
  await paint();
});

test("a draw that fails is no other's loss", async () => {
  const drawn = [];
  frame(() => {
    throw new Error("no such figure");
  })();
  frame(() => drawn.push("other"))();
  await soon();
  await paint();
  assert.deepEqual([failures, drawn], [["no such figure"], ["other"]]);
  await paint();
});
