// site/page/loading.js: the total is known before anything is shown, and the bar never goes back.
import assert from "node:assert/strict";
import { test } from "node:test";

const { Loading } = await import("../../../site/page/loading.js");

/** Reports one stage after another; returns [loaded, total] after each. */
const shown = (reports, loading = new Loading()) =>
  reports.map(([stage, loaded, total, done = false]) => {
    const at = loading.update(/** @type {any} */ ({ stage, loaded, total, done }));
    return [at.loaded, at.total];
  });
const BEGUN = [
  ["app", 0, 0],
  ["python", 0, 15],
  ["model", 0, 6],
  ["runtime", 0, 14],
];

test("no total is shown before it is whole, and then it stays", () => {
  assert.deepEqual(shown([...BEGUN, ["python", 5, 15], ["model", 6, 6, true]]), [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 35],
    [5, 35],
    [11, 35],
  ]);
});

test("small files that no total counts do not let it grow, and a stage that is done has loaded all", () => {
  assert.deepEqual(shown([...BEGUN, ["python", 16, 15], ["runtime", 13, 14, true]]).slice(4), [
    [15, 35],
    [29, 35],
  ]);
});

test("what is loaded again keeps the bar where it is; another model has another total", () => {
  const loading = new Loading();
  shown([...BEGUN, ["python", 10, 15]], loading);
  assert.deepEqual(shown([["python", 4, 15]], loading), [[10, 35]]);
  assert.deepEqual(shown([["model", 0, 100]], loading), [[4, 129]]);
});
