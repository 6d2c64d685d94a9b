// Starts Python with its packages and the app, in the worker: from the beginning at a first visit, at the next from the memory
// that the first one kept (snapshot.js).

import { lendBacktrace } from "./backtrace.js";
import { AppError, getResponse } from "../download.js";
import { beginningWith, dictConverter, take } from "./pyodide_seam.js";
import { keyOf, openSnapshots } from "./snapshot.js";
import strings from "../../strings/faults.js";
import { files, install, unzip } from "./unpack.js";

const PACKAGES = ["packages.bin", "explainer.bin"];
const STDLIB = "python_stdlib.zip";
// The compiled modules that the app imports; where there is another one, no snapshot is taken.
const LIBRARIES = /^numpy\/(_core\/_multiarray_umath|linalg\/_umath_linalg)\./;

/**
 * Starts Python and imports the app. base: the site's address; onBytes(bytes): counts the bytes of its files that have arrived.
 * Returns {pyodide, app: explainer.hosts.browser, keep(), forget()}: `keep` keeps a snapshot for the next visit where there is
 * none yet, `forget` deletes it. Throws AppError.
 */
export async function startPython(base, onBytes) {
  const folder = new URL("pyodide/", base).href;
  const { fetched, failed } = takeOverFetch(folder, onBytes);
  replaceEval();
  try {
    // Pyodide waits for ever for a core file that failed to load.
    return await Promise.race([start(base, folder, fetched), failed]);
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError("python", strings.failures.python, { cause });
  }
}

async function start(base, folder, fetched) {
  const opened = openSnapshots(base);
  const archives = Promise.all(PACKAGES.map(async (name) => unzip((await fetched(folder + name)).body)));
  const libraries = archives.then(compiled);
  libraries.catch(() => {}); // `failed` reports it
  const { loadPyodide } = await import(`${folder}pyodide.mjs`);
  async function begin(memory) {
    const options = { indexURL: folder, env: { HOME: "/home/pyodide" }, ...beginningWith(libraries, memory) };
    const pyodide = await loadPyodide(options);
    install(pyodide, await archives); // files are not part of the memory
    lendBacktrace(pyodide);
    return { pyodide, app: pyodide.pyimport("explainer.hosts.browser") };
  }

  const snapshots = await opened;
  const made = async () => keyOf([...(await archives), await (await fetched(folder + STDLIB)).arrayBuffer()]);
  let found = await snapshots?.newest;
  if (found) {
    const [key] = await Promise.all([made(), snapshots.begun().catch(() => {})]); // a full disk
    if (found.key !== key) found = null;
  }
  let python;
  try {
    python = found && (await begin(found.memory));
  } catch (error) {
    console.info("Python starts from the beginning:", error.message);
    found = null;
    await snapshots.forget();
  }
  python ??= await begin();
  performance.mark(found ? "python-restored" : "python-started"); // for tests
  let memory = null;
  if (snapshots && !found) {
    try {
      python.pyodide.runPython("import gc; gc.collect(); gc.freeze()"); // closes files left open: a restored Python has none of them
      memory = take(python.pyodide, await libraries);
    } catch (error) {
      console.info("no snapshot of Python:", error.message);
    }
  }
  return {
    ...python,
    async keep() {
      await snapshots?.arrived();
      if (memory) await snapshots.keep(await made(), memory);
      memory = null;
    },
    forget: async () => snapshots?.forget(),
  };
}

/** Compiles the libraries in the archives: [{path, module}]. */
function compiled(tars) {
  const found = tars.flatMap((tar) => [...files(tar)]).filter(({ path }) => LIBRARIES.test(path));
  return Promise.all(found.map(async ({ path, data }) => ({ path, module: await WebAssembly.compile(data) })));
}

/**
 * Panel makes one function from its source text (panel/io/pyodide.py, _dict_converter). In a sandboxed frame the worker
 * is under the page's policy, which forbids that: `eval` then returns the function from here, and refuses any other source.
 */
function replaceEval() {
  try {
    (0, self.eval)("0");
  } catch {
    self.eval = (source) => {
      if (!/^\s*\(\(entries\) =>[^]*Object\.fromEntries\(entries\);\s*\}\)\s*$/.test(source)) {
        throw new EvalError(`the page's policy forbids to run ${String(source).trim().slice(0, 80)}`);
      }
      return dictConverter;
    };
  }
}

/**
 * Replaces `fetch` for files below `folder`: Pyodide reports no progress and does not try again, but it uses `fetch`, so this
 * one counts bytes and tries again. Returns it, and a promise that rejects when a file fails to load.
 */
function takeOverFetch(folder, onBytes) {
  const inner = self.fetch;
  let giveUp;
  let stdlib; // wanted by Pyodide and here
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
  async function shared(url, options) {
    if (url !== folder + STDLIB) return fetched(url, options);
    stdlib ??= fetched(url, options);
    return (await stdlib).clone();
  }
  self.fetch = (input, options) => {
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith(folder) ? shared(url, options) : inner(input, options);
  };
  return { fetched: shared, failed };
}
