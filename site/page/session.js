// The page's half of the worker protocol (the other: workers/python/worker.js): starts the worker, says how far it is, embeds the
// Panel document, carries changes both ways, and starts a new worker when a backend fails or the reader asks for it.

import { Loading } from "./loading.js";
import { lacking } from "./requirements.js";
import { newWorker } from "../workers/spawn.js";
import strings from "../strings/index.js";

const MAX_AUTOMATIC = 2;
const PULSE_MS = 5000; // how often a live worker is asked whether it is there
const SILENT = 4; // how many answers in a row it may miss: a large model on a slow machine takes its time

/**
 * Starts the app. `page` has callbacks, all optional:
 *   worker()                                         - returns a worker that was made ahead, once; else nothing
 *   onBegin()                                        - a worker is about to start, the first or another one
 *   onProgress({stages, loaded, total, secondsLeft, rate}) - see loading.js; the last two are null while unknown
 *   onBackend({backend, reason, failed?})            - what computes; `failed` says why another one was given up
 *   onNotice(message)
 *   onError({stage, message, advice, detail, retry, live}) - `live` when the app goes on in spite of it
 *   onState(state)                                   - the reader's choices, as Python holds them
 *   onUsed(urls)                                     - what the worker loaded, once everything is loaded
 *   onSilence(silent)                                - a live worker no longer answers, or answers again
 *   onLive()                                         - the document is embedded and the model has answered
 * `start` is the worker's start message. Returns {retry(), restart({model, backend}), cancel(), stop()}; `cancel` ends the loading
 * of a model.
 * @param {any} page
 * @param {Omit<import("../generated/contract.js").Start, "type">} start
 */
export function startApp(page, start) {
  const base = new URL(".", document.baseURI).href;
  const wishes = { ...start };
  let session = null;
  let automatic = 0;

  function begin(failed) {
    session?.end();
    page.onBegin?.();
    const why = lacking();
    if (why) {
      page.onError?.({ stage: "site", message: why, advice: strings.faults.lacking, detail: "", retry: false, live: false });
      return;
    }
    session = new Session(base, wishes, {
      ...page,
      onBackend: (choice) => page.onBackend?.({ ...choice, failed }),
      onState(state) {
        wishes.state = state;
        wishes.model = state.model;
        page.onState?.(state);
      },
      onError(error) {
        if (error.fallback && automatic < MAX_AUTOMATIC) {
          automatic += 1;
          wishes.backend = error.fallback;
          begin(`${error.message} ${error.detail.split("\n")[0]}`.trim());
          return;
        }
        if (!error.live) session.end();
        page.onError?.(error);
      },
    });
  }
  begin();
  return {
    retry: () => begin(),
    restart(changes) {
      Object.assign(wishes, changes);
      automatic = 0;
      begin();
    },
    cancel: () => session?.tell({ type: "cancel" }),
    stop: () => session?.end(),
  };
}

/** One worker, from its start to its end, and the document it sent. */
class Session {
  constructor(base, wishes, page) {
    this.page = page;
    this.live = this.busy = this.ended = false;
    this.jsdoc = null;
    this.queue = []; // changes made here while Python is busy with one
    this.patching = 0;
    this.unanswered = 0;
    this.embedded = null; // a promise, once the document has arrived
    this.loading = new Loading();
    this.bokeh = loadBokeh(base); // while Python starts
    this.bokeh.catch(() => {});
    this.worker = page.worker?.() ?? newWorker(base);
    this.worker.onmessage = ({ data }) => this.receive(data).catch((error) => this.fail(error));
    this.worker.onerror = (event) => this.fail(event.message ? event : new Error(strings.faults.noWorker));
    this.tell({ type: "start", ...wishes });
  }

  /** @param {import("../generated/contract.js").FromPage} message */
  tell(message) {
    this.worker.postMessage(message);
  }

  /** @param {import("../generated/contract.js").ToPage} message */
  async receive(message) {
    const { page } = this;
    if (message.type === "patch" || message.type === "live") {
      await this.embedded; // all wait for the same promise, so they keep their order
      if (this.ended) return;
      if (message.type === "patch") this.apply(message);
      else this.begin();
    } else if (message.type === "idle") this.flush();
    else if (message.type === "pong") this.heard();
    else if (message.type === "render") await (this.embedded = this.embed(message));
    else if (message.type === "progress") page.onProgress?.(this.loading.update(message));
    else if (message.type === "backend") page.onBackend(message);
    else if (message.type === "notice") page.onNotice?.(message.message);
    else if (message.type === "state") page.onState(message.state);
    else if (message.type === "used") page.onUsed?.(message.urls);
    else if (message.type === "error") page.onError(message);
  }

