// Gets a model's files: in parts, with progress in bytes, checked against their sha256, kept for the next visit.
//
// A part that fails or arrives damaged is tried again, from where it broke off if the server can do that. No part is
// fetched twice: it stays in the Cache API under its hash (only in memory where that is missing or full, as on plain
// http). Frames and tabs that want the same part at the same time fetch it once.

import { bytes as size } from "../lib/format.js";
import strings from "../strings/faults.js";

const BASE = new URL("../", import.meta.url);
const CACHE = `explainer-models ${BASE.pathname}`; // one origin may hold several such sites
const TRIES = 3;
const FURTHER = 2 ** 16; // bytes: a try that got this much further before breaking off has not failed
const AT_ONCE = 3;
// Longer than the worker is ever busy with something else on a slow machine.
const STALL_MS = 60_000;

/** A failure that the reader is told of: the stage it happened in, and [what failed, what to do about it]. */
export class AppError extends Error {
  name = "AppError";
  told = false; // whether the page knows
  fallback; // the backend to try instead, where there is one

  /**
   * @param {string} stage
   * @param {string[]} words
   * @param {{detail?: string, retry?: boolean, cause?: any}} more
   */
  constructor(stage, [message, advice], { detail = "", retry = true, cause } = {}) {
    super(message, { cause });
    this.stage = stage;
    this.advice = advice;
    this.retry = retry;
    this.detail = detail || String(cause?.stack ?? cause ?? "");
  }
}

/**
 * Opens a model: {manifest, text, tokenizer, graph(backend), weights, read(offset, bytes)}.
 *
 * `manifestUrl` is absolute; the files lie beside it. `onProgress(loaded)` counts their bytes; `onNotice(message)` says what the reader may want to know (files could not be kept). The graphs are small
 * and depend on the backend: `graph(backend)` fetches {trunk, unembed} once that is known. `weights` is a promise of
 * one Uint8Array, so that the manifest can be used before it arrives. `read` returns bytes of the weights later on,
 * when that array is gone.
 * @param {string} manifestUrl
 * @param {{onProgress?: (loaded: number) => void, onNotice?: (message: string) => void, signal?: AbortSignal}} options
 */
export async function openModel(manifestUrl, { onProgress = () => {}, onNotice = () => {}, signal } = {}) {
  const text = await fetchManifest(manifestUrl, signal);
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new AppError("model", strings.failures.unreadable(manifestUrl), { cause });
  }
  const store = await openStore(onNotice);
  const url = (path) => new URL(path, manifestUrl).href;
  let loaded = 0;
  const get = (file, into = undefined, onBytes = (/** @type {number} */ _bytes) => {}) =>
    getFile(url(file.path), file, { into, onBytes, store, signal });
  const count = (bytes) => onProgress((loaded += bytes));
  const tokenizer = get(manifest.tokenizer, undefined, count);
  const weights = getWeights(manifest.weights, (part, into) => get(part, into, count));
  // The code that awaits these learns of a failure; until then it must not count as an unhandled one.
  tokenizer.catch(() => {});
  weights.catch(() => {});
  const graph = async (backend) => {
    const files = manifest.graphs[backend];
    const [trunk, unembed] = await Promise.all([files.trunk, files.unembed].map((file) => get(file, undefined, count)));
    return { trunk, unembed };
  };
  return { manifest, text, tokenizer, weights, graph, read: reader(manifest.weights, store, get) };
}

/** Returns a function that reads a range of the weights: from the store, or, where nothing is kept, from a part fetched again. */
function reader(weights, store, get) {
  /** @type {{part?: object, data?: Promise<Uint8Array>}} */
  let last = {}; // the part fetched last: where nothing is kept, neighbouring ranges are read one after another
  async function cut(part, from, to) {
    const kept = await store?.blob(part.sha256);
    if (kept?.size === part.bytes) return new Uint8Array(await kept.slice(from, to).arrayBuffer());
    if (last.part !== part) last = { part, data: get(part) };
    try {
      return (await last.data).subarray(from, to);
    } catch (error) {
      last = {};
      throw error;
    }
  }
  return async (offset, bytes) => {
    const whole = new Uint8Array(bytes);
    let start = 0;
    for (const part of weights.parts) {
      const [from, to] = [Math.max(offset, start), Math.min(offset + bytes, start + part.bytes)];
      if (from < to) whole.set(await cut(part, from - start, to - start), from - offset);
      start += part.bytes;
    }
    return whole;
  };
}

/** Fills one array, made at its full size, so that a large model is in memory once. */
async function getWeights(weights, get) {
  let blob;
  try {
    blob = new Uint8Array(weights.bytes);
  } catch (cause) {
    throw new AppError("model", strings.failures.memory(size(weights.bytes)), { cause });
  }
  let offset = 0;
  const jobs = weights.parts.map((part) => {
    const start = offset;
    offset += part.bytes;
    return () => get(part, blob.subarray(start, start + part.bytes));
  });
  if (offset !== weights.bytes) {
    throw new AppError("model", strings.failures.parts(offset, weights.bytes), { retry: false });
  }
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let job = jobs.shift(); job; job = jobs.shift()) await job();
    }),
  );
  return blob;
}

