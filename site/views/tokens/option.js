// Makes one token of the list: its text, and its id or the probability that it came with.
import { h } from "../../lib/dom.js";
import { number, probability, signed } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { distinctProbabilities } from "../../widgets/outcome.js";
import { token } from "../../widgets/token.js";

const words = strings.tokens;
export const given = (x) => x !== null && x !== undefined;

/** Returns the bits by which a change moves what it moves most; null where no change is shown. */
export const mostMoved = (pieces) => pieces.reduce((most, { bits }) => (given(bits) ? Math.max(most, Math.abs(bits)) : most), null);

/** Returns whether two pieces look the same. */
export const sameOption = (a, b) => ["id", "text", "made", "prob", "before", "bits"].every((name) => a[name] === b?.[name]);

function titleOf({ before, prob, bits }) {
  if (given(bits)) return words.moved({ ...distinctProbabilities({ before, after: prob }), bits: signed(bits) });
  return given(prob) && words.given(probability(prob), number(-Math.log2(prob)));
}

/** Makes the element of piece `index`; most: see `mostMoved`. */
export function option(data, index, most) {
  const piece = data.pieces[index];
  const { text, id, made, prob, bits } = piece;
  const [known, compared] = [given(prob), given(bits)];
  const what = compared ? "bits" : known ? "prob" : data.surprise ? "none" : "id";
  const shown = { bits: () => signed(bits, 2), prob: () => probability(prob), none: () => words.none, id: () => String(id) };
  const element = h(
    "div",
    { role: "option", class: "token-option", "data-token": index, title: titleOf(piece) },
    token(text),
    h("span", { class: "unseen", text: words.item(index + 1, made, what) }),
    h("span", { class: "token-id", text: shown[what]() }),
  );
  element.classList.toggle("made", Boolean(made));
  element.classList.toggle("coloured", known);
  if (compared) element.classList.add(bits < 0 ? "falls" : "rises");
  // In bits; the scale ends where the model knows no more than the size of its vocabulary.
  const share = compared ? Math.abs(bits) / (most || 1) : -Math.log2(prob) / Math.log2(data.config.d_vocab);
  if (known) element.style.setProperty("--share", String(Math.min(1, share)));
  return element;
}
