// Python's packages come as tar archives in gzip (written by export/build/packages.py). Writing their files out here takes
// a fraction of the time that Python would need for it.

const BLOCK = 512; // bytes: what a tar archive is counted in

/** What is in an archive's gzip: a Uint8Array. body: a stream of its bytes. */
export async function unzip(body) {
  return new Uint8Array(await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/** Writes the files of a tar archive into the folder `to` of Python's file system, which keeps the array; says how many. */
export function unpack(FS, tar, to) {
  const text = (from, length) => new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0[^]*/, "");
  const made = new Set();
  let files = 0;
  for (let at = 0; tar[at]; files++) {
    const [name, size, above] = [text(at, 100), parseInt(text(at + 124, 12), 8), text(at + 345, 155)];
    const path = `${to}/${above && `${above}/`}${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    at += BLOCK;
    FS.writeFile(path, tar.subarray(at, at + size), { canOwn: true }); // no copy
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
