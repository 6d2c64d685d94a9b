// One row of attention made by hand: a bar for every key, dragged up and down; the others share what is left.
import { attribute, h } from "../../lib/dom.js";
import { probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import strings from "../../strings/index.js";

const [WIDEST, NAMED] = [28, 14];

/** set(weights or null): the reader's row; it adds up to 1. Returns {element, draw({labels, weights, before, set, room})}. */
export function rowEdit({ set }) {
  const words = strings.whatif.row;
  const bars = h("div", { class: "rowedit-bars", role: "group", "aria-label": words.label });
  const names = h("div", { class: "rowedit-names", "aria-hidden": "true" });
  const readout = h("span", { "aria-hidden": "true" });
  const field = h("input", { type: "number", min: 0, max: 100, step: "any" });
  const undo = h("button", { type: "button", text: words.undo, onclick: () => now.set && set(null) });
  const same = h("button", { type: "button", text: words.same, onclick: () => set(now.weights.map(() => 1 / now.weights.length)) });
  const foot = h("div", { class: "rowedit-foot" }, readout, h("label", {}, `${words.weight} `, field, " %"), same, undo);
  const element = h("div", { class: "rowedit" }, bars, names, foot);
  let now = null;
  let all = [];
  let key = 0;
  let width = 1;
  let dragged = false;

  /** The weight of one key; the others keep their proportions, or share equally where they were nothing. */
  function give(weight) {
    const to = Math.max(0, Math.min(1, weight));
    const { weights } = now;
    if (weights.length < 2) return;
    const rest = weights.reduce((total, w, i) => (i === key ? total : total + w), 0);
    const share = (w) => (rest > 1e-9 ? (w / rest) * (1 - to) : (1 - to) / (weights.length - 1));
    const next = weights.map((w, i) => (i === key ? to : share(w)));
    now = { ...now, weights: next, set: true };
    paint();
    set(next);
  }
  const under = (event) => {
    const { left, top, height } = bars.getBoundingClientRect();
    return [Math.max(0, Math.min(all.length - 1, Math.floor((event.clientX - left) / width))), 1 - (event.clientY - top) / height];
  };
  bars.addEventListener("pointerdown", (event) => {
    if (!now || now.weights.length < 2) return;
    [key] = under(event);
    dragged = true;
    bars.setPointerCapture(event.pointerId);
    all[key].focus();
    give(under(event)[1]);
    event.preventDefault();
  });
  bars.addEventListener("pointermove", (event) => dragged && give(under(event)[1]));
  for (const name of ["pointerup", "pointercancel"]) bars.addEventListener(name, () => (dragged = false));
  bars.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.2, PageDown: -0.2 }[event.key];
    const to = { ArrowLeft: key - 1, ArrowRight: key + 1, Home: 0, End: all.length - 1 }[event.key];
    if (step !== undefined) give(now.weights[key] + step);
    else if (to !== undefined) all[Math.max(0, Math.min(all.length - 1, to))].focus();
    else return;
    event.preventDefault();
  });
  bars.addEventListener("focusin", (event) => {
    const at = all.indexOf(event.target);
    if (at >= 0) key = at;
    paint();
  });
  field.addEventListener("change", () => Number.isFinite(field.valueAsNumber) && give(field.valueAsNumber / 100));

  function paint() {
    element.classList.toggle("is-set", now.set);
    all.forEach((bar, i) => {
      bar.style.setProperty("--now", now.weights[i]);
      bar.style.setProperty("--was", now.before[i]);
      attribute(bar, "aria-valuenow", Math.round(now.weights[i] * 1000) / 10);
      attribute(bar, "aria-valuetext", probability(now.weights[i]));
      attribute(bar, "tabindex", i === key ? "0" : "-1");
      names.children[i]?.classList.toggle("is-now", i === key);
    });
    const part = words.readout(token(now.labels[key]), probability(now.before[key]), probability(now.weights[key]));
    readout.replaceChildren(...part);
    if (document.activeElement !== field) field.value = String(Math.round(now.weights[key] * 1000) / 10);
    attribute(undo, "aria-disabled", !now.set && "true"); // not `disabled`: the focus that undid would be lost
  }

  return {
    element,
    draw(next) {
      if (dragged) return; // what is under the finger is newer
      const rebuilt = !now || next.labels.join("\n") !== now.labels.join("\n") || next.room !== now.room;
      now = next;
      if (rebuilt) {
        const n = now.labels.length;
        width = Math.min(WIDEST, now.room / n);
        const style = `width:${width}px`;
        const focused = all.includes(document.activeElement);
        if (key >= n || all.length !== n) key = Math.max(0, now.before.indexOf(Math.max(...now.before)));
        all = now.labels.map((label) =>
          h("div", {
            class: "rowedit-bar",
            role: "slider",
            "aria-label": label,
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            "aria-orientation": "vertical",
            title: label,
            style,
          }),
        );
        bars.replaceChildren(...all);
        names.hidden = width < NAMED;
        names.classList.toggle(
          "short",
          now.labels.every((label) => label.length < 3),
        ); // these need not be turned
        names.replaceChildren(
          ...(width < NAMED
            ? []
            : now.labels.map((label) => {
                const name = token(label);
                name.style.width = `${width}px`;
                return name;
              })),
        );
        if (focused) all[key]?.focus();
      }
      foot.hidden = now.weights.length < 2;
      paint();
    },
  };
}
