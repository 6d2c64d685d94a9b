// site/widgets/part_opener.js and site/state/open_part.js: what opens a part, and brings the reader there and back.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { blank, press } from "./dom.mjs";

const { opener } = await import("../../site/widgets/part_opener.js");
const { togglePart } = await import("../../site/state/open_part.js");
const { h } = await import("../../site/lib/dom.js");
const { put, state } = await import("../../site/state/choices.js");

let scrolled = [];
/** A page with a name that opens the MLP, whose section begins at `top`. */
function made(top) {
  const host = blank();
  const sent = [];
  const send = (message) => sent.push(message);
  const section = h("section", { id: "part-mlp" });
  section.getBoundingClientRect = () => ({ top });
  section.scrollIntoView = (how) => scrolled.push(how.block);
  const button = opener(send, "mlp", { name: "Neurons", field: "MLP" });
  button.scrollIntoView = (how) => scrolled.push(`back ${how.block}`);
  host.append(button, section);
  return { button, sent, send };
}
beforeEach(() => {
  scrolled = [];
  put({ part: "", live: true });
});

test("a name opens its part, scrolls to its head, and never closes it", () => {
  for (const top of [100, 880, -300]) {
    put({ part: "" });
    const { button, sent } = made(top);
    assert.deepEqual(
      Array.from(button.children, ({ className, textContent }) => [className, textContent]),
      [
        ["plain-name", "Neurons"],
        ["field-name", "MLP"],
      ],
    );
    assert.deepEqual([button.type, Boolean(button.title)], ["button", true]);
    scrolled = [];
    button.click();
    button.click();
    assert.equal(state.part, "mlp");
    assert.deepEqual([sent, scrolled], [[{ set: { part: "mlp" } }], ["start", "start"]], `at ${top}`);
  }
});

test("the bar closes a part in sight and brings back one that is out of sight", () => {
  for (const [top, after] of [
    [100, ""],
    [880, "mlp"],
    [-300, "mlp"],
  ]) {
    const { send } = made(top);
    put({ part: "mlp" });
    togglePart(send, "mlp");
    assert.equal(state.part, after, `at ${top}`);
  }
});

test("Escape closes its own part and no other, and returns to the name", () => {
  const { button, sent } = made(100);
  press(button, "Escape");
  put({ part: "qkv" });
  press(button, "Escape");
  assert.deepEqual([state.part, sent], ["qkv", []]);
  button.focus();
  button.click();
  assert.equal(state.part, "mlp");
  press(button, "Escape");
  assert.equal(state.part, "");
  assert.equal(document.activeElement, button);
  assert.equal(scrolled.at(-1), "back nearest");
});