  /** Reports a failure that nobody foresaw, on this side or in the worker. */
  fail(error) {
    if (this.ended) return;
    this.page.onError({
      stage: "page",
      message: error.message || String(error),
      advice: strings.faults.tryAgain,
      detail: (error.cause ?? error).stack ?? "",
      retry: true,
      live: this.live,
    });
  }

  /** Puts the Bokeh document into a hidden container; its views draw into the page's own slots. */
  async embed({ documents }) {
    const { Document, embed } = await this.bokeh;
    if (this.ended) return;
    const [json] = Object.values(JSON.parse(documents));
    this.jsdoc = Document.from_json(json);
    await idle(); // each of the two calls is long enough for one task
    if (this.ended) return;
    this.container = document.createElement("div");
    this.container.hidden = true;
    document.body.append(this.container);
    const views = await embed.add_document_standalone(this.jsdoc, this.container);
    this.views = [...views.roots.values()];
    this.jsdoc.on_change((event) => this.send(event), false);
  }

  begin() {
    this.live = true;
    this.pulse = setInterval(() => this.ask(), PULSE_MS);
    performance.mark("explainer-live"); // for the benchmark
    this.page.onLive?.();
  }

  /** Asks the worker whether it is there: it can end without a message, as when the system takes its memory, and only its silence
   *  tells. Questions are counted, not time: a page that is put to sleep asks none, and its worker sleeps as well. */
  ask() {
    if (this.unanswered === SILENT) this.page.onSilence?.(true);
    this.unanswered += 1;
    this.tell({ type: "ping" });
  }

  heard() {
    if (this.unanswered > SILENT) this.page.onSilence?.(false);
    this.unanswered = 0;
  }

  /** Sends a change made on this side. While Python is busy with one, only the newest value of each property is kept. */
  send(event) {
    if (this.patching || event.setter_id === "py") return;
    if (this.busy) {
      this.queue = this.queue.filter((old) => !(event.attr && old.model === event.model && old.attr === event.attr));
      this.queue.push(event);
      return;
    }
    this.busy = true;
    this.tell({ type: "patch", patch: this.jsdoc.create_json_patch([event]) });
  }

  flush() {
    this.busy = this.queue.length > 0;
    if (!this.busy) return;
    const patch = this.jsdoc.create_json_patch(this.queue);
    this.queue = [];
    this.tell({ type: "patch", patch });
  }

  apply({ patches }) {
    this.patching += 1;
    try {
      for (const { patch, buffers } of patches) this.jsdoc.apply_json_patch(patch, buffers);
    } finally {
      this.patching -= 1;
    }
  }

  end() {
    this.ended = true;
    this.live = false;
    clearInterval(this.pulse);
    this.worker.onmessage = this.worker.onerror = null;
    this.worker.terminate();
    for (const view of this.views ?? []) view.remove();
    this.container?.remove();
  }
}

/** Resolves when the page has nothing else to do, or after 100 ms: in another origin's frame no such moment may ever come. */
const idle = () =>
  new Promise((resolve) => (window.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 100 }) : setTimeout(resolve)));

let bokeh = null; // a promise, once it is asked for
let tries = 0; // part of the address, by which a browser may remember that a module failed to load

/** Loads Bokeh with Panel's components, made by export/build/bokehjs.mjs, a piece at a time, since it takes a while to run. */
function loadBokeh(base) {
  // Panel loads a view's module through es-module-shims; the browser's own import does the same for modules that need no
  // import map, such as these.
  window.importShim ??= Object.assign((url) => import(url), { addImportMap() {} });
  bokeh ??= (async () => {
    const { load } = await import(new URL(`vendor/bokeh.mjs${tries++ ? `?try=${tries}` : ""}`, base).href);
    return load(idle);
  })().catch((cause) => {
    bokeh = null;
    const [message] = strings.failures.unloaded("bokeh.mjs");
    throw new Error(message, { cause });
  });
  return bokeh;
}
