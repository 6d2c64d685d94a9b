// Turns a formula as Python writes it, "L × (4 D² + 4 D)", into MathML.
import { integer } from "../../lib/format.js";
import { row, sup } from "../../lib/math.js";

/** values: the numbers that its letters are filled with. */
export function written(source, values = null) {
  const out = [];
  let product = false; // whether a value stands before: without a sign the two are multiplied
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
