// Says in words what attention shows: one cell, and one row as a sentence and as a table.
import { number, percent, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";
import { isRooted } from "./arithmetic.js";

const words = strings.attention;

/** Says what the scores are divided by. */
export const scaleName = ({ attn_scale, d_head }) => (isRooted(attn_scale, d_head) ? `/ √${d_head}` : `× ${number(attn_scale)}`);

/** Returns a query and the key that it looks at, each in its colour. */
export function pair(labels, query, key) {
  const names = [token(labels[query]), " → ", token(labels[key])];
  names[0].classList.add("is-query");
  names[2].classList.add("is-key");
  return names;
}

/** Prints the number of a cell; head: the numbers that are shown. */
export function cellText(head, { stage, query, key }) {
  if (stage === "scores") return number(head.product(query, key), 4);
  if (stage === "scaled") return number(head.score(query, key), 4);
  if (head.masked(query, key)) return words.isMasked;
  return number(stage === "masked" ? head.score(query, key) : head.weight(query, key), 4);
}

/** Returns the line about the cell that is read; of the mixture, about its weight. */
export function readout(labels, head, progress, { stage, query, key }) {
  const cell = { stage: stage === "values" ? "softmax" : stage, query, key };
  const isToCome = progress.isToCome(cell) || (cell.stage === "softmax" && progress.reached?.weights === false);
  return [
    ...pair(labels, query, key),
    `  ${stage === "values" ? words.opened.weight : words.stages[cell.stage]} ${isToCome ? words.unknown : cellText(head, cell)}`,
  ];
}

/** Returns the sentence's parts. reached: how far the order has come (progress.js), null at the end; sink: the first token is left out. */
export function sentence(data, head, query, { reached, sink }) {
  const facts = { block: data.block + 1, head: data.head + 1, query: { token: data.labels[query] }, changed: sink };
  if (reached?.weights === false) return words.saysUnknown(facts);
  if (sink && head.empty(query)) return words.saysNothing(facts);
  const shares = head.shares(query);
  const [first, second] = [...shares].sort((a, b) => b.weight - a.weight);
  const most = [...shares].sort((a, b) => b.share - a.share)[0];
  const name = (key) => (key === query ? words.itself : { token: data.labels[key] });
  return words.says({
    ...facts,
    top: name(first.key),
    weight: probability(first.weight),
    second: second?.weight > 0 ? name(second.key) : null,
    secondWeight: second && probability(second.weight),
    mixed: reached === null,
    most: head.z(query).some((x) => x !== 0) ? name(most.key) : null,
    share: percent(most.share),
  });
}

/** Returns the table. isToCome(key): whether the key's score is still to come. */
export function attentionTable(data, head, query, { reached, sink, isToCome }) {
  const shareOf = new Map(head.shares(query).map((share) => [share.key, share]));
  return {
    caption: words.caption(data.labels[query], sink),
    columns: words.columns,
    rows: data.labels.map((label, key) => [
      { token: label },
      reached?.scores === false ? "" : number(head.score(query, key), 4),
      reached?.weights === false ? "" : number(head.weight(query, key), 4),
      isToCome(key) ? "" : number(head.product(query, key), 4),
      !shareOf.has(key) ? words.isMasked : reached && key >= reached.values ? "" : number(shareOf.get(key).norm, 4),
      !shareOf.has(key) || reached ? "" : percent(shareOf.get(key).share),
    ]),
  };
}
