// The page: draws the first picture from numbers computed at build time, then shows the live model's in the same slots.
import { about } from "./about.js";
import { address, options } from "./address.js";
import { lacking } from "./requirements.js";
import { alteredBand, mark } from "./changed_model.js";
import { decode } from "../lib/arrays.js";
import { h } from "../lib/dom.js";
import { linkButton } from "./copy_link.js";
import { embed, partIn } from "./host_page.js";
import { frame } from "../lib/scheduler.js";
import { isolate } from "./isolation.js";
import { allowed, lockControls } from "../state/lock.js";
import { keepOffline } from "./offline.js";
import { closerLook } from "./parts.js";
import { passage } from "./passage.js";
import { statusLine } from "./status.js";
import { tools } from "./tools.js";
import { choose, counted, forgetSent, isPossible, put, state } from "../state/choices.js";
import { newWorker } from "../workers/spawn.js";
import strings from "../strings/index.js";
import { defineTerms } from "../widgets/definition.js";
import logits from "../views/logits/index.js";
import prompt from "../views/prompt/index.js";
import residual from "../views/residual/index.js";
import sampling from "../views/sampling/index.js";
import story from "../views/story/index.js";
import tokens from "../views/tokens/index.js";

// The views that are always on the screen, in the order of drawing. The parts that open are in page/parts.js.
const VIEWS = { prompt, tokens, residual, logits, sampling, story };

/** Yields to the browser, so that no piece of work is long. (Timers that set timers wait 4 ms each.) */
const pause = () => globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));

const connections = new Map(); // slot -> {send}: the live views, once Python runs
let waiting = {}; // choices made before that
let queued = null; // the last action that was asked for before that
let app = null;
let ahead = null; // a worker that was made before session.js is loaded

function send(slot, wish) {
  const message = allowed(wish);
  if (!message) return;
  if (message.do) journey.asked(message.do);
  const connection = connections.get(slot) ?? connections.values().next().value;
  if (connection && state.live) connection.send(message.set ? counted(message) : message);
  else {
    Object.assign(waiting, message.set);
    if (message.do) queued = message.do.stop ? null : message.do;
  }
  put({ waiting: Object.keys(waiting).length > 0 || queued !== null, queued });
}

const journey = passage(document.querySelector(".stage"));
// The figure fits between the bar, however many lines the text has, and the names of the parts.
const OVER_FIGURE = 12; // px between the two
new ResizeObserver(([{ target }]) =>
  document.documentElement.style.setProperty("--bar-now", `${/** @type {HTMLElement} */ (target).offsetHeight + OVER_FIGURE}px`),
).observe(document.querySelector(".bar"));

let tour = null;
let wanted = null; // what the reader has asked for while its module is loaded
addEventListener("keydown", ({ key }) => key === "Escape" && (wanted = null));
/** Begins the tour (`take`) or a presentation (`present`); its module is loaded when it is first asked for. */
async function lead(how) {
  wanted = how;
  try {
    const { Tour } = await import("./tour.js");
    tour ??= new Tour((message) => send("prompt", message), journey.spotlight);
    if (wanted === how) tour[how]();
  } catch (error) {
    console.warn("no tour:", error);
    status.notice(strings.tour.failed);
  }
}
// Under `panel serve` Python is there already (see src/explainer/hosts/panel_server.py).
const served = document.querySelector("[data-python=server]") !== null;
about(document.getElementById("tagline"), document.getElementById("about"), served);
const views = {};
for (const [name, view] of Object.entries(VIEWS)) {
  const slot = document.querySelector(`[data-slot="${name}"]`);
  views[name] = view.create(slot, (message) => send(name, message));
  await pause();
}
const closer = closerLook(document.getElementById("closer"), send);
const altered = alteredBand(document.querySelector(".bar"), (message) => send("prompt", message));
lockControls();

/** @param {string} slot  @param {any} data - what the slot's view in Python shows (ShownIn) */
function show(slot, data) {
  // A live view is empty until its first run, and so are closed parts in the first picture.
  if (!data || !Object.keys(data).length) return;
  if (slot !== "prompt") document.body.classList.remove("empty"); // the bar has data before there is a figure
  if (slot === "prompt") {
    altered.update(data);
    closer.follow(data);
  }
  closer.seen(data);
  mark(document.querySelector(`[data-slot="${slot}"]`), data.shows);
  if (slot === "residual") journey.arrived();
  if (views[slot]) views[slot].update(data);
  else if (closer.names.includes(slot)) closer.update(slot, data);
}

// Of all numbers that arrive between two frames only the newest are drawn: nothing waits behind the drawing while the
// model writes, least of all a press of "stop".
// They have something in the bar or in the overview, wherever their own figure is: the text that grows, the token that is drawn.
const BAR = new Set(["prompt", "story", "sampling"]);
const turns = new Map(); // slot -> {newest: the last data to arrive, draw(): draws them in the next frame that has time for it}
function showNewest(slot, data) {
  if (!turns.has(slot)) {
    const place = BAR.has(slot) ? null : document.querySelector(`[data-slot="${slot}"]`);
    turns.set(slot, { draw: frame(() => show(slot, turns.get(slot).newest), place) });
  }
  const turn = turns.get(slot);
  turn.newest = data;
  turn.draw();
}

