// What unembedding says, in English.
import { ordinal } from "../../strings/en/numbers.js";

export default {
  bar: { name: "Next word", field: "Unembedding", title: "From the last vector to a score for every token" },
  title: "Next word: final norm and logits",
  after: (token) => ["after ", token],
  top: "The likeliest tokens",
  topCaption: "The likeliest tokens with rank, logit and probability",
  rest: (n, p) => `the ${n} others share ${p}; bars: from the lowest logit of all to the highest`,
  find: "Any token",
  placeholder: "a piece of text, or an id",
  findAbout: (n) => `searches all ${n} tokens; type · for a space before the piece, ↵ for a new line`,
  foundCaption: (find) => `Tokens found for ${find}`,
  more: (n, all) => `the first ${n} of ${all} matches; type more to narrow them down`,
  count: (n, find) =>
    n ? `${n === 1 ? "one match" : `${n} matches`} in the whole vocabulary` : `no token contains “${find}”: it is made of several`,
  kinds: ["id", "exact", "leading space", "other case", "starts with", "contains"],
  columns: { token: "token", id: "id", kind: "match", rank: "rank", logit: "logit", probability: "probability" },
  spread: "All logits",
  spreadAbout: (n, most) => `histogram of all ${n} logits (square-root heights, tallest ${most}); line: the opened token`,
  opened: (token) => ["The logit of ", token, ": one dot product"],
  take: "append this token",
  logitOf: (id) => `logit ${id}`,
  strips: "The last vector, the token's vector, their products",
  stripCell: (entry, x, w, product) => `entry ${entry}: ${x} times ${w} is ${product}`,
  products: "products",
  lens: "After every block: the logit lens",
  lensAbout: "what the model would predict if it ended there: final norm, unembedding, softmax",
  before: "embedding",
  block: (n) => `block ${n}`,
  last: (n) => `block ${n}, output`,
  lensColumns: { after: "after", top: "likeliest", rank: (token) => [token, ": rank and probability"] },
  says: ({ token, before, norm, n, opened, logit, prob, rank }) => [
    "After ",
    token,
    `, the final norm (ln_final) turns the last vector, of length ${before}, into one of length ${norm}. Its dot product with each of ` +
      `the ${n} tokens' vectors is that token's logit: `,
    opened,
    ` gets ${logit}, the ${rank === 1 ? "" : `${ordinal(rank)} `}highest, and softmax turns that into ${prob}.`,
  ],
  since: (at) => [
    at ? ` It has been the top prediction since block ${at}.` : " It has been the top prediction from the embedding on.",
  ],
  explain: [
    "The unembedding has one column, a vector, for every token. A dot product (multiply entry by entry, add it all up) says how far the " +
      "last vector points the same way. GPT-2 uses the embedding matrix once more for this, turned on its side: a vector " +
      "that points to where a token's own vector points gives that token a high logit.",
    "Softmax turns logits into probabilities: e to the power of each, divided by the sum of all these powers. The sum runs over the " +
      "whole vocabulary, not only over the listed tokens. Only differences count: adding the same number to all logits changes nothing.",
    "The logit lens reads the stream after an earlier block as if it were the last. The model was not trained to be read there, " +
      "so early lines can be odd. Still, it often shows where a prediction comes up. The last line is the model's own.",
  ],
  caption: (token) => `Logits after ${token}`,
};
