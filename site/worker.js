// The worker: Python, ONNX Runtime and the model live here, so that the page never waits for them.
//
// page -> worker: {type: "start", base, model?, backend?, state?}, then Panel's {type: "rendered"} and {type: "patch",
//   patch}; at any time {type: "cancel"}, which ends the loading of a model, and {type: "ping"}, answered by {type: "pong"}
// worker -> page: {type: "progress", stage, label, loaded, total, done}, {type: "backend", backend, reason},
//   {type: "notice", message}, {type: "state", state}, {type: "used", urls} (what it loaded), Panel's {type: "render", ...}, {type: "patch", patch, buffers} and
//   {type: "idle"}, and {type: "error", stage, message, advice, detail, retry, live, fallback?}: `live` when the app goes
//   on in spite of it, else a new worker is needed, with the backend `fallback` where there is one.

import { lendBacktrace } from "./backtrace.js";
import { AppError, getResponse, openModel, openStore } from "./download.js";
import { chooseBackend, createEngine, loadRuntime } from "./ort.js";
import words from "./strings/index.js";
import { unpack } from "./unpack.js";

const PACKAGES = ["packages.bin", "explainer.bin"];
const progress = Object.fromEntries(["python", "runtime", "model", "app"].map((stage) => [stage, { loaded: 0, total: 0, done: false }]));

let app = null; // explainer.browser, once Python runs
let live = false; // the page shows the app
let gone = false; // Python cannot go on, and the page knows
let loading = null; // what `loader` gives

self.onmessage = ({ data: message }) => {
  try {
    if (message.type === "start") start(message).catch(fail);
    else if (message.type === "ping") post({ type: "pong" });
    else if (message.type === "cancel") loading?.cancel();
    else if (message.type === "rendered") {
      app.rendered();
      live = true;
    }
    else if (message.type === "patch") {
      app.patch(message.patch);
      post({ type: "idle" });
    }
  } catch (error) {
    fail(error);
    if (message.type === "patch") post({ type: "idle" });
  }
};
self.onunhandledrejection = (event) => {
  event.preventDefault();
  fail(event.reason);
};

function post(message, transfer = []) {
  self.postMessage(message, transfer);
}

/** Tells the page what failed, once. A running app lives on, unless Python itself or the backend is gone. */
function fail(error, mayGoOn = live) {
  if (error?.told || gone) return;
  if (error instanceof AppError) {
    const { stage, message, advice, detail, retry, fallback } = error;
    error.told = true;
    post({ type: "error", stage, message, advice, detail, retry, fallback, live: false });
    return;
  }
  const text = String(error?.message ?? error).trim();
  // A Python error's message is its traceback, whose last line says what it was.
  const message = text.split("\n").pop();
  const goesOn = mayGoOn && !(error instanceof WebAssembly.RuntimeError) && !/fatally failed/i.test(text);
  gone = !goesOn;
  post({ type: "error", stage: "app", message, advice: "", detail: error?.stack ?? text, retry: gone, live: goesOn });
}

async function start({ base, model, backend: wanted, state = {} }) {
  report("app", {});
  const size = await sizes(base);
  const python = bootPython(base, size);
  const runtime = startRuntime(base, wanted, size);
  const tokenizers = import(new URL("vendor/tokenizers.mjs", base).href);
  const index = fetchJson(new URL("models/index.json", base));
  for (const promise of [python, runtime, tokenizers, index]) promise.catch(() => {});

  const { models, default: chosen } = await index;
  const name = models.some((entry) => entry.name === model) ? model : chosen;
  loading = loader({ base, models, runtime, tokenizers });
  const first = loading.load(name);
  first.catch(() => {});

  const bridge = {
    models: JSON.stringify(models),
    model: name,
    state: JSON.stringify({ ...state, model: model || name }), // one that is not here Python refuses, aloud
    // The model asked for at the start is on its way already, while Python is still starting.
    load: (wish) => (wish === name && !bridge.started ? ((bridge.started = true), first) : loading.load(wish)),
    fetch: loading.fetch,
    render: (docs_json, render_items, root_ids) => post({ type: "render", docs_json, render_items, root_ids }),
    patch: (patch, buffers) => post({ type: "patch", patch, buffers }, [...buffers.values()]),
    tell: (json) => post(JSON.parse(json)),
  };
  // Whichever fails first is the one to tell of.
  const [pyodide] = await Promise.all([python, Promise.race([first, python])]);
  app = pyodide.pyimport("explainer.browser");
  await Promise.all([first, app.start(bridge)]);
  report("app", { done: true });
  post({ type: "used", urls: performance.getEntriesByType("resource").map((entry) => entry.name) });
  forgetOld(base, models).catch((error) => console.info("old models' files stay:", error.message));
}

