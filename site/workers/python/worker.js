// The Python worker: Python runs here, so that the page never waits for it, and the model in a worker of its own
// (workers/model/worker.js), so that Python does not wait either.
//
// The messages between the page and this worker are in explainer.app.messages, FromPage and ToPage.

import { caller, whole } from "../calls.js";
import { AppError } from "../download.js";
import { reporter } from "../progress.js";
import { onFatal } from "./pyodide_seam.js";
import { startPython } from "./python.js";
import { newWorker } from "../spawn.js";
import strings from "../../strings/faults.js";

const BASE = new URL("../../", import.meta.url).href;
const { report, count } = reporter(post);

let ask = null; // calls what workers/model/worker.js answers
let python = null; // a promise of what startPython gives
let app = null; // explainer.hosts.browser, once Python runs
let live = false; // the model has answered
let gone = false; // Python cannot go on, and the page knows

self.onmessage = (/** @type {{data: import("../../generated/contract.js").FromPage}} */ { data: message }) => {
  try {
    if (message.type === "start") start(message).catch(fail);
    else if (message.type === "ping") ask("ping").then(() => post({ type: "pong" }));
    else if (message.type === "cancel") ask("cancel");
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

let patches = [];
/** Posts together what Python has changed together, so that the page lays it out once. */
function sendPatches() {
  post(
    { type: "patch", patches },
    patches.flatMap(({ buffers }) => [...buffers.values()]),
  );
  patches = [];
}

/** @param {import("../../generated/contract.js").ToPage} message  @param {Transferable[]} transfer */
function post(message, transfer = []) {
  self.postMessage(message, { transfer });
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
  // The snapshot may be to blame: the next try is without it.
  if (gone) python?.then(({ forget }) => forget()).catch(() => {});
  post({ type: "error", stage: "app", message, advice: "", detail: error?.stack ?? text, retry: gone, live: goesOn });
}

/** @param {import("../../generated/contract.js").Start} wishes */
async function start({ model: wish, backend, state = {} }) {
  const modelWorker = newWorker(BASE, "workers/model/worker.js");
  modelWorker.onerror = (event) => {
    event.preventDefault(); // the page must not report again what is reported here
    fail(event.message ? new Error(event.message) : new AppError("site", strings.failures.unloaded("workers/model/worker.js")));
  };
  ask = caller(modelWorker, (message) => (message.type === "broken" ? fail(whole(message.failure)) : post(message)));
  report("app", {});
  const size = await sizes();
  ask("start", backend, size);
  // Other files of Pyodide do not count: modules are imported, not fetched, and the lock file is small.
  const files = Object.keys(size).filter((path) => /^pyodide\/.*\.(wasm|zip|bin)$/.test(path));
  report("python", { total: files.reduce((sum, path) => sum + size[path], 0) });
  python = startPython(BASE, (bytes) => count("python", bytes));
  const tokenizers = import(new URL("vendor/tokenizers.mjs", BASE).href);
  const index = fetchJson(new URL("models/index.json", BASE));
  for (const promise of [python, tokenizers, index]) promise.catch(() => {});

  const { models, default: chosen } = await index;
  const entries = Object.fromEntries(models.map((entry) => [entry.name, entry]));
  const known = (name) => {
    if (!Object.hasOwn(entries, name)) throw new AppError("model", strings.failures.unknown(name));
    return entries[name];
  };
  const name = Object.hasOwn(entries, wish) ? wish : chosen;
  const load = async (wanted) => loaded(await ask("load", known(wanted)), await tokenizers);
  const first = load(name);
  first.catch(() => {});

  const lent = {
    // to Python
    models: JSON.stringify(models),
    model: name,
    state: JSON.stringify({ ...state, model: wish || name }), // Python refuses a model that is not here, and says so
    // The first model is already on its way while Python is still starting.
    load: (wanted) => (wanted === name && !lent.started ? ((lent.started = true), first) : load(wanted)),
    fetch: async (wanted) => ask("fetch", known(wanted)),
    render: (documents) => post({ type: "render", documents }), // the JSON of {id: a Bokeh document}
    patch(patch, buffers) {
      if (patches.push({ patch, buffers }) === 1) queueMicrotask(sendPatches);
    },
    tell: (json) => post(JSON.parse(json)),
  };
  // The first failure is the one to report.
  const [{ pyodide, keep, ...started }] = await Promise.all([python, Promise.race([first, python])]);
  report("python", { done: true });
  onFatal(pyodide, (error) => fail(error, false)); // the error may pass no code here that could catch it
  app = started.app;
  await Promise.all([first, app.start(lent)]);
  live = true;
  post({ type: "live" });
  report("app", { done: true });
  const here = performance.getEntriesByType("resource").map((entry) => entry.name);
  post({ type: "used", urls: [...here, ...(await ask("used"))] });
  keep().catch((error) => console.info("no snapshot of Python is kept:", error.message));
  ask("clean", models).catch((error) => console.info("old models' files stay:", error.message));
}

/** Returns a model as Python takes it: {manifest: its JSON text, engine, tokenizer, read}. */
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

/** Returns the bytes of every file of the site, by path, so that the total is known before loading. */
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
    throw new AppError("site", strings.failures.unloaded(String(url).split("/").pop()), { cause });
  }
}
