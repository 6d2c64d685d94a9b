// What the overview's last step says of the draw.
import { probability } from "../../lib/format.js";
import strings from "../../strings/index.js";

const words = strings.logits;

/**
 * Says how the next token is drawn: not by the model's own probabilities where temperature or a cut changes them.
 * @param {{id: number, text: string, prob: number}[]} top the likeliest tokens
 * @param {boolean} isLast whether it follows the end of the text
 * @param {import("../../state/choices.js").Drawn | null} drawn null, or of another text, where Python has not yet answered
 */
export function drawSaid(top, isLast, drawn) {
  const listed = words.likeliest(top.slice(0, 3).map(({ text, prob }) => [{ token: text }, ` ${probability(prob)}`]));
  if (!isLast) return [...listed, words.drawsAtEnd];
  const [first] = top;
  if (drawn?.first.id !== first.id) return [...listed, words.draws];
  const { temperature, left, of, likeliest } = drawn;
  const one = { token: first.text };
  if (likeliest) return [...listed, ...words.takes(one)];
  const [own, share] = [probability(first.prob), probability(drawn.first.share)];
  const changes = [temperature !== 1 && words.temperature(temperature), left < of && words.cut(left)].filter(Boolean);
  return changes.length ? words.drawsBy({ changes, one, own, share }) : [...listed, words.draws];
}
