// Words for all that the code refers to by name.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const en = (await import("../../../site/strings/index.js")).default;
const { noticed } = await import("../../../site/widgets/token.js");
const source = new URL("../../../src/explainer/", import.meta.url);

test("every notice of Python's has words, and there are words for no other", () => {
  const python = readdirSync(source, { recursive: true })
    .filter((path) => path.endsWith(".py"))
    .map((path) => readFileSync(new URL(path, source), "utf8"))
    .join("\n");
  const named = [...python.matchAll(/\b(?:said|CannotBe)\(\s*"(\w+)"/g)].map(([, name]) => name);
  const ofPrompts = [...python.matchAll(/Prompt\(\(.*?\), "(\w+)"|else None, "(\w+)"|"(\w+)" if dropped/g)];
  named.push(...ofPrompts.map((found) => found.slice(1).find(Boolean)));
  assert.deepEqual(new Set(named), new Set(Object.keys(en.notices)));
});

test("notices say their numbers and names", () => {
  assert.match(noticed({ say: "cut", n_ctx: 40, dropped: 7 }), /40 tokens at most.*the 7 before/);
  assert.match(noticed({ say: "refused", names: ["block", "<b>"] }), /block, <b>$/);
  assert.equal(noticed("a library's own words"), "a library's own words");
});
