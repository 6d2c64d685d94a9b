// The only module that knows ONNX Runtime Web: which build to load, how to run a model's two graphs, and that
// WebGPU hangs when two runs overlap.

import { GpuCache, GrowingCache } from "./kv_cache.js";
import { AppError, getResponse } from "../download.js";
import strings from "../../strings/faults.js";

// The build for each case; the wasm build's kernels are faster on the CPU than those of the WebGPU builds.
const BUNDLES = {
  wasm: ["ort.wasm.min.mjs", "ort-wasm-simd-threaded"],
  jspi: ["ort.jspi.min.mjs", "ort-wasm-simd-threaded.jspi"],
  asyncify: ["ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify"],
};
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/**
 * Chooses the backend: {backend: "webgpu" | "wasm", reason}. `wanted` is what the reader asked for ("webgpu", "wasm"
 * or nothing). A software adapter is slower than wasm and is taken only when asked for.
 */
export async function chooseBackend(wanted, gpu = globalThis.navigator?.gpu) {
  if (wanted === "wasm") return { backend: "wasm", reason: strings.backends.asked };
  if (!gpu) return { backend: "wasm", reason: strings.backends.noWebgpu };
  let adapter = null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch (error) {
    return { backend: "wasm", reason: strings.backends.failed(error.message) };
  }
  if (!adapter) return { backend: "wasm", reason: strings.backends.noAdapter };
  const info = adapter.info ?? {};
  const name = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ") || "adapter";
  const software = info.isFallbackAdapter || adapter.isFallbackAdapter || SOFTWARE.test(name);
  if (software && wanted !== "webgpu") return { backend: "wasm", reason: strings.backends.software(name) };
  return { backend: "webgpu", reason: name };
}

/**
 * Loads ONNX Runtime for `backend` from `base`/ort/. Runs once per worker: a failed start cannot be repaired in place.
 * `onBytes(bytes, path)` counts the downloaded bytes, at first 0; `path` is the file's, below `base`.
 * @param {string} base
 * @param {string} backend
 * @param {(bytes: number, path: string) => void} onBytes
 */
export async function loadRuntime(base, backend, onBytes = () => {}) {
  const build = backend === "wasm" ? "wasm" : "Suspending" in WebAssembly ? "jspi" : "asyncify";
  const [module, files] = BUNDLES[build];
  const url = (name) => new URL(`ort/${name}`, base).href;
  const count = (bytes) => onBytes(bytes, `ort/${files}.wasm`);
  count(0);
  let ort;
  try {
    ort = await import(url(module));
  } catch (cause) {
    throw new AppError("runtime", strings.failures.unloaded(`ONNX Runtime (${module})`), { cause });
  }
  ort.env.wasm.wasmPaths = { mjs: url(`${files}.mjs`), wasm: url(`${files}.wasm`) };
  ort.env.wasm.numThreads = threads(backend);
  ort.env.logLevel = "error";
  // Fetched now, in parallel with the rest, and counted; used when the first session is made.
  const wasm = url(`${files}.wasm`);
  handOut(wasm, await getResponse(wasm, { stage: "runtime", onBytes: count }));
  return ort;
}

/** Makes the next `fetch` of `url`, from whatever code, return `response`. */
function handOut(url, response) {
  const { fetch } = globalThis;
  globalThis.fetch = (input, options) => {
    if (!response || (input instanceof Request ? input.url : String(input)) !== url) return fetch(input, options);
    const answer = Promise.resolve(response);
    response = null;
    return answer;
  };
}

function threads(backend) {
  if (backend !== "wasm" || !globalThis.crossOriginIsolated) return 1;
  return Math.max(1, Math.min(4, Math.ceil((navigator.hardwareConcurrency ?? 1) / 2)));
}

// One queue for the whole worker: two overlapping runs on WebGPU never end.
/** @type {Promise<any>} */
let last = Promise.resolve();
/**
 * @template Result
 * @param {() => Promise<Result>} job
 */
function exclusively(job) {
  const result = last.then(job);
  last = result.catch(() => {});
  return result;
}

/** A model ready to run on one backend. Made by `createEngine`. */
export class Engine {
  constructor(ort, manifest, sessions, backend, onCrash) {
    this.ort = ort;
    this.sessions = sessions;
    this.kind = backend;
    this.onCrash = onCrash;
    this.backend = backend === "webgpu" ? "webgpu" : strings.backends.wasm(ort.env.wasm.numThreads);
    this.Cache = backend === "webgpu" ? GpuCache : GrowingCache;
    this.start = this.Cache.empty(ort.Tensor, manifest.config, exclusively);
    this.identity = identities(ort, manifest);
  }

