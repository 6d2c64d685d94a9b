// The language that the address asks for (?lang=en). The worker has the same words, asked for by its own address.

const LANGUAGES = ["en"]; // English is there in any case: what any other falls back to

const asked = new URLSearchParams(globalThis.location?.search).get("lang")?.toLowerCase().split("-")[0];
export const language = LANGUAGES.includes(asked) ? asked : "en";
export const languageAsked = language === "en" ? "" : `?lang=${language}`;
if (globalThis.document) document.documentElement.lang = language;
