// Runs in the page before its own scripts, after probe.js: notes when the effects of a choice are on the screen.
const paints = (bench.paints = { at: 0, first: 0, seen: 0, what: "" });

const dirty = new Set(); // elements that were drawn since the last frame
const { port1, port2 } = new MessageChannel();
let framed = []; // those of the frame that is being painted
// A message sent from a frame is read after that frame has been painted, with what was drawn before it began.
port2.onmessage = () => {
  const now = performance.now();
  paints.at = now;
  paints.first ||= now;
  const seen = framed.find(inWindow);
  if (seen) [paints.seen, paints.what] = [now, place(seen)];
};
(function everyFrame() {
  if (dirty.size) {
    framed = [...dirty];
    port1.postMessage(null);
  }
  dirty.clear();
  requestAnimationFrame(everyFrame);
})();

/** Returns whether an element is in the window. What has just been painted is laid out, so this costs little. */
function inWindow(element) {
  const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
}
const place = (element) => element.closest("[data-slot]")?.dataset.slot ?? element.closest("[id]")?.id ?? "page";
// Attributes set to the value they had change nothing.
const changed = ({ type, attributeName, target, oldValue }) =>
  type !== "attributes" || target.getAttribute(attributeName) !== oldValue;
const elementOf = (node) => (node.nodeType === 1 ? node : node.parentElement);
function drawn({ type, target, addedNodes }) {
  const all = type === "childList" && addedNodes.length ? [...addedNodes] : [target];
  for (const node of all) if (elementOf(node)?.isConnected) dirty.add(elementOf(node));
}
document.addEventListener("DOMContentLoaded", () =>
  new MutationObserver((records) => records.filter(changed).forEach(drawn)).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeOldValue: true,
    characterData: true,
  }),
);
for (const name of ["clearRect", "drawImage", "fillRect", "putImageData", "stroke"]) {
  const inner = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...args) {
    if (this.canvas.isConnected) dirty.add(this.canvas);
    return inner.apply(this, args);
  };
}

/**
 * Runs `act`: {first: ms until something changed on the screen, seen: until the last change in the window, last: until the last
 * change outside of it too, task: the longest, what: where the last change in the window was}.
 */
bench.painted = async (act, quiet = 350, most = 5000) => {
  const began = performance.now();
  const tasks = bench.tasks.length;
  Object.assign(paints, { at: began, first: 0, seen: began });
  await act();
  await settled(began, quiet, most);
  const all = bench.tasks.slice(tasks).filter(([at, ms]) => at + ms > began);
  return {
    first: (paints.first || began) - began,
    seen: paints.seen - began,
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

/** Makes a choice as a view does; `store` is state/choices.js. */
bench.choose = async (set) => {
  const store = await (bench.store ??= import(new URL("state/choices.js", document.baseURI)));
  return bench.painted(() => store.choose((message) => bench.views.prompt.send(message), set));
};

/** Makes a choice as a slider does. */
bench.set = (set) => bench.painted(() => bench.views.sampling.send({ set }));

/** Lets the model write `count` tokens: {tokens, length: of the text, ms: for each token, run: ms of the last run, tasks: ms of each}. */
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
