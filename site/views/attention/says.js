// Says what one row of attention shows: a sentence, and its numbers as a table.
import { number, percent, probability } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.attention;

/** Returns the sentence's parts. reached: how far the order has come (progress.js), null at the end; sink: the first token is left out. */
export function sentence(data, head, query, { reached, sink }) {
  const facts = { block: data.block + 1, head: data.head + 1, query: { token: data.labels[query] }, changed: sink };
  if (reached?.weights === false) return words.saysUnknown(facts);
  if (sink && head.empty(query)) return words.saysNothing(facts);
  const shares = head.shares(query);
  const [first, second] = [...shares].sort((a, b) => b.weight - a.weight);
  const most = [...shares].sort((a, b) => b.share - a.share)[0];
  return words.says({
    ...facts,
    top: { token: data.labels[first.key] },
    weight: probability(first.weight),
    second: second?.weight > 0 ? { token: data.labels[second.key] } : null,
    secondWeight: second && probability(second.weight),
    mixed: reached === null,
    most: head.z(query).some((x) => x !== 0) ? { token: data.labels[most.key] } : null,
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
