// Arrays of first-picture.json: {"shape": [...], "float32": base64} -> Float32Array with .shape, as live data have it.

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
