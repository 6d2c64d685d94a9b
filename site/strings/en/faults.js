// What goes wrong, and what computes: words of the page and of the worker. Failures are [what happened, what to do].
const INCOMPLETE = "The site may be incomplete: build it again, or ask whoever hosts it.";
const MEMORY = "Choose a smaller model, or close other tabs: most often the memory does not suffice.";

export default {
  faults: {
    lacking: "The figure shows the numbers of an example. A current Chrome, Edge, Firefox or Safari runs the model.",
    noWebAssembly:
      "This browser runs no WebAssembly, which the model needs; it may have been switched off (lockdown, strict security).",
    noSimd: "This browser has no WebAssembly SIMD, which the model needs.",
    tooOld: "This browser is too old to run the model.",
    cancel: "Cancel",
    cancelTitle: "Stop loading this model; what has been downloaded is kept",
    rate: (bytes) => `${bytes}/s`,
    silent: "The model does not answer any more.",
    silentAdvice: "It may still be at work. Starting again keeps your text and choices.",
    again: "Start again",
    tryAgain: "Try again.",
    noWorker: "the worker could not be started",
    unkept: (why) => `The browser has no room to keep the model (${why}): the next visit downloads it again.`,
  },

  failures: {
    unreadable: (name) => [`${name} is not a model's manifest.`, INCOMPLETE],
    memory: (size) => [`There is no memory for a model of ${size}.`, MEMORY],
    parts: (sum, bytes) => [
      `The manifest's parts add up to ${sum} bytes, not ${bytes}.`,
      "The model's folder is damaged: export it again.",
    ],
    lacks: (name, why) => [`The server has no ${name} (${why}).`, INCOMPLETE],
    damaged: (name, tries) => [
      `${name} arrived damaged ${tries} times.`,
      "Try again; if it stays so, the copy on the server is damaged and the site must be built again.",
    ],
    connection: (name, tries, kept) => [
      `${name} could not be downloaded: the connection failed ${tries} times.`,
      `Check the network and try again${kept ? "; what has been downloaded already is kept" : ""}.`,
    ],
    unloaded: (name) => [`${name} could not be loaded.`, "Check the network and try again; the site may be incomplete."],
    cancelled: (title) => [`Loading ${title} was stopped.`, "What has been downloaded is kept."],
    unknown: (name) => [`There is no model ${name} here.`, "Choose one of the list."],
    python: [
      "Python could not be started.",
      "Try again. If it stays so, this browser may be too old for WebAssembly with exceptions.",
    ],
    session: (backend) => [`The model could not be started on ${backend}.`, MEMORY],
    lost: ["The graphics device was lost.", ""],
    crashed: ["The model's runtime broke down.", `${MEMORY} Your text and choices are kept.`],
  },

  backends: {
    asked: "asked for",
    noWebgpu: "this browser offers no WebGPU here",
    failed: (why) => `WebGPU failed: ${why}`,
    noAdapter: "WebGPU found no graphics adapter",
    software: (name) => `WebGPU would run in software (${name})`,
    wasm: (threads) => `wasm, ${threads} thread${threads > 1 ? "s" : ""}`,
  },

  // What Python has to say of a choice, by name (explainer.model.notices); other texts come from libraries and files.
  notices: {
    empty: ({ bos, lost }) =>
      `${lost ? "nothing is left of the text" : "no text yet"}: the model starts from ${bos}, as it does at the beginning of every text`,
    nothing: () => "type something: this model has no token to start from",
    lost: ({ characters, more }) =>
      `left out, since this model has no token for ${characters.length + more > 1 ? "them" : "it"}: ` +
      `${characters.join(" ")}${more ? ` and ${more} more` : ""}`,
    cut: ({ n_ctx, dropped, endless }) =>
      `the model sees ${n_ctx} tokens at most: the last ${n_ctx} are used, ${endless ? "all" : `the ${dropped}`} before them are left out`,
    refused: ({ names }) => `ignored, since it makes no sense here: ${names.join(", ")}`,
    strange: () => "the page sent something that is not understood; nothing was changed",
    unready: () => "the model is not ready yet",
    outrun: () => "the text has changed since: choose again",
    noOther: () => "patches need another prompt",
    unlike: ({ here, there }) => `patches need two prompts of equal length: this one has ${here} tokens, the other ${there}`,
    noMeans: () => "this model was exported without means: export it again to switch parts off to them",
  },
};
