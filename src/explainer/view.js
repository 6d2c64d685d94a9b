// The bridge between Panel and the page: hands a view's numbers to the page, which draws them into its slot.
export function render({ model }) {
  const shown = () => unpack(model.packed);
  const view = { slot: model.slot, get shown() { return shown() }, send: (message) => model.send_msg(message) };
  const disconnect = window.explainer.connect(view);
  model.on("packed", () => window.explainer.show(model.slot, shown()));
  model.on("remove", disconnect);
}

// The other half of `pack` in views/base.py.
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
