// Runs in the page before its own scripts, after probe.js: notes when what a choice changes is on the screen.
const paints = (bench.paints = { at: 0, first: 0, what: "" });

let dirty = ""; // where something was drawn since the last frame
const { port1, port2 } = new MessageChannel();
// A message sent from a frame is read when the frame has been painted, with what was drawn before it began.
port2.onmessage = ({ data: what }) => {
  paints.at = performance.now();
  paints.first ||= paints.at;
  paints.what = what;
};
(function everyFrame() {
  if (dirty) port1.postMessage(dirty);
  dirty = "";
  requestAnimationFrame(everyFrame);
})();

const place = (node) => {
  const element = node.nodeType === 1 ? node : node.parentElement;
  return element?.closest("[data-slot]")?.dataset.slot ?? element?.closest("[id]")?.id ?? "page";
};
// For each record only where it came from: what changed does not matter, but for attributes that were given the value they had.
const changed = ({ type, attributeName, target, oldValue }) => type !== "attributes" || target.getAttribute(attributeName) !== oldValue;
document.addEventListener("DOMContentLoaded", () =>
  new MutationObserver((records) => {
    const last = records.findLast(changed);
    if (last) dirty = place(last.target);
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeOldValue: true, characterData: true }));
for (const name of ["clearRect", "drawImage", "fillRect", "putImageData", "stroke"]) {
  const inner = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...args) {
    if (this.canvas.isConnected) dirty = "canvas";
    return inner.apply(this, args);
  };
}

/** Does `act`: {first: ms until something changed on the screen, last: until nothing does any more, task: the longest}. */
bench.painted = async (act, quiet = 350, most = 5000) => {
  const began = performance.now();
  const tasks = bench.tasks.length;
  Object.assign(paints, { at: began, first: 0 });
  await act();
  await settled(began, quiet, most);
  const all = bench.tasks.slice(tasks).filter(([at, ms]) => at + ms > began);
  return {
    first: (paints.first || began) - began,
    last: paints.at - began,
    task: Math.max(0, ...all.map(([, ms]) => ms)),
    what: paints.what,
  };
};

async function settled(began, quiet, most) {
  await new Promise((resolve) => setTimeout(resolve, quiet));
  while (performance.now() - Math.max(began, paints.at) < quiet && performance.now() - began < most) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** As a view does it when the reader chooses; `store` is lib/store.js. */
bench.choose = async (set) => {
  const store = await (bench.store ??= import(new URL("lib/store.js", document.baseURI)));
  return bench.painted(() => store.choose((message) => bench.views.prompt.send(message), set));
};

/** As a slider does it. */
bench.set = (set) => bench.painted(() => bench.views.sampling.send({ set }));

/** Lets the model write `count` tokens: {tokens, ms: for each, picture: until every view has drawn the last, tasks}. */
bench.write = async (count) => {
  const [tasks, before] = [bench.tasks.length, bench.shown.tokens.pieces.length];
  const began = performance.now();
  bench.views.story.send({ do: { run: count } });
  const length = () => bench.shown.tokens.pieces.length;
  let grown = began;
  for (let seen = before; performance.now() - grown < 1500 && length() < before + count; ) {
    await new Promise((resolve) => setTimeout(resolve, 4));
    if (length() !== seen) [seen, grown] = [length(), performance.now()];
  }
  const tokens = length() - before;
  const ms = (grown - began) / Math.max(1, tokens);
  await settled(grown, 350, 5000);
  return { tokens, length: length(), ms, run: bench.shown.prompt.ms, tasks: bench.tasks.slice(tasks).map(([, task]) => task) };
};
