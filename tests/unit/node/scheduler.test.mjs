// Drawing in pieces: once for many asks, nothing before the last piece is on the screen, and none lost.
import assert from "node:assert/strict";
import { test } from "node:test";

import { install } from "./clock.mjs";

const clock = install();
let sees; // reports the places that came into the window or left it: [{target, isIntersecting}]
globalThis.IntersectionObserver = class {
  constructor(callback) {
    sees = callback;
  }
  observe() {}
};
const { frame, resting } = await import("../../../site/lib/scheduler.js");

/** Lets the browser paint. */
function paint() {
  assert.equal(clock.frames.length, 1, "one frame was asked for");
  clock.paint();
}

test("what is asked for twice is drawn once, after what asked for it", () => {
  const drawn = [];
  const draw = frame(() => drawn.push("a"));
  draw();
  draw();
  assert.deepEqual(drawn, []);
  clock.pass();
  assert.deepEqual(drawn, ["a"]);
  draw();
  clock.pass();
  assert.deepEqual(drawn, ["a"], "the first is not on the screen");
  paint();
  assert.deepEqual(drawn, ["a", "a"]);
  assert.equal(resting(), false);
  paint();
  assert.equal(resting(), true);
});

test("draws that take long are spread over frames", () => {
  const drawn = [];
  const [long, short] = [frame(() => drawn.push("long") && clock.busy(40)), frame(() => drawn.push("short"))];
  long();
  short();
  clock.pass();
  assert.deepEqual(drawn, ["long"]);
  paint();
  assert.deepEqual(drawn, ["long", "short"]);
  paint();
});

test("figures of one stage change in one frame, however long they take", () => {
  const drawn = [];
  const stage = {};
  const [left, right, apart] = ["left", "right", "apart"].map((name) =>
    frame(() => drawn.push(name) && clock.busy(40), { closest: () => (name === "apart" ? null : stage) }),
  );
  left();
  apart();
  right();
  clock.pass();
  assert.deepEqual(drawn, ["left", "right"]);
  paint();
  assert.deepEqual(drawn, ["left", "right", "apart"]);
  paint();
});

test("a draw that fails is no other's loss", () => {
  const drawn = [];
  frame(() => {
    throw new Error("no such figure");
  })();
  frame(() => drawn.push("other"))();
  clock.pass();
  paint();
  assert.deepEqual([clock.failures, drawn], [["no such figure"], ["other"]]);
  paint();
});

test("what is out of the window comes last, and only when it is calm", () => {
  const drawn = [];
  const [above, below] = [{}, {}];
  const [far, near] = [frame(() => drawn.push("far"), below), frame(() => drawn.push("near"), above)];
  sees([
    { target: below, isIntersecting: false },
    { target: above, isIntersecting: true },
  ]);
  far();
  near();
  clock.pass();
  paint();
  assert.deepEqual(drawn, ["near"]);
  clock.pass(300);
  assert.deepEqual(drawn, ["near", "far"]);
  paint();
});

test("who comes to what is not yet drawn need not wait", () => {
  const drawn = [];
  const place = {};
  const draw = frame(() => drawn.push("far"), place);
  sees([{ target: place, isIntersecting: false }]);
  draw();
  clock.pass();
  assert.deepEqual(drawn, []);
  sees([{ target: place, isIntersecting: true }]);
  clock.pass();
  assert.deepEqual(drawn, ["far"]);
  paint();
});

test("what changes nothing needs no frame", () => {
  const drawn = [];
  const later = frame(() => drawn.push("later"));
  frame(() => {
    later();
    drawn.push("same");
    clock.busy(30); // so that the other draw is in another piece
    return false;
  })();
  clock.pass(60);
  assert.deepEqual(drawn, ["same", "later"]);
  paint();
});
