// Parts on the way out: the MLP, the final norm and the logits.
import { ordinal } from "./numbers.js";

export default {
  mlp: {
    title: "MLP",
    order: "Neurons from left to right",
    orders: { place: "in place", size: "by size" },
    profile: "Neurons, from left to right",
    cell: (neuron, pre, post, written) =>
      `neuron ${neuron}: mlp_pre ${pre}, mlp_post ${post}, writes a vector of norm ${written}`,
    sorted: {
      place: (n) => `${n} neurons in their places, one scale for both rows`,
      size: (n) => `${n} neurons from the lowest mlp_pre to the highest, one scale for both rows`,
    },
    spans: (n) => `a pixel spans the values of ${n}`,
    curve: (act, most) => `every neuron on ${act}; below, how many lie there, up to ${most}`,
    neuron: (n) => `neuron ${n}`,
    values: (pre, post) => `${pre} → ${post}`,
    strongest: "The strongest neurons and what they write",
    strongestAbout:
      "bar: norm of what the neuron writes into the stream; tokens: what that adds to their logits if nothing else follows",
    speaks: { up: "for", down: "against" },
    down: "All neurons together, added to the stream",
    downAbout: "mlp_post · W_out + b",
    strips: "The stream before the MLP, what the MLP adds, the stream after it",
    stripCell: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
    neuronOpened: (n) => `Neuron ${n}: what it reads`,
    entryOpened: (n) => `Entry ${n} of mlp_out: which neurons write it`,
    says: ({ block, token, on, all, neuron, written, norm, up, effect }) => [
      `In block ${block}, ${on} of ${all} neurons are above 0 for `,
      token,
      `. The strongest, neuron ${neuron}, writes a vector of norm ${written}, which speaks most for `,
      up,
      ` (${effect} on its logit). All together add a vector of norm ${norm} to the stream.`,
    ],
    explain: [
      "Every neuron takes the dot product of ln2 with its own column of W_in and adds a bias: mlp_pre. The activation " +
        "function lets high values through and holds back low ones: mlp_post. Without it the two matrices would be one.",
      "A neuron then writes its row of W_out into the stream, as often as mlp_post says. What all of them write, and a " +
        "bias, is mlp_out. The MLP looks at one token alone; only attention moves something from token to token.",
      "The tokens beside a neuron show its direct effect: what it wrote is followed to the end of the model, through the " +
        "final LayerNorm with the scale that it has here and the unembedding. That is its exact share of these logits. " +
        "What later blocks make of it is not in it.",
    ],
    caption: (token, block) => `Neurons of block ${block} for ${token}`,
    columns: ["neuron", "mlp_pre", "mlp_post", "writes (norm)"],
  },

  unembedding: {
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
      n
        ? `${n === 1 ? "one token" : `${n} tokens`} in the whole vocabulary`
        : `no token holds “${find}”: it is made of several`,
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
  },
};
