// The page: draws the first picture from numbers computed at build time, then lets the live model into the same slots.
import { decode, plainSlices } from "./lib/arrays.js";
import { themeChanged } from "./lib/colour.js";
import { h, setText } from "./lib/dom.js";
import { statusLine } from "./lib/status.js";
import { put, state } from "./lib/store.js";
import en from "./strings/en.js";
import attention from "./views/attention.js";
import logits from "./views/logits.js";
import prompt from "./views/prompt.js";
import residual from "./views/residual.js";
import tokens from "./views/tokens.js";
import vectors from "./views/vectors.js";

// A new view is one module, one entry here and one slot in index.html. The order is the order of drawing.
const VIEWS = { prompt, tokens, residual, attention, vectors, logits };

const connections = new Map(); // slot -> {send}: the live views, once Python runs
let waiting = {}; // choices made before that
let app = null;

function send(slot, message) {
  const connection = connections.get(slot) ?? connections.values().next().value;
  if (connection && state.live) connection.send(message);
  else Object.assign(waiting, message.set);
  put({ waiting: Object.keys(waiting).length > 0 });
}

const views = Object.fromEntries(
  Object.entries(VIEWS).map(([name, view]) => {
    const slot = document.querySelector(`[data-slot="${name}"]`);
    return [name, view.create(slot, (message) => send(name, message))];
  }),
);

function show(slot, data) {
  // A live view is empty until its first run: the first picture stays until there is something newer.
  if (!data || !Object.keys(data).length || !views[slot]) return;
  document.body.classList.remove("empty");
  views[slot].update(data);
}

// Where Panel's components meet the page; see src/explainer/view.js.
window.explainer = {
  /** view: {slot, get shown(), send(message)}. Returns a function that ends the connection. */
  connect(view) {
    plainSlices(); // Bokeh is there from now on
    connections.set(view.slot, view);
    show(view.slot, view.shown);
    sendWaiting(); // the views connect shortly after the app is live
    return () => {
      if (connections.get(view.slot) === view) connections.delete(view.slot);
    };
  },
  show,
};

const failures = h("div", { class: "failures" });
document.querySelector(".bar").after(failures);
const status = statusLine(document.getElementById("status"), failures, () => (app ? app.retry() : start()));

function live() {
  put({ live: true });
  status.live();
  sendWaiting();
}

function sendWaiting() {
  if (!state.live || !connections.size) return;
  const set = waiting;
  waiting = {};
  put({ waiting: false });
  if (Object.keys(set).length) send("prompt", { set });
}

async function start(picture) {
  put({ live: false });
  try {
    const { startApp } = await import("./boot.js");
    app = startApp(
      {
        onProgress: (progress) => status.progress(progress),
        onBackend: (choice) => status.backend(choice),
        onNotice: (message) => status.say(message),
        onError(error) {
          if (!error.live) put({ live: false });
          status.failed(error);
        },
        onLive: live,
      },
      { state: picture?.state ?? {}, model: picture?.state.model },
    );
  } catch (error) {
    status.failed({ message: en.load.failed, detail: String(error?.stack ?? error) });
  }
}

function themeButton() {
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const dark = () =>
    (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const say = () => {
    setText(button, dark() ? en.theme.light : en.theme.dark);
    button.setAttribute("aria-label", `${en.theme.label}: ${button.textContent}`);
  };
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("explainer-theme", root.dataset.theme);
    } catch {
      /* blocked: it lasts as long as the page */
    }
    say();
    themeChanged();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", say);
  say();
}

/** Words stand in the margin where there is one, else each note below its figure, where it is in the document. */
function marginNotes() {
  const wide = matchMedia("(min-width: 1200px)");
  const margin = document.querySelector(".margin");
  const notes = [...document.querySelectorAll(".note")].map((note) => {
    const home = document.createComment("");
    note.before(home);
    return { note, home };
  });
  const place = () => notes.forEach(({ note, home }) => (wide.matches ? margin.append(note) : home.after(note)));
  wide.addEventListener("change", place);
  place();
}

async function firstPicture() {
  try {
    const answer = await fetch(new URL("first-picture.json", document.baseURI));
    if (!answer.ok) throw new Error(`first-picture.json: ${answer.status}`);
    return await answer.json();
  } catch (error) {
    console.warn("no first picture:", error);
    return null;
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve));

themeButton();
marginNotes();
document.body.classList.add("empty");
document.querySelector(".stage").dataset.empty = en.load.empty;
const picture = await firstPicture();
for (const [slot, data] of Object.entries(picture?.views ?? {})) {
  show(slot, decode(data));
  await pause(); // one view at a time: no long task even where the numbers are many
}
// The picture is on the screen before anything heavy begins.
// Under `panel serve` Python is there already (see src/explainer/served.py).
if (document.querySelector("[data-python=server]")) live();
else requestAnimationFrame(() => setTimeout(() => start(picture)));
