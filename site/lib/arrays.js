// Arrays as the views have them: Float32Array with .shape.

/** Whether two arrays hold the same numbers; either may be null. */
export function sameNumbers(a, b) {
  if (a?.length !== b?.length) return false;
  for (let i = 0; i < a?.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Those of first-picture.json: {"shape": [...], "float32": base64} -> the array; any other value stays what it is. */
export function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  for (const [kind, Type] of [
    ["float32", Float32Array],
    ["int32", Int32Array],
  ]) {
    if (typeof value[kind] !== "string") continue;
    const letters = atob(value[kind]);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    return Object.assign(new Type(bytes.buffer), { shape: value.shape });
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}
