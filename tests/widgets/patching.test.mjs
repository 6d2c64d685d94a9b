// site/views/whatif/patching.js: the other text, and where its vectors take the place of this one's.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank } from "./dom.mjs";

const { Patching } = await import("../../site/views/whatif/patching.js");
const { default: strings } = await import("../../site/strings/index.js");

test("trying every place opens the maps and begins the run", () => {
  const sent = [];
  const patching = new Patching((message) => sent.push(message), { edit() {} });
  blank().append(patching.element);
  const button = [...patching.element.querySelectorAll("button")].find(
    ({ textContent }) => textContent === strings.whatif.patch.map,
  );
  button.click();
  assert.deepEqual(sent, [{ set: { measure: "positions" } }, { set: { part: "maps" } }, { do: { sweep: "positions" } }]);
});
