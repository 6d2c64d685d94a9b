// site/widgets/note.js: the words beside a figure, and its numbers as a table.
import assert from "node:assert/strict";
import { test } from "node:test";

import { install } from "../unit/node/clock.mjs";
import { blank, texts } from "./dom.mjs";

const { h } = await import("../../site/lib/dom.js");
const { formula, tied } = await import("../../site/lib/math.js");
const { legend, note } = await import("../../site/widgets/note.js");
const clock = install();

function made(inPage = true) {
  const host = blank();
  const slot = h("div", { "data-slot": "mlp" });
  host.append(slot);
  if (inPage) host.append(h("div", { id: "note-mlp" }, "old"));
  return { host, slot, words: note(slot, "MLP") };
}
const open = (twin) => (twin.open = true); // which fires a toggle event
const rows = (place) => [...place.querySelectorAll("tbody tr")];

test("it is where the page has a place for it, else below the figure", () => {
  const { host, words } = made();
  assert.equal(words.place, host.querySelector("#note-mlp"));
  assert.equal(words.place.querySelector("h2").textContent, "MLP");
  const alone = made(false);
  assert.equal(alone.words.place.parentNode, alone.slot);
});

test("a sentence is of texts, tokens and nodes, and keeps its nodes when it changes", () => {
  const { words } = made();
  const says = words.place.querySelector(".says");
  words.say("The token ", { token: "·fox" }, " is ", h("b", {}, "here"));
  assert.equal(says.textContent, "The token ·fox is here");
  const [token] = says.querySelectorAll(".token");
  words.say("The token ", { token: "·dog" }, " is ", h("b", {}, "there"));
  assert.deepEqual([says.textContent, says.querySelector(".token") === token], ["The token ·dog is there", true]);
});

test("the longer explanation is hidden until there is one", () => {
  const { words } = made();
  const more = words.place.querySelector("details.more");
  assert.equal(more.hidden, true);
  words.explain("One.", ["Of ", { token: "·fox" }, "."]);
  assert.deepEqual([more.hidden, texts(more.querySelectorAll("p"))], [false, ["One.", "Of ·fox."]]);
});

test("a table is made when it is opened, and again when the data change", () => {
  const { words } = made();
  const twin = words.place.querySelector(".twin");
  let made_ = 0;
  const table =
    (...lines) =>
    () => {
      made_ += 1;
      return { caption: "numbers", columns: ["token", "value"], rows: lines };
    };
  words.table(table(["a", 1]));
  assert.equal(made_, 0);
  open(twin);
  assert.deepEqual(
    [made_, texts(twin.querySelectorAll("thead th")), texts(twin.querySelectorAll("tbody > tr > *"))],
    [1, ["token", "value"], ["a", "1"]],
  );
  assert.deepEqual(
    [twin.querySelector("caption").textContent, twin.querySelector("tbody th").getAttribute("scope")],
    ["numbers", "row"],
  );
  words.table(table(["b", 2], [{ token: "·c" }, "−3"]));
  assert.deepEqual(texts(rows(twin)), ["b2", "·c−3"]);
});

test("a long table comes whole, in slices that leave the page time", () => {
  const { words } = made();
  const twin = words.place.querySelector(".twin");
  words.table(() => ({ caption: "all", columns: ["n"], rows: Array.from({ length: 1001 }, (_, i) => [i]) }));
  open(twin);
  assert.ok(rows(twin).length < 1001, "not in one piece");
  clock.pass();
  assert.equal(rows(twin).length, 1001);
  assert.deepEqual(
    texts(rows(twin)),
    Array.from({ length: 1001 }, (_, i) => String(i)),
    "in order, none twice",
  );
});

test("data that change while a long table comes leave nothing of the old in it", () => {
  const { words } = made();
  const twin = words.place.querySelector(".twin");
  words.table(() => ({ caption: "old", columns: ["n"], rows: Array.from({ length: 900 }, () => ["old"]) }));
  open(twin);
  words.table(() => ({ caption: "new", columns: ["n"], rows: Array.from({ length: 450 }, () => ["new"]) }));
  clock.pass();
  assert.deepEqual([rows(twin).length, new Set(texts(rows(twin)))], [450, new Set(["new"])]);
});

test("formulas that change keep what was lit in them", () => {
  const { words } = made();
  words.formulas(formula(tied("x", "a")), formula(tied("y", "b")));
  words.links.light("y");
  words.formulas(formula(tied("y", "c")));
  const lit = words.place.querySelectorAll(".formulas .lit");
  assert.deepEqual(texts(lit), ["c"]);
});

test("a legend says its range", () => {
  const { element, show } = legend();
  show("signed", "−1", "1", "half");
  assert.deepEqual([element.querySelector(".ramp.signed") !== null, element.textContent], [true, "−11half"]);
});
