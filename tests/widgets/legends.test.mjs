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
