// The page itself: the bar, loading, failures, the link, and what stands in every figure.
export default {
  title: "Explainer",
  theme: { label: "Light or dark", light: "Light", dark: "Dark" },

  link: {
    copy: "Copy link",
    copied: "Link copied",
    byHand: "The browser allows no copying here: take the address from its bar.",
    tooLong: "This text is too long for a link.",
    example: "an example is shown until the model has run what the address asks for",
  },

  offline: { kept: "kept here: works without a network from now on" },

  load: {
    stages: { python: "Python", model: "the model", runtime: "ONNX Runtime", app: "the app" },
    progress: (what, loaded, total) => `Loading ${what}: ${loaded} of ${total}`,
    starting: (what) => `Starting ${what}`,
    left: (seconds) => (seconds > 90 ? `${Math.round(seconds / 60)} min left` : `${Math.max(1, Math.round(seconds))} s left`),
    bar: "Loading",
    retry: "Try again",
    details: "Details",
    failed: "The live model could not be started.",
    advice: "The figure keeps the numbers it has. Check the connection, then try again.",
    empty: "The figure appears as soon as the model has run once.",
    fallback: (reason) => `changed over: ${reason}`,
    dismiss: "Dismiss",
  },

  table: { open: "Numbers as a table" },
  more: "How it works",
  token: "token",
};
