// Keeps a snapshot for the next visit: the memory of a Python that has imported all it needs (pyodide_seam.js takes it). That
// visit copies it in instead of starting Python and importing anew.

import { sha256Of } from "../download.js";

const FORMAT = 1; // to be raised when anything here, in pyodide_seam.js or in python.js changes what a snapshot is
// A Python that hangs reports nothing. After so many visits in a row that began with a snapshot and never got to the end, the
// snapshot is deleted; a reader who leaves early, or has several frames open, does not make so many.
const TRIES = 5;

/**
 * Opens the place where the snapshot is kept, one for each site; null where nothing can be kept.
 *   newest: a promise of {key, memory} or null    keep(key, memory)    forget()
 *   begun(): a visit begins with it    arrived(): that visit got to the end
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

/** Sums all words of 4 bytes: damage would not stop Python, only make its numbers wrong. */
function checksum({ buffer }) {
  const words = new Int32Array(buffer);
  let sum = 0;
  for (let at = 0; at < words.length; at++) sum = (Math.imul(sum, 31) + words[at]) | 0;
  return sum;
}

/** Returns a hash, in hex, of what a snapshot was made of and for: `files` (the bytes of each), and this browser. */
export async function keyOf(files) {
  const parts = [FORMAT, navigator.userAgent, ...(await Promise.all(files.map(sha256Of)))];
  return sha256Of(new TextEncoder().encode(parts.join(" ")));
}
