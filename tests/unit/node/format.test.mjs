// Numbers as they are printed.
import assert from "node:assert/strict";
import { test } from "node:test";

const { enoughDigits, number, probability, rounded } = await import("../../../site/lib/format.js");

test("a formula has as many digits as make it true, and no more", () => {
  // A softmax near 1: in three digits it would read e^8.97 / 7892 = 99.6 %.
  const [logit, p] = [8.9736412, 0.99991];
  const total = Math.exp(logit) / p;
  const holds = (digits) => probability(Math.exp(rounded(logit, digits)) / rounded(total, digits)) === probability(p);
  const digits = enoughDigits(holds);
  assert.ok(holds(digits) && !holds(digits - 1) && digits > 3);
  assert.equal(
    enoughDigits(() => true),
    3,
  );
  assert.equal(
    enoughDigits(() => false),
    8,
  );
  assert.equal(
    enoughDigits((count) => count >= 5, 2, 6),
    5,
  );
});

test("what is rounded is what is printed", () => {
  for (const x of [8.9736, -12.3456, 1.2345e-7, -7.89e9, 0, 0.5]) {
    assert.equal(number(rounded(x, 3), 3), number(x, 3));
    assert.ok(Math.abs(rounded(x, 8) - x) <= Math.abs(x) * 1e-7);
  }
});

test("a probability is in percent, however small or near 1", () => {
  const printed = [0.5, 0.0123, 0.00012, 0.0000321, 0.0000012, 3.2e-9, 0, 1, 0.99995].map((p) => probability(p));
  assert.deepEqual(
    printed.map((text) => text.replace("\u00a0", " ")),
    ["50.0 %", "1.2 %", "0.01 %", "0.0032 %", "0.00012 %", "3e\u22127 %", "0 %", "100 %", "99.995 %"],
  );
});
