// site/widgets/player.js: an order played, stepped and scrubbed.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { install } from "../unit/node/clock.mjs";
import { blank, pointer, press, reader } from "./dom.mjs";

const { player } = await import("../../site/widgets/player.js");
const clock = install();
beforeEach(() => (reader.calm = false));

function made(length = 3) {
  const host = blank();
  const order = { length, shown: [] };
  const play = player({
    label: "the steps",
    length: () => order.length,
    show: (at) => order.shown.push(at),
    time: () => 100,
    says: (at) => `step ${at}`,
  });
  host.append(play.element);
  play.draw();
  const [button, back, slider, next, line] = play.element.children;
  return { host, order, play, button, back, slider, next, line };
}

test("it rests at the end, where all is there", () => {
  const { play, slider, line, next, back, order } = made();
  assert.deepEqual([play.at, play.playing, slider.value, line.textContent, order.shown], [3, false, "3", "step 3", []]);
  assert.deepEqual([next.getAttribute("aria-disabled"), back.getAttribute("aria-disabled")], ["true", null]);
  order.length = 5;
  assert.equal(play.at, 5, "an order that grows keeps it there");
});

test("playing begins anew, shows every step in its time and stops at the end", () => {
  const { play, button, order, line } = made();
  button.click();
  assert.deepEqual([play.playing, order.shown, line.getAttribute("aria-live")], [true, [0], "off"]);
  clock.pass(99);
  assert.deepEqual(order.shown, [0]);
  clock.pass(1);
  assert.deepEqual(order.shown, [0, 1]);
  clock.pass(1000);
  assert.deepEqual([order.shown, play.playing, line.getAttribute("aria-live")], [[0, 1, 2, 3], false, "polite"]);
});

test("a pause holds it where it is, and playing goes on from there", () => {
  const { play, button, order } = made();
  button.click();
  clock.pass(100);
  button.click();
  clock.pass(1000);
  assert.deepEqual([play.at, play.playing, order.shown], [1, false, [0, 1]]);
  button.click();
  clock.pass(100);
  assert.deepEqual(order.shown, [0, 1, 1, 2]);
});

test("steps stop it, and go no further than there is", () => {
  const { play, button, back, next, order } = made(2);
  button.click();
  next.click();
  assert.deepEqual([play.playing, play.at], [false, 1]);
  next.click();
  next.click();
  assert.deepEqual(order.shown, [0, 1, 2]);
  for (let i = 0; i < 4; i++) back.click();
  assert.deepEqual([play.at, order.shown], [0, [0, 1, 2, 1, 0]]);
});

test("the focus stays on the button that made the last step", () => {
  const { next, back, play } = made(1);
  back.focus();
  back.click();
  assert.deepEqual([play.at, document.activeElement === back, back.disabled], [0, true, false]);
  next.focus();
  next.click();
  assert.equal(document.activeElement, next);
});

test("the slider goes to its value and stops what plays", () => {
  const { play, button, slider, order } = made(4);
  button.click();
  slider.value = "2";
  slider.dispatchEvent(new Event("input"));
  clock.pass(1000);
  assert.deepEqual([play.at, play.playing, order.shown], [2, false, [0, 2]]);
});

test("whatever the reader does elsewhere stops it; what they do to the player itself does not", () => {
  for (const act of [
    (where) => pointer(where, "pointerdown"),
    (where) => press(where, "a"),
    (where) => where.dispatchEvent(new Event("wheel", { bubbles: true })),
  ]) {
    const { play, button, host } = made();
    button.click();
    act(play.element);
    assert.equal(play.playing, true);
    act(host);
    assert.equal(play.playing, false);
  }
});

test("a place that was chosen elsewhere is taken without being shown again", () => {
  const { play, order, button } = made();
  play.move(1);
  assert.deepEqual([play.at, order.shown], [1, []]);
  play.move(9);
  assert.equal(play.at, 3);
  button.click();
  play.finish();
  assert.deepEqual([play.playing, play.at], [false, 3]);
  play.move(null);
  assert.equal(play.at, 3);
});

test("whoever wants no motion has steps only", () => {
  reader.calm = true;
  const { play, button, next, back } = made();
  assert.equal(button.hidden, true);
  button.click();
  assert.equal(play.playing, false);
  back.click();
  next.click();
  assert.equal(play.at, 3);
});
