// site/widgets/cursor.js: the keyboard's way through a canvas of cells.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank, press } from "./dom.mjs";

const { cursor } = await import("../../site/widgets/cursor.js");

function made(rows, cols) {
  const host = blank();
  const seen = { size: [rows, cols], moves: [], entered: [] };
  const at = cursor(host, {
    label: "a figure",
    size: () => seen.size,
    box: (row, col) => ({ x: col * 10, y: row * 10, width: 10, height: 10 }),
    read: (row, col) => `row ${row}, column ${col}`,
    move: (row, col) => seen.moves.push([row, col]),
    enter: (row, col, key) => seen.entered.push([row, col, key]),
  });
  at.place(0, 0);
  return { host, seen, at, cell: () => host.querySelector(".cursor-cell") };
}

test("arrows, Page, Home and End move the cursor, and it never leaves the grid", () => {
  const { cell, at, seen } = made(3, 20);
  cell().focus();
  const steps = [
    ["ArrowUp", {}, [0, 0]],
    ["ArrowLeft", {}, [0, 0]],
    ["ArrowDown", {}, [1, 0]],
    ["ArrowRight", {}, [1, 1]],
    ["PageDown", {}, [1, 4]], // an eighth of the columns
    ["PageUp", {}, [1, 1]],
    ["PageUp", {}, [1, 0]],
    ["End", {}, [1, 19]],
    ["ArrowRight", {}, [1, 19]],
    ["Home", {}, [1, 0]],
    ["End", { ctrlKey: true }, [2, 19]],
    ["ArrowDown", {}, [2, 19]],
    ["Home", { ctrlKey: true }, [0, 0]],
  ];
  for (const [key, more, place] of steps) {
    const event = press(cell(), key, more);
    assert.deepEqual(at.at, place, key);
    assert.ok(event.defaultPrevented, "the page does not scroll");
    assert.deepEqual(seen.moves.at(-1), place, "the view hears of it");
    assert.equal(document.activeElement, cell(), "the focus goes along");
  }
  assert.ok(!press(cell(), "Tab").defaultPrevented);
});

test("the one cell in the document says where it is and what is there", () => {
  const { host, cell } = made(3, 4);
  cell().focus();
  press(cell(), "ArrowDown");
  press(cell(), "ArrowRight");
  assert.equal(host.querySelectorAll("[role=gridcell]").length, 1);
  const grid = host.querySelector("[role=grid]");
  assert.deepEqual(
    [grid.getAttribute("aria-label"), grid.getAttribute("aria-rowcount"), grid.getAttribute("aria-colcount")],
    ["a figure", "3", "4"],
  );
  assert.equal(host.querySelector("[role=row]").getAttribute("aria-rowindex"), "2");
  assert.deepEqual([cell().getAttribute("aria-colindex"), cell().getAttribute("aria-label")], ["2", "row 1, column 1"]);
  assert.deepEqual([cell().style.left, cell().style.top, cell().style.width], ["10px", "10px", "10px"]);
});

test("Enter and Space choose the cell", () => {
  const { cell, seen } = made(2, 2);
  cell().focus();
  press(cell(), "ArrowRight");
  assert.ok(press(cell(), "Enter").defaultPrevented);
  press(cell(), " ");
  assert.deepEqual(seen.entered, [
    [0, 1, "Enter"],
    [0, 1, " "],
  ]);
});

test("data that shrink take the cursor along, and the focus is not lost", () => {
  const { cell, seen, at } = made(5, 5);
  at.place(4, 4);
  cell().focus();
  const moves = seen.moves.length;
  seen.size = [2, 3];
  at.refresh();
  assert.deepEqual(at.at, [1, 2]);
  assert.ok(at.focused && document.activeElement === cell());
  assert.equal(seen.moves.length, moves, "nobody moved");
});

test("a place that others choose takes no focus", () => {
  const { at, seen } = made(5, 5);
  at.place(2, 3);
  assert.deepEqual([at.at, at.focused, seen.moves], [[2, 3], false, []]);
});
