// site/views/whatif/says.js: the sentence about what becomes of the answer.
import assert from "node:assert/strict";
import { test } from "node:test";

import "./dom.mjs";

const { says } = await import("../../site/views/whatif/says.js");

const TOP = [{ id: 5, text: "·man", before: 0.1, after: 0.1 }];
/** Returns the sentence about a change that moves no probability. */
const unmoved = (more) =>
  says(
    /** @type {any} */ ({
      compared: "change",
      labels: [..."abcdef"],
      places: [5, 5],
      top: TOP,
      edits: "",
      mask: "causal",
      ...more,
    }),
  ).join("");

test("a window that is longer than the text is said to be", () => {
  const scores = { causal: 21, now: 21 };
  assert.equal(unmoved({ mask: "window:8", scores }), "The window of 8 is longer than this text: nothing changes.");
  for (const mask of ["window:6", "sinks:8:4", "blocks:8:4:1"]) assert.match(unmoved({ mask, scores }), /still sees all before it/);
});

test("another change that moves nothing is named", () => {
  const nothing = /no probability changes/;
  assert.match(unmoved({ mask: "window:2", scores: { causal: 21, now: 11 } }), nothing);
  assert.match(unmoved({ mask: "window:8", edits: "z.0.0=0", scores: { causal: 21, now: 21 } }), nothing);
  assert.match(unmoved({ mask: "full", labels: ["a"], scores: { causal: 1, now: 1 } }), nothing);
});
