// What mlp says, in English.
export default {
  bar: { name: "MLP", title: "The neurons before and after their activation function" },
  title: "MLP",
  order: "Neurons from left to right",
  orders: { place: "in place", size: "by size" },
  profile: "Neurons, from left to right",
  cell: (neuron, pre, post, written) => `neuron ${neuron}: mlp_pre ${pre}, mlp_post ${post}, writes a vector of norm ${written}`,
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
};
