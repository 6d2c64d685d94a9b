// Reads and writes the reader's edits, as the text that Python reads (src/explainer/model/edits.py), and puts them in words.
import strings from "../strings/index.js";

/** Reads "z.1.0=0;mlp_out.2=mean" -> [{name, at: [numbers], value: text}], in the order in which they apply. */
export function read(text) {
  return text
    .split(";")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [place, value = ""] = part.split("=");
      const [name, ...at] = place.split(".");
      return { name, at: at.map(Number), value };
    });
}

const place = ({ name, at }) => [name, ...at].join(".");
export const written = (edits) => edits.map((edit) => `${place(edit)}=${edit.value}`).join(";");

/** Returns the text with the edit of this place set, or removed where `value` is null. */
export function withEdit(text, name, at, value) {
  const others = read(text).filter((edit) => place(edit) !== place({ name, at }));
  return written((value ?? null) === null ? others : [...others, { name, at, value }]);
}

/** Returns the value of the last edit of a place, or of a whole that the place is part of; null for none. */
export function valueAt(edits, name, at) {
  const all = edits.filter((edit) => edit.name === name && edit.at.length <= at.length && edit.at.every((n, i) => n === at[i]));
  return all.at(-1)?.value ?? null;
}

/** Says in words what an edit changes: "head 5.3". */
export function part({ name, at }) {
  const words = strings.altered;
  const [first, second, third] = at.map((n) => n + 1);
  const where = {
    embed: () => words.embed(first),
    pattern: () => words.row(first, second, third),
    ln1: () => words.part("ln1", first),
    ln2: () => words.part("ln2", first),
    attn_out: () => words.part(words.attention, first, second),
    mlp_out: () => words.part(words.mlp, first, second),
    z: () => words.head(first, second, third),
    q: () => words.head(first, second, third, "q"),
    k: () => words.head(first, second, third, "k"),
    v: () => words.head(first, second, third, "v"),
    resid_pre: () => words.part(words.stream, first, second),
  };
  return (where[name] ?? (() => words.part(name, first, second)))();
}

/** Says one edit in words: "head 5.3 off". */
export function described(edit) {
  const { name, value } = edit;
  const [words, what] = [strings.altered, part(edit)];
  if (name === "pattern") return what;
  if (value === "patch") return words.patched(what);
  if (value === "mean") return words.mean(what);
  return Number(value) === 0 ? words.off(what) : words.times(what, Number(value));
}

/** Says a mask in words, from its text. */
export function masked(mask) {
  const [kind, ...numbers] = mask.split(":");
  return strings.altered.masks[kind]?.(...numbers) ?? mask;
}
