// site/widgets/formula_links.js: what is under the pointer in a formula is told, what is under it in the figure is lit.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank, pointer } from "./dom.mjs";

const { h } = await import("../../site/lib/dom.js");
const { formula, tied } = await import("../../site/lib/math.js");
const { formulaLinks } = await import("../../site/widgets/formula_links.js");

function made() {
  const place = blank();
  const write = () => place.replaceChildren(formula(tied("x", "a"), "+", tied(3, "b"), "+", tied("x", "c")), h("p"));
  write();
  const links = formulaLinks(place);
  const told = [];
  links.follow((key) => told.push(key));
  const lit = () => [...place.querySelectorAll(".lit")].map((part) => part.textContent);
  return { place, links, told, lit, write, part: (key) => place.querySelector(`[data-tied="${key}"]`) };
}

test("each part is told once, its inside and its twin say nothing new, and leaving says null", () => {
  const { place, told, part } = made();
  pointer(part("x"), "pointerover");
  pointer(part("x").firstChild, "pointerover");
  pointer(place.querySelectorAll("[data-tied=x]")[1], "pointerover");
  pointer(part(3), "pointerover");
  pointer(place.querySelector("p"), "pointerover");
  pointer(part(3), "pointerover");
  pointer(place, "pointerleave");
  assert.deepEqual(told, ["x", "3", null, "3", null]);
});

test("a finger points at nothing", () => {
  const { told, part } = made();
  pointer(part("x"), "pointerover", { pointerType: "touch" });
  assert.deepEqual(told, []);
});

test("every part of a key is lit, also when the formulas are new ones, and none for null", () => {
  const { links, lit, write } = made();
  links.light("x");
  assert.deepEqual(lit(), ["a", "c"]);
  write();
  assert.deepEqual(lit(), []);
  links.lightAgain();
  assert.deepEqual(lit(), ["a", "c"]);
  links.light(3);
  assert.deepEqual(lit(), ["b"]);
  links.light(null);
  assert.deepEqual(lit(), []);
  links.lightAgain();
  assert.deepEqual(lit(), []);
});
