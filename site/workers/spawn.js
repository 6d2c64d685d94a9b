// Makes workers. A worker does nothing until it is told to start, but has loaded its own modules by then.

import { languageAsked } from "../strings/language.js";

/** Makes a worker of the site at `base` from its module `script`. */
export function newWorker(base, script = "workers/python/worker.js") {
  const url = new URL(script + languageAsked, base).href; // its words are in the page's language
  const options = /** @type {const} */ ({ type: "module", name: `explainer ${script}` });
  if (self.origin !== "null") return new Worker(url, options);
  // A frame that is sandboxed without allow-same-origin has an origin of its own, to which no file of the site belongs: it may only
  // start a worker whose text it wrote itself. That one cannot be a module, but may import one; messages wait for it.
  const program = `const early = [];
    self.onmessage = (event) => early.push(event);
    import(${JSON.stringify(url)}).then(
      () => early.forEach((event) => self.onmessage(event)),
      (error) => setTimeout(() => { throw error; }),
    );`;
  return new Worker(URL.createObjectURL(new Blob([program], { type: "text/javascript" })), { name: options.name });
}
