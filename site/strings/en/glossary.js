// What the words of the page mean, in plain words. A term's forms are joined by "|"; the first one names it. Longer forms win.
export default {
  "token|tokens":
    "A piece of text as the model reads it: a word, a part of a word, a sign or a single byte. It knows a fixed list of them.",
  "piece|pieces": "A piece of text as the model reads it, also called a token: a word, a part of a word, a sign or a single byte.",
  vocabulary: "The fixed list of all pieces that the model knows. Every piece has a number in it, its id.",
  "id|ids": "The number of a piece in the model’s vocabulary.",
  "merge|merges": "A rule that joins two neighbouring pieces into one. A text is cut into pieces by applying the rules in order.",
  "vector|vectors":
    "A list of numbers that stands for something, here for a piece of text in its place. All vectors of a kind are equally long.",
  "entry|entries": "One number of a vector.",
  "length|lengths":
    "How far a vector reaches: square all its numbers, add them up, take the root. Long vectors count for more. Also called its norm.",
  "norm|norms": "The length of a vector: the root of the sum of its squared numbers. As a step of the model: see LayerNorm.",
  "dot product|dot products":
    "Two vectors multiplied number by number and added up. It is large where both are long and point the same way, 0 where they have nothing in common.",
  "cosine|cosines": "How far two vectors point the same way: 1 the same way, 0 at a right angle, −1 opposite ways.",
  "matrix|matrices":
    "A table of numbers. Multiplying a vector by a matrix makes a new vector: every number of it is a dot product.",
  "weight|weights":
    "In attention: the share of its look that a token gives to another; the shares add up to 100 %. In the model: one of its learned numbers.",
  "parameter|parameters": "One of the numbers that training has set. The model is its parameters.",
  "bias|biases": "A learned number that is added after a multiplication.",
  "embedding|embeddings": "The learned vector of a piece, or of a position: where the computation begins.",
  "position|positions": "The place of a piece in the text: first, second, third …",
  "residual stream|stream|streams":
    "The vector that every piece carries through the model. Each block reads it and adds to it; nothing is ever overwritten.",
  "block|blocks":
    "One round of work: attention, then MLP. The model has several, one after another, alike but with their own weights.",
  attention: "The step in which every piece looks back at the pieces before it and collects from them what is useful.",
  "head|heads":
    "A block’s attention is done several times side by side, each time with other queries, keys and values. Each of these is a head.",
  "query|queries": "The vector by which a piece asks: what am I looking for?",
  "key|keys": "The vector by which a piece answers: this is what I offer. Query and key together give the score.",
  "value|values": "The vector that a piece hands over to those that look at it.",
  "score|scores": "How well a query fits a key: their dot product, scaled.",
  "mask|masks|masked": "The rule who may look at whom. In GPT-2 no piece sees what comes after it.",
  softmax: "It turns scores into shares: e to the power of each, divided by the sum of all. All are positive and add up to 100 %.",
  "MLP|multilayer perceptron":
    "Multilayer perceptron, the second half of a block: many small detectors, its neurons, work on each piece by itself.",
  "neuron|neurons": "One detector of the MLP: a number that says how well the piece fits what it looks for.",
  "activation function|GELU|gelu_new": "The bend in the MLP: it lets large numbers through and presses negative ones to about 0.",
  "activation|activations":
    "A number that the model works out for this text, unlike its parameters, which are the same for every text.",
  "LayerNorm|layer norm|final norm":
    "A step that brings a vector to a common size: its mean is taken off, it is divided by its spread, then scaled and shifted.",
  "projection|projections": "The multiplication of a vector by a matrix, which makes a vector of another kind.",
  "logit|logits": "The raw score of a piece as the next one, before softmax makes a probability of it.",
  "logit lens": "A look inside: what the model would say if it stopped after this block.",
  unembedding: "The last step: the final vector is compared with every piece of the vocabulary, which gives the logits.",
  "probability|probabilities": "How likely the model finds a piece as the next one, from 0 to 100 %.",
  "uncertainty|entropy":
    "How open the choice is, in bits: 0 where one piece is certain, 1 for two equally likely ones, 10 for about a thousand.",
  "bit|bits": "A measure of surprise: every halving of the probability is one bit. 50 % is 1 bit, 25 % is 2.",
  surprise: "How unlikely the model found a piece that really came, in bits.",
  "nat|nats": "A measure like the bit: 1 nat is 1.44 bits.",
  "Kullback–Leibler divergence|KL": "How far two predictions differ, in nats: 0 where they are the same.",
  temperature: "How boldly the next piece is drawn: below 1 the likely ones are preferred, above 1 the unlikely ones gain.",
  "top-k": "Only so many of the likeliest pieces stay in the draw.",
  "top-p": "Only the likeliest pieces that together reach this share stay in the draw.",
  greedy: "Always the likeliest piece: nothing is left to chance.",
  seed: "The number that chance begins with: the same seed draws the same pieces again.",
  "draw|drawn": "One piece is chosen by chance, each with its probability.",
  context: "The pieces that the model can see at once: all, or the last ones of a long text.",
  induction: "A head’s habit of looking for what came after the same piece earlier in the text.",
  "square-root scale": "Colours follow the square root of a number, so that small numbers can be told from 0.",
  dropout: "During training some numbers are set to 0 by chance. Here it is off.",
  "int8|int4|fp32|fp16|float32":
    "How exactly the model’s numbers are stored: fp32 with about 7 digits, int8 as one of 256 steps, int4 as one of 16.",
  "multiply-add|multiply-adds": "One multiplication and one addition: the unit of the model’s work.",
  lead: "By how much the score of one piece is above another’s.",
  "byte|bytes": "The unit of stored text. A plain letter is one byte; é is two, most Chinese characters three, 😀 four.",
};
