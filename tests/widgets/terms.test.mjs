// site/widgets/terms.js: a dot product taken apart.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank, pointer } from "./dom.mjs";

const { byHand, dotFormula, light, termOf, terms } = await import("../../site/widgets/terms.js");

const term = (i, x, w) => ({ i, x, w, product: x * w });
const FEW = [term(7, 2, 3), term(0, -1, 4), term(3, 0.5, 0.5)];
const rest = 0.25;
const options = (more = {}) => ({
  name: "q[3]",
  x: "ln1",
  terms: FEW,
  rest,
  bias: 1,
  result: 6 - 4 + 0.25 + rest + 1,
  count: 10,
  ...more,
});

/** Returns where the bar of a line begins and ends, in the table's own per cent. */
function bar(line) {
  const style = line.querySelector(".term-track").getAttribute("style");
  const [at, wide, zero] = ["at", "wide", "zero"].map((name) => Number(style.match(new RegExp(`--${name}: ([-\\d.e]+)%`))[1]));
  const left = (at / 100) * (100 - wide);
  return { left, right: left + wide, zero };
}
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("each bar begins where the one before it ends, and the last ends at the number", () => {
  const host = blank();
  terms(host, options());
  const lines = [...host.querySelectorAll("tbody tr")];
  assert.equal(lines.length, FEW.length + 3, "terms, the others, the bias, the result");
  let at = bar(lines[0]).zero;
  for (const line of lines.slice(0, -1)) {
    const { left, right } = bar(line);
    const down = line.querySelector(".term-track").classList.contains("below");
    near(down ? right : left, at);
    at = down ? left : right;
  }
  const whole = bar(lines.at(-1));
  near(whole.left, whole.zero);
  near(whole.right, at);
});

test("a sum that is below 0 ends left of where it began", () => {
  const host = blank();
  terms(host, options({ bias: -10, result: 2.5 - 10 }));
  const lines = [...host.querySelectorAll("tbody tr")];
  const whole = bar(lines.at(-1));
  near(whole.right, whole.zero);
  near(whole.left, bar(lines.at(-2)).left);
});

test("what the terms do not explain is a line: rounding, or the reader's hand", () => {
  const host = blank();
  const last = (result) => {
    terms(host, options({ result }));
    return [...host.querySelectorAll("tbody tr")].at(-2);
  };
  assert.equal(last(3.5).dataset.part, "b", "nothing is left over");
  assert.deepEqual([last(3.501).dataset.part, last(3.501).firstChild.textContent], ["over", "rounding"]);
  assert.equal(last(9).firstChild.textContent, "by hand");
  assert.equal(byHand(3, 1, 2).length, 0);
  assert.equal(byHand(5, 1, 2).length, 2);
});

test("twelve are listed at first; all at the reader's wish, with the focus on the button", () => {
  const host = blank();
  const all = Array.from({ length: 30 }, (_, i) => term(i, 1, 30 - i));
  terms(host, options({ terms: all, rest: 0, bias: null, count: 30, result: 465 }));
  assert.equal(host.querySelectorAll("[data-term]").length, 12);
  host.querySelector(".terms-more").focus();
  for (const count of [30, 12]) {
    host.querySelector(".terms-more").click();
    assert.equal(host.querySelectorAll("[data-term]").length, count);
    assert.equal(document.activeElement, host.querySelector(".terms-more"));
    const lines = [...host.querySelectorAll("tbody tr")];
    near(bar(lines.at(-2)).right, bar(lines.at(-1)).right);
  }
});

test("the line under the pointer is told by the names of its formula, and lit by them", () => {
  const host = blank();
  const told = [];
  const chosen = [];
  terms(host, options({ hover: (i) => told.push(i), point: (key) => told.push(key), choose: (i) => chosen.push(i) }));
  pointer(host.querySelector("[data-term='7'] td"), "pointerover");
  pointer(host.querySelector("[data-part=b] td"), "pointerover");
  pointer(host.querySelector("table"), "pointerleave");
  assert.deepEqual(told, [7, "t7", null, "b", null, null]);
  host.querySelector("[data-term='3'] td").click();
  host.querySelector("[data-part=y] td").click();
  assert.deepEqual(chosen, [3]);
  const lit = (key) => {
    light(host, key);
    return [...host.querySelectorAll(".lit")].map(({ dataset }) => dataset.term ?? dataset.part);
  };
  assert.deepEqual([lit(0), lit("x7"), lit("w3"), lit("b"), lit("y"), lit(null)], [["0"], ["7"], ["3"], ["b"], ["y"], []]);
  assert.deepEqual(lit("s"), ["7", "0", "3", "rest"], "the sum is of all of them");
  assert.deepEqual(lit("rest"), ["3", "rest"], "what the formula does not write");
  assert.deepEqual([termOf("x12"), termOf("rest")], [12, null]);
});

test("the formula says the largest terms, what is left, the bias and the number", () => {
  const [first, second, third] = dotFormula({ ...options(), of: "3", ties: true });
  const ties = (line) => [...line.querySelectorAll("[data-tied]")].map((part) => part.getAttribute("data-tied"));
  assert.deepEqual(ties(first), ["y", "s", "x", "w", "b"]);
  assert.deepEqual(ties(second), ["t7", "x7", "w7", "t0", "x0", "w0", "rest", "b"]);
  assert.deepEqual(ties(third), ["s", "b", "y"]);
  assert.equal(second.textContent, "=2.00·3.00i=8+(−1.00)·4.00i=1+…+b");
  assert.match(third.textContent, /^=2\.5\d*\+1.*=3\.5\d*$/);
  const opened = dotFormula({ ...options(), at: 3, ties: true })[1];
  assert.equal(ties(opened)[0], "t3", "the opened term first");
});
