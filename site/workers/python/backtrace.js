// numpy drops temporary arrays of 256 kB and more early, if glibc's backtrace() shows who holds them. A wheel cross-built
// where every function seems to exist calls it in the browser as well, which has none: Python then dies in the middle
// of an expression. So this module provides one that knows of no frame, and numpy keeps its temporaries.

import { loadLibrary } from "./pyodide_seam.js";

const ascii = (text) => new TextEncoder().encode(text);

// A WebAssembly side module: (func (export "backtrace") (param i32 i32) (result i32) i32.const 0)
export const MODULE = new Uint8Array([
  0,
  ...ascii("asm"),
  1,
  0,
  0,
  0,
  0,
  15,
  8,
  ...ascii("dylink.0"),
  1,
  4,
  0,
  0,
  0,
  0, // needs no memory and no table of its own
  1,
  7,
  1,
  0x60,
  2,
  0x7f,
  0x7f,
  1,
  0x7f,
  3,
  2,
  1,
  0,
  7,
  13,
  1,
  9,
  ...ascii("backtrace"),
  0,
  0,
  10,
  6,
  1,
  4,
  0,
  0x41,
  0,
  0x0b,
]);

/** Makes backtrace() known to all compiled modules of this Python. */
export function lendBacktrace(pyodide) {
  const path = "/lib/libbacktrace.so";
  pyodide.FS.writeFile(path, MODULE);
  loadLibrary(pyodide, path);
}
