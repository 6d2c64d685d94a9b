// Finds the characters that a text's pieces cut into single bytes.

/** Returns the bytes that a UTF-8 character has which begins with `byte`; 0 where none does. */
const lengthOf = (byte) =>
  byte < 0x80 ? 1 : byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? (byte < 0xf0 ? 3 : 0) : byte >= 0xc2 ? 2 : 0;

const graphemes = typeof Intl.Segmenter === "function" ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;
/** Returns whether the reader sees the end of `before` and the beginning of `after` as one character: a family emoji, an accent. */
function joins(before, after) {
  if (!graphemes || !/[^\0-\x7f]/.test(after)) return false;
  const last = [...graphemes.segment(before)].at(-1)?.segment ?? "";
  return graphemes.segment(last + after).containing(last.length)?.index !== last.length;
}

/**
 * Returns {text, from, to} for every run of pieces of which none ends where a character does, but the last: the characters that
 * they make together. pieces: [{bytes}]. Bytes that make no character are in no run.
 */
export function splitCharacters(pieces) {
  const found = [];
  for (const run of runsOf(pieces)) {
    const last = found.at(-1);
    if (last?.to === run.from - 1 && joins(last.text, run.text)) Object.assign(last, { text: last.text + run.text, to: run.to });
    else found.push(run);
  }
  return found.filter(({ from, to }) => to > from);
}

/** Returns all runs of pieces that are whole in UTF-8, those of one piece too. */
function runsOf(pieces) {
  const found = [];
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let bytes = [];
  let from = 0;
  pieces.forEach((piece, at) => {
    if (!bytes.length) from = at;
    bytes.push(...piece.bytes);
    if (!isWhole(bytes)) {
      // What cannot go on is broken; a character may begin with this very piece.
      if (!canGoOn(bytes)) [bytes, from] = canGoOn([...piece.bytes]) ? [[...piece.bytes], at] : [[], at];
      if (isWhole(bytes)) bytes = [];
      return;
    }
    try {
      found.push({ text: decoder.decode(new Uint8Array(bytes)), from, to: at });
    } catch {
      /* no characters after all */
    }
    bytes = [];
  });
  return found;
}

/** Returns how many bytes are left over after the last whole character, or null where bytes make none. */
function left(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const length = lengthOf(bytes[at]);
    const following = bytes.slice(at + 1, at + length);
    if (!length || following.some((byte) => byte >> 6 !== 0b10)) return null;
    if (at + length > bytes.length) return bytes.length - at;
    at += length;
  }
  return 0;
}
const isWhole = (bytes) => left(bytes) === 0;
const canGoOn = (bytes) => left(bytes) !== null;