let workers = 0; // how many were started
let answers = 0; // how many data have arrived from Python
/**
 * Numbers the data: `arrived` is their place among all that came from Python, see `adopt`. `run` and `version` get the worker's number,
 * which tells workers apart: each counts from 1, as the first picture's did.
 */
function numbered(data) {
  if (!data || !Object.keys(data).length) return data;
  answers += 1;
  const ofWorker = data.run !== undefined && { run: `${workers}.${data.run}`, version: `${workers}.${data.version}` };
  return { ...data, ...ofWorker, arrived: answers };
}

// Where Python meets the page; see src/explainer/hosts/panel_seam.js.
window.explainer = {
  /** Connects a live view, {slot, get shown(), send(message)}. Returns a function that ends the connection. */
  connect(view) {
    connections.set(view.slot, view);
    showNewest(view.slot, numbered(view.shown));
    sendWaiting(); // the views connect shortly after the app is live
    return () => {
      if (connections.get(view.slot) === view) connections.delete(view.slot);
    };
  },
  show: (slot, data) => showNewest(slot, numbered(data)),
};

const failures = h("div", { class: "failures" });
document.querySelector(".bar").after(failures);
const status = statusLine(document.getElementById("status"), failures, {
  retry: () => (app ? app.retry() : start()),
  cancel: () => app?.cancel(),
});
const tell = embed(options().show);
let place = address(); // what the address asks for, and where the reader's choices go

function live() {
  put({ live: true });
  status.live();
  tell("ready");
  sendWaiting();
}

function sendWaiting() {
  if (!state.live || !connections.size) return;
  const [set, action] = [waiting, queued];
  waiting = {};
  queued = null;
  put({ waiting: false, queued });
  if (Object.keys(set).length) send("prompt", { set });
  if (action) send("story", { do: action });
}

async function start() {
  put({ live: false });
  try {
    const { startApp } = await import("./session.js");
    app = startApp(
      {
        onBegin() {
          workers += 1;
          put({ live: false }); // choices wait for the new worker
          forgetSent(waiting);
          connections.clear();
          status.begin();
        },
        worker() {
          const worker = ahead;
          ahead = null;
          return worker;
        },
        onProgress: (progress) => status.progress(progress),
        onBackend: (choice) => status.backend(choice),
        onNotice: (message) => status.notice(message),
        onSilence: (silent) => status.silence(silent),
        onError(error) {
          if (!error.live) put({ live: false });
          status.failed(error);
        },
        onState(choices) {
          place.keep(choices);
          tell("state", { state: choices });
        },
        onUsed: (urls) => keepOffline(urls).then((added) => added && status.say(strings.offline.kept)),
        onLive: live,
      },
      { state: place.start, model: place.start.model, backend: options().backend },
    );
  } catch (error) {
    status.failed({ message: strings.load.failed, detail: String(error?.stack ?? error) });
  }
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

/** Makes the worker before the app starts. Where that fails, the start makes it again and reports the failure. */
function makeAhead() {
  if (lacking() || served) return;
  ahead = newWorker(new URL(".", document.baseURI).href);
  ahead.onerror = () => (ahead = null);
}

/** Returns whether an earlier visit has kept the site on this machine. */
function isKept() {
  try {
    return Boolean(navigator.serviceWorker?.controller);
  } catch {
    return false; // a sandboxed frame may not even ask
  }
}

tools({
  tour: () => lead("take"),
  present: () => lead("present"),
  expert: () => choose((message) => send("prompt", message), { expert: !state.expert }),
});
defineTerms();
document.body.classList.add("empty");
/** @type {HTMLElement} */ (document.querySelector(".stage")).dataset.empty = strings.load.empty;
const again = !served && isolate(() => state.waiting || document.activeElement !== document.body);
const picture = await firstPicture();
// The worker gets ready while the picture is drawn; at a first visit its modules would delay those of the picture.
const kept = isKept();
if (kept) makeAhead();
place = address(picture?.state, partIn(options().show));
if (typeof place.start.part === "string") put({ part: place.start.part });
put({ expert: place.start.expert === true });
place.follow(({ set }) => {
  // What the page draws by itself shows at once, before Python has answered.
  const isOwn = ([name, value]) => name in state && isPossible(name, value);
  const pick = (own) => Object.fromEntries(Object.entries(set).filter((entry) => isOwn(entry) === own));
  const [own, others] = [pick(true), pick(false)];
  choose((message) => send("prompt", message), own);
  if (Object.keys(others).length) send("prompt", { set: others });
});
linkButton(document.getElementById("link"), () => place.link(), status);
for (const [slot, data] of Object.entries(picture?.views ?? {})) {
  // A reader who asked for something else sees their own text at once, and that the figure does not yet show it.
  const asked = slot === "prompt" && place.chosen && { text: place.start.prompt, notice: [strings.link.example] };
  show(slot, { ...decode(data), ...asked });
  await pause(); // one view at a time: no long task even where the numbers are many
}
if (options().present) await lead("present");
// Nothing heavy begins before the picture is on the screen.
if (served) live();
else if (!(await again)) {
  if (!kept) makeAhead();
  requestAnimationFrame(() => setTimeout(start));
}
