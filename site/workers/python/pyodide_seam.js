// Every private name of Pyodide that this page uses is in this file and nowhere else. Pyodide is pinned to one version
// (site/package.json), and tests/unit/test_seams.py checks each name against it.
//
// Pyodide can begin from a copy of its memory (`_loadSnapshot`); what it leaves to others is here: compiled modules, which must
// lie in the memory and in the table of functions where they lay before, and the JavaScript objects that Python holds. Nothing
// depends on this: any deviation is an error for python.js, which then starts Python from the beginning.

const MAGIC = 1886286592; // the header that Pyodide's restoreSnapshot reads, in words of 4 bytes
const HEADER = 12; // words: magic, where the memory begins, bytes of the JSON, pages of the memory (added here), build of Pyodide
const PAGE = 65536; // bytes: the unit of WebAssembly's memory

/** The function that Panel makes from source text (panel/io/pyodide.py, _dict_converter). */
export const dictConverter = (entries) =>
  Object.fromEntries([...entries].map(([name, value]) => [name, value === undefined ? null : value]));
// JavaScript objects that Panel and the app hold, by names that mean the same at the next visit.
const NAMED = { JSON, Object, globalThis, undefined, null: null, XMLHttpRequest: globalThis.XMLHttpRequest, dictConverter };
const isDictConverter = (value) => typeof value === "function" && /^\s*\(entries\) =>[^]*Object\.fromEntries/.test(String(value));

/**
 * Returns options of loadPyodide with which compiled modules are loaded before Python itself is, in the order of `libraries` (a
 * promise of [{path, module}], paths inside site-packages): so they lie at the same place in every memory.
 * memory: what `take` returned, or nothing.
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

/** Copies the memory of a Python that began with `libraries` into a Uint8Array; none of its code may be running. Throws where
 *  the copy could not be restored. */
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

/** Calls `tell(error)` when Python has failed for good: nothing can be run in it any more. */
export function onFatal(pyodide, tell) {
  pyodide._api.on_fatal = tell;
}

/** Loads a compiled library, whose functions all later modules can use. */
export const loadLibrary = (pyodide, path) => pyodide._module.loadDynamicLibrary(path, { global: true, nodelete: true });
