// site/views/maps/index.js: a head is chosen, and only its own button or key switches it off.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank, press } from "./dom.mjs";

const { default: Maps } = await import("../../site/views/maps/index.js");
const { state } = await import("../../site/state/choices.js");

const scores = Object.assign(new Float32Array(8), { shape: [2, 4] });
const DATA = { labels: ["a", "b"], n_layer: 2, n_head: 4, block: 0, head: 0, measure: "previous", sizes: [], sweep: null };

function made() {
  const slot = blank();
  slot.dataset.slot = "maps";
  const sent = [];
  const maps = /** @type {any} */ (Maps.create(slot, (message) => sent.push(message.set)));
  maps.data = { ...DATA, roles: { previous: scores } };
  maps.drawReadout();
  return { maps, sent, button: slot.querySelector(".map-readout button") };
}

test("a click on a head chooses it and leaves the model as it is", () => {
  const { maps, sent } = made();
  maps.open(1, 3);
  assert.deepEqual(sent, [{ block: 1, head: 3 }]);
  assert.equal(state.edits, "");
});

test("the button below the map switches the chosen head off and on again", () => {
  const { maps, button } = made();
  maps.drawReadout();
  assert.equal(button.textContent, "Switch off head 2.4");
  button.click();
  assert.equal(state.edits, "z.1.3=0");
  maps.drawReadout();
  assert.equal(button.textContent, "Switch on head 2.4 again");
  button.click();
  assert.equal(state.edits, "");
});

test("Delete and X in the map switch the head under the cursor; with a modifier they do not", () => {
  const { maps } = made();
  Object.defineProperty(maps.grid, "at", { value: [0, 3] });
  const cell = maps.grid.body;
  press(cell, "x", { ctrlKey: true });
  press(cell, "c");
  assert.equal(state.edits, "");
  press(cell, "x");
  assert.deepEqual([state.edits, state.block, state.head], ["z.0.3=0", 0, 3]);
  press(cell, "Delete");
  assert.equal(state.edits, "");
});
