// Plays, steps and scrubs through an order of steps, which the reader can hold and repeat.
import { attribute, calm, h, setText } from "../lib/dom.js";
import strings from "../strings/index.js";

const ACTS = ["pointerdown", "keydown", "wheel"];
const button = (text, name, onclick) => h("button", { type: "button", "aria-label": name, title: name, text, onclick });

/**
 * Makes a control over `length()` steps, which rests at the end, where everything is shown. show(at) draws what step `at` has
 * computed (at === length(): all); time(at): how long it stays, in ms; says(at): the step in words.
 * Whatever the reader does elsewhere on the page stops it at once. With reduced motion it steps but does not play.
 */
export function player({ label, length, show, time, says }) {
  const play = h("button", { type: "button", class: "play", onclick: () => (timer ? stop() : start()) });
  const [back, next] = [button("‹", strings.player.back, () => step(-1)), button("›", strings.player.next, () => step(1))];
  const slider = h("input", { type: "range", min: 0, step: 1, "aria-label": label });
  const line = h("p", { class: "player-line", "aria-live": "polite" });
  const element = h("div", { class: "player", role: "group", "aria-label": label }, play, back, slider, next, line);
  let at = null; // null: at the end, however long the order is
  let timer = 0;

  const now = () => Math.min(at ?? length(), length());
  function draw() {
    const [here, all] = [now(), length()];
    slider.max = all;
    slider.value = here;
    attribute(slider, "aria-valuetext", says(here));
    play.hidden = calm();
    setText(play, timer ? strings.player.pause : strings.player.play);
    // Not `disabled`: the button would lose the focus with the last step.
    attribute(back, "aria-disabled", here === 0 && "true");
    attribute(next, "aria-disabled", here === all && "true");
    // Read out when the reader steps; while it plays, the words would never end.
    attribute(line, "aria-live", timer ? "off" : "polite");
    setText(line, says(here));
  }
  function go(to) {
    at = to >= length() ? null : Math.max(0, to);
    draw();
    show(now());
  }
  function stop() {
    clearTimeout(timer);
    timer = 0;
    for (const kind of ACTS) removeEventListener(kind, elsewhere, true);
    draw();
  }
  function step(by) {
    stop();
    if (now() + by >= 0 && now() + by <= length()) go(now() + by);
  }
  function tick() {
    if (now() >= length()) return stop();
    go(now() + 1);
    timer = setTimeout(tick, time(now()));
  }
  function start() {
    if (calm()) return;
    const first = now() >= length() ? 0 : now();
    timer = setTimeout(tick, time(first));
    for (const kind of ACTS) addEventListener(kind, elsewhere, { capture: true, passive: true });
    go(first);
  }
  const elsewhere = ({ target }) => element.contains(target) || stop();
  slider.addEventListener("input", () => {
    const to = Number(slider.value); // read before `stop` draws the old one
    stop();
    go(to);
  });

  return {
    element,
    draw,
    get at() {
      return now();
    },
    get playing() {
      return timer !== 0;
    },
    /** Moves to a step that was chosen elsewhere, null for the end; does not call `show`. */
    move(to) {
      if (timer) stop();
      at = to === null || to >= length() ? null : Math.max(0, to);
      draw();
    },
    /** Moves to the end, where everything is shown. */
    finish() {
      this.move(null);
    },
  };
}
