// What unembedding says, in English.
import { ordinal } from "../../strings/en/numbers.js";

export default {
  bar: { name: "Next word", title: "From the last vector to a score for every token" },
  title: "Final norm and logits",
  after: (token) => ["after ", token],
  top: "The likeliest tokens",
  topCaption: "The likeliest tokens with rank, logit and probability",
  rest: (n, p) => `the ${n} others share ${p}; bars: from the lowest logit of all to the highest`,
  find: "Any token",
  placeholder: "a piece of text, or an id",
  findAbout: (n) => `searches all ${n}; write · for a space before the piece, ↵ for a new line`,
  foundCaption: (find) => `Tokens found for ${find}`,
  more: (n, all) => `the first ${n} of ${all} tokens; write more of it for fewer`,
  count: (n, find) =>
    n ? `${n === 1 ? "one token" : `${n} tokens`} in the whole vocabulary` : `no token holds “${find}”: it is made of several`,
  kinds: ["this id", "exactly", "with a space", "other letters", "begins so", "holds it"],
  columns: { token: "token", id: "id", kind: "found as", rank: "rank", logit: "logit", probability: "probability" },
  spread: "All logits",
  spreadAbout: (n, most) =>
    `how many of the ${n} tokens have which logit; height by the square root, up to ${most}; the line: the opened token`,
  opened: (token) => ["The logit of ", token, ": one dot product"],
  take: "take this token",
  logitOf: (id) => `logit ${id}`,
  strips: "The last vector, the token's vector, their products",
  stripCell: (entry, x, w, product) => `entry ${entry}: ${x} times ${w} is ${product}`,
  products: "products",
  lens: "After every block: the logit lens",
  lensAbout: "what the stream would predict if the model ended there: final norm, unembedding, softmax",
  before: "embedding",
  block: (n) => `block ${n}`,
  last: (n) => `block ${n}, output`,
  lensColumns: { after: "after", top: "likeliest", rank: (token) => [token, ": rank and probability"] },
  says: ({ token, before, norm, n, opened, logit, prob, rank }) => [
    "After ",
    token,
    `, the final norm turns the last vector (norm ${before}) into one of norm ${norm}. Its dot product with each of the ` +
      `${n} tokens' vectors is that token's logit: `,
    opened,
    ` gets ${logit}, the ${rank === 1 ? "" : `${ordinal(rank)} `}highest, which softmax turns into ${prob}.`,
  ],
  since: (at) => [at ? ` It has been first since block ${at}.` : " It has been first from the embedding on."],
  explain: [
    "The unembedding has one column for every token. GPT-2 uses the embedding matrix once more, turned round: a vector " +
      "that points to where a token's own vector points gives that token a high logit.",
    "Softmax sees differences only: adding the same number to all logits changes nothing. What is divided by is the sum " +
      "over the whole vocabulary, not over the tokens that are listed.",
    "The logit lens takes the stream after an earlier block for the last one. The model was not trained to be read there, " +
      "so early lines can be odd; still it often shows where a prediction comes up. The last line is the model's own.",
  ],
  caption: (token) => `Logits after ${token}`,
};
