// The worker: Python lives here, so that the page never waits for it; the model, in a worker of its own
// (modelworker.js), so that Python does not either.
//
// page -> worker: {type: "start", model?, backend?, state?}, then Panel's {type: "rendered"} and {type: "patch",
//   patch}; at any time {type: "cancel"}, which ends the loading of a model, and {type: "ping"}, answered by {type: "pong"}
// worker -> page: {type: "progress", stage, label, loaded, total, done}, {type: "backend", backend, reason},
//   {type: "notice", message}, {type: "state", state}, {type: "used", urls} (what it loaded), Panel's {type:
//   "render", ...}, {type: "patch", patch, buffers} and {type: "idle"}, and {type: "error", stage, message, advice, detail,
//   retry, live, fallback?}: `live` when the app goes on in spite of it, else a new worker is needed, with the backend
//   `fallback` where there is one.

import { lendBacktrace } from "./backtrace.js";
import { caller, whole } from "./calls.js";
import { AppError, getResponse } from "./download.js";
import { reporter } from "./progress.js";
import { newWorker } from "./spawn.js";
import words from "./strings/index.js";
import { install, unzip } from "./unpack.js";

const PACKAGES = ["packages.bin", "explainer.bin"];
const BASE = new URL(".", import.meta.url).href;
const { report, count } = reporter(post);

let ask = null; // calls what modelworker.js answers
let app = null; // explainer.browser, once Python runs
let live = false; // the page shows the app
let gone = false; // Python cannot go on, and the page knows

self.onmessage = ({ data: message }) => {
  try {
    if (message.type === "start") start(message).catch(fail);
    else if (message.type === "ping") ask("ping").then(() => post({ type: "pong" }));
    else if (message.type === "cancel") ask("cancel");
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

async function start({ model: wish, backend, state = {} }) {
  const modelWorker = newWorker(BASE, "modelworker.js");
  modelWorker.onerror = (event) => {
    event.preventDefault(); // what is told here need not be told again by the page
    fail(event.message ? new Error(event.message) : new AppError("site", words.failures.unloaded("modelworker.js")));
  };
  ask = caller(modelWorker, (message) => (message.type === "broken" ? fail(whole(message.failure)) : post(message)));
  report("app", {});
  const size = await sizes();
  ask("start", backend, size);
  const python = bootPython(size);
  const tokenizers = import(new URL("vendor/tokenizers.mjs", BASE).href);
  const index = fetchJson(new URL("models/index.json", BASE));
  for (const promise of [python, tokenizers, index]) promise.catch(() => {});

  const { models, default: chosen } = await index;
  const entries = Object.fromEntries(models.map((entry) => [entry.name, entry]));
  const known = (name) => {
    if (!Object.hasOwn(entries, name)) throw new AppError("model", words.failures.unknown(name));
    return entries[name];
  };
  const name = Object.hasOwn(entries, wish) ? wish : chosen;
  const load = async (wanted) => loaded(await ask("load", known(wanted)), await tokenizers);
  const first = load(name);
  first.catch(() => {});

  const bridge = {
    models: JSON.stringify(models),
    model: name,
    state: JSON.stringify({ ...state, model: wish || name }), // one that is not here Python refuses, aloud
    // The model asked for at the start is on its way already, while Python is still starting.
    load: (wanted) => (wanted === name && !bridge.started ? ((bridge.started = true), first) : load(wanted)),
    fetch: async (wanted) => ask("fetch", known(wanted)),
    render: (docs_json, render_items, root_ids) => post({ type: "render", docs_json, render_items, root_ids }),
    patch: (patch, buffers) => post({ type: "patch", patch, buffers }, [...buffers.values()]),
    tell: (json) => post(JSON.parse(json)),
  };
  // Whichever fails first is the one to tell of.
  const [pyodide] = await Promise.all([python, Promise.race([first, python])]);
  app = pyodide.pyimport("explainer.browser");
  await Promise.all([first, app.start(bridge)]);
  report("app", { done: true });
  const here = performance.getEntriesByType("resource").map((entry) => entry.name);
  post({ type: "used", urls: [...here, ...(await ask("used"))] });
  ask("clean", models).catch((error) => console.info("old models' files stay:", error.message));
}

/** A model as Python takes it: {manifest: its JSON text, engine, tokenizer, read}. */
function loaded({ model, manifest, vocabulary, backend }, { Tokenizer }) {
  const engine = {
    backend,
    async trunk(ids, cache, ...rest) {
      const { outputs, cache: made } = await ask("trunk", model, ids, cache?.id, ...rest);
      return { outputs, cache: { ...made, dispose: () => ask("forget", made.id) } };
    },
    unembed: (...args) => ask("unembed", model, ...args),
  };
  const tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(vocabulary)), {});
  return { manifest, engine, tokenizer, read: (...range) => ask("read", model, ...range) };
}

/** Python with all its packages. */
async function bootPython(size) {
  const folder = new URL("pyodide/", BASE).href;
  // Modules are imported, not fetched, and the lock file is small.
  const files = Object.keys(size).filter((path) => /^pyodide\/.*\.(wasm|zip|bin)$/.test(path));
  report("python", { total: files.reduce((sum, path) => sum + size[path], 0) });
  const { fetched, failed } = takeOverFetch(folder, (bytes) => count("python", bytes));
  replaceEval();
  const archives = Promise.all(PACKAGES.map(async (name) => unzip((await fetched(folder + name)).body)));
  archives.catch(() => {}); // `failed` says so
  const booted = import(`${folder}pyodide.mjs`).then(async ({ loadPyodide }) => {
    const pyodide = await loadPyodide({ indexURL: folder, env: { HOME: "/home/pyodide" } });
    install(pyodide, await archives);
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

/** The bytes of every file of the site, by path, so that the whole is known before it is loaded. */
async function sizes() {
  const response = await fetch(new URL("sizes.json", BASE)).catch(() => null);
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
