// Makes the formula of a token's share of the draw, in general and with the numbers of one row.
import { enoughDigits, number, probability, rounded } from "../../lib/format.js";
import { coloured, formula, frac, row, sub, sum, sup, tied } from "../../lib/math.js";
import strings from "../../strings/index.js";

const words = strings.sampling;

/** @param {import("../../generated/contract").SamplingShown} data  @param {import("../../generated/contract").DrawRow} entry */
export function shareFormulas(data, entry) {
  if (data.likeliest) return [formula("token", "=", sub("argmax", "i"), sub("logit", "i"))];
  const power = (index) => sup("e", row(sub("logit", index), "/", "T"));
  const share = frac(power("i"), row(sum(row("j", "∈", "left")), power("j")));
  return [formula(sub("p", "i"), "=", share), ...filled(data, entry)];
}

/** Writes the fraction of one row with its numbers, in as many digits as make it work out. */
function filled({ rows, temperature, drawn }, entry) {
  if (entry.kept !== "kept") return [formula(tied(entry.id, row(sub("p", "i"), "=", "0", ",", words.cutBy[entry.kept])))];
  const [first] = rows;
  const total = Math.exp(first.scaled) / first.p;
  if (!(total > 0 && Number.isFinite(total))) return [];
  const says = probability(entry.p);
  const holds = (digits) => probability(Math.exp(rounded(entry.logit, digits) / temperature) / rounded(total, digits)) === says;
  const digits = enoughDigits(holds);
  const fraction = frac(sup("e", row(number(entry.logit, digits), "/", String(temperature))), number(total, digits));
  const share = entry.id === drawn.id ? coloured("chosen", says) : says;
  return [formula("=", tied(entry.id, row(fraction, holds(digits) ? "=" : "≈", share)))];
}
