// Arrays as the views receive them: Float32Array with .shape.

/** Returns whether two arrays hold the same numbers; either may be null. */
export function sameNumbers(a, b) {
  if (a?.length !== b?.length) return false;
  for (let i = 0; i < a?.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Decodes the arrays of first-picture.json: {"shape": [...], "float32": base64} -> the array; other values stay as they are.
 * @param {any} value
 * @returns {any}
 */
export function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.float32 === "string") {
    const letters = atob(value.float32);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    return Object.assign(new Float32Array(bytes.buffer), { shape: value.shape });
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}
