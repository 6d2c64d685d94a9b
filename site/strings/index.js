// The words of the interface in the reader's language. To add one: copy en.js, en/ and every words.en.js under its code, translate, and
// add it to language.js, here and in faults.js.
import en from "./en.js";
import { language } from "./language.js";

const STRINGS = {
  en: () => en,
  // de: async () => (await import("./de.js")).default,
};

export default await STRINGS[language]();
