// The closer look: every part of the model opens under the overview, one at a time, and closes again.
import { attribute, calm, h } from "../lib/dom.js";
import { afterFrame } from "../lib/scheduler.js";
import { adopt, listen, state } from "../state/choices.js";
import { closePart, togglePart } from "../state/open_part.js";
import contract from "../generated/contract.js";
import strings from "../strings/index.js";
import { bothNames } from "../widgets/part_opener.js";

// Each module is loaded when its part is first opened.
const load = (name) => import(`../views/${name}/index.js`);

/** Makes a part that has not been opened. */
function closedPart(name, send) {
  const { bar } = strings[name];
  return {
    view: null,
    data: null,
    loading: null,
    button: h(
      "button",
      {
        type: "button",
        class: "part-name",
        "aria-controls": `part-${name}`,
        title: bar.title,
        onclick: () => togglePart((message) => send(name, message), name),
      },
      ...bothNames(bar),
    ),
    slot: h("section", {
      class: "slot part",
      id: `part-${name}`,
      "data-slot": name,
      "data-empty": strings.parts.empty,
      "aria-label": bar.name,
      hidden: true,
    }),
    note: h("div", { class: "note", id: `note-${name}`, hidden: true }),
  };
}

async function fill(name, part, send) {
  try {
    part.loading ??= load(name);
    const { default: view } = await part.loading;
    part.view ??= view.create(part.slot, (message) => send(name, message));
    attribute(part.slot, "data-empty", null);
    if (part.data) part.view.update(part.data);
  } catch (error) {
    part.loading = null; // the next opening tries again
    attribute(part.slot, "data-empty", strings.parts.failed);
    console.warn(`the part ${name} could not be opened:`, error);
  }
}

/**
 * Fills `place` (the page's #closer). send(slot, message) speaks to Python. Returns {names, follow(part), seen(data),
 * update(name, data)}; the data of a closed part wait until it is opened.
 */
export function closerLook(place, send) {
  const bar = h("div", { class: "part-bar", role: "toolbar", "aria-label": strings.parts.label });
  const figures = h("div", { class: "figures" });
  const notes = h("div", { class: "words" });
  place.before(bar); // it stays in sight, over the whole page
  place.append(figures, notes);
  const parts = Object.fromEntries(contract.parts.map((name) => [name, closedPart(name, send)]));
  const all = Object.values(parts);
  Object.entries(contract.partGroups).forEach(([group, names]) => {
    const buttons = names.map((name) => parts[name].button);
    if (group === "model") buttons.forEach((button, at) => button.prepend(h("span", { class: "part-number", text: `${at + 1} ` })));
    const label = h("span", { class: "part-group-name", "aria-hidden": "true", text: strings.parts.groups[group] });
    const row = h("span", { class: "part-names" }, ...buttons);
    bar.append(h("div", { class: "part-group", role: "group", "aria-label": strings.parts.groups[group] }, label, row));
  });
  figures.append(...all.map((part) => part.slot));
  notes.append(...all.map((part) => part.note));

  bar.addEventListener("keydown", (event) => {
    const at = all.findIndex((part) => part.button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length].button.focus();
  });
  for (const element of [bar, place]) {
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !parts[state.part]) return;
      closePart((message) => send("prompt", message), parts[state.part].button);
    });
  }

  let shown = null;
  let run; // of the model, to which the newest numbers of any view belong
  function open() {
    if (shown === state.part) return;
    shown = state.part;
    const inside = figures.contains(document.activeElement) || notes.contains(document.activeElement);
    for (const [name, part] of Object.entries(parts)) {
      const on = name === shown;
      part.slot.hidden = part.note.hidden = !on;
      attribute(part.button, "aria-expanded", String(on));
      if (on && !part.view) fill(name, part, send);
      // The part may still show another text: it is pale until Python has answered. (Where the run is the same, nothing may
      // differ, and Python then has nothing to send.)
      if (on) part.slot.classList.toggle("waiting", part.data !== null && part.data.run !== run);
    }
    const inOrder = shown || Object.keys(parts)[0];
    for (const [name, part] of Object.entries(parts)) attribute(part.button, "tabindex", name === inOrder ? "0" : "-1");
    place.classList.toggle("closed", !shown);
    if (inside && parts[shown]) parts[shown].button.focus(); // the element that had the focus is hidden now
    afterFrame(showName);
  }
  /** Scrolls the open part's name to the middle of the bar, where the bar is wider than the window. */
  function showName() {
    if (!parts[shown] || bar.scrollWidth <= bar.clientWidth) return;
    const [name, all] = [parts[shown].button.getBoundingClientRect(), bar.getBoundingClientRect()];
    const by = (name.left + name.right - all.left - all.right) / 2;
    bar.scrollBy({ left: by, behavior: calm() ? "auto" : "smooth" });
  }
  listen(open);
  open();

  return {
    names: Object.keys(parts),
    /** Adopts the part that Python reports as open; a newer choice of the reader's stands. */
    follow: (data) => adopt(data, ["part"]),
    /** Notes which run's numbers are the newest; to be called with the data of every view. */
    seen(data) {
      run = data.run ?? run; // the last to arrive, not the highest: a new worker counts anew
    },
    update(name, data) {
      const part = parts[name];
      part.data = data;
      part.slot.classList.remove("waiting");
      if (part.view) part.view.update(data);
    },
  };
}
