// Words for all that the code refers to by name.
import assert from "node:assert/strict";
import { test } from "node:test";

const contract = (await import("../../../site/generated/contract.js")).default;
const en = (await import("../../../site/strings/index.js")).default;
const { noticed } = await import("../../../site/widgets/token.js");

test("every notice of Python's has words, and there are words for no other", () => {
  assert.deepEqual(new Set(Object.keys(contract.notices)), new Set(Object.keys(en.notices)));
});

test("notices say their numbers and names", () => {
  assert.match(noticed({ say: "cut", n_ctx: 40, dropped: 7 }), /40 tokens at most.*the 7 before/);
  assert.match(noticed({ say: "refused", names: ["block", "<b>"] }), /block, <b>$/);
  assert.equal(noticed("a library's own words"), "a library's own words");
});
