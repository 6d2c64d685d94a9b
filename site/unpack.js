// Python's packages come as tar archives in gzip (written by export/build/packages.py). Writing their files out here takes
// a fraction of the time that Python would need for it.

const BLOCK = 512; // bytes: what a tar archive is counted in

/** Writes the files of an archive, an ArrayBuffer, into the folder `to` of Python's file system; says how many. */
export async function unpack(FS, archive, to) {
  const unzipped = new Response(archive).body.pipeThrough(new DecompressionStream("gzip"));
  const tar = new Uint8Array(await new Response(unzipped).arrayBuffer());
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
    FS.writeFile(path, tar.subarray(at, at + size), { canOwn: true }); // no copy: the array is nobody else's
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
