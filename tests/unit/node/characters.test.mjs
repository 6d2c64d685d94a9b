// site/lib/characters.js: characters that are cut into single bytes.
import assert from "node:assert/strict";
import { test } from "node:test";

import { splitCharacters } from "../../../site/lib/characters.js";

const pieces = (...texts) => texts.map((bytes) => ({ bytes: typeof bytes === "string" ? [...Buffer.from(bytes)] : bytes }));

test("an emoji of four pieces is one character over them", () => {
  const found = splitCharacters(pieces("a", [0xf0], [0x9f], [0x98], [0x80], " b"));
  assert.deepEqual(found, [{ text: "😀", from: 1, to: 4 }]);
});

test("pieces of several bytes, and two characters in a row", () => {
  const [first, second] = ["从", "前"].map((c) => [...Buffer.from(c)]);
  assert.deepEqual(splitCharacters(pieces(first.slice(0, 2), first.slice(2), second.slice(0, 1), second.slice(1))), [
    { text: "从", from: 0, to: 1 },
    { text: "前", from: 2, to: 3 },
  ]);
  // One piece ends in the middle of a character that the next one completes.
  assert.deepEqual(splitCharacters(pieces([...first, second[0]], second.slice(1))), [{ text: "从前", from: 0, to: 1 }]);
});

test("whole characters are in no run, and neither is what makes none", () => {
  assert.deepEqual(splitCharacters(pieces("na", "ï", "ve", "从")), []);
  assert.deepEqual(splitCharacters(pieces([0x80], [0xff], "a", [0xf0], [0x9f])), []);
  assert.deepEqual(splitCharacters([]), []);
});

test("a broken beginning hides no later character", () => {
  assert.deepEqual(splitCharacters(pieces([0xf0], "x", [0xc3], [0xa9])), [{ text: "é", from: 2, to: 3 }]);
});

test("what the reader sees as one character is one, however many code points make it", () => {
  const bytes = (text) => [...new TextEncoder().encode(text)].map((byte) => [byte]);
  const family = "👩\u200d👧";
  assert.deepEqual(splitCharacters(pieces(...bytes(family))), [{ text: family, from: 0, to: 10 }]);
  assert.deepEqual(splitCharacters(pieces("a", ...bytes("\u0301"), "b")), [{ text: "a\u0301", from: 0, to: 2 }]);
  assert.deepEqual(
    splitCharacters(pieces(...bytes("从前"))).map(({ text }) => text),
    ["从", "前"],
  );
});