/** Python with all its packages. */
async function bootPython(base, size) {
  const folder = new URL("pyodide/", base).href;
  // Modules are imported, not fetched, and the lock file is small.
  const files = Object.keys(size).filter((path) => /^pyodide\/.*\.(wasm|zip|bin)$/.test(path));
  report("python", { total: files.reduce((sum, path) => sum + size[path], 0) });
  const { fetched, failed } = takeOverFetch(folder, (bytes) => count("python", bytes));
  replaceEval();
  const archives = PACKAGES.map((name) => fetched(folder + name));
  const booted = import(`${folder}pyodide.mjs`).then(async ({ loadPyodide }) => {
    const pyodide = await loadPyodide({ indexURL: folder, env: { HOME: "/home/pyodide" } });
    const to = pyodide.runPython("import sysconfig; sysconfig.get_path('purelib')");
    for (const archive of archives) await unpack(pyodide.FS, await (await archive).arrayBuffer(), to);
    pyodide.runPython("import importlib; importlib.invalidate_caches()");
    return pyodide;
  });
  let pyodide;
  try {
    // Pyodide waits for ever for a core file that could not be had.
    pyodide = await Promise.race([booted, failed]);
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError("python", words.failures.python, { cause });
  }
  lendBacktrace(pyodide);
  pyodide._api.on_fatal = (error) => {
    fail(error, false); // nothing of ours may be on the stack that could catch it
  };
  report("python", { done: true });
  return pyodide;
}

/**
 * Panel makes one function from its source text (panel/io/pyodide.py, _dict_converter). In a sandboxed frame the worker
 * is under the page's policy, which forbids that; so it is here, and any other source is refused by name.
 */
function replaceEval() {
  try {
    (0, self.eval)("0");
  } catch {
    self.eval = (source) => {
      if (!/^\s*\(\(entries\) =>[^]*Object\.fromEntries\(entries\);\s*\}\)\s*$/.test(source)) {
        throw new EvalError(`the page's policy forbids to run ${String(source).trim().slice(0, 80)}`);
      }
      return (entries) => Object.fromEntries([...entries].map(([name, value]) => [name, value === undefined ? null : value]));
    };
  }
}

/**
 * Pyodide reports no progress and does not try again, but it uses `fetch`: so for files below `folder` the worker's own
 * counts bytes and tries again. Returns it, and a promise that fails when a file cannot be had.
 */
function takeOverFetch(folder, onBytes) {
  const inner = self.fetch;
  let giveUp;
  const failed = new Promise((_, reject) => (giveUp = reject));
  failed.catch(() => {});
  async function fetched(url, options) {
    try {
      return await getResponse(url, { stage: "python", onBytes, options: { ...options, fetch: inner } });
    } catch (error) {
      giveUp(error);
      throw error;
    }
  }
  self.fetch = (input, options) => {
    const url = input.url ?? String(input);
    return url.startsWith(folder) ? fetched(url, options) : inner(input, options);
  };
  return { fetched, failed };
}

async function startRuntime(base, wanted, size) {
  const { backend, reason } = await chooseBackend(wanted);
  post({ type: "backend", backend, reason });
  try {
    const ort = await loadRuntime(base, backend, (bytes, path) => count("runtime", bytes, size[path]));
    return { ort, backend };
  } catch (error) {
    if (backend === "webgpu") error.fallback = "wasm";
    throw error;
  }
}

/**
 * fetch(name) gets all files of a model, while another one may be in use: only one at a time, a newer wish ends the
 * older. load(name) -> {manifest: its JSON text, engine, tokenizer, read}: does that first where it has not been done,
 * and then lets the engine go that was in use. cancel() ends a fetch; what has come stays for the next time.
 */
