// Makes the rows of the mixture: a row for each listed key, one for all others together, one for the sum.
import { integer } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.attention.mixture;
export const [MANY, LISTED] = [16, 12]; // beyond MANY keys only the LISTED strongest have a row

function listedOf(head, keys, query, key, all) {
  if (all || keys.length <= MANY) return keys;
  const strongest = [...keys].sort((a, b) => head.weight(query, b) - head.weight(query, a)).slice(0, LISTED);
  return keys.filter((each) => strongest.includes(each) || each === key);
}

/**
 * Returns {rows, keys: what the query sees, listed: those of them with a row}. A row: {key or null, name, weight, share, value,
 * vector: what it adds to z, last: whether it is a sum, isZ: whether it is that of the shown weights}; with `sink` the model's own sum
 * has a row too.
 */
export function mixtureRows({ head, own, sink, query, key }, all) {
  const keys = head.seen(query);
  const listed = listedOf(head, keys, query, key, all);
  const shares = new Map(head.shares(query).map((share) => [share.key, share]));
  const rows = listed.map((each) => {
    const [weight, value] = [head.weight(query, each), head.v(each)];
    return { ...shares.get(each), key: each, value, vector: value.map((x) => weight * x), isZ: false };
  });
  const others = keys.filter((each) => !listed.includes(each));
  const total = (name) => others.reduce((sum, each) => sum + shares.get(each)[name], 0);
  if (others.length) {
    const name = words.others(integer(others.length));
    rows.push({ key: null, name, weight: total("weight"), share: total("share"), vector: head.mixed(query, others), isZ: false });
  }
  const weight = keys.reduce((sum, each) => sum + head.weight(query, each), 0);
  rows.push({ key: null, name: sink ? words.changed : words.sum, vector: head.z(query), last: true, weight, isZ: true });
  if (sink) rows.push({ key: null, name: words.own, vector: own.z(query), last: true, isZ: false });
  return { rows, keys, listed };
}

/** Returns whether a row is among those that a part of the formulas stands for; lit: see Mixture.draw. */
export const isLit = ({ key, isZ }, lit) => (lit.key === "z" ? isZ : key !== null && (lit.key === null || lit.key === key));
