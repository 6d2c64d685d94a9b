// Unpacks Python's packages, which come as tar archives in gzip (written by export/build/packages.py). Writing their files
// here takes a fraction of the time that Python would need for it.

const BLOCK = 512; // bytes: the unit of a tar archive

/** Returns what is in an archive's gzip, a Uint8Array. body: a stream of its bytes. */
export async function unzip(body) {
  return new Uint8Array(await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/** Installs the packages in tar archives; Python's file system keeps the arrays. */
export function install(pyodide, tars) {
  const to = pyodide.runPython("import sysconfig; sysconfig.get_path('purelib')");
  for (const tar of tars) unpack(pyodide.FS, tar, to);
  pyodide.runPython("import importlib; importlib.invalidate_caches()");
}

/** Writes the files of a tar archive into the folder `to`. */
function unpack(FS, tar, to) {
  const made = new Set();
  for (const { path, data } of files(tar)) {
    const whole = `${to}/${path}`;
    const folder = whole.slice(0, whole.lastIndexOf("/"));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    FS.writeFile(whole, data, { canOwn: true }); // no copy
  }
}

/** Yields the files of a tar archive, {path, data}; the data are parts of the archive. */
export function* files(tar) {
  const decoder = new TextDecoder();
  const text = (from, length) => decoder.decode(tar.subarray(from, from + length)).replace(/\0[^]*/, "");
  for (let at = 0; tar[at]; ) {
    const [name, size, above] = [text(at, 100), parseInt(text(at + 124, 12), 8), text(at + 345, 155)];
    at += BLOCK;
    yield { path: `${above && `${above}/`}${name}`, data: tar.subarray(at, at + size) };
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}
