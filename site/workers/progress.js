// Reports how far each stage of the loading is, at its end and at most 20 times a second before that.

/** Makes {report(stage, change), count(stage, bytes, total)}; a change has any of loaded, total, done and label. */
export function reporter(tell) {
  const stages = {};

  function report(stage, change) {
    const at = Object.assign((stages[stage] ??= { loaded: 0, total: 0, done: false }), change);
    const now = performance.now();
    if (!at.done && now - (at.told ?? -1e3) < 50) {
      at.later ??= setTimeout(report, 50, stage, {}); // where a stage stands still, its last report must be right
      return;
    }
    clearTimeout(at.later);
    at.later = null;
    at.told = now;
    tell({ type: "progress", stage, label: at.label, loaded: at.loaded, total: at.total, done: at.done });
  }
  return {
    report,
    count: (stage, bytes, total = stages[stage]?.total ?? 0) =>
      report(stage, { loaded: (stages[stage]?.loaded ?? 0) + bytes, total }),
  };
}
