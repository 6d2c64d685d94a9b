// The bar: text, examples, model, and how the last run went.
import { h, setText } from "../../lib/dom.js";
import { bytes, number, probability } from "../../lib/format.js";
import { noticed } from "../../widgets/token.js";
import { listen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const PAUSE_MS = 300; // typing runs the model after this pause
const SHOW_BUSY_MS = 250; // a quick run shows no sign of being busy: nothing flashes

export default {
  create(slot, send) {
    const field = h("textarea", {
      id: "prompt-text",
      class: "prompt-field",
      rows: 1,
      "aria-label": strings.prompt.label,
      placeholder: strings.prompt.placeholder,
      spellcheck: "false",
      autocomplete: "off",
      dir: "auto",
    });
    const examples = h("select", { class: "quiet examples", "aria-label": strings.prompt.examples });
    const model = h("select", { class: "quiet", "aria-label": strings.prompt.model });
    const about = h("span", { class: "prompt-about" });
    const coming = h("span", { class: "prompt-coming", role: "status" });
    const notice = h("p", { class: "prompt-notice", role: "status" });
    slot.append(
      h("div", { class: "prompt-row" }, h("div", { class: "prompt-box", onclick: () => field.focus() }, field), examples, model),
      h("div", { class: "prompt-foot" }, about, notice, coming),
    );
    examples.hidden = model.hidden = true;
    let data = null;
    let sent = null; // the text on its way to Python
    let timer = 0; // runs while what is typed is not yet sent
    let busyTimer = 0;

    // Where the browser fits a field to its text by itself nothing has to be measured.
    const grows = CSS.supports("field-sizing", "content");
    function grow() {
      field.classList.toggle("open", document.activeElement === field);
      if (grows) return;
      field.style.height = "auto";
      // A long text opens while it is edited; else two lines are enough, the figure has the room.
      const most = document.activeElement === field ? 160 : 40;
      field.style.height = `${Math.min(most, field.scrollHeight)}px`;
    }
    function later() {
      clearTimeout(timer);
      timer = setTimeout(run, PAUSE_MS);
    }
    function run() {
      clearTimeout(timer);
      timer = 0;
      if (field.value === (sent ?? data?.text)) return;
      sent = field.value;
      send({ set: { prompt: sent } });
      status();
    }
    field.addEventListener("input", (event) => {
      grow();
      // In the middle of composing a character (Chinese, Japanese ...) the text is not yet what the reader means.
      if (!event.isComposing) later();
      else clearTimeout(timer);
    });
    field.addEventListener("focus", grow);
    field.addEventListener("blur", () => {
      if (timer) run(); // what is pressed next is about this text
      // Not at once: what the reader presses to leave the field must not move away under the pointer.
      setTimeout(grow, 250);
    });
    field.addEventListener("compositionend", later);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (field.value === data?.text && state.live && !event.repeat)
        send({ set: { prompt: field.value } }); // a run may have failed
      else run();
    });
    examples.addEventListener("change", () => {
      field.value = data.examples[Number(examples.value)];
      examples.value = "";
      grow();
      put({ token: -1 });
      run();
    });
    model.addEventListener("change", () => {
      send({ set: { model: model.value } });
      // Another one has to be loaded first: the list goes on showing the one that answers.
      if (state.live && data.n_ctx) model.value = data.model;
    });

    function status() {
      const queued = state.waiting && !state.live;
      clearTimeout(busyTimer);
      const ran =
        data.ms === null || data.ms === undefined || !state.live
          ? ""
          : strings.prompt.ran(number(data.ms, 2), data.reused, state.tokens);
      const { fidelity, precision, backend } = data;
      const facts = [ran, backend, precision && strings.prompt.precision(precision, fidelity ? number(fidelity.kl, 2) : null)];
      const settled = facts.filter(Boolean).join(" · ");
      const say = () => setText(about, queued ? strings.prompt.waiting : data.busy ? strings.prompt.running : settled);
      if (data.busy && !queued) busyTimer = setTimeout(say, SHOW_BUSY_MS);
      else say();
      slot.classList.toggle("busy", Boolean(data.busy));
      // From the moment a text is sent until every figure shows it.
      slot.setAttribute("aria-busy", String(sent !== null || Boolean(data.busy)));
      // In full at the model's name: one hover or long press away.
      model.title = [
        data.models.find(({ name }) => name === data.model)?.description,
        data.precision,
        fidelity && strings.prompt.fidelity(number(fidelity.kl, 2), probability(fidelity.top1)),
      ]
        .filter(Boolean)
        .join("; ");
    }

    function options(select, entries, first) {
      const key = JSON.stringify(entries);
      if (select.dataset.key === key) return;
      select.dataset.key = key;
      select.replaceChildren(...first, ...entries.map(([value, text]) => h("option", { value, text })));
    }

    listen((changes) => {
      if (data && ["live", "waiting", "tokens"].some((key) => key in changes)) status();
    });
    addEventListener("resize", grow);
    return {
      update(next) {
        const first = data === null;
        // While a model is being loaded Python has no examples to offer: keep those that are there.
        data = next.busy && !next.n_ctx && data ? { ...next, examples: data.examples } : next;
        next = data;
        // What the reader types wins over what Python last ran; the field follows only where nobody is writing.
        if (sent !== null && sent === next.text && !next.busy) sent = null;
        const typing = sent !== null || timer || (document.activeElement === field && !first);
        if (!typing && field.value !== next.text) field.value = next.text;
        grow();
        options(
          examples,
          next.examples.map((text, i) => [i, text]),
          [h("option", { value: "", text: strings.prompt.examples })],
        );
        options(
          model,
          next.models.map((m) => {
            const title = `${m.title ?? m.name}, ${bytes(m.bytes)}`;
            return [m.name, m.name === next.coming ? strings.prompt.loading(title) : title];
          }),
          [],
        );
        examples.hidden = !next.examples.length;
        model.hidden = !next.models.length;
        model.value = next.model;
        const title = (name) => next.models.find((m) => m.name === name)?.title ?? name;
        setText(coming, next.coming ? strings.prompt.coming(title(next.coming), title(next.model)) : "");
        setText(notice, next.notice.map(noticed).join("; "));
        status();
      },
    };
  },
};
