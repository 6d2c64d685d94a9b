// site/views/view.js: what every view does.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank } from "./dom.mjs";

const { View, whereText } = await import("../../site/views/view.js");

test("a view takes no choice before it has data", () => {
  const slot = blank();
  slot.dataset.slot = "residual"; // any that has words
  const view = View.create(slot, () => {});
  assert.equal(slot.inert, true);
  view.update({ labels: ["a"], token: 0 });
  assert.equal(slot.inert, false);
});

test("a place is a block or one head of it, counted from 1", () => {
  assert.equal(whereText({ block: 3, head: 2 }), "head 4.3");
  assert.equal(whereText({ block: 3, head: null }), "block 4");
  assert.equal(whereText({ block: null, head: null }), "");
});
