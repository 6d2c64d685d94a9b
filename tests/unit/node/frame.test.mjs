// Drawing in pieces: once for many asks, nothing before the last piece is on the screen, and none lost.
import assert from "node:assert/strict";
import { test } from "node:test";

const frames = [];
globalThis.requestAnimationFrame = (callback) => frames.push(callback);
const failures = []; // what a browser would write into its console
const timer = globalThis.setTimeout;
globalThis.setTimeout = (call, ms) =>
  timer(() => {
    try {
      call();
    } catch (error) {
      failures.push(error.message);
    }
  }, ms);
let sees; // tells of the places that came into the window or left it: [{target, isIntersecting}]
globalThis.IntersectionObserver = class {
  constructor(callback) {
    sees = callback;
  }
  observe() {}
};
const { frame } = await import("../../../site/lib/scheduler.js");

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

test("what is out of the window comes last, and only when it is calm", async () => {
  const drawn = [];
  const [above, below] = [{}, {}];
  const [far, near] = [frame(() => drawn.push("far"), below), frame(() => drawn.push("near"), above)];
  sees([
    { target: below, isIntersecting: false },
    { target: above, isIntersecting: true },
  ]);
  far();
  near();
  await soon();
  await paint();
  assert.deepEqual(drawn, ["near"]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(drawn, ["near", "far"]);
  await paint();
});

test("who comes to what is not yet drawn need not wait", async () => {
  const drawn = [];
  const place = {};
  const draw = frame(() => drawn.push("far"), place);
  sees([{ target: place, isIntersecting: false }]);
  draw();
  await soon();
  assert.deepEqual(drawn, []);
  sees([{ target: place, isIntersecting: true }]);
  await soon();
  assert.deepEqual(drawn, ["far"]);
  await paint();
});

test("what changes nothing needs no frame", async () => {
  const drawn = [];
  const later = frame(() => drawn.push("later"));
  frame(() => {
    later();
    drawn.push("same");
    busy(30); // so that the other is not of the same piece
    return false;
  })();
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual(drawn, ["same", "later"]);
  await paint();
});
