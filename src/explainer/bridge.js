// The page's half of the bridge: hands the views' numbers to the page, which draws them into their slots, and what the reader
// does to Python.
export function render({ model }) {
  const ends = model.slots.map((slot) => {
    const shown = () => unpack(model[slot]);
    model.on(slot, () => window.explainer.show(slot, shown()));
    return window.explainer.connect({ slot, get shown() { return shown() }, send: (message) => model.send_msg(message) });
  });
  model.on("remove", () => ends.forEach((end) => end()));
}

// The other half of `pack` in bridge.py.
function unpack(packed) {
  if (!packed?.byteLength) return {};
  const [length] = new Uint32Array(packed, 0, 1);
  const text = new TextDecoder().decode(new Uint8Array(packed, 4, length));
  return JSON.parse(text, (_, value) => {
    if (!Array.isArray(value?.floats)) return value;
    const [at, ...shape] = value.floats;
    const size = shape.reduce((all, n) => all * n, 1);
    return Object.assign(new Float32Array(packed, 4 + length + 4 * at, size), { shape });
  });
}
