// The reader's choices and what Python says of them, in whatever order that arrives.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

globalThis.location ??= { search: "", hash: "" };
const { adopt, choose, counted, forgetSent, isPossible, outrun, put, state } = await import("../../../site/state/choices.js");
const EDITS = ["edits"];

beforeEach(() => forgetSent({}));

/** Makes choices one after another; returns the number that Python hears with each. */
function made(...choices) {
  return choices.map((choice) => {
    let number;
    choose((message) => (number = counted(message).made), choice);
    return number;
  });
}

test("a choice taken back at once does not come back by the late answer to it", () => {
  const [first, second] = made({ edits: "z.1.1=0" }, { edits: "" });
  adopt({ edits: "z.9.9=0" }, EDITS); // said before Python knew of either choice
  adopt({ edits: "z.1.1=0", heard: first }, EDITS);
  assert.equal(state.edits, "");
  adopt({ edits: "", heard: second }, EDITS);
  assert.equal(state.edits, "");
});

test("a late answer to a choice before the last two does not undo the last, however long it takes", () => {
  const [first, , last] = made({ edits: "z.0.0=0" }, { edits: "" }, { edits: "z.5.6=0" });
  adopt({ edits: "z.5.6=0", heard: last }, EDITS); // the bar
  adopt({ edits: "z.0.0=0", heard: first }, EDITS); // a figure that was being computed
  assert.equal(state.edits, "z.5.6=0");
});

test("what Python makes of a choice that it knows is taken over at once", () => {
  const [, last] = made({ block: 4 }, { block: 5 });
  adopt({ block: 2, heard: last }); // a smaller model
  assert.equal(state.block, 2);
});

test("an older answer does not undo a choice that is on its way, and other choices do not wait for it", () => {
  made({ head: 3 });
  adopt({ head: 0, block: 1 });
  assert.equal(state.head, 3);
  assert.equal(state.block, 1);
});

test("a new worker counts anew: what the one before it was told is confirmed by nothing, what still waits stays", () => {
  put({ block: 0, head: 0 });
  made({ block: 4 }, { head: 2 });
  forgetSent({ head: 2 });
  adopt({ block: 1, head: 1, heard: 0 });
  assert.equal(state.block, 1);
  assert.equal(state.head, 2);
});

test("numbers are outrun by the choice of another token, or of another block where they are of one", () => {
  put({ token: -1, block: 2, tokens: 3 });
  const data = { labels: ["a", "b", "c"], token: 2 };
  assert.equal(outrun(data), false); // the last token, by whatever name
  assert.equal(outrun({ ...data, block: 2 }), false);
  assert.equal(outrun({ ...data, block: null }), false);
  assert.equal(outrun({ ...data, block: 1 }), true);
  put({ token: 0 });
  assert.equal(outrun(data), true);
});

test("data that are shown late do not undo what a newer answer has reported", () => {
  put({ edits: "", token: -1, tokens: 1 });
  const late = { arrived: 1, edits: "z.1.1=0", measure: "mean", labels: ["a", "b"] };
  adopt({ arrived: 2, edits: "", labels: ["a"] }, EDITS);
  adopt(late, [...EDITS, "measure"]);
  assert.equal(state.edits, "");
  assert.equal(state.tokens, 1);
  assert.equal(state.measure, "mean"); // which no other answer has reported
  adopt({ arrived: 3, edits: "z.2.2=0" }, EDITS);
  assert.equal(state.edits, "z.2.2=0");
});

test("a choice from an address is shown before Python has looked at it only where it is possible", () => {
  for (const [name, value] of Object.entries({
    block: 0,
    token: -1,
    part: "mlp",
    sink: true,
    temperature: 0.5,
    mask: "window:8",
    edits: "",
  }))
    assert.equal(isPossible(name, value), true, name);
  for (const [name, value] of Object.entries({
    block: "NaN",
    head: 1.5,
    token: -2,
    part: "x",
    sink: "true",
    temperature: 11,
    mask: "window",
  }))
    assert.equal(isPossible(name, value), false, name);
  assert.equal(isPossible("no such choice", 1), false);
});
