// Runs in the page before its own scripts: notes what the benchmark wants to know, and can drive the app.
const bench = (window.bench = { shown: {}, drawn: {}, views: {}, tasks: [], firstPicture: null });

new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) bench.tasks.push([startTime, duration]);
}).observe({ type: "longtask", buffered: true });

// The first picture is there when the numbers of the next token are.
(function look() {
  if (document.querySelector('[data-slot="logits"]')?.textContent.includes("%")) bench.firstPicture = performance.now();
  else requestAnimationFrame(look);
})();

// Listens in on the page's own connection to the views.
let explainer;
Object.defineProperty(window, "explainer", {
  get: () => explainer,
  set(page) {
    explainer = {
      connect(view) {
        bench.views[view.slot] = view;
        bench.connected = performance.now();
        bench.shown[view.slot] = view.shown;
        return page.connect(view);
      },
      show(slot, shown) {
        page.show(slot, shown);
        bench.shown[slot] = shown;
        requestAnimationFrame(() => setTimeout(() => (bench.drawn[slot] = performance.now())));
      },
    };
  },
});

/** Types `text`: {ms: the run in Python, drawn: ms until every view has drawn, tokens, reused}. */
bench.type = (text) => answered({ set: { prompt: text } }, ({ prompt }) => prompt.text === text && !prompt.busy);

/** Appends the next token, as the step button does. */
bench.step = () => {
  const nodes = bench.shown.story.ids.length;
  return answered({ do: { step: 1 } }, ({ story }) => story.ids.length > nodes);
};

/** Returns whether a view is open: a closed part keeps what it showed. */
const isOpen = (slot) => !document.querySelector(`[data-slot="${slot}"]`).hidden;

async function answered(message, done) {
  const began = performance.now();
  const version = bench.shown.logits?.version;
  bench.views.prompt.send(message);
  const { shown } = bench;
  while (
    !done(shown) ||
    shown.logits?.version === version ||
    Object.entries(shown).some(([slot, data]) => isOpen(slot) && data.version && data.version !== shown.logits.version)
  ) {
    if (performance.now() - began > 300_000) {
      throw new Error(`no answer to ${JSON.stringify(message)}: ${shown.prompt.notice}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 1)));
  const { ms, reused } = shown.prompt;
  const drawn = Math.max(...Object.values(bench.drawn)) - began;
  return { ms, drawn, tokens: shown.tokens.pieces.length, reused };
}
