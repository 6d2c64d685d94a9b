// The buttons beside the title: the tour; in a menu the presentation, plain words or the field's names, light or dark.
import { themeChanged } from "../lib/colour.js";
import { attribute, h, setText } from "../lib/dom.js";
import { listen, state } from "../state/choices.js";
import strings from "../strings/index.js";

const words = strings.tools;

/** act: what the buttons `tour`, `present` and `expert` do. */
export function tools(act) {
  for (const [name, press] of Object.entries(act)) {
    const button = document.getElementById(name);
    button.replaceChildren(...shortened(words[name]));
    attribute(button, "title", words[name].title);
    button.addEventListener("click", press);
  }
  const expert = document.getElementById("expert");
  const name = () => {
    document.documentElement.classList.toggle("expert", state.expert);
    attribute(expert, "aria-pressed", String(state.expert));
  };
  listen(name, ["expert"]);
  name();
  menu();
  theme();
}

/** Returns a name for wide windows, and one for those that have no room for it. */
const shortened = ({ name, short = name }) =>
  short === name ? [name] : [h("span", { class: "long-name", text: name }), h("span", { class: "short-name", text: short })];

/** Opens and closes the menu. */
function menu() {
  const button = document.getElementById("more");
  const place = document.getElementById("more-tools");
  setText(button, words.more);
  const turn = (open) => {
    place.classList.toggle("open", open);
    attribute(button, "aria-expanded", String(open));
  };
  turn(false);
  button.addEventListener("click", () => turn(!place.classList.contains("open")));
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Node) || (!button.contains(target) && !place.contains(target))) turn(false);
  });
  // What opens something else closes the menu; the other buttons stay, to be seen to have worked.
  place.addEventListener("click", ({ target }) => target instanceof Element && target.closest("#about, #present") && turn(false));
  place.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    turn(false);
    button.focus();
  });
}

function theme() {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const say = () => {
    setText(button, dark() ? strings.theme.light : strings.theme.dark);
    button.setAttribute("aria-label", `${strings.theme.label}: ${button.textContent}`);
  };
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("explainer-theme", root.dataset.theme);
    } catch {
      /* storage is blocked: the theme lasts as long as the page */
    }
    say();
    themeChanged();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", say);
  say();
}
