// A head taken apart: the parts add up to the model's own numbers, and only what should change is changed.
import assert from "node:assert/strict";
import { test } from "node:test";

const { attend, timeline, STAGES } = await import("../../../site/views/attention/arithmetic.js");
const { dot } = await import("../../../site/lib/dot_product.js");

const near = (a, b, by = 1e-5) => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);

/** Makes a head with numbers of its own, computed the plain way. */
function head(T, d) {
  let seed = 7;
  const random = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 4;
  const rows = () => Object.assign(Float32Array.from({ length: T * d }, random), { shape: [T, d] });
  const data = { q: rows(), k: rows(), v: rows(), z: rows().fill(0), attn_scale: 1 / Math.sqrt(d) };
  data.attn_scores = new Float32Array(T * T);
  data.pattern = new Float32Array(T * T);
  for (let i = 0; i < T; i++) {
    for (let j = 0; j < T; j++) {
      let sum = 0;
      for (let e = 0; e < d; e++) sum += data.q[i * d + e] * data.k[j * d + e];
      data.attn_scores[i * T + j] = sum * data.attn_scale;
    }
    const powers = Array.from({ length: i + 1 }, (_, j) => Math.exp(data.attn_scores[i * T + j]));
    const total = powers.reduce((a, b) => a + b);
    powers.forEach((power, j) => {
      data.pattern[i * T + j] = power / total;
      for (let e = 0; e < d; e++) data.z[i * d + e] += (power / total) * data.v[j * d + e];
    });
  }
  return data;
}

const total = ({ terms, rest }) => terms.reduce((sum, { product }) => sum + product, rest);

test("a score is the sum of its products, and none is lost beyond those listed", () => {
  const data = head(5, 40);
  const one = attend(data);
  const parts = one.products(3, 1);
  assert.equal(parts.terms.length, 24);
  assert.equal(parts.count, 40);
  near(total(parts), parts.result, 1e-4);
  near(parts.result * data.attn_scale, data.attn_scores[3 * 5 + 1]);
  assert.ok(parts.terms.every(({ product }, i) => !i || Math.abs(product) <= Math.abs(parts.terms[i - 1].product)));
  assert.deepEqual(
    dot([1, -3], [2, 1], -1).terms.map(({ i }) => i),
    [1, 0],
  );
});

test("softmax, the mask and z", () => {
  const data = head(5, 4);
  const one = attend(data);
  assert.deepEqual(one.seen(2), [0, 1, 2]);
  assert.ok(one.masked(2, 3) && !one.masked(2, 2));
  for (const query of [0, 2, 4]) {
    const { power, total: sum } = one.softmax(query);
    for (let key = 0; key < 5; key++) near(power(key) / sum, data.pattern[query * 5 + key]);
    const shares = one.shares(query);
    near(
      shares.reduce((all, { share }) => all + share, 0),
      1,
      1e-4,
    );
    for (let entry = 0; entry < 4; entry++) {
      const parts = one.entry(query, entry);
      near(total(parts), data.z[query * 4 + entry]);
      assert.ok(parts.terms.every(({ i }) => i <= query));
    }
  }
});

test("large scores stay in range", () => {
  const data = head(3, 4);
  data.attn_scores = data.attn_scores.map((score) => score + 900);
  const { shift, power, total: sum } = attend(data).softmax(2);
  assert.ok(shift > 800);
  for (let key = 0; key < 3; key++) near(power(key) / sum, data.pattern[2 * 3 + key], 1e-3);
});

test("without the first token the others keep their proportions and add up to 1", () => {
  const data = head(5, 4);
  const [own, other] = [attend(data), attend(data, true)];
  for (const query of [1, 4]) {
    const row = Array.from({ length: 5 }, (_, key) => other.weight(query, key));
    assert.equal(row[0], 0);
    near(
      row.reduce((a, b) => a + b),
      1,
    );
    near(row[query] / row[1], own.weight(query, query) / own.weight(query, 1));
    near(
      other.shares(query).reduce((all, { share }) => all + share, 0),
      1,
      1e-4,
    );
    near(total(other.entry(query, 2)), other.z(query)[2]);
  }
  assert.ok(other.weights.subarray(0, 5).every((weight) => weight === 0));
  assert.equal(own.z(4)[0], data.z[4 * 4]);
  assert.notEqual(other.z(4)[0], data.z[4 * 4]);
});

test("the order of computation goes through every cell of a row once, in few steps", () => {
  for (const [query, T] of [
    [0, 1],
    [3, 4],
    [10, 11],
    [12, 13],
    [20, 64],
    [63, 64],
    [1023, 1024],
  ]) {
    const steps = timeline(query, T);
    assert.ok(steps.length <= 28);
    assert.deepEqual([...new Set(steps.map(({ stage }) => stage))], STAGES);
    for (const [stage, length] of [
      ["scores", T],
      ["values", query + 1],
    ]) {
      const done = steps.filter((step) => step.stage === stage).map((step) => step.done);
      assert.equal(done.at(-1), length);
      assert.ok(done.every((n, i) => n > (done[i - 1] ?? 0)));
    }
  }
});
