// What mlp says, in English.
export default {
  bar: { name: "Neurons", field: "MLP", title: "The neurons before and after their activation function" },
  title: "Neurons: the MLP",
  order: "Neurons from left to right",
  orders: { place: "by number", size: "by size" },
  profile: "Neurons, from left to right",
  cell: (neuron, pre, post, written) => `neuron ${neuron}: mlp_pre ${pre}, mlp_post ${post}, adds a vector of length ${written}`,
  sorted: {
    place: (n) => `${n} neurons by their number, one scale for both rows`,
    size: (n) => `${n} neurons from the lowest mlp_pre to the highest, one scale for both rows`,
  },
  spans: (n) => `each pixel spans the values of ${n}`,
  curve: (act, most) => `every neuron on the curve of ${act}; below: how many lie there (at most ${most})`,
  neuron: (n) => `neuron ${n}`,
  values: (pre, post) => `${pre} → ${post}`,
  strongest: "The strongest neurons and what they add",
  strongestAbout:
    "bar: length of the vector that the neuron adds to the stream; tokens: what that adds to their logits if nothing else follows",
  speaks: { up: "raises", down: "lowers" },
  down: "All neurons together, added to the stream",
  downAbout: "mlp_post · W_out + b",
  strips: "The stream before the MLP, what the MLP adds, the stream after it",
  stripCell: (name, entry, value) => `${name}, entry ${entry}: ${value}`,
  neuronOpened: (n) => `Neuron ${n}: what it reads`,
  entryOpened: (n) => `Entry ${n} of mlp_out: which neurons add to it`,
  says: ({ block, token, on, all, neuron, written, norm, up, effect }) => [
    `In block ${block}, ${on} of ${all} neurons are above 0 for `,
    token,
    `. The strongest, neuron ${neuron}, adds a vector of length ${written}, which raises `,
    up,
    ` most (its logit by ${effect}). All together add a vector of length ${norm} to the stream.`,
  ],
  explain: [
    "MLP stands for multi-layer perceptron. It works on each token alone, with many neurons. Every neuron takes the dot product of " +
      "ln2 with its own column of W_in (multiply entry by entry, add it all up) and adds a bias: mlp_pre. The activation function " +
      "lets high values through and holds back low ones: mlp_post. Without it the two matrices would be one.",
    "Every neuron then adds its row of W_out, multiplied by its mlp_post, to the stream. What all of them add, plus a " +
      "bias, is mlp_out. Only attention moves anything from token to token.",
    "The tokens beside a neuron show its direct effect. What the neuron adds is followed to the end of the model: through the " +
      "final norm, with the scale it has here, and the unembedding. That is its exact share of these logits. " +
      "What later blocks make of it is not included.",
  ],
  caption: (token, block) => `Neurons of block ${block} for ${token}`,
  columns: ["neuron", "mlp_pre", "mlp_post", "adds (length)"],
};
