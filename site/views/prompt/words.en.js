// What prompt says, in English.
export default {
  label: "Text for the model",
  placeholder: "Type any text",
  examples: "Examples",
  model: "Model",
  loading: (model) => `${model}, loading`,
  coming: (next, now) => `${now} answers until ${next} is there`,
  waiting: "will run as soon as the model is ready",
  running: "running",
  ran: (ms, reused, all) => `${ms} ms${reused ? `, ${reused} of ${all} positions reused` : ""}`,
  precision: (precision, kl) => (kl === null ? precision : `${precision}, ${kl} nats from fp32`),
  fidelity: (kl, top1) => `${kl} nats from fp32 on average, same first choice in ${top1}`,
};
