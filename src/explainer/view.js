// The bridge between Panel and the page: hands a view's numbers to the page, which draws them into its slot.
export function render({ model }) {
  const view = { slot: model.slot, get shown() { return model.shown }, send: (message) => model.send_msg(message) };
  const disconnect = window.explainer.connect(view);
  model.on("shown", () => window.explainer.show(model.slot, model.shown));
  model.on("remove", disconnect);
}
