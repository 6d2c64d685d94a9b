// The half of hooks.py that runs in Node: node hooks.mjs FOLDER ORT REPEAT. FOLDER holds weights.bin, with.onnx and
// without.onnx (the trunk), unembed.onnx and case.json {config, feeds, runs: [[new, past], ...]}; prints {"new/past":
// [ms with, ms without, ms of unembed]}.
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, dist, repeat] = process.argv.slice(2);
const ort = await import(pathToFileURL(`${dist}/ort.wasm.min.mjs`));
Object.assign(ort.env.wasm, { numThreads: 1, wasmPaths: `${dist}/` });
const { config, feeds, runs } = JSON.parse(fs.readFileSync(`${folder}/case.json`));
const weights = fs.readFileSync(`${folder}/weights.bin`);
const floats = (data, dims) => new ort.Tensor("float32", Float32Array.from(data), dims);
const longs = (data) => new ort.Tensor("int64", BigInt64Array.from(data, BigInt), [data.length]);

const open = (name) =>
  ort.InferenceSession.create(fs.readFileSync(`${folder}/${name}.onnx`), {
    externalData: [{ path: "weights.bin", data: weights }], // the rest as in site/workers/model/ort.js
    graphOptimizationLevel: "basic",
    executionMode: "parallel",
    logSeverityLevel: 3,
  });

const unembed = await open("unembed");
const sides = [];
for (const name of ["with", "without"]) {
  const session = await open(name);
  const known = Object.entries(feeds).filter(([input]) => session.inputNames.includes(input));
  sides.push({ session, fixed: Object.fromEntries(known.map(([input, [data, dims]]) => [input, floats(data, dims)])), ms: [] });
}
const median = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
const { n_layer, n_head, d_head } = config;
const found = {};
for (const [fresh, past] of runs) {
  for (const side of sides) side.ms = [];
  const after = []; // ms of the scores of the next token, which end a run of the model
  const cache = floats(new Float32Array(n_layer * n_head * past * d_head).fill(0.1), [n_layer, n_head, past, d_head]);
  for (let turn = 0; turn < Number(repeat) + 3; turn++) {
    for (const { session, fixed, ms } of turn % 2 ? sides : [...sides].reverse()) {
      const ids = longs(Array.from({ length: fresh }, (_, i) => (past + i) % config.d_vocab));
      const began = performance.now();
      const { resid_post } = await session.run({ ...fixed, input_ids: ids, past_k: cache, past_v: cache, past_len: longs([past]) });
      const between = performance.now();
      const last = floats(resid_post.data.subarray(-config.d_model), [1, config.d_model]);
      await unembed.run({ resid: last, apply_ln: floats([1], [1]) });
      if (turn < 3) continue;
      ms.push(between - began);
      after.push(performance.now() - between);
    }
  }
  found[`${fresh}/${past}`] = [...sides.map(({ ms }) => median(ms)), median(after)];
}
console.log(JSON.stringify(found));