function loader({ base, models, runtime, tokenizers }) {
  let current = null; // the engine in use
  let inUse = "";
  let coming = null; // {name, title, files: promise, controller}

  function cancel() {
    const { title, controller } = coming ?? {};
    controller?.abort(new AppError("model", words.failures.cancelled(title)));
    coming = null;
  }
  function want(name) {
    if (coming?.name === name) return coming.files;
    cancel();
    const entry = models.find((candidate) => candidate.name === name);
    if (!entry) throw new AppError("model", words.failures.unknown(name));
    const mine = (coming = { name, title: entry.title, controller: new AbortController() });
    mine.files = getFiles(entry, mine.controller.signal).catch((error) => {
      if (coming === mine) coming = null;
      if (!coming) report("model", { loaded: 0, total: 0, done: true });
      throw error;
    });
    return mine.files;
  }
  async function getFiles(entry, signal) {
    report("model", { loaded: 0, total: entry.bytes ?? 0, done: false, label: entry.title });
    const opened = await openModel(new URL(`models/${entry.manifest}`, base).href, {
      onProgress: (loaded, total) => signal.aborted || report("model", { loaded, total }),
      onNotice: (message) => post({ type: "notice", message }),
      signal,
    });
    const { ort, backend } = await runtime;
    const [graphs, weights, vocabulary] = await Promise.all([opened.graph(backend), opened.weights, opened.tokenizer]);
    return { ...opened, ort, backend, graphs, weights, vocabulary };
  }
  return {
    cancel,
    async fetch(name) {
      if (name !== inUse) await want(name);
      else cancel();
    },
    async load(name) {
      const { ort, backend, graphs, weights, vocabulary, ...opened } = await want(name);
      const { Tokenizer } = await tokenizers;
      const tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(vocabulary)), {});
      // Everything is here, so the change cannot fail for want of a file: only now does the old model go.
      coming = null;
      await current?.dispose();
      current = null;
      try {
        current = await createEngine(ort, opened.manifest, { weights, graphs }, { backend, onLost: lost, onCrash: crashed });
        inUse = name;
      } catch (error) {
        if (backend === "webgpu") error.fallback = "wasm";
        fail(error); // there is no model now: only a new worker helps
        throw error;
      }
      report("runtime", { done: true });
      report("model", { done: true });
      return { manifest: opened.text, engine: current, tokenizer, read: opened.read };
    },
  };
}

function lost(detail) {
  fail(Object.assign(new AppError("runtime", words.failures.lost, { detail }), { fallback: "wasm" }));
}

function crashed(cause) {
  fail(new AppError("runtime", words.failures.crashed, { cause }));
}

/** What is kept of models that this site no longer has, or has in a newer form. */
async function forgetOld(base, models) {
  const store = await openStore();
  const texts = models.map(({ manifest }) => fetchJson(new URL(`models/${manifest}`, base)));
  await store?.clean(await Promise.all(texts)); // of all of them, or nothing is known to be old
}

/** The bytes of every file of the site, by path, so that the whole is known before it is loaded. */
async function sizes(base) {
  const response = await fetch(new URL("sizes.json", base)).catch(() => null);
  return response?.ok ? response.json() : {};
}

async function fetchJson(url) {
  try {
    const response = await fetch(url, { cache: "no-cache" });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } catch (cause) {
    throw new AppError("site", words.failures.unloaded(String(url).split("/").pop()), { cause });
  }
}

function count(stage, bytes, total = progress[stage].total) {
  report(stage, { loaded: progress[stage].loaded + bytes, total });
}

/** Tells the page how a stage goes: at its end, and at most 20 times a second before that. */
function report(stage, change) {
  const at = Object.assign(progress[stage], change);
  const now = performance.now();
  if (!at.done && now - (at.told ?? -1e3) < 50) {
    at.later ??= setTimeout(report, 50, stage, {}); // where it stands still the last word must be right
    return;
  }
  clearTimeout(at.later);
  at.later = null;
  at.told = now;
  post({ type: "progress", stage, label: at.label, loaded: at.loaded, total: at.total, done: at.done });
}
