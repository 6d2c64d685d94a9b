// site/workers/model/kv_cache.js: later runs never change what earlier ones computed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { GpuCache, GrowingCache } from "../../../site/workers/model/kv_cache.js";

class Tensor {
  constructor(type, data, dims) {
    Object.assign(this, { type, data, dims, location: "cpu" });
  }
}
const config = { n_layer: 2, n_head: 1, d_head: 2 };

/** Makes the outputs of a run over `count` positions: every number says its layer and, from `first` on, its position. */
const run = (first, count) => {
  const data = Float32Array.from(
    { length: 2 * count * 2 },
    (_, i) => Math.floor(i / (2 * count)) * 1000 + first + Math.floor((i % (2 * count)) / 2),
  );
  return { k: { data }, v: { data: data.map((x) => -x) } };
};

/** Returns the positions that a cache holds, layer by layer. */
function said(cache, name = "past_k") {
  const { data, dims } = cache.feeds[name];
  const [layers, , room, wide] = dims;
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: cache.length }, (_, at) => data[(layer * room + at) * wide]),
  );
}
const layers = (positions) => [positions, positions.map((x) => x + 1000)];
const upTo = (n, from = 0) => Array.from({ length: n }, (_, i) => from + i);

test("a text grows position by position, far beyond the room it began with", () => {
  let cache = GrowingCache.empty(Tensor, config);
  assert.deepEqual(cache.feeds.past_k.dims, [2, 1, 0, 2]);
  cache = cache.followed(0, 3, run(0, 3));
  for (let at = 3; at < 150; at++) cache = cache.followed(at, 1, run(at, 1));
  assert.equal(cache.length, 150);
  assert.deepEqual(said(cache), layers(upTo(150)));
  assert.deepEqual(
    said(cache, "past_v"),
    layers(upTo(150)).map((row) => row.map((x) => -x)),
  );
  assert.ok(cache.arrays.room < 150 + 65, "little room is kept in vain");
});

test("what follows shares the arrays; a branch and a shorter beginning get their own", () => {
  const base = GrowingCache.empty(Tensor, config).followed(0, 5, run(0, 5));
  const on = base.followed(5, 1, run(5, 1));
  assert.equal(on.arrays, base.arrays);
  const branch = base.followed(5, 2, run(70, 2));
  const shorter = on.followed(2, 1, run(90, 1));
  assert.notEqual(branch.arrays, base.arrays);
  assert.notEqual(shorter.arrays, base.arrays);
  assert.deepEqual(said(base), layers(upTo(5)));
  assert.deepEqual(said(on), layers(upTo(6)));
  assert.deepEqual(said(branch), layers([...upTo(5), 70, 71]));
  assert.deepEqual(said(shorter), layers([0, 1, 90]));
});

test("on the GPU the graph's own outputs go back in, and are let go in line with the runs", () => {
  const queue = [];
  const cache = GpuCache.empty(Tensor, config, (job) => queue.push(job));
  assert.deepEqual(cache.feeds.past_v.dims, [2, 1, 0, 2]);
  const gone = [];
  const output = (name) => ({ location: "gpu-buffer", dispose: () => gone.push(name) });
  const next = cache.followed(0, 3, { present_k: output("k"), present_v: output("v") });
  assert.equal(next.length, 3);
  next.dispose();
  assert.deepEqual(gone, []);
  queue.forEach((job) => job());
  assert.deepEqual(gone, ["k", "v"]);
});
