// A snapshot is the memory of a Python that has imported all it needs, kept for the next visit: that one copies it in
// instead of starting Python and importing anew. Pyodide knows how to begin from a copy of its memory (`_loadSnapshot`);
// what it leaves to others is here: compiled modules, which have to lie in the memory and in the table of functions
// where they lay before, and the objects of JavaScript that Python holds.
//
// All this is private to Pyodide, so nothing depends on it: whatever is not as it should be is an error for python.js,
// which then starts Python from the beginning.

import { sha256Of } from "../download.js";

const FORMAT = 1; // to be raised when anything here or in python.js changes what a snapshot is
const MAGIC = 1886286592; // the header that Pyodide's restoreSnapshot reads, in words of 4 bytes
const HEADER = 12; // words: magic, where the memory begins, bytes of the JSON, pages of the memory (ours), build of Pyodide
const PAGE = 65536; // bytes: what WebAssembly counts memory in
// What hangs tells nobody. After so many visits in a row that began with a snapshot and never got to the end, that one goes;
// a reader who leaves early, or has several frames open, is no reason.
const TRIES = 5;

/** The function that Panel makes of source text (panel/io/pyodide.py, _dict_converter). */
export const dictConverter = (entries) =>
  Object.fromEntries([...entries].map(([name, value]) => [name, value === undefined ? null : value]));
// Objects of JavaScript that Panel and the app hold, by names that mean the same at the next visit.
const NAMED = { JSON, Object, globalThis, undefined, null: null, XMLHttpRequest: globalThis.XMLHttpRequest, dictConverter };
const isDictConverter = (value) => typeof value === "function" && /^\s*\(entries\) =>[^]*Object\.fromEntries/.test(String(value));

/**
 * Options of loadPyodide with which compiled modules are loaded before Python itself is, in the order of `libraries` (a
 * promise of [{path, module}], paths inside site-packages): so they lie at the same place in every memory.
 * memory: what `take` gave, or nothing.
 */
export function beginningWith(libraries, memory) {
  async function createPyodideModule(settings) {
    const { default: create } = await import(settings.locateFile("pyodide.asm.mjs"));
    let giveUp;
    const failed = new Promise((_, reject) => (giveUp = reject));
    settings.preRun.push((Module) => preload(Module, libraries).catch(giveUp));
    const Module = await Promise.race([create(settings), failed]);
    if (memory) Module.growMemory(new Uint32Array(memory.buffer, 0, HEADER)[3] * PAGE);
    return Module;
  }
  return { createPyodideModule, ...(memory && { _loadSnapshot: memory, _snapshotDeserializer: (name) => NAMED[name] }) };
}

async function preload(Module, libraries) {
  Module.addRunDependency("libraries");
  for (const { path, module } of await libraries) {
    const name = `${Module.API.sitePackages}/${path}`;
    const exports = await Module.loadWebAssemblyModule(module, { loadAsync: true, nodelete: true, global: false }, name, {});
    Module.LDSO.loadedLibsByName[name] = { name, exports, refcount: Infinity, global: false };
  }
  Module.removeRunDependency("libraries");
}

/** The memory of a Python that began with `libraries`, a Uint8Array; none of its code may be running. Throws where it could
 *  not be restored. */
export function take({ _module: Module, _api: API }, libraries) {
  const early = new Set(libraries.map(({ path }) => `${API.sitepackages}/${path}`));
  const late = Object.keys(Module.LDSO.loadedLibsByName).filter((name) => name.startsWith(API.sitepackages) && !early.has(name));
  if (late.length) throw new Error(`not loaded before Python: ${late}`);
  const held = [...slots(Module.__hiwire_get, API.getExpectedKeys().length)];
  const texts = [...slots(Module.__hiwire_immortal_get, 7)]; // those before are Pyodide's own
  if (texts.some((text) => typeof text !== "string")) throw new Error("Python holds a constant that is not a text");
  const names = { hiwireKeys: held.map((value) => ({ serialized: nameOf(value) })), immortalKeys: texts };
  const json = new TextEncoder().encode(JSON.stringify(names));
  const begin = Math.ceil((4 * HEADER + json.length) / 16) * 16;
  const memory = Module.HEAPU8;
  const words = new Uint32Array(memory.buffer);
  let used = words.length;
  while (used && !words[used - 1]) used -= 1; // what was never written need not be kept
  const taken = new Uint8Array(begin + 4 * used);
  taken.set(json, 4 * HEADER);
  taken.set(memory.subarray(0, 4 * used), begin);
  const build = API.config.BUILD_ID.match(/.{8}/g).map((digits) => parseInt(digits, 16));
  new Uint32Array(taken.buffer).set([MAGIC, begin, json.length, memory.length / PAGE, ...build]);
  return taken;
}

function* slots(get, first) {
  for (let index = first; ; index++) {
    let value;
    try {
      value = get(index);
    } catch {
      return; // past the end of the table
    }
    yield value;
  }
}

function nameOf(value) {
  if (isDictConverter(value)) return "dictConverter";
  const name = Object.keys(NAMED).find((each) => Object.is(NAMED[each], value));
  if (!name) throw new Error(`Python holds a JavaScript object that has no name: ${String(value).slice(0, 80)}`);
  return name;
}

/**
 * Where the snapshot is kept, one for each site; null where nothing can be.
 *   newest: a promise of {key, memory} or null    keep(key, memory)    forget()
 *   begun(): a visit begins with it    arrived(): and got to the end
 */
export async function openSnapshots(base) {
  // Plain http from another machine has no Cache API; private windows and sandboxed frames may refuse it.
  const cache = await globalThis.caches?.open(`explainer-python ${new URL(base).pathname}`).catch(() => null);
  if (!cache) return null;
  const forget = async () => Promise.all((await cache.keys()).map((request) => cache.delete(request)));
  const tries = `${base}python-snapshot-tries`;
  const tried = async () => Number(await (await cache.match(tries))?.text()) || 0;
  async function newest() {
    if ((await tried()) >= TRIES) await forget();
    return newestOf(cache, `${base}python-snapshot?`);
  }
  return {
    newest: newest().catch(() => null),
    forget,
    begun: async () => cache.put(tries, new Response(String((await tried()) + 1))),
    arrived: () => cache.delete(tries),
    async keep(key, memory) {
      await forget();
      const headers = { "content-type": "application/octet-stream", "x-checksum": String(checksum(memory)) };
      await cache.put(`${base}python-snapshot?${key}`, new Response(memory, { headers }));
    },
  };
}

async function newestOf(cache, address) {
  const request = (await cache.keys()).find(({ url }) => url.startsWith(address));
  if (!request) return null;
  const response = await cache.match(request);
  const memory = new Uint8Array(await response.arrayBuffer());
  if (String(checksum(memory)) !== response.headers.get("x-checksum")) throw new Error("the snapshot is damaged");
  return { key: new URL(request.url).search.slice(1), memory };
}

/** Of all words of 4 bytes: damage would not stop Python, only make its numbers wrong. */
function checksum({ buffer }) {
  const words = new Int32Array(buffer);
  let sum = 0;
  for (let at = 0; at < words.length; at++) sum = (Math.imul(sum, 31) + words[at]) | 0;
  return sum;
}

/** What a snapshot was made of and for: `files` (the bytes of each), this browser. Hex digits. */
export async function keyOf(files) {
  const parts = [FORMAT, navigator.userAgent, ...(await Promise.all(files.map(sha256Of)))];
  return sha256Of(new TextEncoder().encode(parts.join(" ")));
}
