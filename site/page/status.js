// Shows how far the live model is, what runs it, and what failed: one quiet line in the bar, and a plain message for failures.
import { attribute, h, setText } from "../lib/dom.js";
import { bytes } from "../lib/format.js";
import strings from "../strings/index.js";

const SPEAK_MS = 5000; // a screen reader hears the progress now and then, not every frame

const PROGRESS_BAR = { class: "load-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 };

/** Makes the status line. retry() starts anew, cancel() ends the loading of a model. */
export function statusLine(place, failures, { retry, cancel }) {
  const text = h("span", { class: "status-text" });
  const stop = h("button", {
    type: "button",
    text: strings.faults.cancel,
    title: strings.faults.cancelTitle,
    onclick: () => cancel(),
  });
  stop.hidden = true;
  const spoken = h("span", { class: "unseen", role: "status" });
  const bar = h("div", { ...PROGRESS_BAR, "aria-label": strings.load.bar });
  place.append(text, spoken, stop, bar);
  let said = 0;
  let facts = []; // about what computes
  let kept = ""; // a notice, as that nothing could be kept: worth more than a moment

  function say(words) {
    setText(text, words);
    place.title = [words, ...facts].filter(Boolean).join("; "); // the line may be too narrow
    if (performance.now() - said < SPEAK_MS && said) return;
    said = performance.now();
    setText(spoken, words);
  }
  function failed(error) {
    const { retry: again = true, live } = error;
    bar.hidden = !live;
    stop.hidden = true;
    if (!live) say(strings.load.failed);
    const dismiss = () => failures.replaceChildren();
    const anew = () => {
      dismiss();
      bar.hidden = false;
      retry();
    };
    failures.replaceChildren(failure(error, again && anew, live && dismiss));
  }
  return {
    progress({ stages, loaded, total, secondsLeft, rate }) {
      const { model } = stages;
      stop.hidden = !model || model.done || model.loaded >= model.total;
      // A live page loads too, when the reader takes another model.
      if (this.isLive) ({ loaded, total } = model);
      if (this.isLive && loaded >= total) return this.live();
      bar.hidden = false;
      say(progressSaid({ stages, loaded, total, secondsLeft, rate }));
      const share = total ? Math.min(1, loaded / total) : 0;
      attribute(bar, "aria-valuenow", Math.round(share * 100));
      bar.style.setProperty("--share", share);
    },
    backend({ reason, failed: why }) {
      facts = [reason, why && strings.load.fallback(why)];
      this.fellBack = why ? strings.load.fallback(why) : "";
      if (this.isLive) this.live();
    },
    live() {
      this.isLive = true;
      bar.hidden = stop.hidden = true;
      said = 0;
      say([this.fellBack, kept].filter(Boolean).join("; ")); // what computes stands beside the figures of the last run
    },
    begin() {
      this.isLive = false;
    },
    notice(words) {
      kept = words;
      say(words);
    },
    silence(silent) {
      if (silent) failed({ stage: "silence", message: strings.faults.silent, advice: strings.faults.silentAdvice, live: true });
      else failures.querySelector("[data-stage=silence]")?.remove();
    },
    say,
    failed(error) {
      if (!error.live) this.isLive = false;
      failed(error);
    },
  };
}

/** Makes the message of a failure: what failed and what to do. again, dismiss: what the buttons do; false for no button. */
function failure({ stage, message, advice, detail = "", live }, again, dismiss) {
  return h(
    "div",
    { class: "failure", role: "alert", "data-stage": stage },
    h(
      "div",
      {},
      h("p", { class: "failure-what", text: message || strings.load.failed }),
      h("p", { text: advice || (live ? "" : strings.load.advice) }),
      detail && h("details", {}, h("summary", { text: strings.load.details }), h("pre", { text: detail, tabindex: "0" })),
    ),
    h(
      "div",
      { class: "failure-do" },
      again && h("button", { type: "button", text: live ? strings.faults.again : strings.load.retry, onclick: again }),
      dismiss && h("button", { type: "button", text: strings.load.dismiss, onclick: dismiss }),
    ),
  );
}

function progressSaid({ stages, loaded, total, secondsLeft, rate }) {
  const [stage] = Object.entries(stages).find(([name, { done }]) => !done && name !== "app") ?? ["app"];
  const what = stage === "model" ? stages.model.label : (strings.load.stages[stage] ?? stage);
  if (!total || loaded >= total) return strings.load.starting(what);
  const pace = rate ? [strings.load.left(secondsLeft), strings.faults.rate(bytes(rate))] : [];
  return [strings.load.progress(what, bytes(loaded), bytes(total)), ...pace].join(", ");
}