async function fetchManifest(url, signal) {
  // The manifest is the one file whose name does not change with its content: the server says whether it is still the same.
  return retrying(url, signal, async () => (await request(url, { cache: "no-cache", signal })).text());
}

/**
 * Returns one file, from the store or the network, checked: a Uint8Array (`into`, where given).
 * @typedef {{into?: Uint8Array, onBytes?: (bytes: number) => void, store?: any, signal?: AbortSignal}} FileOptions
 * @param {string} url
 * @param {{bytes: number, sha256: string}} file
 * @param {FileOptions} options
 */
export async function getFile(url, file, options = {}) {
  return (
    (await kept(file, options)) ??
    alone(
      file,
      options,
      async () =>
        // A frame that waited for another one finds what that one fetched.
        (await kept(file, options)) ?? fetchFile(url, file, options),
    )
  );
}

/** @param {{bytes: number, sha256: string}} file  @param {FileOptions} options */
async function kept({ bytes, sha256 }, { into, onBytes = () => {}, store }) {
  const found = await store?.get(sha256);
  if (found?.byteLength !== bytes) return null;
  const data = new Uint8Array(found);
  if ((await sha256Of(data)) !== sha256) {
    await store.delete(sha256);
    return null;
  }
  onBytes(bytes);
  if (!into) return data;
  into.set(data);
  return into;
}

/** Runs `job` while no other frame or tab of this origin gets the same file, as far as the browser can tell.
 *  @param {{sha256: string}} file  @param {FileOptions} options  @param {() => Promise<Uint8Array>} job */
async function alone({ sha256 }, { store, signal }, job) {
  const locks = store && globalThis.navigator?.locks; // without a store a frame can leave nothing to others
  if (!locks) return job();
  let begun = false;
  const patience = AbortSignal.timeout(STALL_MS); // a tab that was put to sleep must not hold up this one
  try {
    const waiting = { signal: signal ? AbortSignal.any([signal, patience]) : patience };
    return await locks.request(`${CACHE} ${sha256}`, waiting, () => {
      begun = true;
      return job();
    });
  } catch (error) {
    if (begun) throw error;
    return job();
  }
}

/** @param {string} url  @param {{bytes: number, sha256: string}} file  @param {FileOptions} options */
async function fetchFile(url, { bytes, sha256 }, { into, onBytes = () => {}, store, signal }) {
  const target = into ?? new Uint8Array(bytes);
  const begun = `${sha256}-begun`; // what arrived before the connection broke or the reader cancelled
  let got = 0;
  let most = 0; // bytes that any try got
  const move = (to) => {
    onBytes(to - got);
    got = to;
  };
  const before = await store?.get(begun);
  if (before?.byteLength < bytes) {
    target.set(new Uint8Array(before));
    move(before.byteLength);
  }
  try {
    await retrying(url, signal, async (attempt) => {
      const from = got;
      const start = (response) => {
        if (from && !goesOn(response, from, bytes)) move(0);
      };
      try {
        const headers = from ? { range: `bytes=${from}-` } : {};
        // A damaged answer may sit in the browser's own cache: the second try goes past it.
        await stream(
          url,
          { cache: attempt || from ? "reload" : "default", signal, headers },
          (chunk) => {
            if (got + chunk.length > bytes) throw new Damaged(`${url} is longer than the ${bytes} bytes expected`);
            target.set(chunk, got);
            move(got + chunk.length);
          },
          start,
        );
        if (got !== bytes) throw new Short(`${url} ended after ${got} of ${bytes} bytes`);
        const found = await sha256Of(target);
        if (found !== sha256) throw new Damaged(`${url} has sha256 ${found}, expected ${sha256}`);
      } catch (error) {
        const wrong = from && error instanceof Refused ? new Damaged(`${url} cannot be gone on with: ${error.message}`) : error;
        if (wrong instanceof Damaged) move(0);
        wrong.further = got >= most + FURTHER;
        most = Math.max(most, got);
        throw wrong;
      }
    });
  } catch (error) {
    if (got) await store?.put(begun, target.slice(0, got));
    move(0);
    throw error;
  }
  await store?.put(sha256, target);
  if (before) await store.delete(begun);
  return target;
}

/** Returns whether an answer continues behind the `from` bytes of `bytes` that are here already. */
function goesOn(response, from, bytes) {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  return response.status === 206 && Number(range?.[1]) === from && (range[2] === "*" || Number(range[2]) === bytes);
}

const WASM = "application/wasm";

class Damaged extends Error {}
class Short extends Error {}
class Refused extends Error {}

