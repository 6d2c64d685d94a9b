// The service worker: keeps the site on the reader's machine, so that after one visit it works without a network; and
// adds the headers that allow threads where the host cannot send them.
//
// shell.js, written by the build, names every file of the site with its hash. A file is kept under path and hash, so an
// update fetches only what changed, never mixes two builds, and takes effect on the next visit: the old worker serves
// its own build until its last page is closed. Models' parts are kept by download.js, under hashes of their own.

importScripts("shell.js"); // self.SHELL: {path: first 16 hex digits of its sha256}

const BASE = new URL("./", self.location.href).href;
const CACHE = `explainer-shell ${new URL(BASE).pathname}`; // one origin may hold several such sites
// ONNX Runtime's builds for WebGPU are kept when they are used; the wasm build is the last resort of every browser. Licence texts
// are kept when a reader opens them.
const LATER = /^images\/|^licences\/|^ort\/.*(jspi|webgpu|asyncify)/;
// Files that may be newer than the page: a model's index and manifest, from the network where there is one.
const FRESH = /^models\/.*\.json$/;
const PATIENCE_MS = 4000;
// Document-Isolation-Policy also works in another site's frame; the older pair only at the top, but in more browsers.
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Document-Isolation-Policy": "isolate-and-credentialless",
};

const keyOf = (path) => `${BASE}${path}?sha256=${self.SHELL[path]}`;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(clean()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method !== "GET" || request.headers.has("range") || !Object.hasOwn(self.SHELL, path)) return;
  const isolated = request.mode === "navigate" || request.destination === "worker";
  event.respondWith(answer(event, path).then((response) => (isolated ? withIsolation(response) : response)));
});

/** Returns the file of the site that an address names, whatever its search part; "" where it is none of this site. */
function pathOf(url) {
  if (!url.startsWith(BASE)) return "";
  const path = decodeURIComponent(new URL(url).pathname.slice(new URL(BASE).pathname.length));
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/** Fetches every file before an update takes over; a failure leaves the old worker in charge. The first worker replaces none:
 *  it answers at once (see page/isolation.js), and keeps the files when the page no longer needs the network. */
async function install() {
  if (self.registration.active) await keepAll([]);
}

/** Keeps what a page used before there was a worker to see it: {keep: urls}. Answers with the number of new files, when they
 *  and all that every visit needs are kept. */
self.addEventListener("message", (/** @type {any} an ExtendableMessageEvent, a type that pages lack */ event) =>
  event.waitUntil(
    (async () => {
      const used = (event.data?.keep ?? []).map(pathOf).filter((path) => Object.hasOwn(self.SHELL, path));
      const added = await keepAll(used);
      event.ports[0]?.postMessage({ added });
    })(),
  ),
);

/** Keeps these files of the site and those that every visit needs, four at a time; returns how many were missing. */
async function keepAll(paths) {
  const cache = await caches.open(CACHE);
  const here = new Set((await cache.keys()).map(({ url }) => url));
  const needed = Object.keys(self.SHELL).filter((path) => !LATER.test(path));
  const missing = [...new Set([...needed, ...paths])].filter((path) => !here.has(keyOf(path)));
  const waiting = missing.slice();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let path = waiting.shift(); path; path = waiting.shift()) await keep(cache, path);
    }),
  );
  return missing.length;
}

/** Fetches and keeps one file; an answer of another build, as from a half-finished upload, is fetched once more past all caches. */
async function keep(cache, path) {
  for (const mode of /** @type {RequestCache[]} */ (["default", "reload"])) {
    const response = await fetch(BASE + path, { cache: mode });
    if (response.ok && (await store(cache, path, response))) return;
  }
  throw new Error(`${path} is not the file of this build`);
}

/** Keeps a response when it is this build's file; returns whether it is. */
async function store(cache, path, response) {
  const data = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const hash = Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== self.SHELL[path]) return false;
  await put(cache, path, data, response.headers);
  return true;
}

function put(cache, path, data, headers) {
  // Lengths and encodings belonged to the connection.
  const kept = { "content-type": headers.get("content-type") ?? "application/octet-stream" };
  return cache.put(keyOf(path), new Response(data, { headers: kept }));
}

async function answer(event, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(keyOf(path));
  if (FRESH.test(path)) return newest(event, cache, path, kept);
  if (kept) return kept;
  const response = await fetch(event.request);
  if (response.ok) event.waitUntil(store(cache, path, response.clone()).catch(() => {})); // a full disk: kept at the next request
  return response;
}

async function newest({ request }, cache, path, kept) {
  try {
    const signal = kept && AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(request.url, { cache: "no-cache", signal });
    if (response.ok) {
      const data = await response.clone().arrayBuffer();
      await put(cache, path, data, response.headers);
      return response;
    }
    return kept ?? response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Deletes the files of old builds, from this site's cache only: others on the same origin have their own. */
async function clean() {
  const cache = await caches.open(CACHE);
  const ours = new Set(Object.keys(self.SHELL).map(keyOf));
  for (const request of await cache.keys()) if (!ours.has(request.url)) await cache.delete(request);
}

function withIsolation(response) {
  if (!response.ok || response.type === "opaque") return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) if (!headers.has(name)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
