// site/workers/model/ort.js: the choice of a backend, and one run at a time.
import assert from "node:assert/strict";
import { test } from "node:test";

import { chooseBackend, createEngine } from "../../../site/workers/model/ort.js";

const gpu = (adapter) => ({ requestAdapter: async () => adapter });

test("WebGPU is taken where an adapter is real, and the reason is given where not", async () => {
  const real = { info: { vendor: "nvidia", architecture: "ampere" } };
  assert.deepEqual(await chooseBackend(undefined, gpu(real)), { backend: "webgpu", reason: "nvidia ampere" });
  assert.equal((await chooseBackend("wasm", gpu(real))).backend, "wasm");
  assert.match((await chooseBackend(undefined, null)).reason, /no WebGPU/);
  assert.match((await chooseBackend(undefined, gpu(null))).reason, /no graphics adapter/);
  const failing = {
    requestAdapter: async () => {
      throw new Error("lost driver");
    },
  };
  assert.deepEqual(await chooseBackend("webgpu", failing), { backend: "wasm", reason: "WebGPU failed: lost driver" });
});

test("a software adapter is taken only when asked for", async () => {
  for (const info of [
    { vendor: "google", architecture: "swiftshader" },
    { description: "llvmpipe (LLVM)" },
    { vendor: "x", isFallbackAdapter: true },
  ]) {
    const { backend, reason } = await chooseBackend(undefined, gpu({ info }));
    assert.equal(backend, "wasm");
    assert.match(reason, /software/);
    assert.equal((await chooseBackend("webgpu", gpu({ info }))).backend, "webgpu");
  }
});

class Tensor {
  constructor(type, data, dims) {
    Object.assign(this, { type, data, dims, location: "cpu" });
  }
}

function fakeOrt() {
  const seen = { running: 0, most: 0, feeds: [] };
  const session = (inputNames) => ({
    inputNames,
    async run(feeds, names) {
      seen.most = Math.max(seen.most, ++seen.running);
      seen.feeds.push(feeds);
      await new Promise(setImmediate); // other runs could begin here
      seen.running -= 1;
      const dims = [3, 2, Number(feeds.input_ids?.dims[0] ?? 1), 4]; // of k and v; the others' do not matter here
      const values = Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => i);
      return Object.fromEntries(names.map((name) => [name, new Tensor("float32", values, dims)]));
    },
    release: async () => {},
  });
  const create = async (graph) =>
    session(
      graph === "trunk"
        ? ["input_ids", "past_k", "past_v", "past_len", "causal", "z.scale", "embed.add", "attn_scores.scale"]
        : ["resid", "apply_ln"],
    );
  return { seen, Tensor, env: { wasm: { numThreads: 1 } }, InferenceSession: { create } };
}
const manifest = {
  config: { n_layer: 3, n_head: 2, d_head: 4 },
  hooks: [
    { name: "z.scale", axes: ["layer", "head", "pos", "d_head"], identity: 1 },
    { name: "resid.scale", axes: ["sublayer", "pos", "d_model"], identity: 1 },
    { name: "embed.add", axes: ["pos", "d_model"], identity: 0 },
    { name: "attn_scores.scale", axes: ["layer", "head", "pos", "key_pos"], identity: [0.5, 0.25, 0.125] },
  ],
};
const files = { weights: new Uint8Array(1), graphs: { trunk: "trunk", unembed: "unembed" } };

test("runs never overlap, hooks are the identity unless given, the cache goes back in", async () => {
  const ort = fakeOrt();
  const engine = await createEngine(ort, manifest, files, { backend: "wasm" });
  assert.equal(engine.backend, "wasm, 1 thread");
  const { cache, outputs } = await engine.trunk(BigInt64Array.of(1n, 2n), null, 0, ["q"]);
  assert.deepEqual([cache.length, Object.keys(outputs), outputs.q.dims], [2, ["q"], [3, 2, 2, 4]]);
  const mine = { data: new Float32Array(6).fill(7), dims: [3, 2, 1, 1] };
  await Promise.all([
    engine.trunk(BigInt64Array.of(3n), cache, 2, [], { "z.scale": mine }),
    engine.unembed(new Float32Array(8), 2, ["logits"], false),
    engine.trunk(BigInt64Array.of(3n), cache, 1, []),
  ]);
  assert.equal(ort.seen.most, 1);
  const [first, second, third] = ort.seen.feeds;
  assert.deepEqual(first.past_k.dims, [3, 2, 0, 4]);
  assert.deepEqual(first["z.scale"].dims, [3, 1, 1, 1]);
  assert.deepEqual([...first["z.scale"].data, ...first["attn_scores.scale"].data], [1, 1, 1, 0.5, 0.25, 0.125]);
  assert.deepEqual(first["resid.scale"].dims, [6, 1, 1]); // two sublayers in a layer
  assert.deepEqual([first["embed.add"].dims, first["embed.add"].data], [[1, 1], Float32Array.of(0)]);
  assert.deepEqual([second["z.scale"].data, second.past_k.data, second.past_len.data[0]], [mine.data, cache.arrays.k, 2n]);
  assert.deepEqual([third.resid.dims, third.apply_ln.data[0]], [[2, 4], 0]);
  assert.throws(() => engine.trunk(BigInt64Array.of(3n), null, 0, [], { "q.bogus": mine }), /no input q.bogus/);
});

test("warming up runs both graphs once, and the first run that is asked for is as it would be without", async () => {
  const ort = fakeOrt();
  const engine = await createEngine(ort, manifest, files, { backend: "wasm" });
  const warm = engine.warmUp();
  const asked = engine.trunk(BigInt64Array.of(1n, 2n), null, 0, ["q"]);
  await Promise.all([warm, asked]);
  assert.deepEqual(ort.seen.feeds.map((feeds) => ("resid" in feeds ? "unembed" : Number(feeds.input_ids.dims[0]))).sort(), [
    1,
    2,
    "unembed",
  ]);
  const { past_k, past_len } = ort.seen.feeds.find((feeds) => feeds.input_ids?.dims[0] === 2);
  assert.deepEqual([past_k.dims, past_len.data[0], (await asked).cache.length], [[3, 2, 0, 4], 0n, 2]);
  assert.equal(ort.seen.most, 1);
});

test("a run that fails does not block the next", async () => {
  const ort = fakeOrt();
  const engine = await createEngine(ort, manifest, files, { backend: "wasm" });
  const { run } = engine.sessions.unembed;
  engine.sessions.unembed.run = async () => {
    throw new Error("out of memory");
  };
  await assert.rejects(engine.unembed(new Float32Array(8), 2, ["logits"], true), /out of memory/);
  engine.sessions.unembed.run = run;
  assert.ok((await engine.unembed(new Float32Array(8), 2, ["logits"], true)).logits);
});

test("a session that cannot be made is an error of the runtime, with what to do", async () => {
  const ort = fakeOrt();
  ort.InferenceSession.create = async () => {
    throw new Error("std::bad_alloc");
  };
  await assert.rejects(
    createEngine(ort, manifest, files, { backend: "wasm" }),
    (error) => error.stage === "runtime" && /could not be started on wasm/.test(error.message) && /memory/.test(error.advice),
  );
});
