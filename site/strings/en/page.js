// The page itself: the bar, loading, failures, the link, and what stands in every figure.
export default {
  title: "Explainer",
  theme: { label: "Light or dark", light: "Light", dark: "Dark" },

  about: {
    button: "About",
    close: "Close",
    tagline: "A small GPT at work: it reads your words and predicts the next one. Every number is real.",
    title: "What is this?",
    paragraphs: [
      "A GPT is the kind of program behind chat assistants. It does one thing: it reads a text and says, for every word piece that it " +
        "knows, how likely it is to come next. One piece is drawn, put at the end, and it all begins again. So a text grows.",
      "A small one runs here, on your own device, in this page. What you type stays here. The picture shows every step from your text to " +
        "the next word, and every number, colour and width in it is this model\u2019s own for this text.",
    ],
    sections: [
      {
        title: "How to explore",
        paragraphs: [
          "Type anything. Press Next word and watch. Point at a piece of text or at anything in the picture to follow it; click a name to " +
            "look inside. Every part goes down to single multiplications, and every figure has its numbers as a table.",
        ],
      },
      {
        title: "Which model?",
        paragraphs: [
          "The list beside this button has the models of this site with their sizes. They have the architecture of GPT-2, only smaller. " +
            "GPT-2 itself is in the list where whoever built this site has added it: explainer export openai-community/gpt2 --out " +
            "models/gpt2, then explainer build --model models/gpt2 (about 140 MB to download).",
        ],
      },
      {
        title: "For teachers",
        paragraphs: [
          "Copy link keeps the text, the open part and every choice. The site works offline, from a folder on a laptop, in a classroom " +
            "network (explainer serve --lan) and inside a course page: ?show=attention shows one figure, ?lock=prompt fixes a choice, " +
            "?compact=1 leaves out the words.",
        ],
      },
    ],
    now: "What runs now",
    source: "Source code",
    licences: "Licences",
  },

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
