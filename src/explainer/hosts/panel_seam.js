// The page's half of the bridge: hands the views' numbers to the page, which draws them into their slots, and what the reader
// does to Python.
export function render({ model }) {
  const ends = model.slots.map((slot) => {
    const shown = () => unpack(model[slot]);
    model.on(slot, () => window.explainer.show(slot, shown()));
    return window.explainer.connect({
      slot,
      get shown() {
        return shown();
      },
      send: (message) => model.send_msg(message),
    });
  });
  model.on("remove", () => ends.forEach((end) => end()));
}

// The other half of `pack` in panel_seam.py.
function unpack(packed) {
  if (!packed?.byteLength) return {};
  const [length] = new Uint32Array(packed, 0, 1);
  const text = new TextDecoder().decode(new Uint8Array(packed, 4, length));
  function array([at, ...shape]) {
    const size = shape.reduce((all, n) => all * n, 1);
    return Object.assign(new Float32Array(packed, 4 + length + 4 * at, size), { shape });
  }
  // By hand: JSON.parse takes several times as long where it has to call a function for every value.
  function withArrays(value) {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value.floats)) return array(value.floats);
    for (const key in value) value[key] = withArrays(value[key]);
    return value;
  }
  return withArrays(JSON.parse(text));
}
