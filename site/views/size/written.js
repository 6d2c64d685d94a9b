// A formula as Python writes it, "L × (4 D² + 4 D)", as MathML.
import { integer } from "../../lib/format.js";
import { row, sup } from "../../lib/math.js";

/** With `values` its letters are filled in. */
export function written(source, values = null) {
  const out = [];
  let product = false; // a value stands before: without a sign the two are multiplied
  for (const part of source.match(/[A-Za-z]²?|\d+|[()+×]/g)) {
    const value = /[\w]/.test(part);
    if (value && product) out.push("·");
    const base = part.replace("²", "");
    const filled = values && /[A-Za-z]/.test(base) ? integer(values[base]) : base;
    out.push(part.endsWith("²") ? sup(filled, "2") : filled);
    product = value;
  }
  return [row(...out)];
}
