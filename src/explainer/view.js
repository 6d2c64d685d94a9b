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
  return JSON.parse(packed.json ?? "{}", (_, value) => (typeof value?.array === "string" ? packed[value.array] : value));
}
