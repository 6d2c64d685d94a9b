// site/views/residual/legends.js: what the legends below the overview say of what is drawn.
import assert from "node:assert/strict";
import { test } from "node:test";

import "./dom.mjs";

const { streamLegends } = await import("../../site/views/residual/legends.js");

const said = ({ scaled = { largest: 5, limit: 5, beyond: 0 }, difference = false } = {}) =>
  streamLegends({ scaled, difference, block: 3, head: 2 }).map(({ textContent }) => textContent);

test("the legends name the head with its block", () => {
  for (const difference of [false, true]) assert.match(said({ difference }).join("\n"), /head 4\.3\b/);
});

// A stream is never dashed, nor is anything in the open block (site/views/residual/spine.js).
test("the legend of lengths off the scale says which of them are dashed", () => {
  assert.match(
    said({ scaled: { largest: 900, limit: 50, beyond: 3 } })[0],
    /3 longer, up to 900: drawn no thicker \(dashed only where/,
  );
  assert.doesNotMatch(said()[0], /dashed/);
});

test("the legend of a difference names what is drawn of it: gains and losses, no mixture", () => {
  assert.match(said({ difference: true }).join("\n"), /Dots: .*more.*; rings: .*less/);
  assert.doesNotMatch(said({ difference: true }).join("\n"), /green/i);
});