  /**
   * Computes the positions `pastLen` .. `pastLen + ids.length - 1`: {outputs, cache}.
   * ids: BigInt64Array; cache: one of at least `pastLen` positions, or null; names: the outputs to return;
   * hooks: {input name: {data: Float32Array, dims}}, the identity where missing. outputs: {name: {data, dims}}.
   */
  trunk(ids, cache, pastLen, names, hooks = {}) {
    const { Tensor } = this.ort;
    const past = cache ?? this.start;
    const feeds = {
      ...this.identity,
      input_ids: new Tensor("int64", ids, [ids.length]),
      ...past.feeds,
      past_len: new Tensor("int64", BigInt64Array.of(BigInt(pastLen)), [1]),
    };
    for (const [name, { data, dims }] of Object.entries(hooks)) {
      if (!(name in this.identity)) throw new Error(`the graph has no input ${name}`);
      feeds[name] = new Tensor("float32", data, dims);
    }
    return exclusively(async () => {
      const results = await this.run("trunk", feeds, [...new Set([...names, ...this.Cache.outputs])]);
      const outputs = plain(Object.fromEntries(names.map((name) => [name, results[name]])));
      return { outputs, cache: past.followed(pastLen, ids.length, results) };
    });
  }

  /** Turns residual vectors, a Float32Array of `rows` times d_model, into {name: {data, dims}}. */
  unembed(resid, rows, names, applyLn) {
    const { Tensor } = this.ort;
    const feeds = {
      resid: new Tensor("float32", resid, [rows, resid.length / rows]),
      apply_ln: new Tensor("float32", Float32Array.of(applyLn ? 1 : 0), [1]),
    };
    return exclusively(async () => plain(await this.run("unembed", feeds, names)));
  }

  /** Runs one token in advance: browsers compile what a run needs only when it is first needed. */
  async warmUp() {
    const { outputs, cache } = await this.trunk(BigInt64Array.of(0n), null, 0, ["embed"]);
    cache.dispose();
    await this.unembed(outputs.embed.data, 1, ["logits"], true);
  }

  async run(graph, feeds, names) {
    try {
      return await this.sessions[graph].run(feeds, names);
    } catch (error) {
      // The runtime itself has broken down, not only this run: none of its later results can be relied upon.
      if (error instanceof WebAssembly.RuntimeError || /\babort/i.test(error?.message)) this.onCrash(error);
      throw error;
    }
  }

  async dispose() {
    await exclusively(async () => {
      await this.sessions.trunk.release();
      await this.sessions.unembed.release();
    });
  }
}

/**
 * Makes a model's two sessions. `weights` is the whole blob; the caller should drop it afterwards (the sessions have
 * their own copy). Throws an AppError of stage "runtime" when the backend cannot do it; the page then starts a new
 * worker with the next backend.
 * @param {any} ort
 * @param {any} manifest
 * @param {{weights: Uint8Array, graphs: Record<string, Uint8Array>}} files
 * @param {{backend: string, onLost?: (detail: string) => void, onCrash?: (cause: unknown) => void}} how
 */
export async function createEngine(ort, manifest, { weights, graphs }, { backend, onLost = () => {}, onCrash = () => {} }) {
  const options = {
    executionProviders: [backend],
    externalData: [{ path: "weights.bin", data: weights }],
    graphOptimizationLevel: backend === "wasm" ? "basic" : "all", // on the CPU more optimisation takes longer than it ever saves
    logSeverityLevel: 3, // errors only: shape arithmetic is meant to stay on the CPU
    // Planning which tensors may share memory takes time quadratic in their number: half a second for the storyteller, 2.5 s
    // for GPT-2 small, where little can be shared. This mode skips it; on one thread nothing else changes.
    ...(backend === "wasm" && { executionMode: "parallel" }),
  };
  // The cache never comes to the CPU on WebGPU: it is only ever fed back.
  const stay = backend === "webgpu" && { preferredOutputLocation: { present_k: "gpu-buffer", present_v: "gpu-buffer" } };
  /** @type {Record<string, any>} */
  const sessions = {};
  try {
    await exclusively(async () => {
      // This order leaves a heap of 217 MB for GPT-2 small in 8 bits, the other 275 MB: the memory that unembed needed is used again.
      sessions.unembed = await ort.InferenceSession.create(graphs.unembed, options);
      sessions.trunk = await ort.InferenceSession.create(graphs.trunk, { ...options, ...stay });
    });
    if (backend === "webgpu") {
      (await ort.env.webgpu.device)?.lost.then((info) => info.reason !== "destroyed" && onLost(info.message));
    }
    return new Engine(ort, manifest, sessions, backend, onCrash);
  } catch (cause) {
    throw new AppError("runtime", strings.failures.session(backend), { cause });
  }
}

/** Makes the inputs that mean "no intervention", one for every hook, and causal attention: small tensors, made once. */
function identities(ort, { hooks, config }) {
  const feeds = { causal: new ort.Tensor("float32", Float32Array.of(1), [1]) };
  for (const { name, axes, identity } of hooks) {
    const dims = axes.map((axis) => ({ layer: config.n_layer, sublayer: 2 * config.n_layer })[axis] ?? 1); // a layer axis comes first
    const values = Array.from({ length: dims[0] }, (_, at) => (Array.isArray(identity) ? identity[at] : identity));
    feeds[name] = new ort.Tensor("float32", Float32Array.from(values), dims);
  }
  return feeds;
}

function plain(results) {
  return Object.fromEntries(Object.entries(results).map(([name, { data, dims }]) => [name, { data, dims: [...dims] }]));
}
