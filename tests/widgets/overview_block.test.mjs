// site/views/residual/block.js: the inside of the overview's open block.
import assert from "node:assert/strict";
import { test } from "node:test";

import "./dom.mjs";

globalThis.getComputedStyle = /** @type {any} */ (() => ({ color: "rgb(1, 2, 3)", getPropertyValue: () => "" }));
const { drawBlock } = await import("../../site/views/residual/block.js");

const DOT = 7; // where the arcs of dots end; those of plus signs end after one turn
const LABELS = ["a", "b", "c"];

/** Draws a block whose last token has these weights; returns how its dots are painted, and how many curves there are. */
function drawn(weights, shows) {
  const [dots, count] = [[], { curves: 0 }];
  let last = null;
  const paint = (how) => () => {
    if (last === DOT) dots.push(how);
    last = null;
  };
  const known = {
    arc: (...place) => (last = place[4]),
    fill: paint("filled"),
    stroke: paint("ring"),
    bezierCurveTo: () => count.curves++,
  };
  const context = new Proxy({}, { get: (_, name) => known[name] ?? (() => {}), set: () => true });
  const lanes = LABELS.map((_, at) => ({ from: at, to: at, at: at * 30, size: 30 }));
  const strip = document.createElement("canvas");
  const patterns = Object.assign(new Float32Array([0, 0, 0, 0, 0, 0, ...weights]), { shape: [1, 3, 3] });
  const lengths = new Float32Array(3).fill(1);
  drawBlock(
    context,
    /** @type {any} */ ({
      data: { labels: LABELS, n_head: 1, block: 0, head: 0, shows, patterns, q_norm: lengths, k_norm: lengths, v_norm: lengths },
      layout: { lanes, laneOf: (at) => at, size: 30 },
      place: { starts: [50, 950], end: 1000 },
      open: 0,
      head: 0,
      token: 2,
      hover: null,
      breadth: 90,
      scales: { norm: 1, vector: 1, strips: { q: strip, k: strip, v: strip, z: strip, mlp: strip } },
    }),
  );
  // The six weights of 0 before the last row's are grey dots where they are masked: three of them lie above the diagonal.
  return { dots: dots.slice(3), curves: count.curves };
}

test("weights are dots, and the token that looks collects from where it looks", () => {
  assert.deepEqual(drawn([0.5, 0.3, 0.2], "original").dots, ["filled", "filled", "filled"]);
  assert.equal(
    drawn([0.5, 0.3, 0.2], "original").curves - drawn([0.5, 0, 0.5], "original").curves,
    1 + 2,
    "a key's path, a ribbon",
  );
});

test("in a difference lost weights are rings, and nothing is collected", () => {
  assert.deepEqual(drawn([0.5, -0.3, -0.2], "difference").dots, ["filled", "ring", "ring"]);
  assert.equal(drawn([0.5, -0.3, -0.2], "difference").curves, drawn([0.5, 0.3, 0.2], "original").curves - 3 * 2);
});
