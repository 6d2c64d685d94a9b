// Says in a sentence what becomes of the answer.
import { probability } from "../../lib/format.js";
import { described, masked, part, read } from "../../state/edits.js";
import strings from "../../strings/index.js";
import { distinctProbabilities } from "../../widgets/outcome.js";

const words = strings.whatif;

/** Returns the sentence's parts. @param {import("../../generated/contract").WhatIfShown} data */
export function says(data) {
  const { compared, labels, places, top } = data;
  const likeliest = (side) => top.reduce((best, one) => (one[side] > best[side] ? one : best));
  const [was, is] = [likeliest("before"), likeliest("after")];
  if (compared === null) {
    return words.untouched({ token: { token: labels[places[0]] }, first: { token: was.text }, prob: probability(was.before) });
  }
  if (compared === "prompts") {
    const [before, after] = [probability(was.before), probability(is.after)];
    return words.other({ before, after, one: { token: was.text }, two: { token: is.text } });
  }
  const cause = causeOf(data);
  const moved = ({ before, after }) => Math.abs(after - before);
  // The news is the token that was likeliest and is no longer; else the one that changed most.
  const news = was.id === is.id ? [...top].sort((a, b) => moved(b) - moved(a))[0] : was;
  if (news.before === news.after) return hidesNothing(data) ? [idle(data)] : words.nothing(cause);
  const moves = news.after < news.before ? words.falls : words.rises;
  const winner = { token: is.text };
  return [
    ...words.says({ cause, token: { token: news.text }, moves, ...distinctProbabilities(news) }),
    ...(was.id === is.id ? words.sameTop(winner) : words.newTop(winner, probability(is.after))),
  ];
}

/** Returns whether the only change is a mask that leaves every token of this text in view, as long windows do. */
const hidesNothing = ({ edits, mask, scores }) => !edits && mask !== "full" && scores.now === scores.causal;

/** Says why such a mask changes nothing. */
function idle({ mask, labels }) {
  const [kind, size] = mask.split(":");
  return kind === "window" && Number(size) > labels.length ? words.longWindow(size) : words.hidesNothing(masked(mask));
}

/** Names the cause: "Without head 4.3", "With these 3 changes". */
function causeOf({ mask, edits }) {
  const changes = read(edits);
  const count = changes.length + (mask === "causal" ? 0 : 1);
  if (count > 1) return words.withMany(count);
  if (!changes.length) return words.withChange(masked(mask));
  const [only] = changes;
  return only.name !== "pattern" && Number(only.value) === 0 ? words.without(part(only)) : words.withChange(described(only));
}
