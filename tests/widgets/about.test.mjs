// site/page/about.js: what the page says of itself.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank } from "./dom.mjs";

const { about } = await import("../../site/page/about.js");

/** Returns what the dialog says. */
function said(served) {
  const host = blank();
  about(host.appendChild(document.createElement("p")), host.appendChild(document.createElement("button")), served);
  return document.querySelector("dialog").textContent;
}

test("it says where the model runs, and so where the text goes", () => {
  assert.match(said(false), /on your own device.*stays here/);
  assert.doesNotMatch(said(true), /your own device|stays here/);
  assert.match(said(true), /is sent there/);
});
