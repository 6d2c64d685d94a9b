// Cuts Bokeh's and Panel's scripts to the modules that the page needs; see bokehjs.py.
//
//   node bokehjs.mjs JOB.json      {scripts: paths of the bundles, in order; models: names of modules; out: path}
//
// Each bundle is one expression that hands a table of CommonJS modules to a loader. Here the loader is ours.

import { readFileSync, writeFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const { scripts, models, out } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const modules = {}; // id -> function, called with a `require`
const ids = {}; // name, as in "core/dom" -> id
for (const path of scripts) {
  const [table, , names] = handedOver(path);
  for (const id in table) modules[id] = String(table[id]);
  Object.assign(ids, names);
}

/** What a bundle hands to its loader: [modules, entry, names]. */
function handedOver(path) {
  const text = readFileSync(path, "utf8");
  const begin = /\}\)\s*\((?=[[{])/.exec(text); // the end of the loader
  const end = text.lastIndexOf(");});");
  if (!begin || end < 0) throw new Error(`${path} is not a bundle as Bokeh's build writes it`);
  return runInContext(`((...all) => all)(${text.slice(begin.index + begin[0].length, end)})`, createContext({}));
}

function idOf(name) {
  const inside = name.replace(/^@bokehjs\//, "");
  return [inside, ids[inside], ids[`${inside}/index`]].map(String).find((id) => id in modules);
}

/** A module's `require`d ids. Calls that only look like it mean a module too many. */
function needsOf(id) {
  const require = /^\s*function \w*\(([\w$]+)/.exec(modules[id])?.[1].replaceAll("$", "\\$");
  if (!require) return [];
  const calls = modules[id].matchAll(new RegExp(`(?<![\\w$.])${require}\\((\\d+|"[^"]+")\\)`, "g"));
  return [...new Set([...calls].map(([, name]) => idOf(name.replaceAll('"', ""))).filter(Boolean))];
}

function known(name) {
  const id = idOf(name);
  if (!id) throw new Error(`Bokeh's and Panel's scripts have no module ${name}`);
  return id;
}

// Panel compiles a component's source with this, a third of what is left; ours come as they are (_bundle).
const esm = known("models/reactive_esm");
const compiler = needsOf(esm).find((id) => /\.getVersion=/.test(modules[id]) && /\.transform=/.test(modules[id]));
if (compiler) modules[compiler] = "function _() {}";
modules[known("styles/icons.css")] = 'function _(require, module, exports, isModule) { isModule(); exports.default = ""; }'; // of widgets

const roots = {
  embed: known("embed/index"),
  document: known("document/index"),
  base: known("base"),
  ...Object.fromEntries(models.map((name) => [name, known(name)])),
};
const order = new Set(); // each module after those that it needs
const begun = new Set();
function add(id) {
  if (begun.has(id)) return;
  begun.add(id);
  for (const need of needsOf(id)) add(need);
  order.add(id);
}
Object.values(roots).forEach(add);

const wanted = Object.entries(ids).filter(([, id]) => order.has(String(id)));
const licence = /\/\*![^]*?\*\//.exec(readFileSync(scripts[0], "utf8"))?.[0] ?? "";
writeFileSync(
  out,
  `${licence}
// Of Bokeh and Panel, the modules that this page needs: [id, module], each after those that it needs.
const modules = [
${[...order].map((id) => `[${JSON.stringify(id)}, ${modules[id]}]`).join(",\n")}
];
const ids = ${JSON.stringify(Object.fromEntries(wanted.map(([name, id]) => [name, String(id)])))};
const roots = ${JSON.stringify(roots)};
const SLICE_MS = 8;

const byId = new Map(modules);
const made = new Map(); // id -> {exports}
function require(name) {
  const inside = String(name).replace(/^@bokehjs\\//, "");
  const id = [inside, ids[inside], ids[inside + "/index"]].find((each) => byId.has(each));
  if (!id) throw new Error("this page has no module " + name);
  if (!made.has(id)) {
    const module = { exports: {} };
    made.set(id, module);
    const { exports } = module;
    const isModule = () => Object.defineProperty(exports, "__esModule", { value: true });
    const exported = (key, value) => Object.defineProperty(exports, key, { enumerable: true, get: () => value });
    byId.get(id).call(exports, require, module, exports, isModule, exported);
  }
  return made.get(id).exports;
}

/** Runs all modules, with \`pause()\`, which gives a promise, whenever this has taken a few milliseconds. Returns Bokeh's {embed, Document}. */
export async function load(pause) {
  let began = performance.now();
  for (const [id] of modules) {
    require(id);
    if (performance.now() - began < SLICE_MS) continue;
    await pause();
    began = performance.now();
  }
  const { embed, document, base, ...models } = Object.fromEntries(Object.entries(roots).map(([name, id]) => [name, require(id)]));
  for (const model of Object.values(models)) base.register_models(model);
  globalThis.Bokeh = { embed, index: embed.index }; // Panel's components look for it there
  return { embed, Document: document.Document };
}
`,
);
