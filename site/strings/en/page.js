// The page itself: the bar, loading, failures, the link, and what stands in every figure.
export default {
  title: "Explainer",
  theme: { label: "Light or dark", light: "Light", dark: "Dark" },

  tools: {
    more: "More",
    tour: { name: "Take the tour", short: "Tour", title: "Eight stops, from the text to the next word" },
    present: {
      name: "Present",
      title: "One figure at a time in large type. Arrow keys, Page Up and Page Down turn the pages; Escape ends.",
    },
    expert: { name: "Expert names", title: "The field\u2019s names in place of plain words, and the formulas of the overview" },
  },

  about: {
    button: "About",
    close: "Close",
    tagline: "A small GPT at work: it reads your words and predicts the next one. Every number is real.",
    title: "What is this?",
    paragraphs: [
      "A GPT is the kind of program behind ChatGPT and other chat assistants. It does one thing: it reads a text and rates every word piece that it " +
        "knows: how likely is this piece to come next? One piece is drawn and added to the text, and the next round begins. " +
        "That is how a text grows.",
      "The picture shows every step from your text to the next word. Its numbers, colours and widths are this model\u2019s own, for " +
        "this text.",
    ],
    runs: {
      browser: "A small one runs here, on your own device, in this page. What you type stays here.",
      server: "A small one runs on the computer that this page comes from. What you type is sent there.",
    },
    sections: [
      {
        title: "How to explore",
        paragraphs: [
          "Type anything. Press Next word and watch. Point at a piece of text or at anything in the picture to follow it; click a name " +
            "to look inside. Most parts open down to single multiplications, and every figure has its numbers as a table.",
        ],
      },
      {
        title: "Which model?",
        paragraphs: [
          "The list at the top has the models of this site with their sizes. All are built like GPT-2; those that come with the " +
            "page are much smaller. GPT-2 itself (about 140 MB to download) is in the list if whoever built this site has added it: " +
            "`explainer export openai-community/gpt2 --out models/gpt2`, then `explainer build --model models/gpt2`.",
        ],
      },
      {
        title: "For teachers",
        paragraphs: [
          "Present, in the menu More, shows one figure at a time in large type for a lecture hall; the arrow keys turn the pages. " +
            "Copy link gives your students the same text, the same open part and the same settings.",
          "The page works offline after the first visit, and in a classroom network (`explainer serve --lan`). Inside a course page, " +
            "`?show=attention` in its address shows one figure alone, `?lock=prompt` keeps the text as it is, and `?compact=1` leaves " +
            "out the words beside the figures.",
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
    byHand: "Your browser blocks copying here. Copy the address from the address bar.",
    tooLong: "This text is too long for a link.",
    example: "showing an example until the model has run what your link asks for",
  },

  offline: { kept: "Saved on this device: works offline from now on" },

  load: {
    stages: { python: "Python", model: "the model", runtime: "ONNX Runtime", app: "the app" },
    progress: (what, loaded, total) => `Loading ${loaded} of ${total} (now ${what})`,
    starting: (what) => `Starting ${what}`,
    left: (seconds) => (seconds > 90 ? `${Math.round(seconds / 60)} min left` : `${Math.max(1, Math.round(seconds))} s left`),
    bar: "Loading",
    retry: "Try again",
    details: "Details",
    failed: "The live model could not be started.",
    advice: "The figures keep the numbers they have. Check the connection, then try again.",
    empty: "The figure appears once the model has run.",
    fallback: (reason) => `Switched: ${reason}`,
    dismiss: "Dismiss",
  },

  table: { open: "Numbers as a table" },
  formulas: "Formulas",
  more: "How it works",
  token: "token",
  quotes: ["\u201c", "\u201d"],
};
