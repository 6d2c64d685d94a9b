// What goes wrong, and what computes: words of the page and of the worker. Failures are [what happened, what to do].
const INCOMPLETE = "The site may be incomplete: build it again, or ask whoever hosts it.";
const MEMORY = "Choose a smaller model, or close other tabs: usually there is not enough memory.";

export default {
  faults: {
    lacking: "The figure shows an example's numbers. To run the model, use a current Chrome, Edge, Firefox or Safari.",
    noWebAssembly:
      "This browser does not run WebAssembly, which the model needs. It may be switched off (lockdown mode, strict security).",
    noSimd: "This browser has no WebAssembly SIMD, which the model needs.",
    tooOld: "This browser is too old to run the model.",
    cancel: "Cancel",
    cancelTitle: "Stop loading this model; what has been downloaded is kept",
    rate: (bytes) => `${bytes}/s`,
    silent: "The model has stopped answering.",
    silentAdvice: "It may still be working. If you start it again, your text and choices are kept.",
    again: "Start again",
    tryAgain: "Try again.",
    noWorker: "the worker could not be started",
    unkept: (why) => `The browser has no room to keep the model (${why}). It will be downloaded again on your next visit.`,
  },

  failures: {
    unreadable: (name) => [`${name} is not a model's manifest.`, INCOMPLETE],
    memory: (size) => [`There is not enough memory for a model of ${size}.`, MEMORY],
    parts: (sum, bytes) => [
      `The manifest's parts add up to ${sum} bytes, not ${bytes}.`,
      "The model's folder is damaged: export it again.",
    ],
    lacks: (name, why) => [`The server has no ${name} (${why}).`, INCOMPLETE],
    damaged: (name, tries) => [
      `${name} arrived damaged ${tries} times.`,
      "Try again. If that does not help, the copy on the server is damaged and the site must be built again.",
    ],
    connection: (name, tries, kept) => [
      `${name} could not be downloaded: the connection failed ${tries} times.`,
      `Check the network and try again${kept ? "; what has been downloaded already is kept" : ""}.`,
    ],
    unloaded: (name) => [`${name} could not be loaded.`, "Check the network and try again; the site may be incomplete."],
    cancelled: (title) => [`Loading ${title} was stopped.`, "What has been downloaded is kept."],
    unknown: (name) => [`There is no model ${name} here.`, "Choose one from the list."],
    python: [
      "Python could not be started.",
      "Try again. If that does not help, this browser may be too old for WebAssembly with exceptions.",
    ],
    session: (backend) => [`The model could not be started on ${backend}.`, MEMORY],
    lost: ["The connection to the graphics processor was lost.", ""],
    crashed: ["The model crashed.", `${MEMORY} Your text and choices are kept.`],
  },

  backends: {
    asked: "requested",
    noWebgpu: "this browser offers no WebGPU here",
    failed: (why) => `WebGPU failed: ${why}`,
    noAdapter: "WebGPU found no graphics adapter",
    software: (name) => `WebGPU would run in software (${name})`,
    wasm: (threads) => `wasm, ${threads} thread${threads > 1 ? "s" : ""}`,
  },

  // What Python has to say of a choice, by name (explainer.model.notices); other texts come from libraries and files.
  notices: {
    empty: ({ bos, lost }) =>
      `${lost ? "nothing in this text can be used" : "no text yet"}: the model starts from ${bos}, its mark between two texts`,
    nothing: () => "type something: this model has no token to start from",
    lost: ({ characters, more }) =>
      `ignored, because this model has no token for ${characters.length + more > 1 ? "them" : "it"}: ` +
      `${characters.join(" ")}${more ? ` and ${more} more` : ""}`,
    cut: ({ n_ctx, dropped, endless }) =>
      `the model can see ${n_ctx} tokens at most: it uses the last ${n_ctx} and leaves out ` +
      `${endless ? "everything" : `the ${dropped}`} before them`,
    refused: ({ names }) => `not understood, so ignored: ${names.join(", ")}`,
    strange: () => "the page sent something that was not understood; nothing has changed",
    unready: () => "the model is not ready yet",
    outrun: () => "the text has changed since then: choose again",
    noOther: () => "patching needs another text",
    unlike: ({ here, there }) => `patching needs two texts of the same length: this one has ${here} tokens, the other ${there}`,
    noMeans: () => "this model was exported without averages: export it again to set parts to their average",
  },
};
