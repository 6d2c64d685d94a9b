// How far the live model is, what runs it, and what failed: one quiet line in the bar, and a plain message for failures.
import { attribute, h, setText } from "./dom.js";
import { bytes } from "./format.js";
import en from "../strings/en.js";

const SPEAK_MS = 5000; // a screen reader hears how far loading is now and then, not every frame

export function statusLine(place, failures, retry) {
  const text = h("span");
  const spoken = h("span", { class: "unseen", role: "status" });
  const bar = h("div", {
    class: "load-bar",
    role: "progressbar",
    "aria-label": en.load.bar,
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  });
  place.append(text, spoken, bar);
  let said = 0;

  function say(words) {
    setText(text, words);
    if (performance.now() - said < SPEAK_MS && said) return;
    said = performance.now();
    setText(spoken, words);
  }
  function failed({ message, advice, detail, retry: again = true, live }) {
    bar.hidden = !live;
    if (!live) say(en.load.failed);
    const box = h(
      "div",
      { class: "failure", role: "alert" },
      h(
        "div",
        {},
        h("p", { class: "failure-what", text: message || en.load.failed }),
        h("p", { text: advice || (live ? "" : en.load.advice) }),
        detail && h("details", {}, h("summary", { text: en.load.details }), h("pre", { text: detail, tabindex: "0" })),
      ),
      again || !live
        ? h("button", {
            type: "button",
            text: en.load.retry,
            onclick: () => {
              failures.replaceChildren();
              bar.hidden = false;
              retry();
            },
          })
        : h("button", { type: "button", text: en.load.dismiss, onclick: () => failures.replaceChildren() }),
    );
    failures.replaceChildren(box);
  }
  return {
    progress({ stages, loaded, total, secondsLeft }) {
      // A live page loads as well, when the reader takes another model.
      if (this.isLive && loaded >= total) return this.live();
      bar.hidden = false;
      const [stage] = Object.entries(stages).find(([name, { done }]) => !done && name !== "app") ?? ["app"];
      const what = en.load.stages[stage] ?? stages[stage]?.label ?? stage;
      const words =
        total && loaded < total ? en.load.progress(what, bytes(loaded), bytes(total)) : en.load.starting(what);
      say(secondsLeft !== null && total && loaded < total ? `${words}, ${en.load.left(secondsLeft)}` : words);
      const share = total ? Math.min(1, loaded / total) : 0;
      attribute(bar, "aria-valuenow", Math.round(share * 100));
      bar.style.setProperty("--share", share);
    },
    backend({ reason, failed: why }) {
      place.title = [reason, why && en.load.fallback(why)].filter(Boolean).join("; ");
      this.fellBack = why ? en.load.fallback(why) : "";
      if (this.isLive) this.live();
    },
    live() {
      this.isLive = true;
      bar.hidden = true;
      said = 0;
      say(this.fellBack); // what computes stands beside the figures of the last run
    },
    say,
    failed(error) {
      if (!error.live) this.isLive = false;
      failed(error);
    },
  };
}
