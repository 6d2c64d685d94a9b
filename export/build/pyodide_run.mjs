// Runs one Python program in the Pyodide of a folder, under Node, for the build (pyodide.py starts it).
// argv[2]: a JSON file {pyodide, archives, mounts: {"/inside": "/outside"}, env, code}. Prints what the program's last
// expression gives, after a line "---"; on failure the traceback's last line goes to stderr and the status is 1.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { install, unzip } from "../../site/workers/python/unpack.js";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
globalThis.XMLHttpRequest ??= class {}; // panel.io.pyodide imports the name; Node has none
try {
  const { loadPyodide } = await import(pathToFileURL(`${job.pyodide}/pyodide.mjs`).href);
  const started = performance.now();
  const pyodide = await loadPyodide({ indexURL: `${job.pyodide}/`, env: { HOME: "/home/pyodide", ...job.env } });
  install(pyodide, await Promise.all(job.archives.map((path) => unzip(new Blob([readFileSync(path)]).stream()))));
  const booted = Math.round(performance.now() - started);
  for (const [inside, outside] of Object.entries(job.mounts)) pyodide.mountNodeFS(inside, outside);
  pyodide.globals.set("booted_ms", booted);
  const result = await pyodide.runPythonAsync(job.code);
  process.stdout.write(`\n---\n${result ?? ""}`, () => process.exit(0));
} catch (error) {
  const lines = String(error.message ?? error)
    .trim()
    .split("\n");
  process.stderr.write(`\n---\n${lines.at(-1).slice(0, 500)}`, () => process.exit(1));
}
