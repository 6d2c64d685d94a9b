// The words of the interface, in the language that the address asks for (?lang=en). To add one: copy en.js and en/ under
// its code, translate, and add a line here. English is there in any case: what any other falls back to. The worker has
// the same words, asked for by its own address.
import en from "./en.js";

const LANGUAGES = {
  en: () => en,
  // de: async () => (await import("./de.js")).default,
};

const asked = new URLSearchParams(globalThis.location?.search).get("lang")?.toLowerCase().split("-")[0];
const language = Object.hasOwn(LANGUAGES, asked ?? "") ? asked : "en";
if (globalThis.document) document.documentElement.lang = language;

export const languageAsked = language === "en" ? "" : `?lang=${language}`;
export default await LANGUAGES[language]();
