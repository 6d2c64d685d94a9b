// site/widgets/part_opener.js: a name in the overview that opens its part, and closes it.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { blank, press } from "./dom.mjs";

const { opener } = await import("../../site/widgets/part_opener.js");
const { h } = await import("../../site/lib/dom.js");
const { put, state } = await import("../../site/state/choices.js");

let scrolled = [];
function made(top) {
  const host = blank();
  const sent = [];
  const place = h("div", { id: "closer" });
  place.getBoundingClientRect = () => ({ top });
  place.scrollIntoView = (how) => scrolled.push(how.block);
  const button = opener((message) => sent.push(message), "mlp", "MLP");
  host.append(button, place);
  return { button, sent };
}
beforeEach(() => {
  scrolled = [];
  put({ part: "", live: true });
});

test("a click opens the part, another one closes it", () => {
  const { button, sent } = made(100);
  assert.deepEqual([button.textContent, button.type, Boolean(button.title)], ["MLP", "button", true]);
  button.click();
  assert.equal(state.part, "mlp");
  button.click();
  assert.deepEqual([state.part, sent], ["", [{ set: { part: "mlp" } }, { set: { part: "" } }]]);
  assert.deepEqual(scrolled, [], "it is on the screen already");
});

test("a part below the screen is brought into view, once it is open", () => {
  const { button } = made(880);
  button.click();
  assert.deepEqual(scrolled, ["center"]);
  button.click();
  assert.deepEqual(scrolled, ["center"]);
});

test("Escape closes its own part and no other", () => {
  const { button, sent } = made(100);
  press(button, "Escape");
  put({ part: "qkv" });
  press(button, "Escape");
  assert.deepEqual([state.part, sent], ["qkv", []]);
  put({ part: "mlp" });
  press(button, "Enter");
  assert.equal(state.part, "mlp");
  press(button, "Escape");
  assert.equal(state.part, "");
});
