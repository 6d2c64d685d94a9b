// Says what the parts of the opened cell's formulas (opened_cell.js) stand for in the matrices and the mixture, and the reverse.
import { STAGES } from "./arithmetic.js";

// The column of the mixture that a part stands for.
const COLUMNS = {
  scaled: "score",
  masked: "score",
  power: "power",
  powers: "power",
  softmax: "weight",
  first: "weight",
  weights: "weight",
  weight: "weight",
  values: "value",
  value: "value",
  term: "product",
  z: "product",
};
const OF_ALL_KEYS = ["powers", "weights", "values"];

/** Returns the part that stands for a place of the figure (see reading.js), null for none. */
export function linkOf(place) {
  if (!place) return null;
  if (place.sum) return "z";
  if (place.column === "score") return "masked";
  if (place.column === "power") return "power";
  if (place.stage !== "values") return place.stage;
  return place.key === null ? null : `${place.column === "value" ? "value" : "term"}:${place.key}`;
}

/** Returns the {query, key} that `lit` stands for in the matrix of `stage`, null for a whole row or column; alone: no other is shown. */
export function matrixLit(lit, stage, alone, { query, key }) {
  const [what, one] = (lit ?? "").split(":");
  if (what === "query") return { query };
  if (what === "key") return { key };
  const [of, ...place] = {
    powers: ["masked", query],
    power: ["masked", query, key],
    first: ["softmax", query, 0],
    weights: ["softmax", query],
    weight: ["softmax", query, Number(one)],
    term: ["softmax", query, Number(one)],
  }[what] ?? [what, query, key];
  const here = of === stage || (alone && STAGES.slice(0, 4).includes(of));
  return here ? { query: place[0], key: place[1] ?? null } : null;
}

/** Returns the {column, key} of the mixture that `lit` stands for: key null for all keys', "z" for the sum. */
export function mixtureLit(lit, { key }) {
  const [what, one] = (lit ?? "").split(":");
  if (!COLUMNS[what]) return null;
  const of = what === "z" ? "z" : what === "first" ? 0 : Number(one ?? key);
  return { column: COLUMNS[what], key: OF_ALL_KEYS.includes(what) ? null : of };
}
