// Words for all that the code refers to by name.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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

test("a head is named with its block", () => {
  const folder = new URL("../../../site/", import.meta.url);
  const files = readdirSync(folder, { recursive: true }).filter((path) => /^(strings\/en\/.*|views\/.*words\.en)\.js$/.test(path));
  assert.ok(files.length > 20);
  for (const path of files) assert.doesNotMatch(readFileSync(new URL(path, folder), "utf8"), /\bhead \$\{\w+\}(?!\.)/i, path);
});

test("the story's letters are promised only together with where they work", () => {
  const { titles, keys } = en.story;
  for (const title of Object.values(titles)) assert.doesNotMatch(typeof title === "function" ? title(60) : title, /\([A-Z]\)/);
  assert.match(keys, /has the focus/);
});
