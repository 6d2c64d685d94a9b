// Edits as text: what the page writes is what Python reads, and words say what is changed.
import assert from "node:assert/strict";
import { test } from "node:test";

const { described, masked, part, read, valueAt, withEdit, written } = await import("../../../site/state/edits.js");

test("text is read and written without loss", () => {
  const text = "z.4.2=0;mlp_out.2=mean;pattern.5.1.2=0.25,0.25,0.5;embed.3=0.5";
  assert.equal(written(read(text)), text);
  assert.deepEqual(read(text)[2], { name: "pattern", at: [5, 1, 2], value: "0.25,0.25,0.5" });
  assert.deepEqual(read(""), []);
});

test("an edit replaces the one of its place and leaves the others", () => {
  assert.equal(withEdit("z.4.2=0;z.4.1=0", "z", [4, 2], "mean"), "z.4.1=0;z.4.2=mean");
  assert.equal(withEdit("z.4.2=0;z.4.1=0", "z", [4, 2], null), "z.4.1=0");
  assert.equal(withEdit("", "ln1", [0], "0"), "ln1.0=0");
});

test("what holds at a place is the last edit of it or of all that it belongs to", () => {
  const edits = read("z.4=0;z.4.2=0.5;z.3.1.7=0");
  assert.equal(valueAt(edits, "z", [4, 1]), "0");
  assert.equal(valueAt(edits, "z", [4, 2]), "0.5");
  assert.equal(valueAt(edits, "z", [3, 1]), null);
  assert.equal(valueAt(edits, "attn_out", [4]), null);
});

test("words count from 1", () => {
  const say = (text) => described(read(text)[0]);
  assert.equal(say("z.4.2=0"), "head 5.3 off");
  assert.equal(say("z.4.2=1.5"), "head 5.3 × 1.5");
  assert.equal(say("z.4=mean"), "all heads of block 5 at average");
  assert.equal(say("resid_pre.3.7=patch"), "stream of block 4 at token 8 from the other text");
  assert.equal(say("mlp_out.2=0"), "MLP of block 3 off");
  assert.equal(part(read("z.4.2=0")[0]), "head 5.3");
  assert.equal(masked("sinks:8:4"), "attention limited to the last 8 tokens and the first 4");
  assert.equal(masked("full"), "attention both ways");
});
