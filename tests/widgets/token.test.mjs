// site/widgets/token.js: tokens and sentences as the reader sees them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { texts } from "./dom.mjs";

const { h } = await import("../../site/lib/dom.js");
const { token, phrase } = await import("../../site/widgets/token.js");

test("marks of what cannot be seen are faint, the rest is text", () => {
  const element = token("·fox↵<b>⟨E2⟩");
  assert.deepEqual([element.localName, element.textContent], ["bdi", "·fox↵<b>⟨E2⟩"]);
  assert.deepEqual(texts(element.querySelectorAll(".mark")), ["·", "↵", "⟨E2⟩"]);
  assert.equal(element.querySelector("b"), null);
});

test("a long one is cut by letters, with all of it in its title", () => {
  const long = "😀".repeat(40);
  const element = token(long);
  assert.deepEqual([[...element.textContent].length, element.textContent.endsWith("😀…"), element.title], [24, true, long]);
  const short = token("😀".repeat(24));
  assert.deepEqual([[...short.textContent].length, short.hasAttribute("title")], [24, false]);
});

test("an empty one can be seen", () => assert.equal(token("").textContent, "∅"));

test("a sentence is of texts, tokens and nodes", () => {
  const node = h("b", {}, "4");
  const parts = phrase(["after ", { token: "·a" }, node]);
  assert.deepEqual([parts[0], parts[1].className, parts[2] === node], ["after ", "token", true]);
});
