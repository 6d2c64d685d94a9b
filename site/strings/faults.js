// What the workers say: of all words only those, so that a worker need not load the rest.
import en from "./en/faults.js";
import { language } from "./language.js";

const STRINGS = {
  en: () => en,
  // de: async () => (await import("./de/faults.js")).default,
};

export default await STRINGS[language]();
