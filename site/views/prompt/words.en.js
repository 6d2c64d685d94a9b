// What prompt says, in English.
export default {
  label: "Text for the model",
  placeholder: "Type any text",
  examples: "Examples",
  model: "Model",
  loading: (model) => `${model}, loading`,
  coming: (next, now) => `Loading ${next} … (${now} stays active until then)`,
  waiting: "runs as soon as the model is ready",
  running: "running",
  ran: (ms, reused, all) => `${ms} ms${reused ? `, ${reused} of ${all} tokens reused from the last run` : ""}`,
  precision: (precision, kl) =>
    kl === null ? `${precision} weights` : `${precision} weights, on average ${kl} nats from full precision (fp32)`,
  fidelity: (kl, top1) => `on average ${kl} nats from full precision (fp32), with the same first choice in ${top1} of cases`,
};
