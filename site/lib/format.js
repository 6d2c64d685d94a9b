// Numbers as the reader sees them: the same digits in figures, notes and tables.

const MINUS = "\u2212";
const withMinus = (text) => text.replace("-", MINUS);

/** Prints three significant digits; below 1e-3 and from 1e6 on as 1.23e-7, with the exponent's own sign. */
export function number(x, digits = 3) {
  if (!Number.isFinite(x)) return x > 0 ? "∞" : x < 0 ? `${MINUS}∞` : "not a number";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e-3 || size >= 1e6) {
    const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
    return `${withMinus(mantissa)}e${withMinus(exponent.replace("+", ""))}`;
  }
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return withMinus(x.toFixed(places));
}

/** Prints a difference: a rise with its plus. */
export const signed = (x, digits = undefined) => `${x > 0 ? "+" : ""}${number(x, digits)}`;

/** Returns the number that `number` prints. */
export const rounded = (x, digits) => Number(number(x, digits).replaceAll(MINUS, "-"));

/** Returns the least number of digits for which holds(digits) is true, such as "the printed formula works out"; `most` for none. */
export function enoughDigits(holds, least = 3, most = 8) {
  let digits = least;
  while (digits < most && !holds(digits)) digits += 1;
  return digits;
}

/** Prints a probability in percent, however small (0.0032 %, 3e-7 %), never as "<0.01 %". */
export function probability(p) {
  if (p === 1) return "100\u00a0%";
  // Near 1, as many places as keep it from reading 100 %.
  if (p > 0.9995) {
    const places = Math.ceil(-Math.log10(1 - p)) - 2;
    return places > 6 ? `1${MINUS}${withMinus((1 - p).toExponential(0))}` : `${(p * 100).toFixed(places)}\u00a0%`;
  }
  if (p >= 0.0001) return `${(p * 100).toFixed(p >= 0.001 ? 1 : 2)}\u00a0%`;
  const percents = p * 100;
  return `${p === 0 ? 0 : p >= 1e-6 ? percents.toFixed(1 - Math.floor(Math.log10(percents))) : withMinus(percents.toExponential(0))}\u00a0%`;
}

/** Prints a share that may be below 0 or above 1, which no probability is. */
export const percent = (share) => `${number(share * 100)}\u00a0%`;

export function bytes(n) {
  if (n < 1e6) return `${Math.max(1, Math.round(n / 1e3))} kB`;
  return `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)} MB`;
}

/** Prints groups of three digits. Intl is not used: making its first formatter took a tenth of the time to the first picture. */
export const integer = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