/**
 * Returns one file that has no hash in a manifest, as a response whose bytes have all arrived; `options` as for fetch (and `fetch`
 * itself). It is the browser's own response: only what the browser compiles from such a one does it keep for the next visit.
 * @param {string} url
 * @param {{stage: string, onBytes?: (bytes: number) => void, options?: RequestInit & {fetch?: typeof fetch}}} how
 */
export async function getResponse(url, { stage, onBytes = () => {}, options = {} }) {
  const whole = await retrying(
    url,
    options.signal,
    async () => {
      let got = 0;
      let copy;
      try {
        await stream(
          url,
          options,
          (chunk) => {
            got += chunk.length;
            onBytes(chunk.length);
          },
          (response) => (copy = response.clone()),
        );
      } catch (error) {
        onBytes(-got);
        throw error;
      }
      return copy;
    },
    stage,
  );
  if (!/\.wasm$/.test(url) || whole.headers.get("content-type") === WASM) return whole;
  return new Response(await whole.arrayBuffer(), { headers: { "content-type": WASM } }); // some hosts do not know the type
}

/** Runs `attempt(number)` until it fails three times without getting further, waiting longer each time; a definite
 *  refusal is not tried again. */
async function retrying(url, signal, attempt, stage = "model") {
  for (let number = 0; ; number++) {
    try {
      return await attempt(number);
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      if (cause.further) number = 0;
      if (!(cause instanceof Refused) && number + 1 < TRIES) {
        await new Promise((resolve) => setTimeout(resolve, 500 * 3 ** number));
        continue;
      }
      const name = url.split("/").pop();
      const { lacks, damaged, connection } = strings.failures;
      if (cause instanceof Refused) throw new AppError(stage, lacks(name, cause.message), { cause });
      if (cause instanceof Damaged || cause instanceof Short) throw new AppError(stage, damaged(name, TRIES), { cause });
      throw new AppError(stage, connection(name, TRIES, stage === "model"), { cause });
    }
  }
}

async function request(url, { fetch = globalThis.fetch, ...options }) {
  const response = await fetch(url, options);
  if (response.ok) return response;
  const wrong = `HTTP ${response.status}`;
  // 408, 425 and 429 ask for patience, 5xx may pass; the other 4xx will not change.
  throw response.status < 500 && ![408, 425, 429].includes(response.status) ? new Refused(wrong) : new Error(wrong);
}

/** Hands a response's bytes to `onChunk` as they arrive; a connection without data for a minute counts as failed.
 *  @param {string} url
 *  @param {RequestInit & {fetch?: typeof fetch}} options
 *  @param {(chunk: Uint8Array) => void} onChunk
 *  @param {(response: Response) => void} onStart */
async function stream(url, { signal, ...options }, onChunk, onStart = () => {}) {
  const stalled = new AbortController();
  const both = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  let timer;
  const wind = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(new Error(`no data for ${STALL_MS / 1000} s`)), STALL_MS);
  };
  try {
    wind();
    const response = await request(url, { ...options, signal: both });
    onStart(response);
    const reader = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      wind();
      onChunk(next.value);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Opens the store of parts on this machine, by hash: get, blob (not yet read), put, delete, clean. Null where the browser has none.
 *  @param {(message: string) => void} onNotice */
export async function openStore(onNotice = () => {}, caches = globalThis.caches) {
  // Plain http from another machine is no secure context and has no Cache API; private windows may refuse it.
  const cache = await caches?.open(CACHE).catch(() => null);
  if (!cache) return null;
  const key = (sha256) => new URL(`explainer-models/${sha256}`, /^http/.test(BASE.href) ? BASE : "http://localhost").href;
  let full = false;
  return {
    async get(sha256) {
      const response = await cache.match(key(sha256)).catch(() => null);
      return response?.arrayBuffer().catch(() => null);
    },
    async blob(sha256) {
      const response = await cache.match(key(sha256)).catch(() => null);
      return response?.blob().catch(() => null);
    },
    async put(sha256, data) {
      if (full) return;
      try {
        await cache.put(key(sha256), new Response(data, { headers: { "content-type": "application/octet-stream" } }));
      } catch (error) {
        full = true;
        onNotice(strings.faults.unkept(error.name));
      }
    },
    delete: (sha256) => cache.delete(key(sha256)).catch(() => false),
    /** Deletes everything that none of `manifests` names; they are those of ALL models of the site. */
    async clean(manifests) {
      const named = new Set(
        manifests.flatMap((manifest) =>
          [manifest.tokenizer, ...manifest.weights.parts, ...Object.values(manifest.graphs).flatMap(Object.values)].map(
            ({ sha256 }) => key(sha256),
          ),
        ),
      );
      for (const { url } of await cache.keys()) if (!named.has(url.replace(/-begun$/, ""))) await cache.delete(url);
    },
  };
}

/** Returns the sha256 of `data` in hex. */
export async function sha256Of(data) {
  let digest;
  if (globalThis.crypto?.subtle) {
    digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  } else {
    // Plain http from another machine has no crypto.subtle.
    const { sha256 } = await import("./sha256.js");
    digest = sha256(data);
  }
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
