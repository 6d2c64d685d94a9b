// The model's worker: holds the model's files, ONNX Runtime and the sessions, so that a run on one processor and Python on
// another never wait for each other. workers/python/worker.js makes it and calls what `answer` lists. That worker also hears {type:
// "progress" | "backend" | "notice", ...} for the page, and {type: "broken", failure}, after which only a new worker helps.

import { answer, plain } from "../calls.js";
import { AppError, openModel, openStore } from "../download.js";
import { chooseBackend, createEngine, loadRuntime } from "./ort.js";
import { reporter } from "../progress.js";
import strings from "../../strings/faults.js";

const BASE = new URL("../../", import.meta.url).href;
const tell = (message) => self.postMessage(message);
const { report, count } = reporter(tell);
const broken = (error) => tell({ type: "broken", failure: plain(error) });

let runtime = null; // a promise of {ort, backend}
let coming = null; // {name, title, files: promise, controller}
let inUse = ""; // the name of the model that `engine` runs
let engine = null;
const reads = []; // by a model's number, which says how many were loaded before it: reads bytes of its weights
const caches = new Map(); // of runs, by number
let lastCache = 0;

answer(self, {
  ping() {},
  /** Begins to load the runtime. size: bytes of the site's files, by path. */
  start(wanted, size) {
    runtime = startRuntime(wanted, size);
    runtime.catch(() => {});
  },
  cancel,
  /** Gets all files of a model, while another one may be in use: one at a time, a newer request ends the older. */
  async fetch(entry) {
    if (entry.name !== inUse) await want(entry);
    else cancel();
  },
  load,
  read: (model, offset, bytes) => reads[model](offset, bytes),
  /** Calls Engine.trunk, with a cache's number in its place: {outputs, cache: {id, length}}. */
  async trunk(model, ids, cache, ...rest) {
    const { outputs, cache: next } = await engineOf(model).trunk(ids, caches.get(cache) ?? null, ...rest);
    caches.set(++lastCache, next);
    return { outputs, cache: { id: lastCache, length: next.length } };
  },
  unembed: (model, ...rest) => engineOf(model).unembed(...rest),
  forget(cache) {
    caches.get(cache)?.dispose();
    caches.delete(cache);
  },
  /** Returns the addresses of what was loaded here. */
  used: () => performance.getEntriesByType("resource").map(({ name }) => name),
  /** Deletes what is kept of models that this site no longer has, or has in a newer form. */
  async clean(models) {
    const store = await openStore();
    const manifests = models.map(async ({ manifest }) => {
      const response = await fetch(new URL(`models/${manifest}`, BASE), { cache: "no-cache" });
      return response.json();
    });
    await store?.clean(await Promise.all(manifests)); // with one missing, nothing is known to be old
  },
});
self.onunhandledrejection = (event) => {
  event.preventDefault();
  broken(event.reason);
};

function engineOf(model) {
  // Python asked before it heard of the new model, and does not take this for a fault (web.py).
  if (!engine || model !== reads.length - 1) throw Object.assign(new Error("another model is in use"), { name: "Superseded" });
  return engine;
}

async function startRuntime(wanted, size) {
  const { backend, reason } = await chooseBackend(wanted);
  tell({ type: "backend", backend, reason });
  try {
    const ort = await loadRuntime(BASE, backend, (bytes, path) => count("runtime", bytes, size[path]));
    return { ort, backend };
  } catch (error) {
    if (backend === "webgpu") error.fallback = "wasm";
    throw error;
  }
}

/** Ends a fetch; what has arrived stays for the next time. */
function cancel() {
  const { title, controller } = coming ?? {};
  controller?.abort(new AppError("model", strings.failures.cancelled(title)));
  coming = null;
}

function want(entry) {
  if (coming?.name === entry.name) return coming.files;
  cancel();
  const mine = (coming = { ...entry, controller: new AbortController() });
  mine.files = getFiles(entry, mine.controller.signal).catch((error) => {
    if (coming === mine) coming = null;
    if (!coming) report("model", { loaded: 0, total: 0, done: true });
    throw error;
  });
  return mine.files;
}

async function getFiles(entry, signal) {
  report("model", { loaded: 0, total: entry.bytes, done: false, label: entry.title });
  const opened = await openModel(new URL(`models/${entry.manifest}`, BASE).href, {
    onProgress: (loaded) => signal.aborted || report("model", { loaded }),
    onNotice: (message) => tell({ type: "notice", message }),
    signal,
  });
  const { ort, backend } = await runtime;
  const [graphs, weights, vocabulary] = await Promise.all([opened.graph(backend), opened.weights, opened.tokenizer]);
  report("model", { loaded: entry.bytes }); // the graphs are smaller for some backends
  return { ...opened, ort, backend, graphs, weights, vocabulary };
}

/** Fetches a model and puts it in the place of the one in use: {model: its number, manifest: JSON, vocabulary, backend}. */
async function load(entry) {
  const { ort, backend, graphs, weights, vocabulary, ...opened } = await want(entry);
  // All files are here, so the change cannot fail for want of one: only now is the old model disposed of.
  coming = null;
  await engine?.dispose();
  engine = null;
  try {
    engine = await createEngine(ort, opened.manifest, { weights, graphs }, { backend, onLost: lost, onCrash: crashed });
    engine.warmUp().catch(() => {}); // a failure comes again at the first run, and is reported then
    inUse = entry.name;
  } catch (error) {
    if (backend === "webgpu") error.fallback = "wasm";
    broken(error); // there is no model now
    throw error;
  }
  const model = reads.push(opened.read) - 1;
  report("runtime", { done: true });
  report("model", { done: true });
  return { model, manifest: opened.text, vocabulary, backend: engine.backend };
}

function lost(detail) {
  broken(Object.assign(new AppError("runtime", strings.failures.lost, { detail }), { fallback: "wasm" }));
}

function crashed(cause) {
  broken(new AppError("runtime", strings.failures.crashed, { cause }));
}
