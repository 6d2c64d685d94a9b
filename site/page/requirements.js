// Checks what the browser can do before anything large is downloaded.
import strings from "../strings/index.js";

// The smallest module that uses a 128-bit vector: i8x16.popcnt(i8x16.splat(0)).
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** Says in words what this browser lacks to run the model at all; null where it has everything. */
export function lacking() {
  if (!globalThis.WebAssembly?.validate) return strings.faults.noWebAssembly;
  if (!WebAssembly.validate(Uint8Array.from(SIMD))) return strings.faults.noSimd;
  if (!globalThis.Worker || !AbortSignal.any) return strings.faults.tooOld;
  return null;
}
