// What this is: the sentence beside the title, and the dialog with all that a newcomer, a teacher or a curious reader asks first.
import { h } from "../lib/dom.js";
import strings from "../strings/index.js";

const words = strings.about;

/** Returns the address of the source of a site on GitHub Pages; null elsewhere. */
function sourceOf({ hostname, pathname }) {
  const [, owner] = /^([\w-]+)\.github\.io$/.exec(hostname) ?? [];
  return owner ? `https://github.com/${owner}/${pathname.split("/")[1] || `${owner}.github.io`}` : null;
}

/** Makes a paragraph; what stands between backticks is typed as it is. */
const paragraph = (text) => h("p", {}, ...text.split("`").map((part, at) => (at % 2 ? h("code", { text: part }) : part)));

/** Writes the sentence into `tagline`; `button` opens the dialog. served: whether Python and the model run on a server. */
export function about(tagline, button, served) {
  tagline.textContent = words.tagline;
  const source = sourceOf(location);
  const links = [
    source && h("a", { href: source, text: words.source }),
    h("a", { href: new URL("licences/README.txt", document.baseURI).href, text: words.licences }),
  ].filter(Boolean);
  const [what, picture] = words.paragraphs;
  const paragraphs = [what, words.runs[served ? "server" : "browser"], picture];
  const close = h("button", { type: "button", text: words.close, onclick: () => dialog.close() });
  const dialog = h(
    "dialog",
    { class: "about", "aria-labelledby": "about-title" },
    h("h2", { id: "about-title", tabindex: "-1", autofocus: true, text: words.title }),
    ...paragraphs.map(paragraph),
    ...words.sections.flatMap(({ title, paragraphs }) => [h("h3", { text: title }), ...paragraphs.map(paragraph)]),
    h("h3", { text: words.now }),
    h("p", { id: "run-facts" }),
    h("p", { class: "about-links" }, ...links),
    close,
  );
  // A click beside the dialog closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  button.textContent = words.button;
  button.addEventListener("click", () => dialog.showModal());
}
