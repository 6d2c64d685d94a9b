// Makes the formula of how surprising a continuation is.
import { number } from "../../lib/format.js";
import { coloured, formula, row, sub, sum } from "../../lib/math.js";

/** @param {number} bits of the whole continuation */
export const surprise = (bits) =>
  formula(
    sum("t"),
    "-",
    sub("log", "2"),
    row("p", "(", sub("x", "t"), "|", sub("x", row("<", "t")), ")"),
    "=",
    coloured("chosen", number(bits)),
    "\u00a0bits",
  );
