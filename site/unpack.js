// Python's packages come as tar archives in gzip (written by export/build/packages.py). Writing their files out here takes
// a fraction of the time that Python would need for it.

const BLOCK = 512; // bytes: what a tar archive is counted in

/** What is in an archive's gzip: a Uint8Array. body: a stream of its bytes. */
export async function unzip(body) {
  return new Uint8Array(await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/** Makes the packages in tar archives known to Python, whose file system keeps the arrays. */
export function install(pyodide, tars) {
  const to = pyodide.runPython("import sysconfig; sysconfig.get_path('purelib')");
  for (const tar of tars) unpack(pyodide.FS, tar, to);
  pyodide.runPython("import importlib; importlib.invalidate_caches()");
}

function unpack(FS, tar, to) {
  const text = (from, length) => new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0[^]*/, "");
  const made = new Set();
  for (let at = 0; tar[at]; ) {
    const [name, size, above] = [text(at, 100), parseInt(text(at + 124, 12), 8), text(at + 345, 155)];
    const path = `${to}/${above && `${above}/`}${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    at += BLOCK;
    FS.writeFile(path, tar.subarray(at, at + size), { canOwn: true }); // no copy
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}
